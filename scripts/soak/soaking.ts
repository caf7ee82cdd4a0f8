export { Dice } from '../../display-client/testkit/dice.ts'

/** What every part of the soak is told. */
export interface SoakOptions {
  readonly runs: number
  /** The same seed makes the same decisions; when the machine does what is not in our hands. */
  readonly seed: number
  onProgress(done: number, of: number): void
}

/** What a part has found. */
export interface SoakReport {
  readonly part: string
  readonly runs: number
  /** What was wrong, a sentence each, with the seed that makes it again. */
  readonly failures: readonly string[]
  /** What was done, for whoever wants to know that it was anything. */
  readonly counts: Readonly<Record<string, number>>
  /** s */
  readonly seconds: number
}

/** No run goes on when something is so wrong that everything after it is. */
export const MOST_FAILURES = 20
