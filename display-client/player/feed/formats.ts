import type { HeldRecord } from './sign-offer.ts'

/** Names that a traffic system has for signs, by panel. */
export type SignNames = Readonly<Record<string, string>>

/** What the traffic system calls a sign. */
export function nameOf(names: SignNames, panel: string): string {
  return (Object.hasOwn(names, panel) ? names[panel] : undefined) ?? panel
}

/** What is meant by a name of the traffic system. */
export function panelsByName(names: SignNames): ReadonlyMap<string, string> {
  return new Map(Object.entries(names).map(([panel, name]) => [name, panel]))
}

/** Characters of one line, the most that IRIS reads (docs/msg_feed.md). */
const LONGEST_LINE = 1_024

/**
 * What the Msg-Feed of IRIS reads: a line for each sign, `name TAB multi TAB expiry`. An empty expiry takes a message back; a line
 * that is not there would not, so every sign has one.
 *
 * @param validUntil of the issue, ms since 1970: IRIS drops a message by then when it can no longer read the feed
 */
export function irisTsv(records: readonly HeldRecord[], names: SignNames, validUntil: number): string {
  return records
    .map(({ record: { panel, state, multi }, until }) => {
      const name = nameOf(names, panel)
      const end = Math.min(validUntil, until ?? validUntil)
      const line = `${name}\t${multi}\t${irisTime(end)}`
      // Whoever cannot be told in MULTI, or not in one line, is told nothing rather than half of it.
      const isSaid = state === 'offer' && multi !== undefined && multi !== '' && line.length <= LONGEST_LINE
      return isSaid ? `${line}\n` : `${name}\t\t\n`
    })
    .join('')
}

/** `yyyy-MM-dd HH:mm:ssXXX`, to the second before. */
function irisTime(moment: number): string {
  return new Date(moment)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, '+00:00')
}

/** Lines as people read them, a form feed between pages; nothing for a blank sign. */
export function plainText({ record: { pages } }: HeldRecord): string {
  return pages.map(({ lines }) => `${lines.join('\n')}\n`).join('\f')
}
