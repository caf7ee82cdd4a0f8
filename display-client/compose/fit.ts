import { breakLines } from './breaking.ts'
import { Bound } from './fit-bound.ts'
import {
  type Fit,
  type FitFact,
  type FitLimits,
  type FitScore,
  MOST_FIT_FACTS,
  MOST_FIT_WORDINGS,
  type PlacedFact,
} from './fit-problem.ts'
import {
  apart,
  MOST_SPLITS,
  MOST_UTILITY,
  type Option,
  onPage,
  pageTime,
  paid,
  START,
  type State,
  States,
} from './fit-states.ts'

/**
 * The fitter: chooses for every fact a wording or none, and its place, so that the message says the most it can within
 * hard limits. Exact: no other choice is better (`optimal`), proven against brute force in the tests.
 *
 * Readable, not only full: a fact is whole on a line or owns its lines, few facts share a line, facts keep their order, a
 * fact never runs over to the next page.
 *
 * What is best is compared in this order: weight of the `keep` facts shown; utility (weight x quality, summed, less the
 * price of pages); fewer facts over several lines; fewer pages; evener lines; then the first found in a fixed order. All whole numbers.
 */

/**
 * Partial solutions kept after each fact; beyond it the worst are let go and the result no longer claims to be optimal.
 * Few are enough for most messages. Where they are not, what they came to is a bound for a second search with more.
 */
const FEW_STATES = 100
const MOST_STATES = 1_000

/** The best fit, with why each missing fact is missing. Always answers: when nothing fits, nothing is placed. */
export function bestFit(facts: readonly FitFact[], limits: FitLimits): Fit {
  const found = bestPlaces(facts, limits)
  const shown = new Set(found.placed.map((one) => one.fact))
  const missing = [...facts.keys()].filter((index) => !shown.has(index))
  if (missing.length === 0) return { ...found, dropped: [] }
  // A fact was stopped by time, and not by room, when it would be there without the limits on reading.
  const hurried = limits.reading ?? limits.unitsPerPage ?? limits.unitsInMessage
  const { reading: _, unitsPerPage: __, unitsInMessage: ___, ...patient } = limits
  const calm =
    hurried === undefined ? shown : new Set(bestPlaces(facts, patient).placed.map((one) => one.fact))
  return {
    ...found,
    dropped: missing.map((fact) => ({
      fact,
      reason: calm.has(fact) && !shown.has(fact) ? 'reading-time' : 'does-not-fit',
    })),
  }
}

/**
 * The best fit alone: finding out why a fact is missing may take a second search.
 *
 * @param few partial solutions kept in the first search
 */
export function bestPlaces(
  facts: readonly FitFact[],
  wanted: FitLimits,
  few: number = FEW_STATES,
): Omit<Fit, 'dropped'> {
  const limits = besideOnlyAtOneHeight(facts, wanted)
  const taken = facts.slice(0, MOST_FIT_FACTS)
  const options = taken.map((fact, index) => optionsOf(fact, taken[index + 1], limits))
  const ahead = worthAhead(taken)
  let found = search(taken, options, limits, few, (index) => ahead[index] ?? 0)
  if (!found.complete) {
    const bound = new Bound(taken, options, limits)
    const least = paid(found.best, limits)
    found = search(taken, options, limits, MOST_STATES, (index, state) => bound.ahead(state, index), least)
  }
  const { best, complete } = found
  const isWhole =
    facts.length === taken.length && taken.every((fact) => fact.wordings.length <= MOST_FIT_WORDINGS)
  return { placed: unwind(best), score: scoreOf(best), optimal: complete && isWhole }
}

/**
 * @param most partial solutions kept after each fact
 * @param ahead the most that the facts from an index on can add to a partial solution
 * @param least what some solution is worth, its pages paid
 */
function search(
  facts: readonly FitFact[],
  options: readonly (readonly Option[])[],
  limits: FitLimits,
  most: number,
  ahead: Ahead,
  least = Number.NEGATIVE_INFINITY,
): { readonly best: State; readonly complete: boolean } {
  const tallest = Math.max(0, ...facts.map((fact) => fact.lineHeight)) + limits.factGap
  let complete = true
  let states: readonly State[] = [START]
  for (const [index, fact] of facts.entries()) {
    const ways = options[index] ?? []
    if (ways.length === 0) continue
    const next = new States(index, facts, limits)
    for (const state of states) next.offer(without(state, limits))
    const { beside } = limits
    const after = facts[index + 1]
    const canFollow = !beside?.joined || (after !== undefined && mayStandBeside(fact, after))
    for (const state of states)
      for (const option of ways) place(next, state, index, fact, option, limits, canFollow)
    const kept = next.undominated(tallest, (state) => ahead(index + 1, state), least, most)
    complete &&= kept.complete
    states = kept.states
  }
  return { best: states.reduce((a, b) => (compare(b, a, limits) > 0 ? b : a)), complete }
}

type Ahead = (index: number, state: State) => number

/** A state in which the next fact is left out: what belongs to that fact can then stand beside nothing. */
function without(state: State, { beside }: FitLimits): State {
  return beside?.joined && state.open >= 0 ? { ...state, open: -1 } : state
}

/** Whether a fact may share the line of the one before it, where only those that belong together do. */
function mayStandBeside(before: FitFact, fact: FitFact): boolean {
  return fact.joined && fact.lineHeight === before.lineHeight
}

/** Two facts share a line only when all lines are equally high. */
function besideOnlyAtOneHeight(facts: readonly FitFact[], limits: FitLimits): FitLimits {
  if (limits.beside?.joined || facts.every((fact) => fact.lineHeight === facts[0]?.lineHeight)) return limits
  const { beside: _, ...others } = limits
  return others
}

