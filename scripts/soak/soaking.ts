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

/** Numbers that look random and are the same for the same seed. */
export class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** 0 up to 1. Mulberry32. */
  roll(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number from 0 up to, and not including, `below`. */
  below(below: number): number {
    return Math.floor(this.roll() * below)
  }

  chance(share: number): boolean {
    return this.roll() < share
  }

  /** @throws RangeError when there is nothing to pick */
  pick<Value>(values: readonly Value[]): Value {
    const value = values[this.below(values.length)]
    if (value === undefined) throw new RangeError('nothing to pick from')
    return value
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)))
  }
}
