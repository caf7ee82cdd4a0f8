import { isDeepStrictEqual } from 'node:util'
import { type OpenedEnvelope, openEnvelope } from '../alert/envelope.ts'
import { type KeyringFile, keyringOf } from '../alert/keyring.ts'
import { type OpenedKeyringUpdate, openKeyringUpdate } from '../alert/keyring-update.ts'
import type { Done } from '../alert/lifecycle.ts'
import { openManifest } from '../alert/manifest.ts'
import type { Alert } from '../alert/model.ts'
import type { Missing } from '../alert/reconcile.ts'
import { formatRejection, type Rejection, type RejectionCode } from '../alert/rejection.ts'
import type { Clock } from '../base/clock.ts'
import type { Delivery } from './connection.ts'
import type { Ledger } from './ledger.ts'
import type { Log } from './log.ts'
import { type InboundTopic, parseTopic } from './topics.ts'

/** A verified alert and what it did. */
export interface Taken extends Done {
  readonly alert: Alert
  /** Wall time at which its bytes arrived, ms since 1970. */
  readonly receivedAt: number
  /** Wall time at which it was known to be genuine, ms since 1970. */
  readonly verifiedAt: number
}

/** What became of a message: nothing of it is set for a manifest or a keyring update that was taken. */
export interface Verdict {
  /** The alert in it, when it is genuine. */
  readonly opened?: OpenedEnvelope
  /** What the alert did; absent when it never reached the ledger. */
  readonly done?: Done
  /** Why it was refused, if it was. */
  readonly rejection?: Rejection
}

export interface IntakeOptions {
  readonly ledger: Pick<Ledger, 'receive' | 'receiveManifest' | 'receiveKeyringUpdate' | 'keyring' | 'now'>
  readonly clock: Clock
  readonly log: Log
  /** Whether the ledger keeps envelopes as they came, for who may have to publish them again. */
  readonly keepsEnvelopes: boolean
  /** An alert was verified and has changed something. */
  onTaken(taken: Taken): void
  /** A manifest was taken into account. @param missing what it lists and is not here */
  onManifest(missing: readonly Missing[]): void
  /** The keyring is another one. */
  onKeyring(keyring: KeyringFile): void
  onRejected(rejection: Rejection): void
}

/** Lines about refusals of one kind in a minute: whoever floods a player must not fill its disk. */
const MOST_LINES = 10
const MINUTE = 60_000

/**
 * Bytes in; a verified alert, manifest or keyring update in the ledger, or a named and counted rejection, before the next
 * message is looked at.
 */
export class Intake {
  readonly #options: IntakeOptions
  readonly #rejections = new Map<RejectionCode, number>()
  readonly #lines = new Map<RejectionCode, { readonly since: number; readonly count: number }>()

  constructor(options: IntakeOptions) {
    this.#options = options
  }

  /** How many messages were refused since the start, by reason. */
  get rejections(): Readonly<Partial<Record<RejectionCode, number>>> {
    return Object.fromEntries(this.#rejections)
  }

  /** The message is stored or refused when this returns; never throws for anything that a stranger can send. */
  take(delivery: Delivery): Verdict {
    try {
      return this.#take(delivery, this.#options.clock.now())
    } catch (error) {
      // A fault of ours in one message must not keep out every later one.
      this.#options.log.warn(`a fault in Kijkuit: a message was lost: ${error}`)
      return {}
    }
  }

  #take({ topic, bytes }: Delivery, receivedAt: number): Verdict {
    const place = parseTopic(topic)
    let verdict: Verdict
    if (bytes.length === 0) verdict = refusal('payload-empty')
    else if (place?.type === 'alert' || place?.type === 'drill')
      verdict = this.#takeAlert(bytes, place, receivedAt)
    else if (place?.type === 'manifest') verdict = this.#takeManifest(bytes, place.area)
    else if (place?.type === 'keys') verdict = this.#takeKeys(bytes)
    else verdict = refusal('topic-unknown')
    if (verdict.rejection !== undefined) this.#reject(verdict.rejection, topic)
    return verdict
  }