/** The ways to set a fact, without those that an earlier one is better than in everything. */
function optionsOf(fact: FitFact, after: FitFact | undefined, limits: FitLimits): readonly Option[] {
  const { beside } = limits
  const shares = beside && (!beside.joined || fact.joined || after?.joined)
  // What would be too high is not made even first.
  const room = Math.floor(limits.height / fact.lineHeight)
  const mostLines = fact.whole ? Math.min(1, room) : room
  const options: Option[] = []
  for (const [index, wording] of fact.wordings.slice(0, MOST_FIT_WORDINGS).entries()) {
    const broken = breakLines(wording.atoms, limits.width, fact.width, mostLines)
    if (broken === undefined) continue
    const { lines, unevenness } = broken
    const height = lines.length * fact.lineHeight
    const { quality, units, wordTime } = wording
    // Only facts beside each other need to know how wide they are.
    const width = shares && lines.length === 1 ? fact.width(lines[0] ?? '') : limits.width
    const bytes = limits.bytes ? limits.bytes.of(lines.join(' ')) : 0
    const option = { wording: index, lines, width, height, quality, units, wordTime, bytes, unevenness }
    if (!options.some((other) => isAsGood(other, option))) options.push(option)
  }
  return options
}

function isAsGood(one: Option, other: Option): boolean {
  return (
    one.quality >= other.quality &&
    one.height <= other.height &&
    one.width <= other.width &&
    one.unevenness <= other.unevenness &&
    one.units <= other.units &&
    one.wordTime <= other.wordTime &&
    one.bytes <= other.bytes
  )
}

/** Adds every way to put one wording after a partial solution. */
function place(
  next: States,
  state: State,
  index: number,
  fact: FitFact,
  option: Option,
  limits: FitLimits,
  canFollow: boolean,
): void {
  const single = option.lines.length === 1
  const { beside } = limits
  const belongs = fact.joined && state.placed?.fact === index - 1
  // What no limit counts is not counted: it would only keep equal states apart.
  const units = limits.unitsInMessage === undefined ? 0 : state.units + option.units
  if (units > (limits.unitsInMessage ?? units)) return
  const unevenness = state.unevenness + option.unevenness
  const add = (page: number, top: number, left: number, onLine: number): void => {
    const turned = page !== state.page
    const here = onPage(fact, option.quality, page < (limits.columns ?? 1))
    const value = turned && belongs ? apart(here, limits) : here
    const worth =
      state.worth + ((fact.keep ? fact.weight : 0) * MOST_UTILITY + value) * MOST_SPLITS - (single ? 0 : 1)
    const counted = limits.unitsPerPage !== undefined || limits.reading !== undefined
    const pageUnits = counted ? (turned ? 0 : state.pageUnits) + option.units : 0
    const pageWords = limits.reading ? (turned ? 0 : state.pageWords) + option.wordTime : 0
    const time = turned ? state.time + pageTime(state, limits) + (limits.reading?.gap ?? 0) : state.time
    if (pageUnits > (limits.unitsPerPage ?? pageUnits)) return
    const height = onLine > 1 ? state.height : top + option.height
    const open = single && canFollow && onLine < (beside?.most ?? 1) ? left + option.width : -1
    const between = state.placed === undefined ? 0 : onLine > 1 ? (beside?.gap ?? 1) : 1
    const bytes = limits.bytes === undefined ? 0 : state.bytes + between + option.bytes
    if (bytes > (limits.bytes?.most ?? bytes)) return
    if (limits.reading && time + pageTime({ pageUnits, pageWords }, limits) > limits.reading.available) return
    const placed = { before: state.placed, fact: index, option, page, top, left }
    next.offer({
      page,
      height,
      open,
      onLine,
      bytes,
      units,
      pageUnits,
      pageWords,
      time,
      worth,
      unevenness,
      placed,
    })
  }
  if (beside && single && state.open >= 0 && (belongs || !beside.joined)) {
    const left = state.open + beside.gap
    if (left + option.width <= limits.width)
      add(state.page, state.height - fact.lineHeight, left, state.onLine + 1)
  }
  const top = state.height === 0 ? 0 : state.height + limits.factGap
  if (top + option.height <= limits.height) add(state.page, top, 0, 1)
  if (state.placed && state.height > 0 && state.page + 1 < limits.pages) add(state.page + 1, 0, 0, 1)
}

/** The most that the facts from each index on could add to the worth of a state. */
function worthAhead(facts: readonly FitFact[]): readonly number[] {
  const ahead = [0]
  for (const fact of facts.toReversed()) {
    const best = Math.max(0, ...fact.wordings.map((one) => one.quality)) * fact.weight
    ahead.unshift((ahead[0] ?? 0) + ((fact.keep ? fact.weight : 0) * MOST_UTILITY + best) * MOST_SPLITS)
  }
  return ahead
}

/** Above 0 when `a` is better. */
function compare(a: State, b: State, limits: FitLimits): number {
  return paid(a, limits) - paid(b, limits) || b.page - a.page || b.unevenness - a.unevenness
}

function scoreOf(state: State): FitScore {
  const value = Math.ceil(state.worth / MOST_SPLITS)
  return {
    keep: Math.floor(value / MOST_UTILITY),
    utility: value % MOST_UTILITY,
    splits: value * MOST_SPLITS - state.worth,
    pages: state.placed ? state.page + 1 : 0,
    unevenness: state.unevenness,
  }
}

function unwind(state: State): readonly PlacedFact[] {
  const placed: PlacedFact[] = []
  for (let at = state.placed; at; at = at.before) {
    const { fact, option, page, top, left } = at
    placed.unshift({ fact, wording: option.wording, page, top, left, lines: option.lines })
  }
  return placed
}
