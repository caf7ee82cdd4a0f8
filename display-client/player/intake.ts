import { openEnvelope } from '../alert/envelope.ts'
import type { Keyring } from '../alert/keyring.ts'
import type { Effect } from '../alert/lifecycle.ts'
import type { Alert } from '../alert/model.ts'
import { formatRejection, type Rejection, type RejectionCode } from '../alert/rejection.ts'
import type { Clock } from '../base/clock.ts'
import type { Ledger } from './ledger.ts'
import type { Delivery } from './link.ts'
import type { Log } from './log.ts'
import { parseTopic } from './topics.ts'

/** A verified message and what it did. */
export interface Taken {
  readonly alert: Alert
  readonly effect: Effect
  /** Wall time at which its bytes arrived, ms since 1970. */
  readonly receivedAt: number
  /** Wall time at which it was known to be genuine, ms since 1970. */
  readonly verifiedAt: number
}

export interface IntakeOptions {
  readonly keyring: Keyring
  readonly ledger: Pick<Ledger, 'receive'>
  readonly clock: Clock
  readonly log: Log
  /** A message was verified and has changed something. */
  onTaken(taken: Taken): void
  onRejected(rejection: Rejection): void
}

/**
 * Bytes in; a verified alert in the ledger, or a named and counted rejection. One message after the other, in order of
 * arrival, also when they come over two connections.
 */
export class Intake {
  readonly #options: IntakeOptions
  readonly #rejections = new Map<RejectionCode, number>()
  #last: Promise<void> = Promise.resolve()

  constructor(options: IntakeOptions) {
    this.#options = options
  }

  /** How many messages were refused since the start, by reason. */
  get rejections(): Readonly<Partial<Record<RejectionCode, number>>> {
    return Object.fromEntries(this.#rejections)
  }

  /** Settled when the message is stored or refused; never rejects for anything that a stranger can send. */
  take(delivery: Delivery): Promise<void> {
    const receivedAt = this.#options.clock.now()
    this.#last = this.#last
      .then(() => this.#take(delivery, receivedAt))
      // A fault of ours in one message must not keep out every later one.
      .catch((error: unknown) => this.#options.log.warn(`a fault in Kijkuit: a message was lost: ${error}`))
    return this.#last
  }

  async #take({ topic, bytes }: Delivery, receivedAt: number): Promise<void> {
    // How a retained message is removed from a broker. Nobody has signed it, so it ends nothing.
    if (bytes.length === 0) return
    const { keyring, ledger, clock, onTaken } = this.#options
    const opened = await openEnvelope(bytes, keyring, clock.now())
    if (!opened.ok) return this.#reject(opened.failure, topic)
    const { alert } = opened.value
    const place = parseTopic(topic)
    if (place?.type !== 'alert' || place.incident !== alert.incident) {
      return this.#reject({ code: 'topic-mismatch', detail: `incident ${alert.incident}` }, topic)
    }
    const verifiedAt = clock.now()
    const effect = ledger.receive(opened.value)
    if (effect.type === 'refused') this.#reject(effect.rejection, topic)
    else if (effect.type !== 'repeated') onTaken({ alert, effect, receivedAt, verifiedAt })
  }

  #reject(rejection: Rejection, topic: string): void {
    const { log, onRejected } = this.#options
    this.#rejections.set(rejection.code, (this.#rejections.get(rejection.code) ?? 0) + 1)
    log.warn(`refused on ${topic}: ${formatRejection(rejection)}`)
    onRejected(rejection)
  }
}
