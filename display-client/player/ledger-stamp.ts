import { crc32 } from 'node:zlib'

/**
 * `value` as JSON, with a checksum of it and of where it stands: SQLite finds a damaged page, but not a damaged letter in it,
 * and a time that is off by a bit can keep a panel dark for a thousand years.
 */
export function stamped(place: string, value: unknown): string {
  const text = JSON.stringify(value)
  return `${checksum(place, text)} ${text}`
}

/** What {@link stamped} was given; undefined when it is not that any more. */
export function unstamped(place: string, stored: unknown): unknown {
  if (typeof stored !== 'string') return undefined
  const [sum, text] = [stored.slice(0, 8), stored.slice(9)]
  return checksum(place, text) === sum ? JSON.parse(text) : undefined
}

function checksum(place: string, text: string): string {
  return crc32(`${place}\n${text}`).toString(16).padStart(8, '0')
}
