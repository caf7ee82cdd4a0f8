import type { CancelTimer, Clock } from '../../base/clock.ts'
import type { Disposable } from '../../base/disposal.ts'
import type { BitmapFont } from '../../compose/bitmap-font.ts'
import type { Panel } from '../../panel/profile.ts'
import type { SignSink } from '../outputs/feed.ts'
import type { Programme } from '../outputs/output.ts'
import type { PublishOptions } from '../publish-queue.ts'
import type { Receipt } from '../receipts.ts'
import { feedTopic, signTopic } from '../topics.ts'
import type { Acknowledgement } from './acknowledgement.ts'
import { contentOf, type SignContent, type SignRecord } from './record.ts'
import { type HeldRecord, SignOffer, type WrittenContent } from './sign-offer.ts'

/** When a feed was last heard of, and how long that holds. Times of ISO 8601. */
export interface FeedIssue {
  /** The player. */
  readonly feed: string
  readonly epoch: number
  /** Strictly rising: with every change and every heartbeat, over restarts. */
  readonly sequence: number
  readonly generatedAt: string
  /** The next is there by then. */
  readonly nextBy: string
  /** Three periods after `generatedAt`: whoever hears nothing newer by then blanks every sign. */
  readonly validUntil: string
}

/** What a controller reads: all signs, or some. `kijkuit-feed/1` */
export interface FeedEnvelope extends FeedIssue {
  readonly schema: 'kijkuit-feed/1'
  readonly records: readonly SignRecord[]
}

/** IRIS, and every traffic system that was looked at, gives up on a source after three periods. */
const PERIODS_VALID = 3

export interface FeedOptions {
  readonly player: string
  /** The signs, in the order of player.yaml. */
  readonly panels: readonly Panel[]
  readonly clock: Clock
  /** ms */
  readonly period: number
  readonly fontNumbers: Readonly<Record<string, number>>
  fonts(): readonly BitmapFont[]
  readonly counter: { readonly epoch: number; next(): number }
  publish(topic: string, payload: string, options: PublishOptions): void
  /** What controllers have said. */
  onReceipts(receipts: readonly Receipt[]): void
}

const NOTHING: SignContent = { pages: [], multi: '' }
const BLANK: WrittenContent = { content: NOTHING, text: JSON.stringify(NOTHING).slice(1) }

/**
 * The text feed: what every sign may show now, for whoever drives the signs. Knows nothing of how it is read.
 *
 * It offers and never seizes: `shown` is said only on the word of a controller.
 */
export class Feed implements SignSink, Disposable {
  readonly #options: FeedOptions
  readonly #signs: ReadonlyMap<string, SignOffer>
  readonly #waiters = new Set<() => void>()
  /** What was made of the pages of one composition, for all signs of one format. */
  readonly #contents = new WeakMap<readonly unknown[], WrittenContent>()
  #issue: FeedIssue
  #validUntil = 0
  #isDirty = false
  #cancelBeat: CancelTimer | undefined
  #stopListening: () => void = () => {}

