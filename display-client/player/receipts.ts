import { type IncidentId, incidentId } from '../alert/incident-id.ts'
import type { CancelTimer, Clock } from '../base/clock.ts'
import type { Disposable } from '../base/disposal.ts'
import type { Log } from './log.ts'
import type { Outbox } from './outbox.ts'
import { receiptsTopic } from './topics.ts'

/**
 * The steps of an alert on its way to a panel. `received`, `verified` and `erased` are of the player as a whole. `shown` is said
 * only after a frame with it was painted, its sign has accepted it, or the controller of its sign says so; `removed` in the
 * same way when it is gone; `sent` and `withdrawn` stand for those two where a sign answers nothing (docs/signs.md). `accepted` and
 * `refused` are the words of a controller about what it was offered (docs/feed.md). `photo-failed`: it is there without its photo,
 * which a viewer of the panel could not draw. `erased`: nothing of it is left in the data folder
 * and the memory of photos.
 */
export const RECEIPT_KINDS = [
  'received',
  'verified',
  'composed',
  'photo-failed',
  'accepted',
  'refused',
  'shown',
  'sent',
  'removed',
  'withdrawn',
  'erased',
] as const
export type ReceiptKind = (typeof RECEIPT_KINDS)[number]

/** One step. Ids only: what an alert says and shows is in no receipt. */
export interface Receipt {
  readonly kind: ReceiptKind
  /** Absent for the steps of the player as a whole. */
  readonly panel?: string
  /** Whose incident it is; with `incident` it says which. Empty: a supervisor has ended those of everybody. */
  readonly sender: string
  readonly incident: string
  readonly revision: number
  /** Wall time, ms since 1970, with fractions. */
  readonly at: number
  /** Of a composition: its hash, the proof of what was shown. */
  readonly hash?: string
  /** Of a refusal: one of `REFUSALS` (feed/acknowledgement.ts); of a photo: one of `PHOTO_FAULTS` (protocol.ts). */
  readonly reason?: string
}

export interface ReceiptsOptions {
  readonly outbox: Outbox
  readonly player: string
  readonly session: string
  readonly clock: Clock
  /** 0 up to 1; keeps a whole fleet from answering one alert in the same instant. */
  readonly random: () => number
  readonly log: Log
  /** @returns whether a broker acknowledged it */
  publish(topic: string, payload: string): Promise<boolean>
  /** Every receipt, as it is written. */
  onReceipt(receipt: Receipt): void
}

/** Receipts in one message: some 20 kB. */
const BATCH = 100
/** Longest wait before a batch is sent, ms. */
const SPREAD = 2_000
/** Incidents of which it is remembered what was said. */
const MOST_INCIDENTS = 1_000
/** How many the health record names. */
const RECENT = 20

/** Writes receipts down, and sends them when there is a broker, until one has acknowledged each. */
export class Receipts implements Disposable {
  readonly #options: ReceiptsOptions
  readonly #recent: Receipt[] = []
  /** Said already in this run, by panel, incident, revision and kind. */
  readonly #said = new Map<IncidentId, Set<string>>()
  #cancelTimer: CancelTimer | undefined
  #sending: Promise<void> = Promise.resolve()
  #disposed = false
  /** Why the last ones could not be stored. */
  #failure: string | undefined

  constructor(options: ReceiptsOptions) {
    this.#options = options
  }

  /** The last ones, newest last. */
  get recent(): readonly Receipt[] {
    return this.#recent
  }

  /** Writes `receipts` down; one that was said before in this run is left out. */
  add(receipts: readonly Receipt[]): void {
    const { outbox, log, onReceipt } = this.#options
    const fresh = receipts.filter((one) => this.#isNew(one))
    if (fresh.length === 0) return
    const failure = outbox.add(fresh.map((one) => JSON.stringify(one)))
    if (failure !== undefined && failure !== this.#failure) {
      log.warn(
        `receipts cannot be stored (${failure}): those that no broker takes before a restart are lost; free space in the data folder`,
      )
    }
    this.#failure = failure
    this.#recent.push(...fresh)
    this.#recent.splice(0, this.#recent.length - RECENT)
    for (const receipt of fresh) onReceipt(receipt)
    this.sendSoon()
  }

  /** Sends what waits, after a short random pause. */
  sendSoon(): void {
    if (this.#disposed || this.#cancelTimer !== undefined) return
    const { clock, random } = this.#options
    this.#cancelTimer = clock.after(random() * SPREAD, () => {
      this.#cancelTimer = undefined
      this.#sending = this.#sending
        .then(() => this.#send())
        .catch((error: unknown) =>
          this.#options.log.warn(
            `receipts cannot be read from disk, or not be removed from it (${error}); replace the disk`,
          ),
        )
    })
  }

  async dispose(): Promise<void> {
    this.#disposed = true
    this.#cancelTimer?.()
    await this.#sending
  }

  async #send(): Promise<void> {
    const { outbox, player, session, publish } = this.#options
    while (!this.#disposed) {
      const batch = outbox.oldest(BATCH)
      if (batch === undefined) return
      const payload = `{"schema":"kijkuit-receipts/1","player":${JSON.stringify(player)},"session":${JSON.stringify(session)},"receipts":[${batch.bodies.join(',')}]}`
      // Without a broker they stay; the next connection asks for them.
      if (!(await publish(receiptsTopic(player), payload))) return
      outbox.remove(batch)
    }
  }

  #isNew({ kind, panel = '', sender, incident, revision }: Receipt): boolean {
    const id = incidentId(sender, incident)
    const said = this.#said.get(id) ?? new Set()
    this.#said.set(id, said)
    const oldest = this.#said.keys().next()
    if (this.#said.size > MOST_INCIDENTS && !oldest.done) this.#said.delete(oldest.value)
    const key = `${kind} ${panel} ${revision}`
    if (said.has(key)) return false
    said.add(key)
    return true
  }
}
