import type { StagePage } from '../player/protocol.ts'

/** What is shown of several pages. */
export interface Shown {
  readonly pages: readonly StagePage[]
  /** For each page a text that is the same for the same page. */
  readonly keys: readonly string[]
  /** Index of the page in front. */
  readonly front: number
}

/**
 * Which of the new pages goes on where the old ones were: an update that leaves most as it was must not throw whoever reads
 * the second page back to the first.
 *
 * Anything else begins with its first page: a new alert is seen at once.
 */
export function frontOf(next: readonly string[], { keys, front }: Omit<Shown, 'pages'>): number {
  const isSameLength = next.length === keys.length
  const isUpdate = next[0] === keys[0] || (isSameLength && next.some((key, index) => key === keys[index]))
  const key = keys[front]
  if (!isUpdate || key === undefined) return 0
  if (next[front] === key) return front
  const moved = next.indexOf(key)
  if (moved !== -1) return moved
  return isSameLength ? front : 0
}

/** Says when a page has been in front for its dwell. */
export class PageSequence {
  readonly #due: () => void
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param due called once for each {@link show}; what is shown then is told by another */
  constructor(due: () => void) {
    this.#due = due
  }

  /** A page has just been put in front: its dwell begins. */
  show({ pages, front }: Shown): void {
    this.stop()
    if (pages.length > 1) this.#timer = setTimeout(this.#due, pages[front]?.dwell)
  }

  /** The page in front is as it was, though others are not: what is left of its dwell runs on. */
  goOn(shown: Shown): void {
    if (this.#timer === undefined || shown.pages.length < 2) this.show(shown)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
