import type { CancelTimer, Clock } from '../base/clock.ts'

/** Timers of one owner by name: setting one anew takes the place of the last of that name. */
export class NamedTimers<Name extends string> {
  readonly #clock: Clock
  readonly #timers = new Map<Name, CancelTimer>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Runs `callback` after `delay` ms, unless it is cancelled or set anew before. */
  set(name: Name, delay: number, callback: () => void): void {
    this.cancel(name)
    this.#timers.set(
      name,
      this.#clock.after(delay, () => {
        this.#timers.delete(name)
        callback()
      }),
    )
  }

  has(name: Name): boolean {
    return this.#timers.has(name)
  }

  cancel(name: Name): void {
    this.#timers.get(name)?.()
    this.#timers.delete(name)
  }

  clear(): void {
    for (const cancel of this.#timers.values()) cancel()
    this.#timers.clear()
  }
}