  constructor(options: FeedOptions) {
    this.#options = options
    const { panels, clock, period, counter, onReceipts } = options
    this.#signs = new Map(
      panels.map((panel) => [
        panel.id,
        new SignOffer({
          ...{ panel: panel.id, clock, counter, onReceipts, grace: PERIODS_VALID * period },
          contentOf: (programme) => this.#contentOf(panel, programme),
          onRecord: (held) => {
            this.#publish(held)
            this.#changed()
          },
        }),
      ]),
    )
    this.#issue = this.#nextIssue()
  }

  /** The newest, now. */
  get issue(): FeedIssue {
    if (this.#isDirty) this.#renew()
    return this.#issue
  }

  /** ms since 1970 */
  get validUntil(): number {
    return this.#validUntil
  }

  /** The record of every sign, in the order of player.yaml. */
  get records(): readonly HeldRecord[] {
    return Array.from(this.#signs.values(), ({ record }) => record)
  }

  /** The record of one sign; undefined when there is no such sign. */
  record(panel: string): HeldRecord | undefined {
    return this.#signs.get(panel)?.record
  }

  /** When a controller has said that the newest record stands on the sign, ms since 1970; undefined = it has not. */
  shownAt(panel: string): number | undefined {
    return this.#signs.get(panel)?.shownAt
  }

  /** Begins the heartbeat. */
  open(): void {
    for (const sign of this.#signs.values()) sign.open()
    this.#renew()
    // Times in the issue are wall time: those from before the leap are wrong now.
    this.#stopListening = this.#options.clock.onLeap(() => this.#renew())
  }

  set(panel: string, programme: Programme): void {
    // A sign that the player drives itself is offered to nobody.
    this.#signs.get(panel)?.set(programme)
  }

  /** Publishes everything anew: for a broker that may have lost it, or has that of an earlier run. */
  publishAll(): void {
    if (this.#cancelBeat !== undefined) this.#publishIssue()
    for (const { newest } of this.#signs.values()) if (newest !== undefined) this.#publish(newest)
  }

  /** Calls `onChange` once, when there is a newer issue. @returns stops waiting */
  onNext(onChange: () => void): () => void {
    this.#waiters.add(onChange)
    return () => this.#waiters.delete(onChange)
  }

  /**
   * Takes the word of a controller.
   *
   * @returns what is wrong with it, in one sentence
   */
  acknowledge({ sign, ...word }: Acknowledgement): string | undefined {
    const offer = this.#signs.get(sign)
    return offer === undefined ? `there is no sign ${sign}` : offer.acknowledge(word)
  }

  dispose(): void {
    this.#stopListening()
    this.#cancelBeat?.()
    this.#cancelBeat = undefined
    this.#waiters.clear()
  }

  #contentOf(panel: Panel, programme: Programme): WrittenContent {
    if (programme.length === 0) return BLANK
    const [only, ...more] = programme.map(({ composition }) => composition.pages)
    const known = only && more.length === 0 ? this.#contents.get(only) : undefined
    if (known !== undefined) return known
    const { fontNumbers, fonts } = this.#options
    const content = contentOf(programme, { panel, fontNumbers, fonts: fonts() })
    const made = { content, text: JSON.stringify(content).slice(1) }
    if (only && more.length === 0) this.#contents.set(only, made)
    return made
  }

  /** Many records change in one go: they are one issue, when that is done or when somebody looks. */
  #changed(): void {
    if (this.#isDirty || this.#cancelBeat === undefined) return
    this.#isDirty = true
    queueMicrotask(() => {
      if (this.#isDirty && this.#cancelBeat !== undefined) this.#renew()
    })
  }

  #renew(): void {
    const { clock, period } = this.#options
    this.#cancelBeat?.()
    this.#cancelBeat = clock.after(period, () => this.#beat())
    this.#isDirty = false
    this.#issue = this.#nextIssue()
    this.#publishIssue()
    const waiters = [...this.#waiters]
    this.#waiters.clear()
    for (const wake of waiters) wake()
  }

  #beat(): void {
    for (const sign of this.#signs.values()) sign.forget()
    this.#renew()
  }

  #nextIssue(): FeedIssue {
    const { player, clock, counter, period } = this.#options
    const now = clock.now()
    this.#validUntil = now + PERIODS_VALID * period
    return {
      feed: player,
      epoch: counter.epoch,
      sequence: counter.next(),
      generatedAt: isoTime(now),
      nextBy: isoTime(now + period),
      validUntil: isoTime(this.#validUntil),
    }
  }

  #publishIssue(): void {
    const { player, period, publish } = this.#options
    const lifetime = Math.ceil((PERIODS_VALID * period) / 1000)
    publish(feedTopic(player), JSON.stringify({ schema: 'kijkuit-feed/1', ...this.#issue }), {
      retain: true,
      lifetime,
    })
  }

  #publish({ record, parts, until }: HeldRecord): void {
    const { player, clock, publish } = this.#options
    // Also when the player is not there to take it back: a name must not stay on the broker.
    const lifetime =
      until === undefined ? {} : { lifetime: Math.max(1, Math.ceil((until - clock.now()) / 1000)) }
    // Joined by the engine when it is sent, so that 2000 that wait take no room.
    publish(signTopic(player, record.panel), parts[0] + parts[1], { retain: true, ...lifetime })
  }
}

function isoTime(moment: number): string {
  return new Date(moment).toISOString()
}
