import { html, LitElement, type PropertyValues, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { Connection, ownSocket } from '../connection.ts'
import '../kijkuit-panel.ts'
import type { KijkuitPanel } from '../kijkuit-panel.ts'
import { place } from '../place.ts'
import { view } from '../viewer.ts'
import { type Action, act, currentState, readEvent } from './demo.ts'
import { drawLabel } from './label.ts'
import { type Arrangement, arrange, LABEL_WIDTH, type Placed } from './layout.ts'
import { after, allowed, EMPTY, sentence, statusOf, timeLeft, type WallModel } from './model.ts'

const ACTIONS: readonly (readonly [Action, string])[] = [
  ['send', 'Send alert'],
  ['update', 'Update'],
  ['end', 'End'],
  ['power', 'Cut sign power'],
]

/** Of the row that shows all panels at one scale, px. */
const ROW_HEIGHT = 44

/** Padding above and below and the two gaps of wall.css, px. */
const FRAME = 22 + 26 + 26 + 16

/** `<kijkuit-wall>`: all panels of the demo at once, live, with a few buttons. */
export class KijkuitWall extends LitElement {
  #model: WallModel = EMPTY
  #arrangement: Arrangement = { placed: [], height: 0, scrolls: false }
  /** What stops the view of a panel, by its element. */
  readonly #views = new Map<KijkuitPanel, () => void>()
  #events: Connection | undefined
  #second: ReturnType<typeof setInterval> | undefined
  readonly #resized = new ResizeObserver(() => this.#arrange())

  protected override createRenderRoot(): HTMLElement {
    return this
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#events = new Connection(ownSocket('/demo/events'), {
      receive: (data) => {
        const event = readEvent(data)
        if (event !== undefined) this.#change(after(this.#model, event))
        return event !== undefined
      },
      lost: () => this.#change({ ...this.#model, connected: false }),
    })
    this.#second = setInterval(() => this.requestUpdate(), 1_000)
    void currentState().then((state) => {
      if (state !== undefined) this.#change(after(this.#model, { type: 'state', ...state }))
    })
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#resized.disconnect()
    this.#events?.dispose()
    clearInterval(this.#second)
    for (const stop of this.#views.values()) stop()
    this.#views.clear()
  }

  protected override render(): TemplateResult {
    const alert = this.#model.state?.alert
    const can = allowed(this.#model)
    return html`
      <header>
        <h1>Kijkuit</h1>
        <div class="said">
          <p class="status" role="status">${sentence(this.#model)}</p>
          <p class="alert">${alert ? html`${alert.headline}<span class="timer" role="timer">expires in <time>${timeLeft(alert.expires, Date.now())}</time></span>` : '\u00a0'}</p>
        </div>
        ${this.#drawRow()}
        <div class="actions">
          ${ACTIONS.map(
            ([action, name]) =>
              html`<button type="button" name=${action} aria-disabled=${!can[action]} @click=${() => this.#act(action)}>${name}</button>`,
          )}
        </div>
      </header>
      <main ${place({ height: `${this.#arrangement.height}px` })}>
        ${repeat(
          this.#arrangement.placed,
          ({ panel }) => panel.id,
          (placed) => this.#drawPanel(placed),
        )}
      </main>
      <footer>
        <p>Milliseconds run from publishing over MQTT to the painted frame. Signs are simulated, told over their own wires, and drawn as they are.</p>
        <p>Proportions are true, sizes fitted to this page.<span class="about-row"> The outlines above are at one scale.</span></p>
      </footer>
    `
  }

  protected override firstUpdated(): void {
    this.#resized.observe(document.documentElement)
  }

  protected override updated(_changed: PropertyValues): void {
    const elements = new Set(this.querySelectorAll<KijkuitPanel>('kijkuit-panel'))
    for (const [element, stop] of this.#views) {
      if (elements.has(element)) continue
      stop()
      this.#views.delete(element)
    }
    for (const placed of this.#arrangement.placed) {
      const element = [...elements].find(({ dataset }) => dataset['panel'] === placed.panel.id)
      if (element === undefined) continue
      element.configure(placed.panel, placed.pitch)
      element.style.transform = placed.scale === 1 ? '' : `scale(${placed.scale})`
      const { id, wire } = placed.panel
      // Of a panel with a sign the wall shows the sign.
      if (wire !== undefined) void element.show(this.#model.signs.get(id)?.pages ?? [])
      else if (!this.#views.has(element))
        this.#views.set(
          element,
          view(id, element, () => {}),
        )
    }
  }

  /** All panels at one scale, side by side, lit by what they show. */
  #drawRow(): TemplateResult {
    const panels = this.#model.state?.panels ?? []
    const highest = Math.max(0, ...panels.map(({ height, pitch }) => height * pitch))
    const metre = { width: `${(ROW_HEIGHT * 1_000) / highest}px` }
    return html`<div class="row" aria-hidden="true">
      <b ${place(panels.length === 0 ? {} : metre)}>1 m</b>
      ${panels.map(({ id, width, height, pitch }) => {
        const unit = (ROW_HEIGHT * pitch) / highest
        const size = { width: `${width * unit}px`, height: `${height * unit}px` }
        return html`<i class=${statusOf(this.#model, id).phase} ${place(size)}></i>`
      })}
    </div>`
  }

  #drawPanel({ panel, left, top, width, height }: Placed): TemplateResult {
    const status = statusOf(this.#model, panel.id)
    const at = { left: `${left}px`, top: `${top}px`, width: `${Math.max(width, LABEL_WIDTH)}px` }
    return html`<figure ${place(at)}>
      <div class="glass ${panel.surface}" ${place({ width: `${width}px`, height: `${height}px` })}>
        <kijkuit-panel data-panel=${panel.id}></kijkuit-panel>
      </div>
      <figcaption class=${status.phase}>${drawLabel(panel, status)}</figcaption>
    </figure>`
  }

  #arrange(): void {
    const heightOf = (part: string): number => this.querySelector<HTMLElement>(part)?.offsetHeight ?? 0
    const room = {
      width: this.querySelector('main')?.clientWidth ?? 0,
      height: innerHeight - heightOf('header') - heightOf('footer') - FRAME,
      pixelRatio: devicePixelRatio,
    }
    this.#arrangement = arrange(this.#model.state?.panels ?? [], room)
    this.classList.toggle('scrolls', this.#arrangement.scrolls)
    this.requestUpdate()
  }

  #change(model: WallModel): void {
    const panels = JSON.stringify(model.state?.panels) !== JSON.stringify(this.#model.state?.panels)
    this.#model = model
    this.requestUpdate()
    if (panels) this.#arrange()
  }

  async #act(action: Action): Promise<void> {
    if (!allowed(this.#model)[action]) return
    this.#change({ ...this.#model, pending: action, refused: false })
    const state = await act(action)
    const answered = { ...this.#model, pending: undefined, refused: state === undefined }
    this.#change(state === undefined ? answered : after(answered, { type: 'state', ...state }))
  }
}

customElements.define('kijkuit-wall', KijkuitWall)
