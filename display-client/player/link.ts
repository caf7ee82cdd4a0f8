import type { Clock } from '../base/clock.ts'
import type { Disposable } from '../base/disposal.ts'
import type { Broker } from './config.ts'
import { Connection, type Delivery } from './connection.ts'
import { type Credentials, readCredentials } from './credentials.ts'
import type { Disconnection } from './disconnection.ts'
import { diskFiles, type FileReader } from './files.ts'
import type { Log } from './log.ts'
import { NameLookup } from './name-lookup.ts'
import { NamedTimers } from './named-timers.ts'
import type { PublishOptions } from './publish-queue.ts'
import { mediaTopic, parseTopic, type Subscriptions } from './topics.ts'

export type { Delivery } from './connection.ts'

/**
 * The way to one broker, for as long as the player runs: one connection after another, without end.
 *
 * It knows no alert, and what it delivers is bytes that nobody has verified. Each connection starts clean and
 * subscribes anew, so whatever was missed in between is sent again from what the broker retains
 * (docs/decisions/0007).
 */

const LINK_STATES = ['connecting', 'connected', 'waiting'] as const
export type LinkState = (typeof LINK_STATES)[number]

export interface LinkStatus {
  readonly state: LinkState
  /** Why, in words: the last failure, or what it waits for. Empty while all is well. */
  readonly reason: string
  /** MQTT version of the connection. */
  readonly version: 5 | 4
  /** When the broker last brought the player's own message back, and how long that took, ms. */
  readonly roundTrip?: { readonly at: number; readonly took: number }
}

export interface LinkOptions {
  readonly broker: Broker
  /** Position of the broker in the configuration; keeps the client ids of two connections apart. */
  readonly plane: number
  readonly player: string
  readonly subscriptions: Subscriptions
  readonly clock: Clock
  /** 0 up to 1; spreads the reconnects of a whole fleet. */
  readonly random: () => number
  readonly log: Log
  /** Marks this run of the player, so that a late last will is known as one of an earlier run. */
  readonly session: string
  /** Where certificates and passwords are read from. */
  readonly files?: FileReader
  /** What to say in the health record now. */
  health(): Readonly<Record<string, unknown>>
  /** Takes a message other than a photo; the broker gets its acknowledgement when this returns. */
  onMessage(delivery: Delivery): void
  /** Called after every change of state. */
  onStatus(status: LinkStatus): void
}

/** Longest pause between two attempts, ms: 10 000 players at one broker are back within a minute. */
const LONGEST_PAUSE = 60_000
const FIRST_PAUSE = 1_000
/** A connection that lasted this long was a good one: the next failure starts at the first pause again. ms */
const STABLE = 60_000
/** ms between two looks at the files of certificates and passwords. */
const LOOK = 30_000
/** Longest wait before a health record on change, and before a connection with a new certificate, ms. */
const SPREAD = 2_000

export class Link implements Disposable {
  readonly #options: LinkOptions
  readonly #files: FileReader
  readonly #names: NameLookup
  readonly #timers: NamedTimers<'pause' | 'stable' | 'look'>
  /** Photos that somebody waits for. */
  readonly #media = new Map<string, Set<(bytes: Uint8Array) => void>>()
  #connection: Connection | undefined
  /** The end of a connection that another one replaces. */
  #replaced: Promise<void> = Promise.resolve()
  #status: LinkStatus = { state: 'connecting', reason: '', version: 5 }
  /** Of what the connection logged in with. */
  #fingerprint = ''
  #failures = 0
  #disposed = false
  /** What was said last: nobody wants to read the same line every minute. */
  #said = ''

  constructor(options: LinkOptions) {
    this.#options = options
    this.#files = options.files ?? diskFiles
    this.#names = new NameLookup(options.clock)
    this.#timers = new NamedTimers(options.clock)
  }

  /** Starts trying, and never stops until it is disposed of. Once. */
  open(): void {
    this.#attempt(5)
  }

  get status(): LinkStatus {
    return this.#status
  }

  /**
   * Publishes with QoS 1.
   *
   * @returns whether the broker acknowledged it; false at once when there is no connection
   */
  publish(topic: string, payload: string, options: PublishOptions): Promise<boolean> {
    return this.#connection?.publish(topic, payload, options) ?? Promise.resolve(false)
  }

  /** Publishes the health record within the next moments: not with the whole fleet in the same instant. */
  beatSoon(): void {
    this.#connection?.beatAfter(this.#options.random() * SPREAD)
  }

  /** Has the broker send everything again that it retains on what is subscribed to. */
  refill(): void {
    const { needed, wanted } = this.#subscriptions
    this.#connection?.subscribe([...needed, ...wanted])
  }

