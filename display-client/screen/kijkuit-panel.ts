import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { LEAST_DWELL, type PanelMessage, type PhotoMessage, type StagePage } from '../player/protocol.ts'
import { drawBoxes } from './boxes.ts'
import { ChangeLimiter, FADE, RecentChanges, type Wish } from './changes.ts'
import { differingPart } from './differing.ts'
import { squeezeWords } from './fonts.ts'
import { darkFrame, drawFrame, unpackFrame } from './leds.ts'
import { frontOf, PageSequence, type Shown } from './page-sequence.ts'
import { PAGE_TIME } from './page-time.ts'
import { Photos } from './photos.ts'
import { place } from './place.ts'
import { run } from './running.ts'

/** What a panel must be known by before anything is drawn on it. */
export type Surface = Pick<PanelMessage, 'surface' | 'width' | 'height'>

/** Pages that were asked for. */
interface Wanted {
  readonly pages: readonly StagePage[]
  readonly keys: readonly string[]
  /** Settles once the document holds them: true; or once something else is wanted: false. */
  readonly there: PromiseWithResolvers<boolean>
}

/**
 * `<kijkuit-panel>`: one panel, drawn as it is. A screen is boxes at exact CSS px; a matrix is a board of round dots.
 *
 * It renders into the light DOM, so that Element Timing sees the alert (it reports nothing from a shadow tree).
 * Something new stands there in one painted frame; only a turn of the page is a cross-fade.
 */
