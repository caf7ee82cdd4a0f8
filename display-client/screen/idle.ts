import type { IdleContent } from '../player/protocol.ts'
import type { ChangeLimiter } from './changes.ts'
import { IdleClock } from './idle-clock.ts'
import { IdleImages } from './idle-images.ts'
import { IdlePage } from './idle-page.ts'
import type { ReportIdle } from './report-idle.ts'

/** A kind of idle content, in its element. */
export interface IdleView {
  /** Ends what moves, at once. */
  settle?(): void
  dispose(): void
}

/** Draws what is on a screen while no alert is, in `<kijkuit-idle>`; around.ts says where that is. */
export class Idle {
  readonly #element: HTMLElement
  readonly #changes: ChangeLimiter
  #content = ''
  #view: IdleView | undefined

  /** @param changes through which goes what moves here */
  constructor(element: HTMLElement, changes: ChangeLimiter) {
    this.#element = element
    this.#changes = changes
  }

  /** Shows this content. The same again changes nothing: a page of the host is not loaded anew after a lost connection. */
  show(content: IdleContent, report: ReportIdle): void {
    const text = JSON.stringify(content)
    if (text === this.#content) return
    this.#content = text
    if (content.type === 'images' && this.#view instanceof IdleImages) {
      this.#view.show(content.images, content.time)
      return
    }
    this.#view?.dispose()
    this.#element.replaceChildren()
    this.#view = idleView(this.#element, content, report, this.#changes)
  }

  /** An alert has come or gone, and with it the place of this may have: what moves ends at once, for it would be a change more. */
  settle(): void {
    this.#view?.settle?.()
  }
}

function idleView(
  element: HTMLElement,
  content: IdleContent,
  report: ReportIdle,
  changes: ChangeLimiter,
): IdleView | undefined {
  switch (content.type) {
    case 'clock':
      return new IdleClock(element, content)
    case 'images': {
      const images = new IdleImages(element, report, changes)
      images.show(content.images, content.time)
      return images
    }
    case 'page': {
      const fallback = idleView(element, content.fallback, report, changes)
      const page = new IdlePage(element, content.url, report)
      return {
        dispose() {
          page.dispose()
          fallback?.dispose()
        },
      }
    }
    default:
      return undefined
  }
}
