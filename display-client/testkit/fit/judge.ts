import type { FitFact, FitLimits, FitScore, PlacedFact } from '../../compose/fit-problem.ts'

/**
 * The rules of the fitter, written anew from what fit-problem.ts says: checked on the finished message, and not while it
 * grows. Shares no code with the fitter, so that a mistake in one is not a mistake in both.
 */

export type Verdict = { readonly score: FitScore } | { readonly broken: string }

/** What a message is worth, or the rule that it breaks. */
export function judge(facts: readonly FitFact[], limits: FitLimits, placed: readonly PlacedFact[]): Verdict {
  const broken = (rule: string): Verdict => ({ broken: rule })
  const score = { keep: 0, utility: 0, splits: 0, pages: 0, unevenness: 0 }
  const pages: { units: number; words: number }[] = []
  let bytes = 0
  let units = 0
  let onLine = 0
  for (const [at, one] of placed.entries()) {
    const fact = facts[one.fact]
    const wording = fact?.wordings[one.wording]
    if (fact === undefined || wording === undefined) return broken('a fact that is not there')
    const before = placed[at - 1]
    if (before && before.fact >= one.fact) return broken('order')
    const unevenness = unevennessOf(fact, limits, wording.atoms, one.lines)
    if (unevenness === undefined) return broken('lines')
    if (fact.whole && one.lines.length > 1) return broken('whole')

    const turned = before !== undefined && one.page !== before.page
    if (one.page !== (before?.page ?? 0) + (turned ? 1 : 0) || one.page >= limits.pages) return broken('page')
    const beside = before !== undefined && !turned && one.top === before.top
    onLine = beside ? onLine + 1 : 1
    if (beside) {
      const last = facts[before.fact]
      if (limits.beside === undefined) return broken('beside')
      const alike = limits.beside.joined && last ? [last] : facts
      if (alike.some((other) => other.lineHeight !== fact.lineHeight)) return broken('beside')
      if (limits.beside.joined && !(fact.joined && before.fact === one.fact - 1)) return broken('beside')
      if (before.lines.length > 1 || one.lines.length > 1 || onLine > limits.beside.most)
        return broken('beside')
      if (one.left !== before.left + (last?.width(before.lines[0] ?? '') ?? 0) + limits.beside.gap)
        return broken('gap')
    } else {
      const above =
        before && !turned
          ? before.top + before.lines.length * (facts[before.fact]?.lineHeight ?? 0) + limits.factGap
          : 0
      if (one.left !== 0 || one.top !== above) return broken('place')
    }
    if (one.left + Math.max(...one.lines.map((line) => fact.width(line))) > limits.width)
      return broken('width')
    if (one.top + one.lines.length * fact.lineHeight > limits.height) return broken('height')

    const page = pages[one.page] ?? { units: 0, words: 0 }
    page.units += wording.units
    page.words += wording.wordTime
    pages[one.page] = page
    units += wording.units
    const between = before === undefined ? 0 : beside ? (limits.beside?.gap ?? 0) : 1
    if (limits.bytes) bytes += between + limits.bytes.of(one.lines.join(' '))

    const atFirst = fact.weight * wording.quality
    const isLater = one.page >= (limits.columns ?? 1)
    const worth = isLater ? Math.floor((atFirst * (fact.later ?? 1_000)) / 1_000) : atFirst
    const apart = turned && fact.joined && before.fact === one.fact - 1
    score.keep += fact.keep ? fact.weight : 0
    score.utility += apart ? Math.floor((worth * (limits.apart ?? 800)) / 1_000) : worth
    score.splits += one.lines.length > 1 ? 1 : 0
    score.unevenness += unevenness
    score.pages = one.page + 1
  }
  if (placed.length === 0) return { score }
  if (bytes > (limits.bytes?.most ?? bytes)) return broken('bytes')
  if (units > (limits.unitsInMessage ?? units)) return broken('units in message')
  if (pages.some((page) => page.units > (limits.unitsPerPage ?? page.units))) return broken('units on page')
  const { reading } = limits
  if (reading) {
    const times = pages.map((page) => Math.max(reading.perUnit * page.units, reading.page + page.words))
    const time = times.reduce((sum, one) => sum + one, reading.gap * (pages.length - 1))
    if (time > reading.available) return broken('reading time')
  }
  return { score }
}

/** Above 0 when `a` is better. */
export function compareScores(a: FitScore, b: FitScore, { pagePrice, columns = 1 }: FitLimits): number {
  const said = ({ utility, pages }: FitScore): number =>
    utility - pagePrice * Math.max(0, Math.ceil(pages / columns) - 1)
  return (
    a.keep - b.keep ||
    said(a) - said(b) ||
    b.splits - a.splits ||
    b.pages - a.pages ||
    b.unevenness - a.unevenness
  )
}

/** Lines that atoms are divided over. */
export interface Division {
  readonly lines: readonly string[]
  readonly unevenness: number
}

/** The fewest lines there can be and, of those, the most even: every place for every break is looked at. */
export function evenLines(fact: FitFact, atoms: readonly string[], most: number): Division | undefined {
  const known = new Map<number, Division | undefined>()
  const better = (a: Division, b: Division | undefined): boolean =>
    b === undefined ||
    a.lines.length < b.lines.length ||
    (a.lines.length === b.lines.length && a.unevenness < b.unevenness)
  const from = (start: number): Division | undefined => {
    if (start === atoms.length) return { lines: [], unevenness: 0 }
    if (known.has(start)) return known.get(start)
    let best: Division | undefined
    for (let end = start + 1; end <= atoms.length; end += 1) {
      const line = atoms.slice(start, end).join(' ')
      const rest = Math.round(fact.width(line) * 1_000) <= Math.round(most * 1_000) ? from(end) : undefined
      const whole = rest && {
        lines: [line, ...rest.lines],
        unevenness: rest.unevenness + emptiness(fact, line, most),
      }
      if (whole && better(whole, best)) best = whole
    }
    known.set(start, best)
    return best
  }
  const all = from(0)
  return all?.lines.length === 1 ? { ...all, unevenness: 0 } : all
}

/** In thousandths, so that all sums are exact. */
function emptiness(fact: FitFact, line: string, most: number): number {
  const [used, room] = [Math.round(fact.width(line) * 1_000), Math.round(most * 1_000)]
  const empty = Math.floor(((room - used) * 1_000) / room)
  return Math.floor((empty * empty) / 1_000)
}

/** Undefined when the lines are not the atoms, each whole, on as few lines as possible and as even as can be. */
function unevennessOf(
  fact: FitFact,
  limits: FitLimits,
  atoms: readonly string[],
  lines: readonly string[],
): number | undefined {
  const best = evenLines(fact, atoms, limits.width)
  if (best === undefined || lines.length !== best.lines.length || !isOf(lines, atoms)) return undefined
  const unevenness =
    lines.length === 1 ? 0 : lines.reduce((sum, line) => sum + emptiness(fact, line, limits.width), 0)
  return unevenness === best.unevenness ? unevenness : undefined
}

/** Whether lines are these atoms and no other, each whole on one line. */
export function isOf(lines: readonly string[], atoms: readonly string[]): boolean {
  let at = 0
  for (const line of lines) {
    let said = atoms[at]
    at += 1
    while (said !== undefined && said.length < line.length) {
      said = `${said} ${atoms[at]}`
      at += 1
    }
    if (said !== line) return false
  }
  return at === atoms.length
}
