import { type ChangeLimiter, FADE, PERIOD } from './changes.ts'
import type { ReportIdle } from './report-idle.ts'

/** ms: how soon to look again when none of the images came. */
const RETRY = 30_000

/** The images of a folder, one after another; each fades in over the last. */
export class IdleImages {
  readonly #element: HTMLElement
  readonly #report: ReportIdle
  readonly #changes: ChangeLimiter
  #images: readonly string[] = []
  #time = 0
  #shown: HTMLImageElement | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #disposed = false
  #isReported = false

  /** @param changes of the screen: no image comes while an alert does */
  constructor(element: HTMLElement, report: ReportIdle, changes: ChangeLimiter) {
    this.#element = element
    this.#report = report
    this.#changes = changes
  }

  /** Shows these; one that is there and still among them stays for the rest of its time. @param time ms of each */
  show(images: readonly string[], time: number): void {
    this.#changes.withdraw()
    this.#images = images
    this.#time = time
    const now = this.#shown?.getAttribute('src')
    if (now !== undefined && now !== null && images.includes(now)) {
      if (this.#timer === undefined) this.#wait(time)
    } else void this.#next()
  }

  settle(): void {
    for (const animation of this.#shown?.getAnimations() ?? []) animation.finish()
  }

  dispose(): void {
    this.#disposed = true
    clearTimeout(this.#timer)
    this.#changes.withdraw()
  }

  #wait(time: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      // Nobody sees it behind an alert.
      if (this.#element.checkVisibility()) void this.#next()
      else this.#wait(this.#time)
    }, time)
  }

  async #next(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const images = this.#images
    const last = this.#shown?.getAttribute('src') ?? ''
    const first = (images.indexOf(last) + 1) % Math.max(images.length, 1)
    for (let count = 0; count < images.length; count += 1) {
      const src = images[(first + count) % images.length] ?? ''
      if (src === last) break
      const image = new Image()
      image.src = src
      const came = await image.decode().then(
        () => true,
        () => false,
      )
      if (this.#disposed || images !== this.#images) return
      if (came) return this.#put(image)
    }
    if (images.length > 0 && images.includes(last)) return this.#wait(images.length > 1 ? RETRY : this.#time)
    this.#shown?.remove()
    this.#shown = undefined
    if (images.length === 0) return
    this.#report('none of the images can be drawn; look at the folder')
    this.#isReported = true
    this.#wait(RETRY)
  }

  #put(image: HTMLImageElement): void {
    const put = (): void => {
      this.#stand(image)
      requestAnimationFrame(() => this.#changes.painting())
    }
    if (this.#element.checkVisibility()) this.#changes.request({ put, duration: FADE, rest: 0, lull: PERIOD })
    else this.#stand(image)
  }

  #stand(image: HTMLImageElement): void {
    const last = this.#shown
    this.#shown = image
    image.alt = ''
    if (last !== undefined && this.#element.checkVisibility()) {
      image.className = 'entering'
      const end = (): void => {
        image.className = ''
        last.remove()
      }
      image.addEventListener('animationend', end, { once: true })
      // An alert stands over it.
      image.addEventListener('animationcancel', end, { once: true })
    }
    // Those whose fade never began: an alert stood over it.
    for (const old of this.#element.querySelectorAll('img'))
      if (old !== last || image.className === '') old.remove()
    this.#element.append(image)
    if (this.#isReported) this.#report(null)
    this.#isReported = false
    if (this.#images.length > 1) this.#wait(this.#time)
  }
}
