import type { Missing } from '../alert/reconcile.ts'
import type { CancelTimer, Clock } from '../base/clock.ts'
import type { Disposable } from '../base/disposal.ts'
import type { Log } from './log.ts'

export interface ManifestsOptions {
  readonly clock: Clock
  readonly log: Log
  /** The areas whose list has stopped coming. */
  staleAreas(): readonly string[]
  /** Has every broker send again what it retains. */
  refill(): void
  /** An area became stale, or is no longer. */
  onStale(): void
}

/** ms until what is missing is asked for again; doubled each time. A manifest comes every 10 s. */
const FIRST_PAUSE = 10_000
/** ms */
const LONGEST_PAUSE = 600_000
/** ms between two looks at whether lists still come. */
const LOOK = 15_000
/** Lists of many areas, all of them wrong. Beyond that nothing is asked for. */
const MOST_ASKED = 10_000

interface Asked {
  /** Monotonic, ms. */
  readonly again: number
  readonly pause: number
}

/**
 * What follows from manifests outside the ledger: alerts that are live and not here are asked for again, and an area of
 * which no list comes any more is told of. Its alerts stay until their own end: that is all that is known to be safe.
 */
export class Manifests implements Disposable {
  readonly #options: ManifestsOptions
  #cancelLook: CancelTimer | undefined
  readonly #asked = new Map<string, Asked>()
  #stale: ReadonlySet<string> = new Set()

  constructor(options: ManifestsOptions) {
    this.#options = options
    this.#look()
  }

  /** A manifest was taken. @param missing what it lists and the ledger does not have */
  take(missing: readonly Missing[]): void {
    this.#look()
    if (missing.map((one) => this.#isDue(one)).includes(true)) this.#options.refill()
  }

  dispose(): void {
    this.#cancelLook?.()
  }

  /** A broker that does not have it, or an alert that is refused, must not have it asked for with each manifest. */
  #isDue({ area, incident, sha256 }: Missing): boolean {
    const now = this.#options.clock.monotonic()
    const key = `${area} ${incident} ${sha256}`
    const before = this.#asked.get(key)
    if (before !== undefined && now < before.again) return false
    this.#asked.delete(key)
    if (this.#asked.size >= MOST_ASKED) {
      for (const [other, { again }] of this.#asked) if (again + LONGEST_PAUSE < now) this.#asked.delete(other)
      if (this.#asked.size >= MOST_ASKED) return false
    }
    const pause = before === undefined ? FIRST_PAUSE : Math.min(before.pause * 2, LONGEST_PAUSE)
    this.#asked.set(key, { again: now + pause, pause })
    return true
  }

  #look(): void {
    const { staleAreas, log, onStale, clock } = this.#options
    this.#cancelLook?.()
    this.#cancelLook = clock.after(LOOK, () => this.#look())
    const stale = new Set(staleAreas())
    const gone = [...stale].filter((area) => !this.#stale.has(area))
    const back = [...this.#stale].filter((area) => !stale.has(area))
    this.#stale = stale
    for (const area of gone)
      log.warn(`no list of live alerts for ${area} comes any more; what is shown stays until its own end`)
    for (const area of back) log.info(`the list of live alerts for ${area} comes again`)
    if (gone.length + back.length > 0) onStale()
  }
}
