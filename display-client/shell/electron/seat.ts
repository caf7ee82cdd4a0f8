import { BrowserWindow } from 'electron'
import type { LadderStore } from '../ladder-store.ts'
import { PlayerLink } from '../player-link.ts'
import { Recovery } from '../recovery.ts'
import type { ShellClock } from '../shell-clock.ts'
import { panelAddress, type Target } from '../targets.ts'
import type { Monitor, Placement } from './displays.ts'
import { BLANK } from './hardening.ts'
import { windowOptions } from './window-options.ts'

/** Chromium's code for a load that a newer one has replaced (net/base/net_error_list.h). */
const ABORTED = -3

/** Settles in the next frame of the page; never in one that hangs. */
const NEXT_FRAME = 'new Promise((done) => requestAnimationFrame(() => done(true)))'

/** What all seats of a shell share. */
export interface Surroundings {
  readonly port: number
  /** The viewer token, read anew for each use. */
  token(): string
  readonly store: LadderStore
  readonly clock: ShellClock
  /** To the operator. */
  say(sentence: string): void
  /** Ends the shell with this code; the service manager starts it anew, unless it is 2. */
  exit(code: number): void
}

/**
 * One panel on one monitor: its window, its connection to the player and its recovery ladder.
 *
 * The window is not shown before the player has said that it is to be seen and the page was painted once: until then
 * the operator's own player is what stands there.
 */
export class Seat {
  readonly target: Target
  readonly monitor: Monitor
  readonly #surroundings: Surroundings
  readonly #recovery: Recovery
  readonly #link: PlayerLink
  #window: BrowserWindow
  #painted = false
  #visible = false
  /** Of a page that we have ended ourselves. */
  #meant = false
  #load: ReturnType<typeof setTimeout> | undefined

  constructor({ target, monitor }: Placement, surroundings: Surroundings) {
    const { panel } = target
    const { port, token, store, clock, say, exit } = surroundings
    this.target = target
    this.monitor = monitor
    this.#surroundings = surroundings
    this.#window = this.#open()
    this.#recovery = new Recovery({
      ...{ panel, store, clock, say },
      act: (step) => this.#act(step),
      report: (step) => this.#link.report(step),
    })
    this.#link = new PlayerLink({
      ...{ port, panel, token, clock },
      listener: {
        player: (there) => this.#recovery.tell({ type: 'player', there }),
        window: (visible) => {
          this.#visible = visible
          this.#arrange()
        },
        beat: () => void this.#confirm(),
        capture: async () => (await this.#window.webContents.capturePage()).toPNG(),
        taken: (reason) => {
          say(`${panel}: ${reason}`)
          exit(2)
        },
        refused: (reason) => say(`${panel}: the player does not let this shell in: ${reason}`),
      },
    })
    this.#put(BLANK)
    this.#link.open()
  }

  /** Closes the window; the panel is no longer shown. */
  async dispose(): Promise<void> {
    clearTimeout(this.#load)
    this.#recovery.dispose()
    this.#window.destroy()
    await this.#link.dispose()
  }

  /** Some viewer has answered the player; that it was this page, and not that of somebody who looks on, the page itself must show. */
  async #confirm(): Promise<void> {
    const window = this.#window
    try {
      // A window that is out of the way paints nothing.
      if (this.#visible) await window.webContents.executeJavaScript(NEXT_FRAME)
    } catch {
      // The page went meanwhile, which is told elsewhere.
      return
    }
    if (window === this.#window) this.#recovery.tell({ type: 'drawn' })
  }

  #open(): BrowserWindow {
    const window = new BrowserWindow(windowOptions(this.monitor.bounds, this.target.geometry))
    const isCurrent = (): boolean => window === this.#window
    window.once('ready-to-show', () => {
      this.#painted = true
      this.#arrange()
    })
    window.on('unresponsive', () => this.#recovery.tell({ type: 'frozen', detail: 'it takes no input' }))
    window.on('closed', () => {
      if (isCurrent()) this.#recovery.tell({ type: 'gone', what: 'browser', detail: 'its window was closed' })
    })
    const contents = window.webContents
    contents.on('did-finish-load', () => {
      this.#meant = false
    })
    contents.on('did-fail-load', (_event, code, description, _address, isMainFrame) => {
      if (isMainFrame && code !== ABORTED) this.#recovery.tell({ type: 'unloaded', detail: description })
    })
    contents.on('render-process-gone', (_event, { reason }) => {
      const meant = this.#meant || reason === 'clean-exit'
      this.#meant = false
      if (!meant && isCurrent()) {
        this.#recovery.tell({
          type: 'gone',
          what: 'page',
          detail: reason === 'oom' ? 'out of memory' : reason,
        })
      }
    })
    return window
  }

  #act(step: Parameters<ConstructorParameters<typeof Recovery>[0]['act']>[0]): void {
    const { port, token, exit } = this.#surroundings
    if (step === 'restart') {
      exit(1)
      return
    }
    if (step === 'recreate' || this.#window.isDestroyed()) this.#renew()
    else if (step !== 'load') this.#end()
    this.#put(step === 'safe-page' ? BLANK : panelAddress(port, this.target.panel, token()))
  }

  #renew(): void {
    const old = this.#window
    this.#painted = false
    this.#meant = false
    this.#window = this.#open()
    old.destroy()
  }

  /** A page that hangs would take the next one into its process with it. */
  #end(): void {
    const contents = this.#window.webContents
    if (contents.isCrashed()) return
    this.#meant = true
    contents.forcefullyCrashRenderer()
  }

  #put(address: string): void {
    clearTimeout(this.#load)
    // In a later task: navigating inside the event of a lost page crashes Electron (electron#19887). A failure is also told by
    // `did-fail-load`, which is where it is handled.
    this.#load = setTimeout(() => this.#window.loadURL(address).catch(() => undefined), 0)
  }

  #arrange(): void {
    if (this.#window.isDestroyed()) return
    if (this.#visible && this.#painted) this.#window.show()
    else this.#window.hide()
  }
}
