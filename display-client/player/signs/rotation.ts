/** A page as far as its turn is concerned. */
export interface TurnedPage {
  /** ms until the next page. */
  readonly dwell: number
  /** When it must be gone whatever happens, ms since 1970. */
  readonly until: number
}

/** What is to be sent: a page, or that there is none. */
export type Target<Page> = Page | 'nothing'

/** Between two pages, ms: nothing on a sign changes faster than once in a second (DESIGN §6.4). */
const CALM = 1_000

/**
 * Which page of a programme must be on a sign, and when it must be sent. Pure but for its own memory: it is told the time and what was
 * sent.
 */
export class Rotation<Page extends TurnedPage> {
  readonly #pages: readonly Page[]
  readonly #refresh: number
  readonly #repeatsNothing: boolean
  readonly #seen = new Set<Target<Page>>()
  readonly #earliest: number
  #current: Target<Page> | undefined
  #turn = 0
  #again = 0
  #isTold = false

  /**
   * @param pages none = nothing of ours
   * @param refresh ms after which what is on is sent again
   * @param repeatsNothing whether that there is nothing is sent again too
   * @param lastSent when anything was sent to this sign, monotonic ms
   */
  constructor(pages: readonly Page[], refresh: number, repeatsNothing: boolean, lastSent: number) {
    this.#pages = pages
    this.#refresh = refresh
    this.#repeatsNothing = repeatsNothing
    this.#earliest = lastSent + CALM
  }

  /** The connection is new, and the sign may show anything: what must be on it is due. */
  reconnected(): void {
    this.#again = this.#current === 'nothing' && !this.#repeatsNothing ? Number.POSITIVE_INFINITY : 0
  }

  /**
   * @param monotonic ms
   * @param wall ms since 1970
   * @returns what is to be sent, in how many ms, and in how many this may be another answer
   */
  next(monotonic: number, wall: number): { target: Target<Page>; after: number; until: number } {
    const live = this.#pages.filter(({ until }) => until > wall)
    const target = this.#target(live, monotonic)
    const at = target === this.#current ? this.#again : Math.max(this.#earliest, 0)
    const turn =
      live.length > 1 && this.#current !== undefined ? this.#turn - monotonic : Number.POSITIVE_INFINITY
    const ends = live.map(({ until }) => until - wall)
    return { target, after: Math.max(0, at - monotonic), until: Math.max(0, Math.min(turn, ...ends)) }
  }

  /** @returns whether everything that is to be on the sign has now been on it, for the first time */
  sent(target: Target<Page>, monotonic: number, wall: number): boolean {
    if (target !== this.#current) {
      this.#current = target
      if (target !== 'nothing') this.#turn = monotonic + Math.max(CALM, target.dwell)
    }
    const repeats = target !== 'nothing' || this.#repeatsNothing
    this.#again = repeats ? monotonic + this.#refresh : Number.POSITIVE_INFINITY
    this.#seen.add(target)
    const live = this.#pages.filter(({ until }) => until > wall)
    // A programme that has run out is over, which is nobody's news.
    const isNews = !this.#isTold && (this.#pages.length === 0 || live.length > 0)
    if (!isNews || !live.every((page) => this.#seen.has(page))) return false
    this.#isTold = true
    return true
  }

  #target(live: readonly Page[], monotonic: number): Target<Page> {
    const current = this.#current
    const [first] = live
    if (first === undefined) return 'nothing'
    if (current === undefined || current === 'nothing') return first
    if (live.includes(current) && (live.length === 1 || monotonic < this.#turn)) return current
    const from = this.#pages.indexOf(current)
    return live.find((page) => this.#pages.indexOf(page) > from) ?? first
  }
}
