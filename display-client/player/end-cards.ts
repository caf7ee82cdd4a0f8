import type { CancelTimer, Clock } from '../base/clock.ts'
import type { Disposable } from '../base/disposal.ts'
import { END_CARD_TIME, type Ending } from '../panel/policy.ts'

/** What a panel says of an alert that is over. */
export interface EndCard {
  readonly ending: Ending
  /** ms since 1970 */
  readonly until: number
}

interface HeldCard extends EndCard {
  /** Of the timer that takes it away. */
  readonly cancel: CancelTimer
}

/** The end card of each panel, while it stands or waits for a live alert to go. In memory only: no card outlives a restart. */
export class EndCards implements Disposable {
  readonly #clock: Clock
  readonly #onGone: () => void
  readonly #cards = new Map<string, HeldCard>()
  readonly #stopListening: () => void

  /** @param onGone the time of a card is over */
  constructor(clock: Clock, onGone: () => void) {
    this.#clock = clock
    this.#onGone = onGone
    // Then nobody knows how long ago the end was.
    this.#stopListening = clock.onLeap(() => {
      for (const [panel, { ending, until }] of [...this.#cards]) this.#hold(panel, ending, until, 0)
    })
  }

  get(panel: string): EndCard | undefined {
    return this.#cards.get(panel)
  }

  /** In place of the one that is there. */
  set(panel: string, ending: Ending): void {
    this.#hold(panel, ending, this.#clock.now() + END_CARD_TIME, END_CARD_TIME)
  }

  dispose(): void {
    this.#stopListening()
    for (const { cancel } of this.#cards.values()) cancel()
    this.#cards.clear()
  }

  /** @param time how long it stays from now on, ms */
  #hold(panel: string, ending: Ending, until: number, time: number): void {
    this.#cards.get(panel)?.cancel()
    const cancel = this.#clock.after(time, () => {
      this.#cards.delete(panel)
      this.#onGone()
    })
    this.#cards.set(panel, { ending, until, cancel })
  }
}
