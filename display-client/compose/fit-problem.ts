import type { Width } from './breaking.ts'
import type { DropReason } from './composition.ts'

/** What the fitter is given and what it answers, in any unit of width and height: characters and lines, or px. */

/** Bounds of the work. */
export const MOST_FIT_FACTS = 24
export const MOST_FIT_WORDINGS = 12
/** What is usually left of the worth of a joined fact on the page after the one it belongs to, per mille. */
export const APART = 800

export interface FitWording {
  readonly atoms: readonly string[]
  /** 0 to 1000 */
  readonly quality: number
  /** Units of information; counts against `unitsPerPage`. */
  readonly units: number
  /** Reading time by words, ms; counts against `reading`. */
  readonly wordTime: number
}

export interface FitFact {
  readonly id: string
  /** 1 to 100 */
  readonly weight: number
  readonly keep: boolean
  readonly whole: boolean
  /** Belongs to the fact before it, and is worth less when a page turns between them. */
  readonly joined: boolean
  /** What it is worth on pages that are not seen at first, per mille; absent = as much. */
  readonly later?: number
  /** Height of each of its lines. */
  readonly lineHeight: number
  readonly width: Width
  readonly wordings: readonly FitWording[]
}

/** The time in which a passing reader must be able to read everything, ms (NCHRP HFG Collection C). */
export interface ReadingLimit {
  readonly available: number
  readonly perUnit: number
  /** Blank between two pages. */
  readonly gap: number
  /** To read, by words, what stands on every page beside the facts. */
  readonly page: number
}

export interface FitLimits {
  readonly pages: number
  /** What every page after the first must earn in utility; with `columns`, all that are seen at once. */
  readonly pagePrice: number
  readonly height: number
  readonly width: number
  /** What is left of the worth of a joined fact on the page after the one it belongs to, per mille; absent = {@link APART}. */
  readonly apart?: number
  /**
   * Facts may share a line when all lines are equally high, so many at most and with so much between them; absent = every
   * fact on its own line. With `joined` only a fact that belongs to the one before it, when those two are equally high.
   */
  readonly beside?: { readonly most: number; readonly gap: number; readonly joined?: boolean }
  /** So many pages stand beside each other, as columns, and are paid for as one; absent = 1. */
  readonly columns?: number
  /** Above a fact that is not the first of its page. */
  readonly factGap: number
  /** Of the whole message, with one for every line break and page break and the gap between facts on a line. */
  readonly bytes?: { readonly most: number; readonly of: (text: string) => number }
  readonly unitsPerPage?: number
  readonly unitsInMessage?: number
  readonly reading?: ReadingLimit
}

/** A fact in its place. */
export interface PlacedFact {
  /** Index into the facts given. */
  readonly fact: number
  /** Index into its wordings. */
  readonly wording: number
  readonly page: number
  /** Upper edge of its first line, from the top of the page. */
  readonly top: number
  /** Left edge: 0, or beside the fact before it. */
  readonly left: number
  readonly lines: readonly string[]
}

/** What a fit is worth; compared from first to last. */
export interface FitScore {
  /** Sum of the weights of the `keep` facts shown. */
  readonly keep: number
  /** Sum of weight x quality; what a page costs is not taken off. */
  readonly utility: number
  /** Facts over more than one line. */
  readonly splits: number
  readonly pages: number
  readonly unevenness: number
}

/** How often something new must be looked at: of so many pages, so many seen at once. */
export function turnsOf(pages: number, columns = 1): number {
  return Math.max(0, Math.ceil(pages / columns) - 1)
}

export interface Fit {
  /** In reading order. */
  readonly placed: readonly PlacedFact[]
  /** Indexes of the facts that are not shown. */
  readonly dropped: readonly { readonly fact: number; readonly reason: DropReason }[]
  readonly score: FitScore
  readonly optimal: boolean
}
