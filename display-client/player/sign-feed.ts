import { toCapTime } from '../alert/cap-time.ts'
import type { Clock } from '../base/clock.ts'
import type { SignPage, SignSink } from './outputs/characters.ts'
import type { Programme } from './outputs/output.ts'
import type { PublishOptions } from './publish-queue.ts'
import { signTopic } from './topics.ts'

/** What a sign controller reads from its topic: everything, each time it changes. `kijkuit-sign/1` */
export interface SignRecord {
  readonly schema: 'kijkuit-sign/1'
  readonly panel: string
  /** None = nothing of ours: the sign is its owner's. */
  readonly pages: readonly SignPage[]
  /** The live alerts that the pages are about; none while the pages are an end card. */
  readonly incidents: readonly {
    readonly incident: string
    readonly revision: number
    readonly kind: string
  }[]
  /** CAP time at which the text must be gone, whatever the reader hears by then; absent when there is none. */
  readonly until?: string
}

export interface SignFeedOptions {
  readonly player: string
  readonly clock: Clock
  publish(topic: string, payload: string, options: PublishOptions): void
}

/** The text feed of every sign, retained, on every broker that is there. */
export class SignFeed implements SignSink {
  readonly #options: SignFeedOptions
  readonly #records = new Map<string, { readonly payload: string; readonly until: number | undefined }>()

  constructor(options: SignFeedOptions) {
    this.#options = options
  }

  set(panel: string, pages: readonly SignPage[], programme: Programme): void {
    const ends = programme.map(({ until: end }) => end)
    const until = ends.length === 0 ? undefined : Math.min(...ends)
    const record: SignRecord = {
      schema: 'kijkuit-sign/1',
      panel,
      pages,
      incidents: programme
        .filter(({ live }) => live)
        .map(({ about: { incident, revision, kind } }) => ({ incident, revision, kind })),
      ...(until !== undefined && { until: toCapTime(until) }),
    }
    this.#records.set(panel, { payload: JSON.stringify(record), until })
    this.#publish(panel)
  }

  /** Publishes every record anew: for a broker that may have lost them, or has those of an earlier run. */
  publishAll(): void {
    for (const panel of this.#records.keys()) this.#publish(panel)
  }

  #publish(panel: string): void {
    const record = this.#records.get(panel)
    if (record === undefined) return
    const { player, clock, publish } = this.#options
    const { payload, until } = record
    // Also when the player is not there to take it back: a name must not stay on the broker.
    const lifetime =
      until === undefined ? {} : { lifetime: Math.max(1, Math.ceil((until - clock.now()) / 1000)) }
    publish(signTopic(player, panel), payload, { retain: true, ...lifetime })
  }
}
