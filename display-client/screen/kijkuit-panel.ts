import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { PanelMessage, PhotoMessage, StagePage } from '../player/protocol.ts'
import { drawBoxes } from './boxes.ts'
import { squeezeWords } from './fonts.ts'
import { darkFrame, drawFrame, unpackFrame } from './leds.ts'
import { PageSequence } from './page-sequence.ts'
import { Photos } from './photos.ts'
import { place } from './place.ts'
import { run } from './running.ts'

/** What a panel must be known by before anything is drawn on it. */
export type Surface = Pick<PanelMessage, 'surface' | 'width' | 'height'>

/**
 * `<kijkuit-panel>`: one panel, drawn as it is. A screen is boxes at exact CSS px; a matrix is a board of round dots.
 *
 * It renders into the light DOM, so that Element Timing sees the alert (it reports nothing from a shadow tree).
 * Something new stands there in one painted frame; only a turn of the page is a cross-fade.
 */
export class KijkuitPanel extends LitElement {
  /** Told of photos that cannot be drawn, as in `PhotoMessage`. */
  onPhoto: (sha256: string, fault: PhotoMessage['fault']) => void = () => {}
  #surface: Surface | undefined
  #pitch = 1
  #pages: readonly StagePage[] = []
  /** Two layers, of which one is in front: a page turns by fading the other in over it. */
  #layers: readonly [StagePage | undefined, StagePage | undefined] = [undefined, undefined]
  #front: 0 | 1 = 0
  #fading = false
  #otherFace = false
  #preparing = false
  #latest = 0
  /** What stands on a canvas: dots are many, and most updates change none. */
  readonly #drawn = new WeakMap<
    HTMLCanvasElement,
    { readonly content: StagePage['content'] | undefined; readonly pitch: number }
  >()
  readonly #photos = new Photos({
    late: () => this.requestUpdate(),
    fault: (sha256, fault) => this.onPhoto(sha256, fault),
  })
  readonly #sequence = new PageSequence((page) => this.#turn(page))

  protected override createRenderRoot(): HTMLElement {
    return this
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#sequence.stop()
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
   * The same pages again change nothing: after a lost connection the sequence of pages goes on undisturbed.
   *
   * @returns true once the document holds them; false when something newer took their place
   */
  async show(pages: readonly StagePage[]): Promise<boolean> {
    this.#latest += 1
    const turn = this.#latest
    const known = !this.#preparing && JSON.stringify(pages) === JSON.stringify(this.#pages)
    if (!known) {
      this.#preparing = true
      this.#sequence.stop()
      await this.#photos.prepare(photosOf(pages))
      if (turn !== this.#latest) return false
      this.#preparing = false
      this.#pages = pages
      this.#layers = this.#front === 0 ? [pages[0], undefined] : [undefined, pages[0]]
      this.#fading = false
      this.#sequence.start(pages, this.#surface?.surface ?? 'screen')
      this.requestUpdate()
    }
    await this.updateComplete
    return turn === this.#latest
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
      })}
      @animationend=${this.#faded}
    >${content === undefined ? nothing : content.type === 'frame' ? html`<canvas data-layer=${index}></canvas>` : drawBoxes(content, (name) => this.#photos.has(name))}</div>`
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

  #turn(page: StagePage): void {
    this.#front = this.#front === 0 ? 1 : 0
    this.#layers = this.#front === 0 ? [page, this.#layers[1]] : [this.#layers[0], page]
    this.#fading = true
    this.requestUpdate()
  }

  readonly #faded = (): void => {
    this.#fading = false
    this.requestUpdate()
  }
}

customElements.define('kijkuit-panel', KijkuitPanel)

function photosOf(pages: readonly StagePage[]): ReadonlySet<string> {
  const boxes = pages.flatMap(({ content }) => (content.type === 'pixels' ? content.boxes : []))
  return new Set(boxes.flatMap((box) => (box.type === 'photo' ? [box.sha256] : [])))
}
