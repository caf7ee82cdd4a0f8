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

/** Of the cross-fade of panel.css, ms. */
export const FADE = 400

/**
 * When the next change may begin, ms.
 *
 * @param recent changes so far, oldest first
 * @param lull the least time since the last change came to rest, ms; absent = it need not have
 */
export function mayChangeAt(recent: readonly Change[], now: number, lull?: number): number {
  const [last, beforeLast] = [recent.at(-1), recent.at(-2)]
  return Math.max(
    now,
    last === undefined || lull === undefined ? now : last.end + lull,
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
  /** The least time since the last change by whoever wishes this began, ms; 0 = as soon as may be. */
  readonly rest: number
  /** The least time since whatever changed came to rest, ms; absent = none. Who asks for a {@link PERIOD} keeps no one waiting. */
  readonly lull?: number
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

/** What has changed lately on a screen, of all who change it. */
export class RecentChanges {
  /** The last ones that stand on glass. */
  #painted: readonly Mutable<Change>[] = []
  /** Those that the next frame will bring. */
  #coming: readonly Mutable<Change>[] = []

  /** Oldest first. */
  get all(): readonly Change[] {
    return [...this.#painted, ...this.#coming]
  }

  /** Something changes from now on, and what was still moving is cut short by it. @returns where it is written down */
  begin(now: number, duration: number): Change {
    for (const change of [...this.#painted, ...this.#coming]) change.end = Math.min(change.end, now)
    const change = { start: now, end: now + duration }
    this.#coming = [...this.#coming.slice(-1), change]
    return change
  }

  /** What was put there is being painted now, and counts from here on. What one frame brings is one change. */
  painting(now: number): void {
    const last = this.#coming.at(-1)
    if (last === undefined) return
    last.end += now - last.start
    last.start = now
    this.#painted = [...this.#painted.slice(-1), last]
    this.#coming = []
  }
}

/**
 * Through one of these goes everything that changes on a panel: alerts, their end, pages, photos that come late; and through another,
 * with the same {@link RecentChanges}, the images around it.
 *
 * What cannot be put up yet waits, for {@link PERIOD} at most where it asks for no rest; a newer wish of the same limiter takes its
 * place, so that what would be over again is never shown.
 */
export class ChangeLimiter {
  readonly #time: Timekeeper
  readonly #recent: RecentChanges
  /** The last of its own. */
  #last: Change | undefined
  #cancel = (): void => {}

  constructor(time: Timekeeper, recent = new RecentChanges()) {
    this.#time = time
    this.#recent = recent
  }

  /** Puts it there when that may be; where it may be now, before this returns. */
  request(wish: Wish): void {
    this.#cancel()
    const now = this.#time.now()
    const rested = this.#last === undefined ? now : this.#last.start + wish.rest
    const wait = Math.max(rested, mayChangeAt(this.#recent.all, now, wish.lull)) - now
    if (wait > 0) {
      // Asked again then: timers may be early by a fraction, and what is painted late counts from its painting.
      this.#cancel = this.#time.after(wait, () => this.request(wish))
      return
    }
    this.#last = this.#recent.begin(now, wish.duration)
    wish.put()
  }

  /** To be called from the frame that brings what was put there, however long the page was busy before. */
  painting(): void {
    this.#recent.painting(this.#time.now())
  }

  /** Forgets what waits. */
  withdraw(): void {
    this.#cancel()
    this.#cancel = () => {}
  }
}
