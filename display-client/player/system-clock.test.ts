import { afterEach, describe, expect, test, vi } from 'vitest'
import { systemClock } from './system-clock.ts'

const DAY = 24 * 60 * 60 * 1000

afterEach(() => {
  vi.useRealTimers()
})

describe('the system clock', () => {
  test('tells wall time with fractions, within a millisecond or so of the machine', () => {
    const clock = systemClock()
    const before = Date.now()
    const now = clock.now()
    expect(now).toBeGreaterThanOrEqual(before - 1)
    expect(now).toBeLessThanOrEqual(Date.now() + 2)
  })

  test('follows the wall clock when that is set, while the monotonic clock goes on', () => {
    let wall = 1_000_000
    let steady = 50
    const clock = systemClock({ wall: () => wall, steady: () => steady })
    steady += 10.25
    wall += 10
    expect(clock.now()).toBeCloseTo(1_000_010.25)
    wall -= DAY
    steady += 1
    expect(Math.abs(clock.now() - wall)).toBeLessThanOrEqual(1)
    expect(clock.monotonic()).toBeCloseTo(61.25)
  })

  test('tells of a leap to whoever listens, in either direction, as soon as somebody reads it', async () => {
    let [wall, steady] = [1_000_000, 50]
    const clock = systemClock({ wall: () => wall, steady: () => steady })
    const leapt = vi.fn()
    const stop = clock.onLeap(leapt)
    // Whoever is in the middle of something is not interrupted.
    const read = async (): Promise<number> => {
      const before = leapt.mock.calls.length
      clock.now()
      expect(leapt).toHaveBeenCalledTimes(before)
      await Promise.resolve()
      return leapt.mock.calls.length
    }
    steady += 60_000
    wall += 60_000
    expect(await read()).toBe(0)
    // NTP corrects a little.
    wall += 400
    expect(await read()).toBe(0)
    // Linux stops the steady clock while the machine sleeps.
    wall += DAY
    expect(await read()).toBe(1)
    expect(await read()).toBe(1)
    wall -= 2 * DAY
    expect(await read()).toBe(2)
    stop()
    wall += DAY
    expect(await read()).toBe(2)
  })

  test('keeps a delay longer than one Node timer can be', () => {
    vi.useFakeTimers()
    const ran = vi.fn()
    systemClock().after(60 * DAY, ran)
    vi.advanceTimersByTime(59 * DAY)
    expect(ran).not.toHaveBeenCalled()
    vi.advanceTimersByTime(DAY)
    expect(ran).toHaveBeenCalledOnce()
  })

  test('a cancelled delay never runs, also in its second stretch', () => {
    vi.useFakeTimers()
    const ran = vi.fn()
    const cancel = systemClock().after(60 * DAY, ran)
    vi.advanceTimersByTime(30 * DAY)
    cancel()
    expect(vi.getTimerCount()).toBe(0)
    vi.advanceTimersByTime(60 * DAY)
    expect(ran).not.toHaveBeenCalled()
  })
})
