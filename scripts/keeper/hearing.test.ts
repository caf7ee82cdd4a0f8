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
    expect([done.caughtUp, done.until]).toEqual([true, 1_006_500])
  })

  test('by no marker of an earlier connection, and none without one', () => {
    expect(returned(UNHEARD, at(5_000))).toBe(UNHEARD)
    const again = subscribed(lost(returned(subscribed(UNHEARD, 0), at(5_000))), 9_000)
    expect(returned(again, at(8_999))).toBe(again)
    expect([again.caughtUp, again.until]).toEqual([false, 1_005_000])
  })

  test('also while alerts go on coming', () => {
    const done = returned(subscribed(UNHEARD, 0), at(5_000))
    expect(returned(heard(done, 5_500), at(5_600)).until).toBe(1_005_600)
  })
})

describe('a list is issued for', () => {
  const until = (moment: number | undefined): Hearing => ({ ...UNHEARD, until: moment })

  test('no moment while one broker was never heard out', () => {
    expect(vouchedFor([until(1_000), until(undefined)], 2_000)).toBeUndefined()
  })

  test('the moment until which every broker is known, and never for one to come', () => {
    expect(vouchedFor([until(1_000), until(1_500)], 2_000)).toBe(1_000)
    expect(vouchedFor([until(1_000), until(1_500)], 900)).toBe(900)
  })

  test('a moment that stands still when a broker is away; it is told after half a minute', () => {
    const away = lost({ ...UNHEARD, since: 0, caughtUp: true, until: 1_000 })
    expect(vouchedFor([away, until(90_000)], 90_000)).toBe(1_000)
    expect([isBehind(away, 31_000), isBehind(away, 31_001)]).toEqual([false, true])
  })
})
