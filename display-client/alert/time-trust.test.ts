import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { testKey } from '../testkit/keys.ts'
import { TEST_TIME as T0 } from '../testkit/test-clock.ts'
import { capTime, moment } from './cap-time.ts'
import {
  beginTrust,
  clockOf,
  effectiveNow,
  floorAt,
  judgeClock,
  judgeLeap,
  type Reading,
  SENT_TOLERANCE,
  witness,
} from './time-trust.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const BUILT = T0 - 30 * DAY

const { entry: issuer } = testKey({ notBefore: BUILT, notAfter: T0 + 90 * DAY })
const { entry: supervisor } = testKey({ roles: ['supervisor'] })
const { entry: tester } = testKey({ roles: ['test', 'drill'] })

const start: Reading = { wall: T0, monotonic: 1000 }
const fresh = beginTrust({ buildDate: BUILT, newest: 0 }, start)
const dead: Reading = { wall: 0, monotonic: 1000 }

describe('the time that everything is judged by', () => {
  it('is that of the wall clock when it can be right', () => {
    expect(effectiveNow(fresh, start)).toBe(T0)
    expect(clockOf(fresh, start)).toBe('plausible')
  })

  it('never lies before the software was built, nor before what was stored', () => {
    expect(effectiveNow(fresh, dead)).toBe(BUILT)
    expect(effectiveNow(beginTrust({ buildDate: BUILT, newest: T0 }, dead), dead)).toBe(T0)
  })

  it('goes on with the monotonic clock while the wall clock is behind', () => {
    expect(effectiveNow(fresh, { wall: 5, monotonic: 1000 + HOUR })).toBe(BUILT + HOUR)
  })

  it('is not below what was signed, whatever the wall clock does later', () => {
    const trust = witness(fresh, T0 - MINUTE, issuer, start)
    expect(trust.newest).toBe(T0 - MINUTE)
    expect(effectiveNow(trust, { wall: T0 - DAY, monotonic: 1000 + HOUR })).toBe(T0 - MINUTE + HOUR)
  })

  it('never goes below the floor, and the floor never back, in any life', () => {
    const events = fc.array(
      fc.record({
        passed: fc.integer({ min: 0, max: DAY }),
        wall: fc.integer({ min: 0, max: T0 + 400 * DAY }),
        signed: fc.integer({ min: BUILT - DAY, max: T0 + 200 * DAY }),
        key: fc.constantFrom(issuer, supervisor, tester),
      }),
    )
    fc.assert(
      fc.property(events, (all) => {
        let [trust, monotonic, floor] = [fresh, 1000, 0]
        for (const { passed, wall, signed, key } of all) {
          monotonic += passed
          trust = witness(trust, signed, key, { wall, monotonic })
          expect(floorAt(trust, monotonic)).toBeGreaterThanOrEqual(floor)
          floor = floorAt(trust, monotonic)
          expect(effectiveNow(trust, { wall, monotonic })).toBeGreaterThanOrEqual(floor)
          expect(trust.newest).toBeLessThanOrEqual(floor)
        }
      }),
    )
  })
})

describe('a signed time', () => {
  it('pushes no plausible clock forward, not even in small steps: else one key could make everything expire', () => {
    let trust = fresh
    for (let step = 1; step <= 100; step += 1) {
      const signed = effectiveNow(trust, start) + SENT_TOLERANCE - SECOND
      trust = witness(trust, signed, issuer, start)
    }
    expect(effectiveNow(trust, start)).toBe(T0)
  })

  it('that lies in the future of a plausible clock says nothing', () => {
    expect(witness(fresh, T0 + SENT_TOLERANCE + 1, issuer, start)).toBe(fresh)
  })

  it('moves a clock forward that cannot be right', () => {
    const trust = witness(fresh, T0, issuer, dead)
    expect([effectiveNow(trust, dead), clockOf(trust, dead)]).toEqual([T0, 'behind'])
  })

  it('moves it no further than its key is valid', () => {
    expect(witness(fresh, T0 + 91 * DAY, issuer, dead)).toBe(fresh)
    expect(witness(fresh, BUILT - DAY, issuer, dead)).toBe(fresh)
  })

  it('is worth nothing from a test or a drill key', () => {
    expect(witness(fresh, T0, tester, dead)).toBe(fresh)
    expect(witness(fresh, T0, supervisor, dead)).not.toBe(fresh)
  })
})

describe('judgeClock', () => {
  it('allows as much as the clock of an issuer may be ahead, and not more', () => {
    expect(judgeClock({ wall: T0 - SENT_TOLERANCE, floor: T0 })).toBe('plausible')
    expect(judgeClock({ wall: T0 - SENT_TOLERANCE - 1, floor: T0 })).toBe('behind')
  })
})

describe('judgeLeap', () => {
  const judge = (wall: number, monotonic: number): string =>
    judgeLeap({
      before: start,
      now: { wall: T0 + wall, monotonic: 1000 + monotonic },
      expected: 30 * SECOND,
    })

  it.each([
    ['the look came in time', 30 * SECOND, 30 * SECOND, 'steady'],
    ['a busy machine looked late', 70 * SECOND, 70 * SECOND, 'steady'],
    ['the clock is being corrected', 30 * SECOND - 500, 30 * SECOND, 'steady'],
    ['the clock was set forward', 2 * HOUR, 30 * SECOND, 'leapt-forward'],
    ['the clock was set back', -2 * HOUR, 30 * SECOND, 'leapt-back'],
    ['it slept and only the wall clock went on (Linux)', 8 * HOUR, 30 * SECOND, 'leapt-forward'],
    ['it slept and both went on (Windows, macOS)', 8 * HOUR, 8 * HOUR, 'suspended'],
  ])('%s', (_, wall, monotonic, leap) => {
    expect(judge(wall, monotonic)).toBe(leap)
  })

  it('sees nothing in the hour that daylight saving repeats or skips: times are counted, not read', () => {
    const [summer, winter] = ['2026-10-25T02:59:59+02:00', '2026-10-25T02:00:00+01:00'].map(moment)
    expect((winter ?? 0) - (summer ?? 0)).toBe(SECOND)
    expect(capTime('2026-03-29T03:00:00+02:00')).toBe((capTime('2026-03-29T01:59:59+01:00') ?? 0) + SECOND)
  })
})
