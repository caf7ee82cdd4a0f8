import { MqttClient } from 'mqtt'
import type { Clock } from '../base/clock.ts'
import type { Disposable } from '../base/disposal.ts'
import { BrokerStream } from './broker-stream.ts'
import { connectOptions } from './connect-options.ts'
import type { Credentials } from './credentials.ts'
import { CLOSED, type Disconnection, disconnection } from './disconnection.ts'
import type { Lookup } from './name-lookup.ts'
import { NamedTimers } from './named-timers.ts'
import { type PublishOptions, PublishQueue } from './publish-queue.ts'
import { healthTopic, presenceTopic, type Subscriptions } from './topics.ts'

/** A message from the broker: bytes that nobody has verified. */
export interface Delivery {
  readonly topic: string
  readonly bytes: Uint8Array
}

export interface ConnectionOptions extends Subscriptions {
  /** `mqtt://host:port` or `mqtts://host:port` */
  readonly url: string
  readonly credentials: Credentials
  readonly lookup: Lookup
  readonly version: 5 | 4
  readonly clientId: string
  readonly player: string
  /** Marks this run of the player, so that a late last will is known as one of an earlier run. */
  readonly session: string
  readonly clock: Clock
  /** What to say in the health record now. */
  health(): Readonly<Record<string, unknown>>
  /** Subscribed. @param refused which of `wanted` the broker refused */
  onReady(refused: readonly string[]): void
  /** The player's own message came back, after `took` ms. */
  onRoundTrip(took: number): void
  /** Takes a message that is not the player's own; the broker gets its acknowledgement when this returns. */
  onMessage(delivery: Delivery): void
  /** It is over, and was not closed by us. At most once, and the last call. */
  onLost(why: Disconnection): void
}

/** ms from the first step, which is DNS, to CONNACK. */
const CONNECT_TIMEOUT = 8_000
/** ms for SUBACK. */
const SUBSCRIBE_TIMEOUT = 15_000
/** ms between two health records, each of which must come back: the proof that the broker delivers. */
const BEAT = 60_000
/** ms for that. */
const BEAT_TIMEOUT = 15_000
/** ms between two pings, each of which must be followed by something: the proof that somebody is there. */
const PING = 10_000
/** ms for that. A half-open connection is found within 26 s. */
const PING_TIMEOUT = 15_000
/** ms more: a machine that slept runs its timers before it reads what has come meanwhile. */
const GRACE = 1_000
/** ms for a tidy end. */
const GOODBYE = 2_000

const NO_ECHO = (topic: string): string =>
  `the player's own message did not come back within ${BEAT_TIMEOUT / 1000} s; if this repeats, let the broker's ACL allow the player to read ${topic}`
const SILENT = `nothing came from the broker for ${PING_TIMEOUT / 1000} s after a ping (half-open connection, or a frozen broker)`

/**
 * One MQTT connection, from the attempt to its end.
 *
 * It is one client of mqtt.js with that library's own reconnecting switched off: that stops for ever after a refused
 * CONNACK, has neither back-off nor jitter, and remembers subscriptions in ways that lose the retained replay.
 */
export class Connection implements Disposable {
  readonly #options: ConnectionOptions
  readonly #client: MqttClient
  readonly #queue = new PublishQueue()
  readonly #timers: NamedTimers<'answer' | 'beat' | 'echo' | 'ping' | 'pong' | 'goodbye'>
  #stream: BrokerStream | undefined
  #beat: { readonly payload: string; readonly sent: number } | undefined
  #sequence = 0
  #ready = false
  #over = false

