import { createHash } from 'node:crypto'
import type { Ledger } from '../../display-client/player/ledger.ts'
import type { Log } from '../../display-client/player/log.ts'
import { entryOf, isListed, type Judging, placeOf, type Roll } from './roll.ts'
import type { RollStore } from './roll-store.ts'

/** The roll as it is now, on disk, and what of it can be published again. */
export class KeptRoll {
  /**
   * What can be published again, by digest. Alerts are in the ledger too, sealed; of ends there is no copy but this one and
   * those of the brokers.
   */
  readonly #envelopes = new Map<string, string>()
  readonly #store: RollStore
  readonly #log: Log
  /** What the disk said when it took the roll last; undefined: it did. */
  #fault: string | undefined

  constructor(store: RollStore, log: Log) {
    this.#store = store
    this.#log = log
  }

  get roll(): Roll {
    return this.#store.roll
  }

  /** False when a restart may know less than this. */
  get stored(): boolean {
    return this.#fault === undefined
  }

  /** By digest. */
  get envelopes(): ReadonlyMap<string, string> {
    return this.#envelopes
  }

  /** Takes an envelope; it stays as long as the roll has need of it. */
  hold(digest: string, envelope: string): void {
    this.#envelopes.set(digest, envelope)
  }

  /** Adds what the ledger has and the roll has not: the ledger was stored first, and the power has come between. */
  takeUp(ledger: Ledger, judging: Judging): void {
    let { roll } = this
    for (const current of ledger.current.values()) {
      const { area, envelope, alert } = current
      if (area === undefined || envelope === undefined) continue
      const sha256 = createHash('sha256').update(envelope).digest('hex')
      this.hold(sha256, envelope)
      const place = placeOf({ area, sender: current.sender, incident: alert.incident })
      const known = roll.get(place)
      if (alert.status !== 'Actual' || known?.ended || (known?.revision ?? 0) >= alert.revision) continue
      roll = new Map(roll).set(place, entryOf(current, area, sha256))
    }
    this.become(roll, judging)
  }

  /** Takes `roll` for what it is from now on. */
  become(roll: Roll, judging: Judging): void {
    if (roll !== this.roll || this.#fault !== undefined) this.#keep(roll)
    const needed = new Set(
      [...this.roll.values()]
        .filter((one) => (one.ended ? one.expires > judging.now : isListed(one, judging)))
        .map(({ sha256 }) => sha256),
    )
    for (const digest of [...this.#envelopes.keys()]) if (!needed.has(digest)) this.#envelopes.delete(digest)
  }

  #keep(roll: Roll): void {
    try {
      this.#store.put(roll)
      this.#fault = undefined
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (this.#fault !== reason)
        this.#log.warn(`the data folder takes nothing (${reason}); free space in it, or a restart knows less`)
      this.#fault = reason
    }
  }
}
