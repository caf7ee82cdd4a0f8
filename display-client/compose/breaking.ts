/** Width of a text; the width of a line must be the sum over its words and the spaces between them. */
export type Width = (text: string) => number

export interface BrokenLines {
  readonly lines: readonly string[]
  /** How uneven the lines are: 0 to 1000 for each line; smaller is better. Whole number. */
  readonly unevenness: number
}

/**
 * Breaks atoms into as few lines as possible and, among those, into the most even ones (the smallest sum of squared empty
 * space, the last line included, so that no word is left alone when that can be helped).
 *
 * @param atoms words that are never divided
 * @param most the width of a line, in the unit of `width`
 * @param mostLines how many lines there may be
 * @returns undefined when one atom alone is wider than a line, or when there would be too many lines
 */
export function breakLines(
  atoms: readonly string[],
  most: number,
  width: Width,
  mostLines: number = Number.POSITIVE_INFINITY,
): BrokenLines | undefined {
  if (atoms.length === 0 || mostLines < 1) return undefined
  const room = thousandths(most)
  const space = thousandths(width(' '))
  // Where the next atom would begin, were they all on one line.
  const starts = [0]
  let end = 0
  for (const atom of atoms) {
    const one = thousandths(width(atom))
    if (one > room) return undefined
    end += one + space
    starts.push(end)
  }
  // As most wordings do, on most panels.
  if (end - space <= room) return { lines: [atoms.join(' ')], unevenness: 0 }
  const lineWidth: LineWidth = (from, to) => (starts[to] ?? 0) - (starts[from] ?? 0) - space
  const least = countLines(atoms.length, lineWidth, room)
  return least > mostLines ? undefined : evenLines(atoms, lineWidth, room, least)
}

/** Whole numbers, as types measure: what just fits would depend on the order in which fractions are added up. */
function thousandths(width: number): number {
  return Math.round(width * 1_000)
}

/** Width of the line of the atoms `from` up to, and not including, `to`. */
type LineWidth = (from: number, to: number) => number

/** First fit uses the fewest lines there can be. */
function countLines(count: number, lineWidth: LineWidth, most: number): number {
  let lines = 1
  let from = 0
  for (let to = 2; to <= count; to += 1) {
    if (lineWidth(from, to) <= most) continue
    lines += 1
    from = to - 1
  }
  return lines
}

/** Exact: after line k, `best[j]` is the least unevenness of the first j atoms on k lines. */
function evenLines(atoms: readonly string[], lineWidth: LineWidth, most: number, lines: number): BrokenLines {
  const count = atoms.length
  const starts: number[][] = []
  let best: number[] = [0]
  for (let line = 1; line <= lines; line += 1) {
    const next: number[] = []
    const start: number[] = []
    // The last line ends with the last atom.
    for (let to = line === lines ? count : line; to <= count; to += 1) {
      let least = Number.POSITIVE_INFINITY
      for (let from = to - 1; from >= line - 1; from -= 1) {
        const used = lineWidth(from, to)
        if (used > most) break
        const before = best[from] ?? Number.POSITIVE_INFINITY
        const empty = Math.floor(((most - used) * 1_000) / most)
        const total = before + Math.floor((empty * empty) / 1_000)
        if (total >= least) continue
        least = total
        start[to] = from
      }
      next[to] = least
    }
    starts.push(start)
    best = next
  }
  const texts: string[] = []
  for (let line = lines - 1, to = count; line >= 0; line -= 1) {
    const from = starts[line]?.[to] ?? 0
    texts.unshift(atoms.slice(from, to).join(' '))
    to = from
  }
  return { lines: texts, unevenness: best[count] ?? 0 }
}
