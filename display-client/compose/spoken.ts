import type { ChosenFact, CompositionPage, DroppedFact, Substitution } from './composition.ts'

/** One page, and what a reader has to read on it. */
export interface SpokenPage {
  readonly content: CompositionPage['content']
  readonly texts: readonly string[]
  /** Units of information on it. */
  readonly units: number
  /** Of a running line: the time of one pass, ms; else the texts tell how long reading takes. */
  readonly pass?: number
}

/** What a panel shows of an alert in one language. */
export interface Spoken {
  readonly language: string
  /** Never empty. */
  readonly pages: readonly SpokenPage[]
  readonly chosen: readonly ChosenFact[]
  readonly dropped: readonly DroppedFact[]
  /** `keep` facts that are not shown. */
  readonly cannotFit: readonly string[]
  readonly substitutions: readonly Substitution[]
  /** Smallest capitals shown, px; Infinity for characters. */
  readonly capHeight: number
  readonly optimal: boolean
  readonly utility: number
}
