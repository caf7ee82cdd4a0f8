import type { FitFact, FitLimits } from '../../compose/fit-problem.ts'
import type { FitCase } from './problems.ts'

/**
 * How signs and screens usually make a text fit, for comparison. Each obeys the same hard limits as the fitter and gets the
 * credit of every fact that it shows whole, also where it loses what must be kept.
 */

/** What a method shows, in the unit of the fitter's utility, page prices taken off. */
export interface Shown {
  readonly worth: number
  /** It shows every fact that must be kept, as far as the alert has it. */
  readonly complete: boolean
}

/** For each fact the wording, or none. */
type Wanted = readonly (number | undefined)[]

export const SIMPLE_METHODS = {
  /** Everything in full, in order; what does not fit any more is cut off, and all that follows. */
  'cut off at the end': (problem: FitCase): Shown => {
    const fullest = problem.facts.map(() => 0)
    const { reached } = lay(problem, fullest)
    return shown(
      problem,
      fullest.map((wording, index) => (index < reached ? wording : undefined)),
    )
  },
  /** As IRIS: the longest text is shortened until all fit; when nothing is left to shorten, the least fact goes. */
  'shorten the longest first': (problem: FitCase): Shown => {
    const { facts } = problem
    const wanted: (number | undefined)[] = facts.map(() => 0)
    while (lay(problem, wanted).reached < facts.length) {
      const shorter = facts.map((fact, index) => nextShorter(fact, wanted[index]))
      const length = (index: number): number => lengthOf(facts[index], wanted[index])
      const candidates = [...facts.keys()].filter((index) => shorter[index] !== undefined)
      const longest = candidates.toSorted((a, b) => length(b) - length(a))[0]
      if (longest === undefined) wanted[leastOf(facts, wanted)] = undefined
      else wanted[longest] = shorter[longest]
    }
    return shown(problem, wanted)
  },
  /** The weightiest fact first: of each the fullest wording that still fits beside those before it. */
  'weightiest first': (problem: FitCase): Shown => {
    const { facts } = problem
    const wanted: (number | undefined)[] = facts.map(() => undefined)
    const order = [...facts.keys()].sort((a, b) => (facts[b]?.weight ?? 0) - (facts[a]?.weight ?? 0))
    for (const index of order) {
      const fits = facts[index]?.wordings.findIndex((_, wording) => {
        const tried = wanted.with(index, wording)
        return lay(problem, tried).reached === facts.length
      })
      if (fits !== undefined && fits >= 0) wanted[index] = fits
    }
    return shown(problem, wanted)
  },
} as const satisfies Record<string, (problem: FitCase) => Shown>

function nextShorter(fact: FitFact, wording: number | undefined): number | undefined {
  if (wording === undefined) return undefined
  const now = lengthOf(fact, wording)
  const shorter = fact.wordings.findIndex((_, index) => index > wording && lengthOf(fact, index) < now)
  return shorter < 0 ? undefined : shorter
}

function lengthOf(fact: FitFact | undefined, wording: number | undefined): number {
  const text = wording === undefined ? undefined : fact?.wordings[wording]?.atoms.join(' ')
  return text === undefined ? 0 : (fact?.width(text) ?? 0)
}

/** The least fact that is still there. What must be kept goes last. */
function leastOf(facts: readonly FitFact[], wanted: Wanted): number {
  const worth = (index: number): number => (facts[index]?.weight ?? 0) + (facts[index]?.keep ? 1_000 : 0)
  const there = [...facts.keys()].filter((index) => wanted[index] !== undefined)
  return there.reduce((a, b) => (worth(b) < worth(a) ? b : a))
}

/** What these wordings are worth; all of them must fit. */
function shown(problem: FitCase, wanted: Wanted): Shown {
  const { facts, limits } = problem
  const { pages } = lay(problem, wanted)
  const worth = pages.reduce<number>((sum, page, index) => {
    const fact = facts[index]
    const value = (fact?.weight ?? 0) * (fact?.wordings[wanted[index] ?? -1]?.quality ?? 0)
    const before = pages[index - 1]
    const apart = fact?.joined && page !== undefined && before !== undefined && before < page
    return sum + (apart ? Math.floor(value * 0.8) : value)
  }, 0)
  const last = Math.max(0, ...pages.map((page) => page ?? 0))
  return {
    worth: worth - last * limits.pagePrice,
    complete: facts.every((fact, index) => !fact.keep || wanted[index] !== undefined),
  }
}

