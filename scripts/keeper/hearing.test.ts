import { describe, expect, test } from 'vitest'
import { type Hearing, heard, isBehind, lost, returned, subscribed, UNHEARD, vouchedFor } from './hearing.ts'

/** Of a wall clock that says 1 000 000 more than the monotonic one. */
const at = (monotonic: number) => ({ monotonic, wall: monotonic + 1_000_000 })

describe('a broker is heard out', () => {
  test('when a marker has come back that was sent after silence', () => {
    const early = returned(subscribed(UNHEARD, 100), at(100))
    expect([early.caughtUp, early.until]).toEqual([false, undefined])
    const late = returned(heard(early, 1_500), at(6_200))
    expect(late.caughtUp).toBe(false)
    const done = returned(late, at(6_500))
    expect([done.caughtUp, done.until]).toEqual([true, at(6_500)])
  })

  test('by no marker of an earlier connection, and none without one', () => {
    expect(returned(UNHEARD, at(5_000))).toBe(UNHEARD)
    const again = subscribed(lost(returned(subscribed(UNHEARD, 0), at(5_000))), 9_000)
    expect(returned(again, at(8_999))).toBe(again)
    expect([again.caughtUp, again.until]).toEqual([false, at(5_000)])
  })

  test('also while alerts go on coming', () => {
    const done = returned(subscribed(UNHEARD, 0), at(5_000))
    expect(returned(heard(done, 5_500), at(5_600)).until).toEqual(at(5_600))
  })
})

describe('a list is issued for', () => {
  const until = (monotonic: number): Hearing => ({ ...UNHEARD, until: at(monotonic) })

  test('no moment while one broker was never heard out', () => {
    expect(vouchedFor([until(1_000), UNHEARD], at(2_000))).toBeUndefined()
  })

  test('the moment until which every broker is known', () => {
    expect(vouchedFor([until(1_000), until(1_500)], at(2_000))).toBe(1_001_000)
  })

  test('a moment that stands still when a broker is away; it is told after half a minute', () => {
    const away = lost({ ...until(1_000), since: 0, caughtUp: true })
    expect(vouchedFor([away, until(90_000)], at(90_000))).toBe(1_001_000)
    expect([isBehind(away, at(31_000)), isBehind(away, at(31_001))]).toEqual([false, true])
  })

  test('no moment after a broker was lost by a clock that had run ahead and is set right', () => {
    const away = lost({ ...until(1_000), since: 0, caughtUp: true })
    const right = { monotonic: 61_000, wall: 661_000 }
    expect(vouchedFor([away], right)).toBe(601_000)
    expect(isBehind(away, right)).toBe(true)
  })

  test('what the clock said then when the machine slept since, or the clock is set forward', () => {
    expect(vouchedFor([until(1_000)], { monotonic: 2_000, wall: 9_000_000 })).toBe(1_001_000)
  })
})
