import { connect, type MqttClient } from 'mqtt'
import type { CancelTimer, Clock } from '../base/clock.ts'
import type { Disposable } from '../base/disposal.ts'
import type { Broker } from './config.ts'
import { connectOptions } from './connect-options.ts'
import { CLOSED, type Disconnection, disconnection } from './disconnection.ts'
import type { Log } from './log.ts'
import { type PublishOptions, PublishQueue } from './publish-queue.ts'
import { alertFilter, healthTopic, mediaTopic, parseTopic, presenceTopic } from './topics.ts'

/**
 * One MQTT connection and nothing else: it knows no alert, and what it delivers is bytes that nobody has verified.
 *
 * Every attempt is a new client of mqtt.js with its own reconnecting switched off: that stops for ever after a refused
 * CONNACK, has neither back-off nor jitter, and remembers subscriptions in ways that lose the retained replay.
 * State lives in signed alerts, so each connection starts clean (MQTT 5.0 §3.1.2.4) and subscribes anew.
 */

export const LINK_STATES = ['connecting', 'connected', 'waiting'] as const
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

/** A message from the broker. */
export interface Delivery {
  readonly topic: string
  readonly bytes: Uint8Array
}

export interface LinkOptions {
  readonly broker: Broker
  /** Position of the broker in the configuration; keeps the client ids of two connections apart. */
  readonly plane: number
  readonly player: string
  readonly areas: readonly string[]
  readonly clock: Clock
  /** 0 up to 1; spreads the reconnects of a whole fleet. */
  readonly random: () => number
  readonly log: Log
  /** Marks this run of the player, so that a late last will is known as one of an earlier run. */
  readonly session: string
  /** What to say in the health record now. */
  health(): Readonly<Record<string, unknown>>
  /** Takes an alert; the broker gets its acknowledgement when the promise is settled. */
  onAlert(delivery: Delivery): Promise<void>
  /** Called after every change of state. */
  onStatus(status: LinkStatus): void
}

/** Longest pause between two attempts, ms: 10 000 players at one broker are back within a minute. */
const LONGEST_PAUSE = 60_000
const FIRST_PAUSE = 1_000
/** A connection that lasted this long was a good one: the next failure starts at the first pause again. ms */
const STABLE = 60_000
/** ms between two round trips. */
const BEAT = 60_000
/** Longest wait before a health record on change, ms. */
const SPREAD = 2_000
/** ms for a round trip. */
const BEAT_TIMEOUT = 15_000
const NO_ECHO = (topic: string): string =>
  `the player's own message did not come back within ${BEAT_TIMEOUT / 1000} s; if this repeats, let the broker's ACL allow the player to read ${topic}`
/** ms for a tidy end. */
const GOODBYE = 2_000
export class Link implements Disposable {
  readonly #options: LinkOptions
  readonly #queue = new PublishQueue()
  /** Photos that somebody waits for. */
  readonly #media = new Map<string, Set<(bytes: Uint8Array) => void>>()
  #client: MqttClient | undefined
  #status: LinkStatus = { state: 'connecting', reason: '', version: 5 }
  #failures = 0
  #disposed = false
  readonly #timers = new Map<'pause' | 'stable' | 'beat' | 'echo' | 'goodbye', CancelTimer>()
  #beat: { readonly payload: string; readonly sent: number } | undefined
  #sequence = 0
  #said = ''

  constructor(options: LinkOptions) {
    this.#options = options
  }

  /** Starts trying, and never stops until it is disposed of. Once. */
  open(): void {
    this.#attempt()
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
    return this.#queue.publish(topic, payload, options)
  }

