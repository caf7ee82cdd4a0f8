import type { DatabaseSync } from 'node:sqlite'
import type { Log } from '../log.ts'

/** Numbers that are reserved on disk at once, so that not every heartbeat is a commit. What a crash leaves unused is skipped. */
const RESERVED = 1_000
const MARK = 'feed'

/**
 * Epoch and sequence of the feed, which never go back: over restarts by what is stored, and where the disk has lost that, by the
 * epoch, which is never below the seconds since 1970.
 */
export class FeedCounter {
  readonly epoch: number
  readonly #database: DatabaseSync
  readonly #log: Log
  #sequence: number
  #reserved: number

  /** @param now ms since 1970 */
  constructor(database: DatabaseSync, now: number, log: Log) {
    this.#database = database
    this.#log = log
    const stored = this.#read()
    this.epoch = Math.max(stored.epoch + 1, Math.floor(now / 1000))
    this.#sequence = stored.reserved
    this.#reserved = stored.reserved
  }

  /** The next number; 1 or more. */
  next(): number {
    this.#sequence += 1
    if (this.#sequence > this.#reserved) {
      this.#reserved = this.#sequence + RESERVED
      this.#write()
    }
    return this.#sequence
  }

  #read(): { readonly epoch: number; readonly reserved: number } {
    try {
      const row = this.#database.prepare('SELECT value FROM mark WHERE name = ?').get(MARK)
      const [epoch, reserved] = JSON.parse(String(row?.['value'] ?? '[0,0]')) as unknown[]
      if (Number.isSafeInteger(epoch) && Number.isSafeInteger(reserved))
        return { epoch: Number(epoch), reserved: Number(reserved) }
    } catch {
      // As when it was never there: the epoch rises by the clock.
    }
    return { epoch: 0, reserved: 0 }
  }

  #write(): void {
    try {
      this.#database
        .prepare('INSERT INTO mark VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
        .run(MARK, JSON.stringify([this.epoch, this.#reserved]))
    } catch (error) {
      this.#log.warn(
        `the number of the feed cannot be stored (${error}); after a restart its epoch rises by the clock alone`,
      )
    }
  }
}