  #takeAlert(
    bytes: Uint8Array,
    place: Extract<InboundTopic, { type: 'alert' | 'drill' }>,
    receivedAt: number,
  ): Verdict {
    const { ledger, clock, keepsEnvelopes, onTaken } = this.#options
    const opened = openEnvelope(bytes, ledger.keyring, ledger.now)
    if (!opened.ok) return { rejection: opened.failure }
    const { alert } = opened.value
    if (place.type === 'drill' && alert.status !== 'Exercise' && alert.status !== 'Test')
      return refusal('drill-status', alert.status)
    if (place.type === 'alert' && place.incident !== alert.incident)
      return refusal('topic-mismatch', `incident ${alert.incident}`)
    const verifiedAt = clock.now()
    const envelope = keepsEnvelopes ? Buffer.from(bytes).toString() : undefined
    const done = ledger.receive({ ...opened.value, area: place.area, envelope })
    const { effect } = done
    const verdict = { opened: opened.value, done }
    if (effect.type === 'refused') return { ...verdict, rejection: effect.rejection }
    if (effect.type !== 'repeated') onTaken({ alert, ...done, receivedAt, verifiedAt })
    return verdict
  }

  #takeManifest(bytes: Uint8Array, area: string): Verdict {
    const { ledger, onManifest } = this.#options
    const opened = openManifest(bytes, ledger.keyring, ledger.now)
    if (!opened.ok) return { rejection: opened.failure }
    const { manifest } = opened.value
    if (manifest.area !== area) return refusal('topic-mismatch', `area ${manifest.area}`)
    const taken = ledger.receiveManifest(opened.value)
    if (!taken.ok) return { rejection: taken.failure }
    onManifest(taken.value)
    return {}
  }

  #takeKeys(bytes: Uint8Array): Verdict {
    const { ledger, onKeyring } = this.#options
    const opened = openKeyringUpdate(bytes, ledger.keyring, ledger.now)
    if (!opened.ok) return { rejection: opened.failure }
    const taken = ledger.receiveKeyringUpdate(opened.value)
    if (taken.ok) onKeyring(taken.value)
    // It is retained, so the newest comes again with every connection.
    else if (taken.failure.code !== 'keyring-update-old' || !this.#isKnown(opened.value))
      return { rejection: taken.failure }
    return {}
  }

  #isKnown({ update: { sequence, keys, revoked } }: OpenedKeyringUpdate): boolean {
    const same: KeyringFile = { schema: 'kijkuit-keyring/1', sequence, keys, revoked }
    return isDeepStrictEqual(keyringOf(same), this.#options.ledger.keyring)
  }

  #reject(rejection: Rejection, topic: string): void {
    const { code } = rejection
    this.#rejections.set(code, (this.#rejections.get(code) ?? 0) + 1)
    this.#say(rejection, topic)
    this.#options.onRejected(rejection)
  }

  #say(rejection: Rejection, topic: string): void {
    const { log, clock } = this.#options
    const { code } = rejection
    const now = clock.monotonic()
    const before = this.#lines.get(code)
    const isNewMinute = before === undefined || now - before.since >= MINUTE
    const { since, count } = isNewMinute ? { since: now, count: 0 } : before
    this.#lines.set(code, { since, count: count + 1 })
    if (count > MOST_LINES) return
    if (count === MOST_LINES)
      log.warn(`more messages are refused as ${code}; for a minute they are only counted`)
    // What a broker calls a topic may hold anything, and be 64 kB long.
    else
      log.warn(
        `refused on ${parseTopic(topic) === undefined ? 'an unknown topic' : topic}: ${formatRejection(rejection)}`,
      )
  }
}

function refusal(code: RejectionCode, detail = ''): Verdict {
  return { rejection: { code, detail } }
}
