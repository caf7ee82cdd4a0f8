import type { Clock } from '../base/clock.ts'
import { type MultiPicture, previewMulti } from '../paint/multi-preview.ts'
import type { MultiSign } from '../paint/multi-sign.ts'
import type { Acknowledgement } from '../player/feed/acknowledgement.ts'
import type { FeedEnvelope, FeedIssue } from '../player/feed/feed.ts'
import type { SignRecord } from '../player/feed/record.ts'

export interface SignControllerOptions {
  /** Of the feed: `http://127.0.0.1:port`; undefined = it is told by {@link SignController.hear} and {@link SignController.take}. */
  readonly url?: string
  readonly token?: string
  /** The sign as the feed names it. */
  readonly sign: string
  /** What the sign can show. */
  readonly model: MultiSign
  readonly clock: Clock
}

/**
 * A controller of one sign, as a traffic system would build it after docs/feed.md: it polls or is told, shows what is offered
 * through the MULTI of its sign, blanks when the feed goes stale, and says what it has done.
 */
export class SignController {
  readonly #options: SignControllerOptions
  #newest: Pick<FeedIssue, 'epoch' | 'sequence'> = { epoch: 0, sequence: 0 }
  #record: SignRecord | undefined
  /** By its own clock: clocks of two machines differ, a duration does not. */
  #validUntil = Number.NEGATIVE_INFINITY
  #pages: readonly MultiPicture[] = []
  #etag = ''
  /** A traffic message is on the sign. */
  isBusy = false

  constructor(options: SignControllerOptions) {
    this.#options = options
  }

  /** What stands on the sign now; none = it is dark. */
  get pages(): readonly MultiPicture[] {
    return this.#options.clock.monotonic() < this.#validUntil ? this.#pages : []
  }

  /** Its words, page by page. */
  get lines(): readonly (readonly string[])[] {
    return this.pages.map(({ lines }) => lines)
  }

  /** Reads the feed once. @param wait s to wait for news. @returns the status of the answer; undefined = nobody is there */
  async poll(wait = 0): Promise<number | undefined> {
    const { url, sign } = this.#options
    let response: Response
    try {
      response = await fetch(`${url}/feed/v1/signs/${sign}`, {
        headers: {
          ...this.#login(),
          'If-None-Match': this.#etag,
          ...(wait > 0 && { Prefer: `wait=${wait}` }),
        },
      })
    } catch {
      return undefined
    }
    if (response.status !== 200) return response.status
    this.#etag = response.headers.get('etag') ?? ''
    const envelope = (await response.json()) as FeedEnvelope
    const said = this.hear(envelope) ? envelope.records.flatMap((record) => this.take(record)) : []
    if (said.length > 0) await this.#say(said)
    return response.status
  }

  /** A heartbeat. @returns whether it is newer than the last */
  hear({ epoch, sequence, generatedAt, validUntil }: FeedIssue): boolean {
    if (!isNewer({ epoch, sequence }, this.#newest)) return false
    this.#newest = { epoch, sequence }
    this.#validUntil = this.#options.clock.monotonic() + Date.parse(validUntil) - Date.parse(generatedAt)
    return true
  }

  /** A record. @returns what the controller says of it; nothing of one that it has taken already */
  take(record: SignRecord): readonly Acknowledgement[] {
    if (this.#record !== undefined && !isNewer(record, this.#record)) return []
    this.#record = record
    const { epoch, sequence, state, multi, multiFault } = record
    const answer = (word: Omit<Acknowledgement, 'sign' | 'epoch' | 'sequence'>): Acknowledgement => {
      return { sign: this.#options.sign, epoch, sequence, ...word }
    }
    if (state !== 'offer') {
      this.#pages = []
      return [answer({ state: 'cleared' })]
    }
    if (this.isBusy) {
      this.#pages = []
      return [answer({ state: 'refused', reason: 'priority' })]
    }
    const shown = previewMulti(multi ?? '', this.#options.model)
    if (multi === undefined || !shown.ok) {
      this.#pages = []
      return [
        answer({ state: 'refused', reason: shown.ok ? (multiFault?.error ?? 'other') : shown.failure.error }),
      ]
    }
    this.#pages = shown.value
    return [answer({ state: 'accepted' }), answer({ state: 'shown' })]
  }

  async #say(acknowledgements: readonly Acknowledgement[]): Promise<void> {
    const { url } = this.#options
    const body = JSON.stringify({ schema: 'kijkuit-acknowledgements/1', acknowledgements })
    const response = await fetch(`${url}/feed/v1/acknowledgements`, {
      method: 'POST',
      headers: this.#login(),
      body,
    })
    if (response.status !== 204) throw new Error(`the feed does not take it: ${await response.text()}`)
  }

  #login(): Record<string, string> {
    const { token } = this.#options
    return token === undefined ? {} : { Authorization: `Bearer ${token}` }
  }
}

function isNewer(
  one: Pick<FeedIssue, 'epoch' | 'sequence'>,
  other: Pick<FeedIssue, 'epoch' | 'sequence'>,
): boolean {
  return one.epoch === other.epoch ? one.sequence > other.sequence : one.epoch > other.epoch
}
