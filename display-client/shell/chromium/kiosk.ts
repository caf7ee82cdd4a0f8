import type { Action } from '../ladder.ts'
import type { LadderStore } from '../ladder-store.ts'
import { PlayerLink } from '../player-link.ts'
import { Recovery } from '../recovery.ts'
import type { ShellClock } from '../shell-clock.ts'
import { panelAddress } from '../targets.ts'
import { type BrowserOptions, KioskBrowser, type PageState, type Trouble } from './browser.ts'

/** ms between two round trips through the page. */
const ROUND_TRIP = 2_000

export interface KioskOptions extends Omit<BrowserOptions, 'onGone'> {
  readonly panel: string
  readonly clock: ShellClock
  readonly store: LadderStore
  /** The viewer token. */
  token(): string
  /** To the operator. */
  say(sentence: string): void
  /** The shell is to end with this code: 1 = to be started anew, 2 = a person must do something. */
  onEnd(code: 1 | 2): void
}

/** One panel on the monitor of this session: wires the ladder, the player and Chromium. */
export class Kiosk {
  readonly #options: KioskOptions
  readonly #recovery: Recovery
  readonly #link: PlayerLink
  /** Browsers that are on their way out. */
  readonly #ending = new Set<Promise<void>>()
  #browser: KioskBrowser | undefined
  /** Rises with every step: what an earlier one is still doing is then of no interest. */
  #turn = 0
  /** The turn in which the pointer was taken off the page. */
  #pointed = 0
  /** Whether the page has answered since the last beat. */
  #answered = false
  #visible = true
  /** Whether the page has filled the monitor. */
  #filled = false
  #sizeSaid = false
  #cancelAsk = (): void => {}

  constructor(options: KioskOptions) {
    this.#options = options
    const { panel, store, clock, say, port, token } = options
    this.#recovery = new Recovery({
      ...{ panel, store, clock, say },
      act: (step) => this.#act(step),
      report: (step) => this.#link.report(step),
    })
    this.#link = new PlayerLink({
      ...{ port, panel, token, clock },
      listener: {
        player: (there) => this.#recovery.tell({ type: 'player', there }),
        window: (visible) => this.#show(visible),
        beat: () => this.#beat(),
        capture: () => this.#capture(),
        taken: (reason) => {
          say(`${reason}.`)
          options.onEnd(2)
        },
        refused: (reason) => say(`The player does not let this shell in: ${reason}.`),
      },
    })
  }

  /** Covers the monitor at once, and shows the panel as soon as the player is there. */
  open(): void {
    this.#browser = this.#launch()
    this.#link.open()
  }

  /** Leaves no process and no profile. */
  async dispose(): Promise<void> {
    this.#turn += 1
    this.#cancelAsk()
    this.#recovery.dispose()
    // First what was said: a restart is the last step that the player hears of.
    await this.#link.dispose()
    await Promise.all([this.#browser?.dispose(), ...this.#ending])
  }

  #act(step: Exclude<Action['step'], 'well'>): void {
    this.#turn += 1
    this.#cancelAsk()
    this.#answered = false
    if (step === 'restart') this.#options.onEnd(1)
    else void this.#perform(step, this.#turn)
  }

  async #perform(step: 'load' | 'reload' | 'recreate' | 'safe-page', turn: number): Promise<void> {
    if (step === 'recreate') this.#drop()
    const fresh = this.#browser === undefined
    this.#browser ??= this.#launch()
    const browser = this.#browser
    const trouble =
      step === 'safe-page'
        ? await (fresh ? undefined : browser.loadSafePage())
        : ((await this.#refusal()) ?? (await browser.load(this.#address(), step === 'reload')))
    if (turn !== this.#turn) return
    if (trouble?.type === 'gone' && trouble.what === 'browser') this.#drop()
    if (trouble !== undefined) this.#recovery.tell(trouble)
    else if (step !== 'safe-page') void this.#ask(browser, turn)
  }

  /** Whether the page is there to be loaded: else the public would see the browser's words, or the player's. */
  async #refusal(): Promise<Trouble | undefined> {
    try {
      const response = await fetch(this.#address(), {
        headers: { authorization: `Bearer ${this.#options.token()}` },
        signal: AbortSignal.timeout(10_000),
      })
      await response.body?.cancel()
      return response.ok ? undefined : { type: 'unloaded', detail: `HTTP status ${response.status}` }
    } catch {
      return { type: 'unloaded', detail: 'the player does not answer' }
    }
  }

  /** Round trips through the page, until it does not answer or something else is done. */
  async #ask(browser: KioskBrowser, turn: number): Promise<void> {
    const answer = await browser.ask()
    if (turn !== this.#turn) return
    if (!answer.ok) {
      this.#recovery.tell({ type: 'frozen', detail: answer.failure })
      return
    }
    // A page of something else is no sign of life; the ladder then sees to it in time.
    this.#answered = answer.value.panel
    if (answer.value.styled && this.#pointed !== turn) {
      this.#pointed = turn
      void browser.movePointer()
    }
    this.#checkWindow(browser, answer.value)
    this.#cancelAsk = this.#options.clock.after(ROUND_TRIP, () => void this.#ask(browser, turn))
  }

  #checkWindow(
    browser: KioskBrowser,
    { visible, width, height, screenWidth, screenHeight }: PageState,
  ): void {
    const fills = visible && width === screenWidth && height === screenHeight
    // Moved by somebody else. One that never filled the monitor lacks a window manager, which moving does not mend.
    if (visible !== this.#visible || (visible && this.#filled && !fills)) browser.setVisible(this.#visible)
    this.#filled ||= fills
    if (!visible || fills || this.#filled || this.#sizeSaid) return
    this.#sizeSaid = true
    const sizes = `${width}x${height} px on a monitor of ${screenWidth}x${screenHeight} px`
    this.#options.say(`The page is ${sizes}; start a window manager (openbox) in this session.`)
  }

  /** Some viewer has answered the player; only with an answer of our own page is that a sign of its life. */
  #beat(): void {
    if (this.#answered) this.#recovery.tell({ type: 'drawn' })
    this.#answered = false
  }

  #show(visible: boolean): void {
    if (visible === this.#visible) return
    this.#visible = visible
    this.#browser?.setVisible(visible)
  }

  async #capture(): Promise<Buffer> {
    if (this.#recovery.safe || this.#browser === undefined) throw new Error('the safe page stands')
    const picture = await this.#browser.capture()
    if (!picture.ok) throw new Error(picture.failure)
    return picture.value
  }

  #launch(): KioskBrowser {
    const browser: KioskBrowser = new KioskBrowser({
      ...this.#options,
      onGone: (trouble) => {
        if (browser !== this.#browser) return
        if (trouble.type === 'gone' && trouble.what === 'browser') this.#drop()
        this.#recovery.tell(trouble)
      },
    })
    if (!this.#visible) browser.setVisible(false)
    return browser
  }

  /** Ends the browser that is there, without waiting for its end. */
  #drop(): void {
    const ended = this.#browser?.dispose(false)
    this.#browser = undefined
    if (ended === undefined) return
    this.#ending.add(ended)
    void ended.finally(() => this.#ending.delete(ended))
  }

  #address(): string {
    return panelAddress(this.#options.port, this.#options.panel, this.#options.token())
  }
}
