import type { CancelTimer, Clock } from '../base/clock.ts'

interface Waiting {
  readonly due: number
  readonly order: number
  readonly callback: () => void
}

/** Where test time starts unless a test says otherwise: 2026-11-22T16:00:00Z, ms since 1970. */
export const TEST_TIME = Date.UTC(2026, 10, 22, 16, 0, 0)

/** A clock that only moves when a test moves it. */
export class TestClock implements Clock {
  #wall: number
  #monotonic = 0
  #order = 0
  readonly #waiting = new Set<Waiting>()
  readonly #listeners = new Set<() => void>()

  /** @param wall wall time to start at, ms since 1970 */
  constructor(wall: number = TEST_TIME) {
    this.#wall = wall
  }

  now(): number {
    return this.#wall
  }

  monotonic(): number {
    return this.#monotonic
  }

  after(delay: number, callback: () => void): CancelTimer {
    this.#order += 1
    const waiting = { due: this.#monotonic + Math.max(0, delay), order: this.#order, callback }
    this.#waiting.add(waiting)
    return () => this.#waiting.delete(waiting)
  }

  onLeap(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Callbacks that still wait. */
  get waiting(): number {
    return this.#waiting.size
  }

  /**
   * Lets `milliseconds` pass. Every callback that comes due runs at its own moment, in order of time and then of
   * asking; so do the callbacks that those ask for.
   */
  advance(milliseconds: number): void {
    const end = this.#monotonic + milliseconds
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#waiting.delete(next)
      this.#pass(next.due - this.#monotonic)
      next.callback()
    }
    this.#pass(end - this.#monotonic)
  }

  /**
   * Makes the wall time leap to `wall` (ms since 1970), as NTP or sleep does; no other time passes.
   *
   * @param options `unnoticed`: nobody has read the clock since
   */
  set(wall: number, { unnoticed = false }: { readonly unnoticed?: boolean } = {}): void {
    this.#wall = wall
    if (!unnoticed) for (const listener of this.#listeners) listener()
  }

  #pass(milliseconds: number): void {
    this.#wall += milliseconds
    this.#monotonic += milliseconds
  }

  #next(end: number): Waiting | undefined {
    let first: Waiting | undefined
    for (const one of this.#waiting) {
      if (one.due > end) continue
      if (first === undefined || one.due < first.due || (one.due === first.due && one.order < first.order))
        first = one
    }
    return first
  }
}
