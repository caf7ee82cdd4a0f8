import { describe, expect, it } from 'vitest'
import { TEST_TIME, TestClock } from './test-clock.ts'

describe('the hand-moved clock', () => {
  it('runs due callbacks in order, each at its own moment', () => {
    const clock = new TestClock()
    const ran: string[] = []
    clock.after(20, () => ran.push(`second at ${clock.monotonic()}`))
    clock.after(10, () => {
      ran.push(`first at ${clock.monotonic()}`)
      clock.after(5, () => ran.push(`asked for on the way at ${clock.monotonic()}`))
    })
    clock.after(20, () => ran.push(`third at ${clock.monotonic()}`))
    clock.after(31, () => ran.push('too early'))
    clock.advance(30)
    expect(ran).toEqual(['first at 10', 'asked for on the way at 15', 'second at 20', 'third at 20'])
    expect(clock.now()).toBe(TEST_TIME + 30)
    expect(clock.waiting).toBe(1)
  })

  it('does not run a callback that was cancelled', () => {
    const clock = new TestClock()
    let ran = false
    const cancel = clock.after(1, () => {
      ran = true
    })
    cancel()
    cancel()
    clock.advance(10)
    expect(ran).toBe(false)
  })

  it('leaps in wall time only', () => {
    const clock = new TestClock(1_000)
    let ran = false
    clock.after(100, () => {
      ran = true
    })
    clock.set(0)
    expect([clock.now(), clock.monotonic(), ran]).toEqual([0, 0, false])
    clock.advance(100)
    expect([clock.now(), clock.monotonic(), ran]).toEqual([100, 100, true])
  })
})