  /** Publishes the health record within the next moments: not with the whole fleet in the same instant. */
  beatSoon(): void {
    if (this.#status.state === 'connected')
      this.#after('beat', this.#options.random() * SPREAD, () => this.#sendBeat())
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
    if (this.#status.state === 'connected') this.#client?.subscribe(mediaTopic(sha256), { qos: 1 }, () => {})
    return () => {
      waiting.delete(onBytes)
      if (waiting.size > 0 || !this.#media.delete(sha256)) return
      this.#client?.unsubscribe(mediaTopic(sha256), () => {})
    }
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
    this.#clearTimers()
    this.#media.clear()
    this.#queue.close()
    const client = this.#client
    if (client === undefined) return
    if (this.#status.state !== 'connected') {
      await client.endAsync(true).catch(() => {})
      return
    }
    const [topic, payload] = this.#presence('disconnected')
    client.publish(topic, payload, { qos: 1, retain: true })
    // Waits until all is acknowledged: a frozen broker would keep the player from stopping.
    this.#after('goodbye', GOODBYE, () => client.stream.destroy())
    await client.endAsync().catch(() => {})
    this.#clearTimers()
  }

  #attempt(): void {
    const { broker, player, plane } = this.#options
    const { version } = this.#status
    this.#set({ state: 'connecting', reason: this.#status.reason, version })
    const [topic, payload] = this.#presence('lost')
    const client = connect(
      broker.url,
      connectOptions(broker, version, `${player}-${plane}`, { topic, payload }),
    )
    this.#client = client
    let failure = CLOSED
    client.handleMessage = (packet, done) => {
      this.#receive({ topic: packet.topic, bytes: asBytes(packet.payload) }).then(
        () => done(),
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      )
    }
    client.on('connect', () => this.#subscribe(client))
    client.on('error', (error) => {
      failure = disconnection(error)
      this.#lost(client, failure)
    })
    client.on('disconnect', (packet) => {
      failure = { reason: `the broker said goodbye (reason ${packet.reasonCode ?? 0})` }
    })
    client.on('close', () => this.#lost(client, failure))
  }

  #presence(
    state: 'ready' | 'disconnected' | 'lost',
  ): [topic: string, payload: string, options: PublishOptions] {
    const { player, session } = this.#options
    return [presenceTopic(player), JSON.stringify({ state, session }), { retain: true }]
  }

  #subscribe(client: MqttClient): void {
    const { areas, player, log, broker } = this.#options
    const topics = [
      ...areas.map(alertFilter),
      healthTopic(player),
      ...[...this.#media.keys()].map(mediaTopic),
    ]
    client.subscribe(topics, { qos: 1 }, (error, granted = []) => {
      if (client !== this.#client) return
      const refused = granted.filter(({ qos }) => qos >= 128).map(({ topic }) => topic)
      if (error !== null || refused.length > 0) {
        this.#end(`the broker refused the subscription ${refused.join(', ')}; allow it in the broker's ACL`)
        return
      }
      this.#queue.open(client)
      void this.#queue.publish(...this.#presence('ready'))
      this.#set({ state: 'connected', reason: '', version: this.#status.version })
      this.#said = ''
      log.info(`connected to ${broker.url} (MQTT ${this.#status.version === 5 ? '5' : '3.1.1'})`)
      this.#sendBeat()
      this.#after('stable', STABLE, () => {
        this.#failures = 0
      })
    })
  }

  /** Publishes the health record now; its return is the next proof that the broker delivers. */
  #sendBeat(): void {
    this.#sequence += 1
    const { clock, player, session } = this.#options
    const payload = JSON.stringify({ session, sequence: this.#sequence, ...this.#options.health() })
    this.#beat = { payload, sent: clock.monotonic() }
    void this.publish(healthTopic(player), payload, { retain: true })
    this.#after('beat', BEAT, () => this.#sendBeat())
    this.#after('echo', BEAT_TIMEOUT, () => {
      if (this.#beat?.payload === payload) this.#end(NO_ECHO(healthTopic(player)))
    })
  }

  async #receive(delivery: Delivery): Promise<void> {
    const topic = parseTopic(delivery.topic)
    if (topic?.type === 'alert') return this.#options.onAlert(delivery)
    if (topic?.type === 'media')
      for (const onBytes of this.#media.get(topic.sha256) ?? []) onBytes(delivery.bytes)
    if (topic?.type !== 'health' || this.#beat === undefined) return
    if (Buffer.from(delivery.bytes).toString() !== this.#beat.payload) return
    const { clock } = this.#options
    const roundTrip = { at: clock.now(), took: clock.monotonic() - this.#beat.sent }
    this.#beat = undefined
    this.#set({ ...this.#status, roundTrip })
  }

  /** Ends a connection that is of no use. */
  #end(reason: string): void {
    if (this.#client !== undefined) this.#lost(this.#client, { reason })
  }

  #lost(client: MqttClient, { reason, version: versionRefused }: Disconnection): void {
    if (client !== this.#client || this.#disposed) return
    const { random, log, broker } = this.#options
    const { version, state } = this.#status
    this.#client = undefined
    this.#clearTimers()
    this.#beat = undefined
    this.#queue.close()
    client.end(true)
    if (version === 5 && state === 'connecting' && versionRefused) {
      this.#status = { state: 'connecting', reason, version: 4 }
      this.#attempt()
      return
    }
    const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(this.#failures, 16))
    this.#failures += 1
    this.#set({ state: 'waiting', reason, version: 5 })
    if (reason !== this.#said) log.warn(`no connection to ${broker.url}: ${reason}; the player keeps trying`)
    this.#said = reason
    this.#after('pause', random() * longest, () => this.#attempt())
  }

  #set(status: LinkStatus): void {
    this.#status = status
    if (!this.#disposed) this.#options.onStatus(status)
  }

  #after(name: 'pause' | 'stable' | 'beat' | 'echo' | 'goodbye', delay: number, callback: () => void): void {
    this.#timers.get(name)?.()
    this.#timers.set(name, this.#options.clock.after(delay, callback))
  }

  #clearTimers(): void {
    for (const cancel of this.#timers.values()) cancel()
    this.#timers.clear()
  }
}

function asBytes(payload: string | Buffer): Uint8Array {
  return typeof payload === 'string' ? Buffer.from(payload) : payload
}
