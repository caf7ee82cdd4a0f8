import { describe, expect, test } from 'vitest'
import { clockText, untilNextMinute } from './idle-clock.ts'

describe('the clock', () => {
  const nl = { timeZone: 'Europe/Amsterdam', language: 'nl' }
  test.each([
    ['in winter', nl, '2026-11-25T13:05:00Z', '14:05', 'woensdag 25 november'],
    ['in summer', nl, '2026-07-01T13:05:00Z', '15:05', 'woensdag 1 juli'],
    ['before clocks go forward', nl, '2026-03-29T00:59:59Z', '01:59', 'zondag 29 maart'],
    ['after clocks went forward', nl, '2026-03-29T01:00:00Z', '03:00', 'zondag 29 maart'],
    ['before clocks go back', nl, '2026-10-25T00:59:00Z', '02:59', 'zondag 25 oktober'],
    ['after clocks went back', nl, '2026-10-25T01:00:00Z', '02:00', 'zondag 25 oktober'],
    ['at midnight', nl, '2026-11-24T23:00:00Z', '00:00', 'woensdag 25 november'],
    [
      'in another zone and language',
      { timeZone: 'America/Curacao', language: 'en' },
      '2026-11-25T03:05:00Z',
      '23:05',
      'Tuesday, November 24',
    ],
  ])('%s', (_when, clock, at, time, date) => {
    expect(clockText(clock, Date.parse(at))).toEqual({ time, date })
  })

  test.each([
    [0, 60_000],
    [59_999, 1],
    [60_001, 59_999],
  ])('moves its hands on the minute: at %i', (now, wait) => {
    expect(untilNextMinute(now)).toBe(wait)
  })
})
