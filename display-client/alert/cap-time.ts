/** The form of a CAP 1.2 time, for messages to people. */
export const CAP_TIME = '2026-11-22T16:49:00+01:00'

const FORM = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)[-+](\d\d):(\d\d)$/

/**
 * Reads a CAP 1.2 §3.3.2 time: whole seconds with a numeric offset; `Z` and fractions are not allowed by the standard.
 *
 * @returns milliseconds since 1970-01-01T00:00:00Z, or undefined when it is not such a time or no real date
 */
export function capTime(text: string): number | undefined {
  const match = FORM.exec(text)
  if (!match) return undefined
  const [year, month, day, hour, minute, second, offsetHours, offsetMinutes] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  // Date.UTC carries 31 April over to 1 May; a leap second (60) is refused with everything else that is no real time.
  if (month < 1 || month > 12 || day < 1) return undefined
  if (day > 28 && day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined
  if (hour > 23 || minute > 59 || second > 59 || offsetHours > 14 || offsetMinutes > 59) return undefined
  return Date.parse(text)
}

/** A CAP time that a schema has checked already, ms since 1970. */
export function moment(time: string): number {
  const value = Date.parse(time)
  if (Number.isNaN(value)) throw new Error('a time that passed its schema is none')
  return value
}

/** Writes a moment as a CAP 1.2 time in UTC (`+00:00`; `Z` is not allowed). @param moment ms since 1970 */
export function toCapTime(moment: number): string {
  return new Date(Math.floor(moment / 1000) * 1000).toISOString().replace('.000Z', '+00:00')
}