interface Laid {
  /** Facts that fit, from the first on; all of them when none is in the way. */
  readonly reached: number
  /** Page of each fact that is wanted. */
  readonly pages: readonly (number | undefined)[]
}

/** Lays wordings in order, each in the first place where it fits: beside the last, on the next line, on the next page. */
function lay({ facts, limits }: FitCase, wanted: Wanted): Laid {
  const pages: (number | undefined)[] = []
  const besides = facts.every((fact) => fact.lineHeight === facts[0]?.lineHeight) ? limits.beside : undefined
  let at = { page: 0, height: 0, open: -1, onLine: 0 }
  let said = { bytes: 0, units: 0, time: 0, pageUnits: 0, pageWords: 0 }
  for (const [index, fact] of facts.entries()) {
    const wording = fact.wordings[wanted[index] ?? -1]
    if (wording === undefined) {
      pages.push(undefined)
      continue
    }
    const lines = linesOf(fact, wording.atoms, limits.width)
    if (lines === undefined || (fact.whole && lines > 1)) return { reached: index, pages }
    const width = fact.width(wording.atoms.join(' '))
    const high = lines * fact.lineHeight
    const below = at.height === 0 ? 0 : at.height + limits.factGap
    const isFirst = said.bytes === 0 && at.height === 0 && at.page === 0
    const beside =
      besides && lines === 1 && at.open >= 0 && at.onLine < besides.most
        ? at.open + besides.gap + width
        : Number.POSITIVE_INFINITY
    const places = [
      ...(beside <= limits.width
        ? [{ ...at, open: beside, onLine: at.onLine + 1, gap: besides?.gap ?? 0 }]
        : []),
      ...(below + high <= limits.height
        ? [{ page: at.page, height: below + high, open: lines === 1 ? width : -1, onLine: 1, gap: 1 }]
        : []),
      ...(at.height > 0 && at.page + 1 < limits.pages && high <= limits.height
        ? [{ page: at.page + 1, height: high, open: lines === 1 ? width : -1, onLine: 1, gap: 1 }]
        : []),
    ]
    const found = places.flatMap(({ gap, ...place }) => {
      const turned = place.page !== at.page
      const next = {
        bytes: said.bytes + (isFirst ? 0 : gap) + (limits.bytes?.of(wording.atoms.join(' ')) ?? 0),
        units: said.units + wording.units,
        time: turned ? said.time + timeOf(said, limits) + (limits.reading?.gap ?? 0) : said.time,
        pageUnits: (turned ? 0 : said.pageUnits) + wording.units,
        pageWords: (turned ? 0 : said.pageWords) + wording.wordTime,
      }
      const allowed =
        next.bytes <= (limits.bytes?.most ?? next.bytes) &&
        next.units <= (limits.unitsInMessage ?? next.units) &&
        next.pageUnits <= (limits.unitsPerPage ?? next.pageUnits) &&
        (limits.reading === undefined || next.time + timeOf(next, limits) <= limits.reading.available)
      return allowed ? [{ place, next }] : []
    })[0]
    if (found === undefined) return { reached: index, pages }
    at = found.place
    said = found.next
    pages.push(at.page)
  }
  return { reached: facts.length, pages }
}

function timeOf(
  { pageUnits, pageWords }: { readonly pageUnits: number; readonly pageWords: number },
  { reading }: FitLimits,
): number {
  return reading ? Math.max(reading.perUnit * pageUnits, reading.page + pageWords) : 0
}

/** Each line taken as far as it goes. */
function linesOf(fact: FitFact, atoms: readonly string[], most: number): number | undefined {
  let lines = 0
  let line = ''
  for (const atom of atoms) {
    if (fact.width(atom) > most) return undefined
    const longer = line === '' ? atom : `${line} ${atom}`
    const fits = line !== '' && fact.width(longer) <= most
    line = fits ? longer : atom
    if (!fits) lines += 1
  }
  return lines
}
