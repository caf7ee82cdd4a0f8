import type { z } from 'zod'

const NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a block of keys and values',
  record: 'a block of keys and values',
}

const UNITS: Readonly<Record<string, string>> = { string: 'character', array: 'item' }

/**
 * Says what would be right, in words that an operator understands, for every rule of a schema that brings no words of
 * its own. Give it to `safeParse(value, { error: plainWords })`.
 *
 * Never repeats the value itself: it may be personal, and the words end up in logs (DESIGN §5.3.6).
 *
 * @returns undefined when zod's own words are the best there are
 */
export function plainWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${NAMES[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}`
    case 'too_small':
      return limit('least', issue.origin, issue.minimum, issue.inclusive ?? true)
    case 'too_big':
      return limit('most', issue.origin, issue.maximum, issue.inclusive ?? true)
    case 'invalid_key':
      return `is not a possible key: ${issue.issues[0]?.message ?? 'remove it'}`
    case 'unrecognized_keys':
      return 'has a key that is not known'
    default:
      return undefined
  }
}

function limit(bound: 'least' | 'most', origin: string, value: number | bigint, inclusive: boolean): string {
  const than = bound === 'least' ? 'more than' : 'less than'
  const amount = `${inclusive ? `at ${bound}` : than} ${value}`
  const unit = UNITS[origin]
  return unit === undefined
    ? `must be ${amount}`
    : `must have ${amount} ${unit}${Number(value) === 1 ? '' : 's'}`
}
