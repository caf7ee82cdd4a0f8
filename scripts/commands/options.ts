import { InvalidArgumentError } from 'commander'

/** An option that takes a whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw new InvalidArgumentError(`Must be a whole number from ${least} to ${most}.`)
  }
}

const UNITS: Readonly<Partial<Record<string, number>>> = { s: 1_000, m: 60_000, h: 3_600_000 }

/** An option that takes a duration such as `90s`, `45m` or `2h`; in ms. */
export function duration(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,6})([smh])$/.exec(text) ?? []
  const size = UNITS[unit]
  if (size === undefined || Number(digits) === 0) {
    throw new InvalidArgumentError('Must be a duration such as 90s, 45m or 2h.')
  }
  return Number(digits) * size
}
