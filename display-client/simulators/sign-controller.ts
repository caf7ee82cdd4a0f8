import type { Clock } from '../base/clock.ts'
import { type MultiPicture, previewMulti } from '../paint/multi-preview.ts'
import type { MultiSign } from '../paint/multi-sign.ts'
import type { Acknowledgement } from '../player/feed/acknowledgement.ts'
import type { FeedEnvelope, FeedIssue } from '../player/feed/feed.ts'
import type { SignRecord } from '../player/feed/record.ts'
import type { SeenPage, SimulatedSign } from './sign-model.ts'

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

/** s that an answer may wait for news, and ms after which a feed that is not there is asked again. */
const WAIT = 30
const PAUSE = 1_000

/**
 * A controller of one sign, as a traffic system would build it after docs/feed.md: it polls or is told, shows what is offered
 * through the MULTI of its sign, blanks when the feed goes stale, and says what it has done.
 */
export class SignController implements SimulatedSign {
  onTold: () => void = () => {}
  readonly #options: SignControllerOptions
  #following: { readonly stop: AbortController; readonly done: Promise<void> } | undefined
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
  get pictures(): readonly MultiPicture[] {
    return this.#options.clock.monotonic() < this.#validUntil ? this.#pages : []
  }

  get pages(): readonly SeenPage[] {
    return this.pictures.map(({ on, off, frame }) => ({ dwell: on + off, seen: frame }))
  }

  /** Its words, page by page. */
  get lines(): readonly (readonly string[])[] {
    return this.pictures.map(({ lines }) => lines)
  }

  /** Follows the feed until its power is cut. */
  powerOn(): Promise<void> {
    const stop = new AbortController()
    this.#following ??= { stop, done: this.#follow(stop.signal) }
    return Promise.resolve()
  }

  async powerOff(): Promise<void> {
    const following = this.#following
    this.#following = undefined
    following?.stop.abort()
    this.#newest = { epoch: 0, sequence: 0 }
    this.#record = undefined
    this.#validUntil = Number.NEGATIVE_INFINITY
    this.#pages = []
    this.#etag = ''
    await following?.done
  }

  dispose(): Promise<void> {
    return this.powerOff()
  }

  async #follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // What it could not say, it says of the next record.
      const status = await this.poll(this.#etag === '' ? 0 : WAIT, signal).catch(() => undefined)
      if (signal.aborted) return
      this.onTold()
      if (status === 200 || status === 304) continue
      const pause = Promise.withResolvers<void>()
      const over = (): void => pause.resolve()
      const cancel = this.#options.clock.after(PAUSE, over)
      signal.addEventListener('abort', over)
      await pause.promise
      signal.removeEventListener('abort', over)
      cancel()
    }
  }

  /**
   * Reads the feed once.
   *
   * @param wait s to wait for news
   * @param signal gives up
   * @returns the status of the answer; undefined = nobody is there
   */
  async poll(wait = 0, signal?: AbortSignal): Promise<number | undefined> {
    const { url, sign } = this.#options
    let response: Response
    try {
      response = await fetch(`${url}/feed/v1/signs/${sign}`, {
        headers: {
          ...this.#login(),
          'If-None-Match': this.#etag,
          ...(wait > 0 && { Prefer: `wait=${wait}` }),
        },
        ...(signal && { signal }),
      })
    } catch {
      return undefined
    }
    if (response.status !== 200) return response.status
    this.#etag = response.headers.get('etag') ?? ''
    const envelope = (await response.json()) as FeedEnvelope
    if (signal?.aborted) return undefined
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
