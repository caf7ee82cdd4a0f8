import { type IncidentId, incidentId } from '../../alert/incident-id.ts'
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
import {
  contentOf,
  priorityOf,
  type SignContent,
  type SignIncident,
  type SignRecord,
  untilField,
  untilOf,
} from './record.ts'

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
export const PERIODS_VALID = 3
/** What a controller may still acknowledge, by sign: the newest and those that it may just be putting up. */
const REMEMBERED = 8
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

/** A record as it goes out. */
export interface HeldRecord {
  readonly record: SignRecord
  /** Its JSON in two parts: the second is one for all signs of one format. */
  readonly parts: readonly [own: string, shared: string]
  /** ms since 1970 */
  readonly until: number | undefined
}

type Withdrawn = Omit<SignIncident, 'kind'>

interface Offered {
  readonly sequence: number
  readonly incidents: readonly (Withdrawn & { readonly hash: string })[]
  readonly withdrawn: readonly Withdrawn[]
}

/** An alert that was offered and is no longer. */
interface Tombstone extends Withdrawn {
  /** Until when it is repeated at the latest, ms since 1970. */
  readonly until: number
}

interface Sign {
  readonly panel: Panel
  held: HeldRecord | undefined
  programme: Programme
  tombstones: readonly Tombstone[]
  /** The newest last. */
  offered: Offered[]
  /** What its controller says stands on it now. */
  shown: { readonly sequence: number; readonly at: number } | undefined
}

const NOTHING: SignContent = { pages: [], multi: '' }

/**
 * The text feed: what every sign may show now, for whoever drives the signs. Knows nothing of how it is read.
 *
 * It offers and never seizes: `shown` is said only on the word of a controller.
 */
export class Feed implements SignSink, Disposable {
  readonly #options: FeedOptions
  readonly #signs: ReadonlyMap<string, Sign>
  readonly #waiters = new Set<() => void>()
  /** What was made of the pages of one composition, for all signs of one format. */
  readonly #contents = new WeakMap<readonly unknown[], { content: SignContent; text: string }>()
  #issue: FeedIssue
  #validUntil = 0
  #isDirty = false
  #cancelBeat: CancelTimer | undefined
  #stopListening: () => void = () => {}

