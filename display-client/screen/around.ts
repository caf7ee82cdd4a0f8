import type { FromViewer, IdleMessage } from '../player/protocol.ts'
import { ChangeLimiter } from './changes.ts'
import { Idle } from './idle.ts'
import type { KijkuitPanel } from './kijkuit-panel.ts'
import { PAGE_TIME } from './page-time.ts'

interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Largest rectangle of a screen that a zone leaves free, px; none when it takes all. */
export function restOf(whole: Pick<Rectangle, 'width' | 'height'>, zone: Rectangle): Rectangle | undefined {
  const right = zone.x + zone.width
  const bottom = zone.y + zone.height
  const strips: readonly Rectangle[] = [
    { x: 0, y: 0, width: zone.x, height: whole.height },
    { x: right, y: 0, width: whole.width - right, height: whole.height },
    { x: 0, y: 0, width: whole.width, height: zone.y },
    { x: 0, y: bottom, width: whole.width, height: whole.height - bottom },
  ]
  const area = ({ width, height }: Rectangle): number => Math.max(0, width) * Math.max(0, height)
  const largest = strips.reduce((best, strip) => (area(strip) > area(best) ? strip : best))
  return area(largest) > 0 ? largest : undefined
}

/**
 * What is around the alerts of a screen: the idle content, where it and they stand, and the touch that takes an alert away.
 *
 * What is seen when follows from style alone (screen.css), so that an alert and what it does to the rest come in one frame.
 */
export class Around {
  readonly #panel: HTMLElement
  readonly #idle: Idle
  readonly #send: (message: FromViewer) => void
  readonly #onTouched: () => void
  #message: IdleMessage | undefined
  #isTouched = false

  /**
   * @param panel draws the alerts
   * @param idle draws the rest
   * @param send to the player
   * @param onTouched what was put there is gone before it could be said that it was seen
   */
  constructor(
    panel: KijkuitPanel,
    idle: HTMLElement,
    send: (message: FromViewer) => void,
    onTouched: () => void,
  ) {
    this.#panel = panel
    this.#idle = new Idle(idle, new ChangeLimiter(PAGE_TIME, panel.recent))
    this.#send = send
    this.#onTouched = onTouched
    for (const type of ['pointerdown', 'keydown', 'wheel'] as const)
      addEventListener(type, this.#touch, { capture: true, passive: true })
    // A touch of the host's page beside an alert is not ours to see, but takes the focus away.
    addEventListener('blur', () => {
      if (document.activeElement instanceof HTMLIFrameElement) this.#touch()
    })
  }

  /** What is around is this from now on. @param size of the panel, px */
  show(message: IdleMessage, { width, height }: { readonly width: number; readonly height: number }): void {
    this.#message = message
    const { x, y } = message
    const rest = restOf(message, { x, y, width, height })
    const { style, classList } = document.body
    classList.add('around')
    classList.toggle('zoned', rest !== undefined)
    const lengths = { x, y, width: message.width, height: message.height }
    for (const [name, length] of Object.entries(lengths)) style.setProperty(`--whole-${name}`, `${length}px`)
    for (const [name, length] of Object.entries(rest ?? lengths))
      style.setProperty(`--rest-${name}`, `${length}px`)
    this.#idle.show(message.content, (reason) => this.#send({ type: 'idle-fault', reason }))
  }

  /**
   * A stage has come.
   *
   * @returns whether it is not to be shown: it was sent before the player knew of the touch
   */
  isStale(pages: number): boolean {
    if (!this.#isTouched) return false
    if (pages === 0) {
      this.#isTouched = false
      return false
    }
    this.#send({ type: 'touched' })
    return true
  }

  /** What the stage says stands there now. */
  settled(): void {
    this.#idle.settle()
    if (!this.#isTouched) this.#panel.classList.remove('cleared')
    // Only who has lost the focus can tell that it went to the host's page.
    if (document.activeElement instanceof HTMLIFrameElement) document.activeElement.blur()
  }

  readonly #touch = (): void => {
    if (this.#message?.touch !== true || this.#panel.querySelector('.front') === null) return
    // The next frame is without it, whatever the player is doing.
    this.#panel.classList.add('cleared')
    this.#idle.settle()
    this.#isTouched = true
    this.#onTouched()
    this.#send({ type: 'touched' })
  }
}
