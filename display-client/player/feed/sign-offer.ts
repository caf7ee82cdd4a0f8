import { type IncidentId, incidentId } from '../../alert/incident-id.ts'
import type { Clock } from '../../base/clock.ts'
import type { Programme } from '../outputs/output.ts'
import type { Receipt } from '../receipts.ts'
import type { Acknowledgement } from './acknowledgement.ts'
import {
  priorityOf,
  type SignContent,
  type SignIncident,
  type SignRecord,
  untilField,
  untilOf,
} from './record.ts'

/** What a controller may still acknowledge: the newest and those that it may just be putting up. */
const REMEMBERED = 8

/** A record as it goes out. */
export interface HeldRecord {
  readonly record: SignRecord
  /** Its JSON in two parts: the second is one for all signs of one format. */
  readonly parts: readonly [own: string, shared: string]
  /** ms since 1970 */
  readonly until: number | undefined
}

/** What a programme looks like on the sign, and the same as JSON without its first brace. */
export interface WrittenContent {
  readonly content: SignContent
  readonly text: string
}

export interface SignOfferOptions {
  readonly panel: string
  readonly clock: Clock
  /** ms beyond the end of an alert for which its withdrawal is still repeated */
  readonly grace: number
  readonly counter: { readonly epoch: number; next(): number }
  contentOf(programme: Programme): WrittenContent
  /** There is a newer record. */
  onRecord(held: HeldRecord): void
  /** What the controller has said. */
  onReceipts(receipts: readonly Receipt[]): void
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

/** One sign of the feed: what its controller is offered, what it must take back, and what it has said of both. */
export class SignOffer {
  readonly #options: SignOfferOptions
  #newest: HeldRecord | undefined
  #programme: Programme = []
  #tombstones: readonly Tombstone[] = []
  /** The newest last. */
  #offered: readonly Offered[] = []
  /** What its controller says stands on it now. */
  #shown: { readonly sequence: number; readonly at: number } | undefined

  constructor(options: SignOfferOptions) {
    this.#options = options
  }

  /** undefined before anybody wanted it. */
  get newest(): HeldRecord | undefined {
    return this.#newest
  }

  get record(): HeldRecord {
    return this.#newest ?? this.#write()
  }

  /** When the controller has said that the newest record stands on the sign, ms since 1970; undefined = it has not. */
  get shownAt(): number | undefined {
    return this.#shown?.sequence === this.#newest?.record.sequence ? this.#shown?.at : undefined
  }

  /** From now on there is a record, though nobody has wanted one. */
  open(): void {
    if (this.#newest === undefined) this.#write()
  }

  /** Offers another programme, and withdraws what is in it no more. */
  set(programme: Programme): void {
    const stillThere = new Set(programme.filter(({ live }) => live).map(({ about }) => idOf(about)))
    const gone = this.#programme.flatMap(({ live, about, until }): Tombstone[] =>
      live && !stillThere.has(idOf(about))
        ? [{ ...withdrawnOf(about), until: until + this.#options.grace }]
        : [],
    )
    this.#tombstones = [...this.#tombstones, ...gone].filter((one) => !stillThere.has(idOf(one)))
    this.#programme = programme
    this.#write()
  }

  /** Repeats no longer what was withdrawn long enough ago. */
  forget(): void {
    const now = this.#options.clock.now()
    this.#keep(this.#tombstones.filter(({ until }) => until > now))
  }

  /**
   * Takes the word of its controller.
   *
   * @returns what is wrong with it, in one sentence
   */
  acknowledge({ epoch, sequence, state, reason }: Omit<Acknowledgement, 'sign'>): string | undefined {
    const { panel, clock, counter, onReceipts } = this.#options
    const offered = this.#offered.find((one) => one.sequence === sequence)
    if (epoch !== counter.epoch || offered === undefined)
      return `${panel}: record ${sequence} of epoch ${epoch} is not known, or no longer; read the feed again`
    const at = clock.now()
    const say = (kind: Receipt['kind'], about: readonly Withdrawn[]) =>
      onReceipts(about.map((one) => ({ kind, panel, ...one, at, ...(reason !== undefined && { reason }) })))
    if (state === 'accepted' || state === 'refused') say(state, offered.incidents)
    if (state === 'shown') {
      this.#shown = { sequence, at }
      say('shown', offered.incidents)
    }
    // What no longer is offered cannot stand there when the controller has put something newer up, or nothing.
    if (state === 'shown' || state === 'cleared') {
      say('removed', state === 'cleared' ? [...offered.withdrawn, ...offered.incidents] : offered.withdrawn)
      if (state === 'cleared') this.#shown = undefined
      const gone = new Set(offered.withdrawn.map(idOf))
      this.#keep(this.#tombstones.filter((one) => !gone.has(idOf(one))))
    }
    return undefined
  }

  #keep(tombstones: readonly Tombstone[]): void {
    if (tombstones.length === this.#tombstones.length) return
    this.#tombstones = tombstones
    this.#write()
  }

  /** Makes the record anew. */
  #write(): HeldRecord {
    const { panel, counter, contentOf, onRecord } = this.#options
    const { content, text } = contentOf(this.#programme)
    const live = this.#programme.filter((one) => one.live)
    const incidents = live.map(({ about }) => ({ ...withdrawnOf(about), kind: about.kind }))
    const withdrawn = this.#tombstones.map(withdrawnOf)
    const until = untilOf(this.#programme)
    const head = {
      schema: 'kijkuit-sign/1' as const,
      ...{ panel, epoch: counter.epoch, sequence: counter.next() },
      state: content.pages.length > 0 ? 'offer' : withdrawn.length > 0 ? 'withdraw' : 'blank',
      priority: priorityOf(incidents.map(({ kind }) => kind)),
      ...{ incidents, withdrawn, ...untilField(until) },
    } as const
    const held: HeldRecord = {
      record: { ...head, ...content },
      parts: [`${JSON.stringify(head).slice(0, -1)},`, text],
      until,
    }
    this.#newest = held
    const offered: Offered = {
      ...{ sequence: head.sequence, withdrawn },
      incidents: live.map(({ about, composition: { hash } }) => ({ ...withdrawnOf(about), hash })),
    }
    this.#offered = [...this.#offered, offered].slice(-REMEMBERED)
    onRecord(held)
    return held
  }
}

function idOf({ sender, incident }: Pick<SignIncident, 'sender' | 'incident'>): IncidentId {
  return incidentId(sender, incident)
}

function withdrawnOf({ sender, incident, revision }: Withdrawn): Withdrawn {
  return { sender, incident, revision }
}