  constructor(options: FeedOptions) {
    this.#options = options
    this.#signs = new Map(
      options.panels.map((panel): [string, Sign] => [
        panel.id,
        {
          ...{ panel, held: undefined, programme: [], tombstones: [], offered: [] },
          shown: undefined,
        },
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
    return [...this.#signs.keys()].flatMap((panel) => this.record(panel) ?? [])
  }

  /** The record of one sign; undefined when there is no such sign. */
  record(panel: string): HeldRecord | undefined {
    const sign = this.#signs.get(panel)
    return sign === undefined ? undefined : (sign.held ?? this.#write(sign))
  }

  /** When a controller has said that the newest record stands on the sign, ms since 1970; undefined = it has not. */
  shownAt(panel: string): number | undefined {
    const sign = this.#signs.get(panel)
    return sign?.shown && sign.shown.sequence === sign.held?.record.sequence ? sign.shown.at : undefined
  }

  /** Begins the heartbeat. */
  open(): void {
    for (const sign of this.#signs.values()) if (sign.held === undefined) this.#write(sign)
    this.#renew()
    // Times in the issue are wall time: those from before the leap are wrong now.
    this.#stopListening = this.#options.clock.onLeap(() => this.#renew())
  }

  set(panel: string, programme: Programme): void {
    const sign = this.#signs.get(panel)
    // A sign that the player drives itself is offered to nobody.
    if (sign === undefined) return
    const stillThere = new Set(programme.filter(({ live }) => live).map(({ about }) => idOf(about)))
    const gone = sign.programme.flatMap(({ live, about, until }): Tombstone[] =>
      live && !stillThere.has(idOf(about))
        ? [{ ...withdrawnOf(about), until: until + PERIODS_VALID * this.#options.period }]
        : [],
    )
    sign.tombstones = [...sign.tombstones, ...gone].filter((one) => !stillThere.has(idOf(one)))
    sign.programme = programme
    this.#write(sign)
  }

  /** Publishes everything anew: for a broker that may have lost it, or has that of an earlier run. */
  publishAll(): void {
    if (this.#cancelBeat !== undefined) this.#publishIssue()
    for (const { held } of this.#signs.values()) if (held !== undefined) this.#publish(held)
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
  acknowledge({ sign: name, epoch, sequence, state, reason }: Acknowledgement): string | undefined {
    const sign = this.#signs.get(name)
    if (sign === undefined) return `there is no sign ${name}`
    const record = sign.offered.find((one) => one.sequence === sequence)
    if (epoch !== this.#options.counter.epoch || record === undefined)
      return `${name}: record ${sequence} of epoch ${epoch} is not known, or no longer; read the feed again`
    const { clock, onReceipts } = this.#options
    const at = clock.now()
    const say = (kind: Receipt['kind'], about: readonly Withdrawn[]) =>
      onReceipts(
        about.map((one) => ({ kind, panel: name, ...one, at, ...(reason !== undefined && { reason }) })),
      )
    if (state === 'accepted' || state === 'refused') say(state, record.incidents)
    if (state === 'shown') {
      sign.shown = { sequence, at }
      say('shown', record.incidents)
    }
    // What no longer is offered cannot stand there when the controller has put something newer up, or nothing.
    if (state === 'shown' || state === 'cleared') {
      say('removed', state === 'cleared' ? [...record.withdrawn, ...record.incidents] : record.withdrawn)
      if (state === 'cleared') sign.shown = undefined
      const gone = new Set(record.withdrawn.map(idOf))
      const left = sign.tombstones.filter((one) => !gone.has(idOf(one)))
      if (left.length < sign.tombstones.length) {
        sign.tombstones = left
        this.#write(sign)
      }
    }
    return undefined
  }

  dispose(): void {
    this.#stopListening()
    this.#cancelBeat?.()
    this.#cancelBeat = undefined
    this.#waiters.clear()
  }

  /** Makes the record of a sign anew and sends it. */
  #write(sign: Sign): HeldRecord {
    const { counter } = this.#options
    const { panel, programme, tombstones } = sign
    const { content, text } = this.#contentOf(sign)
    const incidents = programme
      .filter(({ live }) => live)
      .map(({ about }) => ({ ...withdrawnOf(about), kind: about.kind }))
    const until = untilOf(programme)
    const head = {
      schema: 'kijkuit-sign/1' as const,
      panel: panel.id,
      epoch: counter.epoch,
      sequence: counter.next(),
      state: content.pages.length > 0 ? 'offer' : tombstones.length > 0 ? 'withdraw' : 'blank',
      priority: priorityOf(incidents.map(({ kind }) => kind)),
      incidents,
      withdrawn: tombstones.map(withdrawnOf),
      ...untilField(until),
    } as const
    const held: HeldRecord = {
      record: { ...head, ...content },
      parts: [`${JSON.stringify(head).slice(0, -1)},`, text],
      until,
    }
    sign.held = held
    sign.offered = [
      ...sign.offered,
      {
        sequence: head.sequence,
        incidents: programme
          .filter(({ live }) => live)
          .map(({ about, composition: { hash } }) => ({ ...withdrawnOf(about), hash })),
        withdrawn: head.withdrawn,
      },
    ].slice(-REMEMBERED)
    this.#publish(held)
    this.#changed()
    return held
  }

  #contentOf({ panel, programme }: Sign): { readonly content: SignContent; readonly text: string } {
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
    const now = this.#options.clock.now()
    for (const sign of this.#signs.values()) {
      const left = sign.tombstones.filter(({ until }) => until > now)
      if (left.length === sign.tombstones.length) continue
      sign.tombstones = left
      this.#write(sign)
    }
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

function idOf({ sender, incident }: Pick<SignIncident, 'sender' | 'incident'>): IncidentId {
  return incidentId(sender, incident)
}

function withdrawnOf({ sender, incident, revision }: Withdrawn): Withdrawn {
  return { sender, incident, revision }
}

const BLANK = { content: NOTHING, text: JSON.stringify(NOTHING).slice(1) }

function isoTime(moment: number): string {
  return new Date(moment).toISOString()
}
