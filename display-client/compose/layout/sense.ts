/**
 * What a break costs beside the unevenness of lines (0 to 1000 each, as in breaking.ts): after a comma nothing; before a short
 * word (`in Sneek`, `om 15.15 uur`), which begins a phrase, little; after a label (`Kleding:`) more; between two words that may
 * be one thing (`groene` and `regenjas`) more still; after a short word, which leads to the next, most.
 */
const COST = { phrase: 80, label: 150, words: 250, short: 600 } as const

/** Letters of a short word at most: `de`, `het`, `een`, `van`, `om`, `met`, `the`, `and`. */
const SHORT = /^\p{L}{1,3}$/u

/**
 * Breaks atoms into a given number of lines so that they read well: as evenly as may be, and rather where the sentence
 * pauses, so that what belongs together stands together.
 *
 * @param width of a text; that of a line is the sum over its words and the spaces between them
 * @param room width of a line, in the unit of `width`
 * @param lines how many there must be; at least as many as the atoms need
 * @returns undefined when they do not fit on so many lines
 */
export function senseLines(
  atoms: readonly string[],
  width: (text: string) => number,
  room: number,
  lines: number,
): readonly string[] | undefined {
  const space = width(' ')
  const before = [0]
  for (const atom of atoms) before.push((before.at(-1) ?? 0) + width(atom) + space)
  const used = (from: number, to: number): number => (before[to] ?? 0) - (before[from] ?? 0) - space
  /** The cheapest way to have the first atoms on the lines so far, by their number. */
  let ways = new Map<number, { readonly cost: number; readonly starts: readonly number[] }>([
    [0, { cost: 0, starts: [] }],
  ])
  for (let line = 0; line < lines; line += 1) {
    const next: typeof ways = new Map()
    for (const [from, { cost, starts }] of ways) {
      for (let to = from + 1; to <= atoms.length && used(from, to) <= room; to += 1) {
        const empty = Math.floor(((room - used(from, to)) * 1_000) / room)
        const total = cost + Math.floor((empty * empty) / 1_000) + breakCost(atoms, to)
        if (total < (next.get(to)?.cost ?? Number.POSITIVE_INFINITY))
          next.set(to, { cost: total, starts: [...starts, from] })
      }
    }
    ways = next
  }
  const starts = ways.get(atoms.length)?.starts
  return starts?.map((from, line) => atoms.slice(from, starts[line + 1]).join(' '))
}

/** Of a break before the atom `at`. */
function breakCost(atoms: readonly string[], at: number): number {
  const [last, next] = [atoms[at - 1], atoms[at]]
  if (last === undefined || next === undefined) return 0
  if (/[,;.!?)–]$/u.test(last) || next.startsWith('(')) return 0
  if (last.endsWith(':')) return COST.label
  if (SHORT.test(last)) return COST.short
  return SHORT.test(next) && at < atoms.length - 1 ? COST.phrase : COST.words
}