  /**
   * Asks the broker for a photo.
   *
   * @param onBytes called with whatever arrives: unverified
   * @returns stops asking
   */
  requestMedia(sha256: string, onBytes: (bytes: Uint8Array) => void): () => void {
    const waiting = this.#media.get(sha256) ?? new Set()
    this.#media.set(sha256, waiting.add(onBytes))
    this.#connection?.subscribe([mediaTopic(sha256)])
    return () => {
      waiting.delete(onBytes)
      if (waiting.size > 0 || !this.#media.delete(sha256)) return
      this.#connection?.unsubscribe(mediaTopic(sha256))
    }
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
    this.#timers.clear()
    this.#media.clear()
    await Promise.all([this.#connection?.dispose(), this.#replaced])
  }

  get #subscriptions(): Subscriptions {
    const { needed, wanted } = this.#options.subscriptions
    return { needed, wanted: [...wanted, ...[...this.#media.keys()].map(mediaTopic)] }
  }

  #attempt(version: 5 | 4): void {
    const { broker, player, plane, session, clock, health } = this.#options
    this.#set({ state: 'connecting', reason: this.#status.reason, version })
    const credentials = readCredentials(broker, this.#files)
    if (!credentials.ok) {
      this.#retry(credentials.failure)
      return
    }
    this.#fingerprint = credentials.value.fingerprint
    this.#connection = new Connection({
      ...{ url: broker.url, credentials: credentials.value, lookup: this.#names.lookup, version, player },
      ...{ session, clock, health, ...this.#subscriptions },
      clientId: `${player}-${plane}`,
      onReady: (refused) => this.#connected(refused),
      onRoundTrip: (took) => this.#set({ ...this.#status, roundTrip: { at: clock.now(), took } }),
      onMessage: (delivery) => this.#receive(delivery),
      onLost: (why) => this.#lost(why),
    })
  }

  #connected(refused: readonly string[]): void {
    const { log, broker } = this.#options
    const { version } = this.#status
    this.#said = ''
    log.info(`connected to ${broker.url} (MQTT ${version === 5 ? '5' : '3.1.1'})`)
    if (refused.length > 0)
      log.warn(`${broker.url} refused the subscription ${refused.join(', ')}; allow it in the broker's ACL`)
    this.#timers.set('stable', STABLE, () => {
      this.#failures = 0
    })
    this.#lookLater(LOOK)
    this.#set({ state: 'connected', reason: '', version })
  }

  #receive(delivery: Delivery): void {
    const topic = parseTopic(delivery.topic)
    if (topic?.type !== 'media') this.#options.onMessage(delivery)
    else for (const onBytes of this.#media.get(topic.sha256) ?? []) onBytes(delivery.bytes)
  }

  #lookLater(delay: number): void {
    if (hasFiles(this.#options.broker)) this.#timers.set('look', delay, () => this.#look())
  }

  /** New certificates and passwords are used soon, not when the old ones have long expired. */
  #look(): void {
    const { broker, log, random } = this.#options
    const now = readCredentials(broker, this.#files)
    this.#lookLater(LOOK)
    if (!now.ok) {
      if (now.failure !== this.#said) log.warn(`${broker.url}: ${now.failure}; the connection stays as it is`)
      this.#said = now.failure
      return
    }
    if (now.value.fingerprint === this.#fingerprint) return
    this.#timers.set('look', random() * SPREAD, () => this.#renew(now.value))
  }

  /** A connection with what is in the files now takes the place of this one; what is missed meanwhile is retained. */
  #renew({ fingerprint }: Credentials): void {
    const { broker, log } = this.#options
    const connection = this.#connection
    this.#connection = undefined
    this.#fingerprint = fingerprint
    this.#timers.clear()
    log.info(`${broker.url}: the certificate or password is a new one; connecting anew`)
    this.#replaced = connection?.replace() ?? Promise.resolve()
    void this.#replaced.then(() => {
      if (!this.#disposed) this.#attempt(5)
    })
  }

  #lost({ reason, version: versionRefused }: Disconnection): void {
    if (this.#disposed) return
    const { version, state } = this.#status
    this.#connection = undefined
    this.#timers.clear()
    if (version === 5 && state === 'connecting' && versionRefused) this.#attempt(4)
    else this.#retry(reason)
  }

  #retry(reason: string): void {
    const { random, log, broker } = this.#options
    const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(this.#failures, 16))
    this.#failures += 1
    if (reason !== this.#said)
      log.warn(`no connection to ${broker.url}: ${reason}; trying again until it is there`)
    this.#said = reason
    this.#timers.set('pause', random() * longest, () => this.#attempt(5))
    this.#set({ state: 'waiting', reason, version: 5 })
  }

  #set(status: LinkStatus): void {
    this.#status = status
    if (!this.#disposed) this.#options.onStatus(status)
  }
}

/** Whether anything that it is logged in with can change while the player runs. */
function hasFiles({ passwordFile, ca, cert, key }: Broker): boolean {
  return [passwordFile, ca, cert, key].some((path) => path !== undefined)
}
