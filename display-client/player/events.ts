import type { RejectionCode } from '../alert/rejection.ts'
import type { Receipt } from './receipts.ts'

/** What somebody who embeds a player can follow. */
export type PlayerEvent =
  | ({ readonly type: 'receipt' } & Receipt)
  /** A message was refused. @property at wall time, ms since 1970 */
  | { readonly type: 'rejected'; readonly code: RejectionCode; readonly at: number }
  /** From now on an alert that is published reaches the panels; after a lost broker, again. */
  | { readonly type: 'armed'; readonly at: number }

/** Events of one player, told as they happen. */
export class PlayerEvents {
  readonly #listeners = new Set<(event: PlayerEvent) => void>()

  /** @returns stops listening */
  on(listener: (event: PlayerEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  emit(event: PlayerEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}