export class KijkuitPanel extends LitElement {
  /** Told of photos that cannot be drawn, as in `PhotoMessage`. */
  onPhoto: (sha256: string, fault: PhotoMessage['fault']) => void = () => {}
  /** Also of what is around this panel. */
  readonly recent = new RecentChanges()
  #surface: Surface | undefined
  #pitch = 1
  #wanted: Wanted | undefined
  /** Whether what is wanted is ready, and waits until the panel may change. */
  #waiting = false
  #shown: Shown = { pages: [], keys: [], front: 0 }
  /** Two layers, of which one is in front: a page turns by fading the other in over it. */
  #layers: readonly [StagePage | undefined, StagePage | undefined] = [undefined, undefined]
  #front: 0 | 1 = 0
  #fading = false
  #otherFace = false
  /** What stands on a canvas: dots are many, and most updates change none. */
  readonly #drawn = new WeakMap<
    HTMLCanvasElement,
    { readonly content: StagePage['content'] | undefined; readonly pitch: number }
  >()
  readonly #changes = new ChangeLimiter(PAGE_TIME, this.recent)
  readonly #photos = new Photos({
    late: () => this.#photoCame(),
    fault: (sha256, fault) => this.onPhoto(sha256, fault),
  })
  readonly #sequence = new PageSequence(() => {
    const surface = this.#surface?.surface ?? 'screen'
    const duration = surface === 'screen' ? FADE : 0
    this.#change({ put: () => this.#turn(), duration, rest: LEAST_DWELL[surface] })
  })

  protected override createRenderRoot(): HTMLElement {
    return this
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#sequence.show(this.#shown)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#sequence.stop()
    // A turn that is due; what is wanted is put there all the same.
    if (!this.#waiting) this.#changes.withdraw()
  }

  /**
   * Says what kind of panel this is.
   *
   * @param pitch device px from dot to dot on a matrix, whole
   */
  configure(surface: Surface, pitch: number): void {
    const known = this.#surface
    const same =
      known?.surface === surface.surface && known.width === surface.width && known.height === surface.height
    if (same && pitch === this.#pitch) return
    this.#surface = surface
    this.#pitch = pitch
    this.requestUpdate()
  }

  get isInOtherFace(): boolean {
    return this.#otherFace
  }

  /**
   * Draws words in whatever face the browser has, squeezed into their boxes, until the one they were composed in is there.
   *
   * @returns settles once they are drawn so
   */
  async drawInOtherFace(isOther: boolean): Promise<void> {
    this.#otherFace = isOther
    this.classList.toggle('other-face', isOther)
    squeezeWords(this, isOther)
    await this.updateComplete
  }

  /**
   * Shows these pages instead of all others, in one frame, photos included; no pages = nothing.
   *
   * What is there already stays as it is: after a lost connection, or an update that changes another page than the one in
   * front, the sequence of pages goes on undisturbed.
   *
   * @returns true once the document holds them; false when something newer took their place
   */
  show(pages: readonly StagePage[]): Promise<boolean> {
    const keys = pages.map((page) => JSON.stringify(page))
    const known = this.#wanted
    if (known && isSame(known.keys, keys)) return known.there.promise
    known?.there.resolve(false)
    const wanted = { pages, keys, there: Promise.withResolvers<boolean>() }
    this.#wanted = wanted
    if (this.#waiting) this.#changes.withdraw()
    this.#waiting = false
    void this.#prepare(wanted)
    return wanted.there.promise
  }

  async #prepare(wanted: Wanted): Promise<void> {
    const { pages, keys } = wanted
    await this.#photos.prepare(photosOf(pages))
    if (wanted !== this.#wanted) return
    const shown = { pages, keys, front: frontOf(keys, this.#shown) }
    if (keys[shown.front] !== this.#shown.keys[this.#shown.front]) return this.#replace(wanted, shown)
    this.#sequence.goOn(shown)
    this.#stand(wanted, shown)
  }

  /** Puts what is wanted in front, in one frame. */
  #replace(wanted: Wanted, shown: Shown): void {
    this.#waiting = true
    this.#sequence.stop()
    const put = (): void => {
      this.#waiting = false
      const page = shown.pages[shown.front]
      this.#layers = this.#front === 0 ? [page, undefined] : [undefined, page]
      this.#fading = false
      if (this.isConnected) this.#sequence.show(shown)
      this.#stand(wanted, shown)
    }
    this.#change({ put, duration: 0, rest: 0 })
  }

  #stand({ pages, there }: Wanted, shown: Shown): void {
    this.#shown = shown
    this.#photos.keepOnly(photosOf(pages))
    void this.updateComplete.then(() => there.resolve(true))
  }

  /** Too late to stand there with its words. */
  #photoCame(): void {
    if (!this.#waiting && this.#wanted?.keys === this.#shown.keys) this.#replace(this.#wanted, this.#shown)
  }

  #turn(): void {
    const { pages, front } = this.#shown
    const shown = { ...this.#shown, front: (front + 1) % pages.length }
    const page = pages[shown.front]
    this.#front = this.#front === 0 ? 1 : 0
    this.#layers = this.#front === 0 ? [page, this.#layers[1]] : [this.#layers[0], page]
    this.#fading = this.#surface?.surface === 'screen'
    this.#shown = shown
    this.#sequence.show(shown)
  }

  #change({ put, ...wish }: Wish): void {
    this.#changes.request({
      ...wish,
      put: () => {
        this.requestUpdate()
        put()
        requestAnimationFrame(() => this.#changes.painting())
      },
    })
  }

  protected override render(): TemplateResult | typeof nothing {
    const surface = this.#surface
    if (surface === undefined) return nothing
    if (surface.surface === 'matrix') return html`<canvas></canvas>`
    return html`${[0, 1].map((index) => this.#drawLayer(index))}`
  }

  protected override updated(_changed: PropertyValues): void {
    const surface = this.#surface
    if (surface === undefined) return
    const unit = surface.surface === 'matrix' ? this.#pitch / devicePixelRatio : 1
    this.style.width = `${surface.width * unit}px`
    this.style.height = `${surface.height * unit}px`
    for (const canvas of this.querySelectorAll('canvas')) this.#drawDots(canvas, surface)
    if (this.#otherFace) squeezeWords(this, true)
  }

  #drawLayer(index: number): TemplateResult {
    const content = this.#layers[index]?.content
    const front = index === this.#front
    const state = front ? (this.#fading ? 'front entering' : 'front') : this.#fading ? 'leaving' : 'away'
    return html`<div
      class="page ${content === undefined ? 'away' : state}"
      ?inert=${!front}
      ${place({
        width: `${content?.width ?? 0}px`,
        height: `${content?.height ?? 0}px`,
        backgroundColor: content?.type === 'pixels' ? content.background : '',
        clipPath: front && this.#fading ? this.#differing() : '',
      })}
      @animationend=${this.#faded}
    >${content === undefined ? nothing : content.type === 'frame' ? html`<canvas data-layer=${index}></canvas>` : drawBoxes(content, (name) => this.#photos.has(name))}</div>`
  }

  /** What of the page in front fades in: the rest is there already, and to blend it in every frame would hold up an alert. */
  #differing(): string {
    const one = this.#layers[this.#front]?.content
    const other = this.#layers[this.#front === 0 ? 1 : 0]?.content
    // Nobody knows how far the letters of another face reach.
    if (one === undefined || other === undefined || this.#otherFace) return ''
    const { x, y, width, height } = differingPart(one, other)
    return `inset(${y}px ${one.width - x - width}px ${one.height - y - height}px ${x}px)`
  }

  /** On a matrix the front page as dots; on a screen (a picture for an LED sender) pixel for pixel. */
  #drawDots(canvas: HTMLCanvasElement, { width, height }: Surface): void {
    const layer = canvas.dataset['layer']
    const content = this.#layers[layer === undefined ? this.#front : Number(layer)]?.content
    const pitch = layer === undefined ? this.#pitch : 1
    const before = this.#drawn.get(canvas)
    const sized = canvas.width === (content?.width ?? width) * pitch
    if (sized && before?.content === content && before?.pitch === pitch) return
    this.#drawn.set(canvas, { content, pitch })
    const frame = content?.type === 'frame' ? content : undefined
    drawFrame(canvas, frame ? unpackFrame(frame) : darkFrame(width, height), pitch)
    run(canvas, frame, width, pitch / devicePixelRatio)
  }

  readonly #faded = (): void => {
    this.#fading = false
    this.requestUpdate()
  }
}

customElements.define('kijkuit-panel', KijkuitPanel)

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((key, index) => key === other[index])
}

function photosOf(pages: readonly StagePage[]): ReadonlySet<string> {
  const boxes = pages.flatMap(({ content }) => (content.type === 'pixels' ? content.boxes : []))
  return new Set(boxes.flatMap((box) => (box.type === 'photo' ? [box.sha256] : [])))
}
