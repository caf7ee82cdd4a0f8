import type { Reading } from '../../display-client/alert/time-trust.ts'
import type { Clock } from '../../display-client/base/clock.ts'
import type { Disposable } from '../../display-client/base/disposal.ts'
import type { Broker } from '../../display-client/player/config.ts'
import { type Delivery, Link, type LinkStatus } from '../../display-client/player/link.ts'
import type { Log } from '../../display-client/player/log.ts'
import { NamedTimers } from '../../display-client/player/named-timers.ts'
import type { PublishOptions } from '../../display-client/player/publish-queue.ts'
import { alertFilter, KEYS_TOPIC, manifestTopic, markerTopic } from '../../display-client/player/topics.ts'
import type { Holding } from './duties.ts'
import { type Hearing, heard, lost, returned, subscribed, UNHEARD } from './hearing.ts'

export interface StationOptions {
  readonly broker: Broker
  /** Position of the broker on the command line. */
  readonly plane: number
  readonly name: string
  readonly session: string
  readonly areas: readonly string[]
  readonly clock: Clock
  readonly random: () => number
  readonly log: Log
  health(): Readonly<Record<string, unknown>>
  /** An alert, a manifest or a keyring update came. */
  onMessage(delivery: Delivery): void
  /** All that the broker retains has been read. */
  onHeardOut(): void
  /** It is away, or there again. */
  onStatus(): void
}

/** ms between two markers, before and after the replay is over. */
const SOON = 1_000
const PERIOD = 10_000
/** s: a marker that is later than that proves nothing. */
const MARKER_LIFETIME = 60
/** ms after which it is told that none comes back. */
const PATIENCE = 15_000

/** One broker as the keeper sees it: the way to it, up to when it was heard out, and what it retains. */
export class Station implements Disposable {
  readonly #options: StationOptions
  readonly #link: Link
  readonly #timers: NamedTimers<'marker' | 'patience'>
  /** When those were sent that may still come back. */
  readonly #markers = new Map<string, Reading>()
  #sequence = 0
  #hearing = UNHEARD
  #state: LinkStatus['state'] = 'connecting'
  /** What it retains on alert topics, as far as it has said over this connection. */
  readonly holdings = new Map<string, Holding>()
  /** What it retained over the last connection that was heard out. */
  #before: ReadonlyMap<string, Holding> = new Map()
  /** What was tried over this connection, and when; ms of the monotonic clock. */
  readonly tried = new Map<string, number>()

  constructor(options: StationOptions) {
    const { areas, name, health, broker, plane, session, clock, random, log } = options
    this.#options = options
    this.#timers = new NamedTimers(clock)
    this.#link = new Link({
      ...{ broker, plane, player: name, session, clock, random, log, health },
      subscriptions: {
        needed: [...areas.map(alertFilter), markerTopic(name), ...areas.map(manifestTopic)],
        wanted: [KEYS_TOPIC],
      },
      onMessage: (delivery) => this.#receive(delivery),
      onStatus: ({ state }) => this.#follow(state),
    })
  }

  /** Starts connecting. Once. */
  open(): void {
    this.#link.open()
  }

  get url(): string {
    return this.#options.broker.url
  }

  get status(): LinkStatus {
    return this.#link.status
  }

  get hearing(): Hearing {
    return this.#hearing
  }

  /** What it retains, or did when it was there last. */
  *retained(): Iterable<readonly [string, Holding]> {
    if (!this.#hearing.caughtUp) yield* this.#before
    yield* this.holdings
  }

  /** @returns whether the broker acknowledged it */
  publish(topic: string, payload: string, options: PublishOptions): Promise<boolean> {
    return this.#link.publish(topic, payload, options)
  }

  /** Has the broker send again what it retains. */
  refill(): void {
    this.#link.refill()
  }

  beatSoon(): void {
    this.#link.beatSoon()
  }

  /** An alert came from it. */
  heard(): void {
    this.#hearing = heard(this.#hearing, this.#options.clock.monotonic())
  }

  async dispose(): Promise<void> {
    this.#timers.clear()
    await this.#link.dispose()
  }

  #follow(state: LinkStatus['state']): void {
    if (state === this.#state) return
    const wasThere = this.#state === 'connected'
    this.#state = state
    if (state === 'connected') {
      this.#hearing = subscribed(this.#hearing, this.#options.clock.monotonic())
      this.#wait()
      this.#mark()
    } else if (wasThere) {
      this.#timers.clear()
      if (this.#hearing.caughtUp) this.#before = new Map(this.holdings)
      this.#hearing = lost(this.#hearing)
      this.#markers.clear()
      // Not when it is there again: what it retains may come before it has said that it is.
      this.holdings.clear()
      this.tried.clear()
    }
    this.#options.onStatus()
  }

  /** Sends a marker now, and then again and again. */
  #mark(): void {
    const { clock, name, session } = this.#options
    this.#sequence += 1
    const payload = `${session} ${this.#sequence}`
    this.#markers.set(payload, { wall: clock.now(), monotonic: clock.monotonic() })
    void this.#link.publish(markerTopic(name), payload, { retain: false, lifetime: MARKER_LIFETIME })
    this.#timers.set('marker', this.#hearing.caughtUp ? PERIOD : SOON, () => this.#mark())
  }

  #wait(): void {
    const { log, name } = this.#options
    this.#timers.set('patience', PATIENCE, () => {
      log.warn(
        `${this.url}: the keeper's own message on ${markerTopic(name)} does not come back; if this repeats, let the broker's ACL allow it to read and write alerts`,
      )
      this.#wait()
    })
  }

  #receive(delivery: Delivery): void {
    const { name, onMessage, onHeardOut } = this.#options
    if (delivery.topic !== markerTopic(name)) {
      onMessage(delivery)
      return
    }
    const payload = Buffer.from(delivery.bytes).toString()
    const sent = this.#markers.get(payload)
    if (sent === undefined) return
    // Older ones that did not come back prove less than this one.
    for (const one of [...this.#markers.keys()]) {
      this.#markers.delete(one)
      if (one === payload) break
    }
    this.#wait()
    const before = this.#hearing
    this.#hearing = returned(before, sent)
    if (!this.#hearing.caughtUp || before.caughtUp) return
    this.#timers.set('marker', PERIOD, () => this.#mark())
    onHeardOut()
  }
}
