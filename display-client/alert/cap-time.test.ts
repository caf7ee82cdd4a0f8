import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CAP_TIME, capTime, toCapTime } from './cap-time.ts'

describe('capTime (CAP 1.2 §3.3.2)', () => {
  it('reads a time with its offset', () => {
    expect(capTime('2026-11-22T16:49:00+01:00')).toBe(Date.UTC(2026, 10, 22, 15, 49))
    expect(capTime('2002-05-24T16:49:00-07:00')).toBe(Date.UTC(2002, 4, 24, 23, 49))
  })

  it('reads both ways of writing UTC', () => {
    expect(capTime('2026-11-22T16:49:00-00:00')).toBe(Date.UTC(2026, 10, 22, 16, 49))
    expect(capTime('2026-11-22T16:49:00+00:00')).toBe(Date.UTC(2026, 10, 22, 16, 49))
  })

  it('knows the leap day', () => {
    expect(capTime('2028-02-29T00:00:00+00:00')).toBe(Date.UTC(2028, 1, 29))
    expect(capTime('2000-02-29T00:00:00+00:00')).toBe(Date.UTC(2000, 1, 29))
  })

  it.each([
    ['Z instead of an offset', '2026-11-22T16:49:00Z'],
    ['fractions of a second', '2026-11-22T16:49:00.5+01:00'],
    ['no offset', '2026-11-22T16:49:00'],
    ['no seconds', '2026-11-22T16:49+01:00'],
    ['the comma that the XSD allows by mistake', '2026-11-22T16:49:00,01:00'],
    ['a space instead of T', '2026-11-22 16:49:00+01:00'],
    ['lower case', '2026-11-22t16:49:00+01:00'],
    ['a line after it', '2026-11-22T16:49:00+01:00\n'],
    ['month 0', '2026-00-22T16:49:00+01:00'],
    ['month 13', '2026-13-22T16:49:00+01:00'],
    ['day 0', '2026-11-00T16:49:00+01:00'],
    ['31 April', '2026-04-31T16:49:00+01:00'],
    ['29 February in a common year', '2026-02-29T16:49:00+01:00'],
    ['29 February 2100', '2100-02-29T16:49:00+01:00'],
    ['hour 24', '2026-11-22T24:00:00+01:00'],
    ['minute 60', '2026-11-22T16:60:00+01:00'],
    ['a leap second', '2026-12-31T23:59:60+00:00'],
    ['an offset of 15 hours', '2026-11-22T16:49:00+15:00'],
    ['an offset of 60 minutes', '2026-11-22T16:49:00+00:60'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(capTime(text)).toBeUndefined()
  })

  it('reads the example that messages to people show', () => {
    expect(capTime(CAP_TIME)).toBeDefined()
  })
})

describe('toCapTime', () => {
  it('writes UTC as +00:00, because CAP does not allow Z', () => {
    expect(toCapTime(Date.UTC(2026, 10, 22, 16, 49))).toBe('2026-11-22T16:49:00+00:00')
  })

  it('drops fractions of a second', () => {
    expect(toCapTime(Date.UTC(2026, 10, 22, 16, 49, 7, 999) + 0.5)).toBe('2026-11-22T16:49:07+00:00')
  })

  it('is read back as the same moment', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800 }), (seconds) => {
        expect(capTime(toCapTime(seconds * 1000))).toBe(seconds * 1000)
      }),
    )
  })
})
