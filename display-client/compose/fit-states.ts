import { APART, type FitFact, type FitLimits, MOST_FIT_FACTS, turnsOf } from './fit-problem.ts'

/** The partial solutions of the fitter, and when one makes another superfluous. */

/** A wording with its lines made up. */
export interface Option {
  readonly wording: number
  readonly lines: readonly string[]
  readonly width: number
  readonly height: number
  readonly quality: number
  readonly units: number
  readonly wordTime: number
  readonly bytes: number
  readonly unevenness: number
}

/** A partial solution: everything that later facts depend on, and the way back. */
export interface State {
  readonly page: number
  /** Used on this page. */
  readonly height: number
  /** Used on the last line when another fact may join it, else -1. */
  readonly open: number
  /** Facts on the last line. */
  readonly onLine: number
  readonly bytes: number
  readonly units: number
  readonly pageUnits: number
  readonly pageWords: number
  /** Reading time of the pages before this one, gaps included, ms. */
  readonly time: number
  /** keep, utility and splits in one number. */
  readonly worth: number
  readonly unevenness: number
  readonly placed: Placed | undefined
}

interface Placed {
  readonly before: Placed | undefined
  readonly fact: number
  readonly option: Option
  readonly page: number
  readonly top: number
  readonly left: number
}

/** More than there are facts, so that splits never reach into the utility. */
export const MOST_SPLITS = 32
/** More than all facts together are worth. */
export const MOST_UTILITY = MOST_FIT_FACTS * 100 * 1_000 + 1
export const START: State = {
  page: 0,
  height: 0,
  open: -1,
  onLine: 0,
  bytes: 0,
  units: 0,
  pageUnits: 0,
  pageWords: 0,
  time: 0,
  worth: 0,
  unevenness: 0,
  placed: undefined,
}

/** What an option of a fact is worth on a page. */
export function onPage({ weight, later = 1_000 }: FitFact, quality: number, isFirst: boolean): number {
  return isFirst ? weight * quality : Math.floor((weight * quality * later) / 1_000)
}

/** What a joined fact is worth apart from the one it belongs to. */
export function apart(value: number, { apart: left = APART }: FitLimits): number {
  return Math.floor((value * left) / 1_000)
}

/** Reading time of the page that a partial solution is on, ms. */
export function pageTime(state: Pick<State, 'pageUnits' | 'pageWords'>, limits: FitLimits): number {
  return limits.reading
    ? Math.max(limits.reading.perUnit * state.pageUnits, limits.reading.page + state.pageWords)
    : 0
}

/** Worth of a state less the price of its pages. */
export function paid(state: State, limits: FitLimits): number {
  return state.worth - turnsOf(state.page + 1, limits.columns) * limits.pagePrice * MOST_SPLITS
}

/** Everything that later facts depend on was found equal: only the better state is worth keeping. */
function replaces(one: State, other: State): boolean {
  return one.worth > other.worth || (one.worth === other.worth && one.unevenness < other.unevenness)
}

/** Bound of the work after one fact: how often one partial solution is held against another. */
const MOST_COMPARED = 100_000

/** The partial solutions after one fact. */
export class States {
  readonly #index: number
  readonly #limits: FitLimits
  /** For a state whose last fact the next one belongs to: the most that a page turn between them can cost. */
  readonly #risk: number
  readonly #byPlace = new Map<number, State>()
  readonly #others: State[] = []
  /** Whether page, height and open line are all that later facts depend on. */
  readonly #placeIsAll: boolean

  constructor(index: number, facts: readonly FitFact[], limits: FitLimits) {
    const next = facts[index + 1]
    const dearest = next?.joined ? Math.max(0, ...next.wordings.map((one) => next.weight * one.quality)) : 0
    this.#index = index
    this.#limits = limits
    this.#risk = dearest === 0 ? 0 : (dearest - apart(dearest, limits) + 1) * MOST_SPLITS
    this.#placeIsAll = [limits.bytes, limits.reading, limits.unitsPerPage, limits.unitsInMessage].every(
      (one) => one === undefined,
    )
  }

  offer(state: State): void {
    if (!this.#placeIsAll) {
      this.#others.push(state)
      return
    }
    const line = state.page * (this.#limits.height + 1) + state.height
    const open = (line * (this.#limits.width + 2) + state.open + 1) * MOST_SPLITS + state.onLine
    const key = open * 2 + (this.#isTied(state) ? 1 : 0)
    const held = this.#byPlace.get(key)
    if (held === undefined || replaces(state, held)) this.#byPlace.set(key, state)
  }

  /**
   * Those that no other can replace and that can still become the best.
   *
   * @param ahead worth that can yet be added to a state, at most
   * @param least what the best is worth at least, its pages paid
   * @param most how many are kept; the rest, of the least worth, is let go and the answer is not `complete`
   */
  undominated(
    tallest: number,
    ahead: (state: State) => number,
    least: number,
    most: number,
  ): { readonly states: readonly State[]; readonly complete: boolean } {
    const limits = this.#limits
    const offered = [...this.#byPlace.values(), ...this.#others]
    const sure = offered.reduce((highest, state) => Math.max(highest, paid(state, limits)), least)
    const states = offered.filter((state) => paid(state, limits) + ahead(state) >= sure)
    states.sort(
      (a, b) => b.worth - a.worth || a.unevenness - b.unevenness || a.page - b.page || a.height - b.height,
    )
    const kept: State[] = []
    let compared = 0
    for (const state of states) {
      compared += kept.length
      if (this.#isDominated(state, kept, tallest)) continue
      if (kept.length === most || compared > MOST_COMPARED) return { states: kept, complete: false }
      kept.push(state)
    }
    return { states: kept, complete: true }
  }

  #isDominated(state: State, kept: readonly State[], tallest: number): boolean {
    const isTied = this.#isTied(state)
    for (const other of kept) {
      const free = !this.#isTied(other) || (isTied && state.page === other.page)
      if (!free && other.worth - this.#risk < state.worth) continue
      if (dominates(other, state, tallest, this.#limits)) return true
    }
    return false
  }

  #isTied(state: State): boolean {
    return this.#risk > 0 && state.placed?.fact === this.#index
  }
}

/** Whether `a`, which is worth at least as much, can be followed by everything that can follow `b`. */
function dominates(a: State, b: State, tallest: number, limits: FitLimits): boolean {
  if (a.bytes > b.bytes || a.units > b.units) return false
  if (a.page < b.page) {
    // It can turn to an empty page where `b` already is.
    return (
      limits.reading === undefined ||
      a.time + pageTime(a, limits) + (b.page - a.page) * limits.reading.gap <= b.time
    )
  }
  if (a.page > b.page || a.time > b.time || a.pageUnits > b.pageUnits || a.pageWords > b.pageWords)
    return false
  if (b.open < 0) return a.height <= b.height
  // A fact beside another takes no height in `b`; `a` must offer as much room beside, or a free line.
  if (a.height + tallest <= b.height) return true
  return a.height <= b.height && a.open >= 0 && a.open <= b.open && a.onLine <= b.onLine
}