  /** Starts to connect. */
  constructor(options: ConnectionOptions) {
    const { url, credentials, lookup, version, clientId, clock } = options
    this.#options = options
    this.#timers = new NamedTimers(clock)
    const [topic, payload] = this.#presence('lost')
    const build = (): BrokerStream => {
      this.#stream = BrokerStream.open(url, credentials, lookup)
      return this.#stream
    }
    const client = new MqttClient(build, connectOptions(credentials, version, clientId, { topic, payload }))
    this.#client = client
    let failure = CLOSED
    client.handleMessage = (packet, done) => {
      this.#receive({ topic: packet.topic, bytes: asBytes(packet.payload) })
      done()
    }
    client.on('connect', () => this.#subscribe())
    client.on('error', (error) => {
      failure = disconnection(error)
      this.#lost(failure)
    })
    client.on('disconnect', (packet) => {
      failure = { reason: `the broker said goodbye (reason ${packet.reasonCode ?? 0})` }
    })
    client.on('close', () => this.#lost(failure))
    this.#timers.set('answer', CONNECT_TIMEOUT, () => this.#lost({ reason: 'the broker does not answer' }))
  }

  /**
   * Publishes with QoS 1.
   *
   * @returns whether the broker acknowledged it; false at once before the connection is ready
   */
  publish(topic: string, payload: string, options: PublishOptions): Promise<boolean> {
    return this.#queue.publish(topic, payload, options)
  }

  /** Publishes the health record after `delay` ms instead of at its own time. */
  beatAfter(delay: number): void {
    if (this.#ready) this.#timers.set('beat', delay, () => this.#sendBeat())
  }

  /** Subscribes to `topics`; to those that are subscribed to already anew, so that the broker sends again what it retains. */
  subscribe(topics: readonly string[]): void {
    if (this.#ready) this.#client.subscribe([...topics], { qos: 1 }, () => {})
  }

  unsubscribe(topic: string): void {
    if (this.#ready) this.#client.unsubscribe(topic, () => {})
  }

  /** Closes it without a word to anybody; another one is about to take its place. */
  async replace(): Promise<void> {
    this.#finish()
    await this.#end()
  }

  /** Says that the player stops as planned, and closes. */
  async dispose(): Promise<void> {
    const wasReady = this.#ready && !this.#over
    this.#finish()
    if (!wasReady) {
      await this.#client.endAsync(true).catch(() => {})
      return
    }
    const [topic, payload] = this.#presence('disconnected')
    this.#client.publish(topic, payload, { qos: 1, retain: true })
    await this.#end()
  }

  /** Ends it when all is acknowledged; but a frozen broker must not keep the player from stopping. */
  async #end(): Promise<void> {
    const stream = this.#stream
    if (stream === undefined || stream.closed) return
    this.#timers.set('goodbye', GOODBYE, () => stream.destroy())
    // Not the end of the client: that waits for acknowledgements also when nobody is left to give them.
    const closed = new Promise((resolve) => stream.once('close', resolve))
    this.#client.end()
    await closed
    this.#timers.clear()
  }

  #presence(
    state: 'ready' | 'disconnected' | 'lost',
  ): [topic: string, payload: string, options: PublishOptions] {
    const { player, session } = this.#options
    return [presenceTopic(player), JSON.stringify({ state, session }), { retain: true }]
  }

  #subscribe(): void {
    if (this.#over) return
    const { needed, wanted, player, onReady } = this.#options
    const topics = [...needed, healthTopic(player), ...wanted]
    this.#timers.set('answer', SUBSCRIBE_TIMEOUT, () =>
      this.#lost({ reason: 'the broker does not answer the subscription' }),
    )
    this.#timers.set('ping', PING, () => this.#ping())
    this.#client.subscribe(topics, { qos: 1 }, (error, granted = []) => {
      if (this.#over) return
      this.#timers.cancel('answer')
      const refused = granted.filter(({ qos }) => qos >= 128).map(({ topic }) => topic)
      const missed = refused.filter((topic) => !wanted.includes(topic))
      if (error !== null || missed.length > 0) {
        this.#lost({
          reason: `the broker refused the subscription ${missed.join(', ')}; allow it in the broker's ACL`,
        })
        return
      }
      this.#ready = true
      this.#queue.open(this.#client)
      void this.#queue.publish(...this.#presence('ready'))
      onReady(refused)
      this.#sendBeat()
    })
  }

  /** Publishes the health record now; its return is the next proof that the broker delivers. */
  #sendBeat(): void {
    this.#sequence += 1
    const { clock, player, session, health } = this.#options
    const payload = JSON.stringify({ session, sequence: this.#sequence, ...health() })
    this.#beat = { payload, sent: clock.monotonic() }
    void this.publish(healthTopic(player), payload, { retain: true })
    this.#timers.set('beat', BEAT, () => this.#sendBeat())
    this.#timers.set('echo', BEAT_TIMEOUT, () => {
      if (this.#beat !== undefined) this.#lost({ reason: NO_ECHO(healthTopic(player)) })
    })
  }

  /**
   * mqtt.js pings too, but puts its ping off with every message that it sends; and behind a large photo on a slow
   * line the answer comes late. So any byte that comes counts, and nothing that goes.
   */
  #ping(): void {
    this.#timers.set('ping', PING, () => this.#ping())
    this.#client.sendPing()
    if (this.#timers.has('pong')) return
    const before = this.#stream?.received
    const isSilent = (): boolean => this.#stream?.received === before
    this.#timers.set('pong', PING_TIMEOUT, () => {
      if (!isSilent()) return
      this.#timers.set('pong', GRACE, () => {
        if (isSilent()) this.#lost({ reason: SILENT })
      })
    })
  }

  #receive(delivery: Delivery): void {
    const { player, clock, onMessage, onRoundTrip } = this.#options
    if (this.#over) return
    if (delivery.topic !== healthTopic(player)) {
      onMessage(delivery)
      return
    }
    if (this.#beat === undefined || Buffer.from(delivery.bytes).toString() !== this.#beat.payload) return
    const took = clock.monotonic() - this.#beat.sent
    this.#beat = undefined
    this.#timers.cancel('echo')
    onRoundTrip(took)
  }

  #lost(why: Disconnection): void {
    if (this.#over) return
    this.#finish()
    this.#client.end(true)
    this.#options.onLost(why)
  }

  #finish(): void {
    this.#over = true
    this.#timers.clear()
    this.#queue.close()
  }
}

function asBytes(payload: string | Buffer): Uint8Array {
  return typeof payload === 'string' ? Buffer.from(payload) : payload
}
