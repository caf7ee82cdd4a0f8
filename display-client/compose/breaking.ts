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
 * @returns undefined when one atom alone is wider than a line
 */
export function breakLines(atoms: readonly string[], most: number, width: Width): BrokenLines | undefined {
  const widths = atoms.map(width)
  if (atoms.length === 0 || widths.some((one) => one > most)) return undefined
  const space = width(' ')
  const least = countLines(widths, space, most)
  if (least === 1) return { lines: [atoms.join(' ')], unevenness: 0 }
  return evenLines(atoms, widths, space, most, least)
}

/** First fit uses the fewest lines there can be. */
function countLines(widths: readonly number[], space: number, most: number): number {
  let lines = 1
  let used = 0
  for (const [index, width] of widths.entries()) {
    const next = index === 0 ? width : used + space + width
    if (next <= most) {
      used = next
    } else {
      lines += 1
      used = width
    }
  }
  return lines
}

/** Exact: best[k][j] is the least unevenness of the first j atoms on k lines. */
function evenLines(
  atoms: readonly string[],
  widths: readonly number[],
  space: number,
  most: number,
  lines: number,
): BrokenLines {
  const sums = [0]
  for (const width of widths) sums.push((sums.at(-1) ?? 0) + width)
  const cost = (from: number, to: number): number => {
    const used = (sums[to] ?? 0) - (sums[from] ?? 0) + space * (to - from - 1)
    if (used > most) return Number.POSITIVE_INFINITY
    const empty = Math.floor(((most - used) * 1_000) / most)
    return Math.floor((empty * empty) / 1_000)
  }
  const count = atoms.length
  let best: number[] = [0, ...Array.from({ length: count }, () => Number.POSITIVE_INFINITY)]
  const starts: number[][] = []
  for (let line = 1; line <= lines; line += 1) {
    const next = Array.from({ length: count + 1 }, () => Number.POSITIVE_INFINITY)
    const start = Array.from({ length: count + 1 }, () => 0)
    for (let to = line; to <= count; to += 1) {
      for (let from = to - 1; from >= line - 1; from -= 1) {
        const more = cost(from, to)
        if (more === Number.POSITIVE_INFINITY) break
        const total = (best[from] ?? Number.POSITIVE_INFINITY) + more
        if (total < (next[to] ?? Number.POSITIVE_INFINITY)) {
          next[to] = total
          start[to] = from
        }
      }
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
