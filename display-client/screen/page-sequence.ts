import type { PanelMessage, StagePage } from '../player/protocol.ts'
import { timeOnPage } from './page-turns.ts'

/** Turns the pages of what is shown, round and round. */
export class PageSequence {
  readonly #turn: (page: StagePage) => void
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param turn called with the page to be shown next */
  constructor(turn: (page: StagePage) => void) {
    this.#turn = turn
  }

  /** The first of `pages` has just been shown; the others follow, each after the dwell of the one before. */
  start(pages: readonly StagePage[], surface: PanelMessage['surface']): void {
    this.stop()
    if (pages.length > 1) this.#wait(pages, surface, 0)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #wait(pages: readonly StagePage[], surface: PanelMessage['surface'], shown: number): void {
    const next = (shown + 1) % pages.length
    this.#timer = setTimeout(
      () => {
        const page = pages[next]
        if (page === undefined) return
        this.#wait(pages, surface, next)
        this.#turn(page)
      },
      timeOnPage(surface, pages[shown]?.dwell ?? 0),
    )
  }
}
