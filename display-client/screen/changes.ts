/** A change of what is to be seen on a panel; ms, both of one clock. A cut begins and ends at once. */
export interface Change {
  readonly start: number
  /** When nothing of it moves any more. */
  readonly end: number
}

/**
 * Within so many ms a panel changes at most twice. A flash is a pair of opposing changes (WCAG 2.2, 2.3.1), so nothing here
 * flashes faster than 1 Hz, and a single change never waits: minutes count.
 *
 * A second, and what a frame may come to the glass later than the page has painted it: on a busy machine the first of three
 * changes was seen 50 ms late (docs/flash.md).
 */
export const PERIOD = 1_200

/**
 * When the next change may begin, ms.
 *
 * @param recent changes so far, oldest first
 * @param rest the least time from the start of the last change, ms
 */
export function mayChangeAt(recent: readonly Change[], now: number, rest = 0): number {
  const [last, beforeLast] = [recent.at(-1), recent.at(-2)]
  return Math.max(
    now,
    last === undefined ? now : last.start + rest,
    beforeLast === undefined ? now : beforeLast.end + PERIOD,
  )
}

/** What time is taken from: `performance.now` and `setTimeout` of a page. */
export interface Timekeeper {
  /** ms, never decreasing. */
  now(): number
  /** @returns cancels it */
  after(delay: number, callback: () => void): () => void
}

export interface Wish {
  /** Puts it there. */
  put(): void
  /** How long it will move, ms; 0 = a cut. */
  readonly duration: number
  /** The least time since the last change began, ms; 0 = as soon as may be. */
  readonly rest: number
}

/**
 * The one place through which everything goes that changes on a panel: alerts, their end, pages, photos that come late.
 *
 * What cannot be put up yet waits, for {@link PERIOD} at most where it asks for no rest; a newer wish takes its place, so
 * that what would be over again is never shown.
 */
export class ChangeLimiter {
  readonly #time: Timekeeper
  /** The last ones that stand on glass. */
  #painted: readonly Change[] = []
  /** Those that the next frame will bring. */
  #coming: readonly Change[] = []
  #cancel = (): void => {}

  constructor(time: Timekeeper) {
    this.#time = time
  }

  /** Puts it there when that may be; where it may be now, before this returns. */
  request(wish: Wish): void {
    this.#cancel()
    const now = this.#time.now()
    const wait = mayChangeAt([...this.#painted, ...this.#coming], now, wish.rest) - now
    if (wait > 0) {
      // Asked again then: timers may be early by a fraction, and what is painted late counts from its painting.
      this.#cancel = this.#time.after(wait, () => this.request(wish))
      return
    }
    // What was still moving is cut short by this.
    const cut = ({ start, end }: Change): Change => ({ start, end: Math.min(end, now) })
    this.#painted = this.#painted.map(cut)
    this.#coming = [...this.#coming.slice(-1).map(cut), { start: now, end: now + wish.duration }]
    wish.put()
  }

  /**
   * What was put there is being painted now, and counts from here on, however long the page was busy before. What one frame
   * brings is one change.
   */
  painting(): void {
    const last = this.#coming.at(-1)
    if (last === undefined) return
    const now = this.#time.now()
    this.#painted = [...this.#painted.slice(-1), { start: now, end: now + last.end - last.start }]
    this.#coming = []
  }

  /** Forgets what waits. */
  withdraw(): void {
    this.#cancel()
    this.#cancel = () => {}
  }
}
