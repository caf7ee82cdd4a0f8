import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import type { Result } from '../../base/result.ts'
import type { LadderEvent } from '../ladder.ts'
import { chromiumArguments, SAFE_PAGE } from './command-line.ts'
import { DevToolsPipe, type Fields, fieldsOf } from './devtools-pipe.ts'
import { answerOfHost, hostPatterns } from './host-answers.ts'
import { makeProfile, removeProfile } from './profile.ts'

/** ms that Chromium gets to have a window. */
const START = 20_000
/** ms that it gets for anything else. */
const DEADLINE = 10_000
/** ms that it gets to end by itself. */
const GRACE = 3_000

/**
 * What Chromium itself draws, before there is a page and where one has crashed, is black on black, in letters whose upper edge
 * is below that of any monitor: its words and its buttons are never seen.
 */
const THEME = {
  GTK_THEME: 'Kijkuit',
  XDG_DATA_DIRS: `${join(import.meta.dirname, 'system')}:${process.env['XDG_DATA_DIRS'] || '/usr/local/share:/usr/share'}`,
}

export type Trouble = Extract<LadderEvent, { readonly detail: string }>

export interface BrowserOptions {
  /** Path of Chromium. */
  readonly binary: string
  readonly port: number
  readonly hosts: readonly string[]
  readonly gpu: boolean
  /** Where profiles are made. */
  readonly temporary: string
  /** Told when the page or Chromium ends, or another page takes its place, without being asked to. */
  onGone(trouble: Trouble): void
}

/** What a page says of itself. */
export interface PageState {
  /** Whether it is the page of a panel. */
  readonly panel: boolean
  /** Whether its style is there, in which it has no pointer. */
  readonly styled: boolean
  /** Whether its window is to be seen. */
  readonly visible: boolean
  /** px */
  readonly width: number
  readonly height: number
  /** px of the monitor */
  readonly screenWidth: number
  readonly screenHeight: number
}

/** How the window stands, as the page sees it: the window manager has the last word, and Chromium does not hear it. */
const WINDOW = `document.visibilityState !== 'visible' ? 'minimized'
  : innerWidth === screen.width && innerHeight === screen.height ? 'fullscreen' : 'normal'`
/** Times that a window is moved before it is given up, looks after each, and ms between looks. */
const MOVES = 5
const MOVE_LOOKS = 20
const MOVE_LOOK = 100

/** Answers from a frame that is painted; a window that is not to be seen paints none. */
const ASK = `(async () => {
  const visible = document.visibilityState === 'visible'
  if (visible) await new Promise(requestAnimationFrame)
  const panel = document.querySelector('kijkuit-panel') !== null
  const styled = getComputedStyle(document.documentElement).cursor === 'none'
  return [panel, styled, visible, innerWidth, innerHeight, screen.width, screen.height].map(Number)
})()`

/** One Chromium in kiosk with one page, which is the safe page at first. */
export class KioskBrowser {
  readonly #options: BrowserOptions
  readonly #process: ChildProcess
  readonly #pipe: DevToolsPipe
  readonly #profile: string
  readonly #session: Promise<string | undefined>
  readonly #ended: Promise<void>
  #target = ''
  /** Settles when there is a target, or none will come. */
  readonly #found = Promise.withResolvers<void>()
  /** Where the page is that was last asked for, without its query. */
  #place = SAFE_PAGE
  #crashed = false
  #onCrash: (() => void) | undefined
  #window: Promise<void> = Promise.resolve()
  #ending = false

  constructor(options: BrowserOptions) {
    const { binary, temporary, onGone } = options
    this.#options = options
    this.#profile = makeProfile(temporary)
    // In a group of its own, so that its many processes end together; its output is bounded by not being kept.
    this.#process = spawn(binary, chromiumArguments({ ...options, profile: this.#profile }), {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, ...THEME },
    })
    const [, , , out, input] = this.#process.stdio
    this.#pipe = new DevToolsPipe(
      out instanceof Writable ? out : new Writable(),
      input instanceof Readable ? input : new Readable(),
      (method, params) => this.#hear(method, params),
    )
    const end = new Promise<string>((resolve) => {
      this.#process.once('error', (error) => resolve(`${error.message}; install chromium`))
      this.#process.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
    })
    this.#ended = end.then(async (detail) => {
      this.#pipe.close()
      this.#found.resolve()
      if (!this.#ending) onGone({ type: 'gone', what: 'browser', detail })
      this.#ending = true
      // What is left of the group after its first process must not write into the profile while it is removed.
      this.#kill('SIGKILL')
      await removeProfile(this.#profile)
    })
    this.#session = this.#start()
  }

  /**
   * Loads a page.
   *
   * @param anew in a new process: whatever the page that is there does, and whatever memory it holds
   * @returns what went wrong
   */
  async load(address: string, anew: boolean): Promise<Trouble | undefined> {
    const session = await this.#session
    // Has been told already.
    if (session === undefined) return undefined
    if (anew && !(await this.#crash(session))) {
      return { type: 'gone', what: 'browser', detail: 'it does not end a page' }
    }
    this.#place = placeOf(address)
    const answer = await this.#pipe.call('Page.navigate', { url: address }, DEADLINE, session)
    if (this.#ending) return undefined
    if (!answer.ok) return { type: 'frozen', detail: answer.failure }
    const { errorText } = answer.value
    if (typeof errorText === 'string') return { type: 'unloaded', detail: errorText }
    this.#crashed = false
    return undefined
  }

  /** The safe page, in place of whatever is there. */
  loadSafePage(): Promise<Trouble | undefined> {
    return this.load(SAFE_PAGE, true)
  }

  /** A round trip through the page, and a frame of it. @returns what it says, or why it does not answer */
  async ask(): Promise<Result<PageState, string>> {
    const session = await this.#session
    const params = { expression: ASK, awaitPromise: true, returnByValue: true }
    const answer = await this.#pipe.call('Runtime.evaluate', params, DEADLINE, session)
    if (!answer.ok) return answer
    const { value } = fieldsOf(answer.value['result'])
    const list: readonly unknown[] = Array.isArray(value) ? value : []
    const [panel, styled, visible] = list.map((one) => one === 1)
    const [width = 0, height = 0, screenWidth = 0, screenHeight = 0] = list.slice(3).map(Number)
    const state = { panel: panel === true, styled: styled === true, visible: visible === true }
    return { ok: true, value: { ...state, width, height, screenWidth, screenHeight } }
  }

  /** Has the pointer take the form that the page gives it, which is none: until it moves it keeps that of before. */
  async movePointer(): Promise<void> {
    const session = await this.#session
    for (const x of [1, 0]) {
      await this.#pipe.call('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y: 0 }, DEADLINE, session)
    }
  }

  /** @returns a PNG of the page, px for px, or why there is none */
  async capture(): Promise<Result<Buffer, string>> {
    const session = await this.#session
    const answer = await this.#pipe.call('Page.captureScreenshot', { format: 'png' }, DEADLINE, session)
    return answer.ok ? { ok: true, value: Buffer.from(String(answer.value['data']), 'base64') } : answer
  }

  /** Shows the window or takes it away, in the order in which that is asked for. */
  setVisible(visible: boolean): void {
    this.#window = this.#window.then(() => this.#moveWindow(visible))
  }

  /** Until the window is where it should be: a window manager that is busy loses what comes too soon. */
  async #moveWindow(visible: boolean): Promise<void> {
    const session = await this.#session
    const target = { targetId: this.#target }
    const found = await this.#pipe.call('Browser.getWindowForTarget', target, DEADLINE)
    if (!found.ok) return
    const { windowId } = found.value
    const move = (windowState: string): Promise<unknown> =>
      this.#pipe.call('Browser.setWindowBounds', { windowId, bounds: { windowState } }, DEADLINE)
    const is = async (wanted: string): Promise<boolean> => {
      for (let tries = 0; tries < MOVE_LOOKS && !this.#ending; tries += 1) {
        const params = { expression: WINDOW, returnByValue: true }
        const answer = await this.#pipe.call('Runtime.evaluate', params, DEADLINE, session)
        if (answer.ok && fieldsOf(answer.value['result'])['value'] === wanted) return true
        await new Promise((resolve) => setTimeout(resolve, MOVE_LOOK))
      }
      return false
    }
    for (let tries = 0; tries < MOVES && !this.#ending; tries += 1) {
      // From one to the other only by way of a normal window.
      await move('normal')
      if (visible) await is('normal')
      await move(visible ? 'fullscreen' : 'minimized')
      if (await is(visible ? 'fullscreen' : 'minimized')) return
    }
  }

  /**
   * Ends it with all its processes and removes its profile. May be called more than once.
   *
   * @param grace whether it may end by itself
   */
  async dispose(grace = true): Promise<void> {
    this.#ending = true
    this.#kill(grace ? 'SIGTERM' : 'SIGKILL')
    const hurry = setTimeout(() => this.#kill('SIGKILL'), GRACE)
    await this.#ended
    clearTimeout(hurry)
  }

  /** @returns the session of its page; undefined when it does not come up, which is told */
  async #start(): Promise<string | undefined> {
    const until = performance.now() + START
    const call = (method: string, params: Fields, session?: string): Promise<Result<Fields, string>> =>
      this.#pipe.call(method, params, Math.max(1, until - performance.now()), session)
    void call('Target.setDiscoverTargets', { discover: true })
    void call('Browser.setDownloadBehavior', { behavior: 'deny' })
    if (this.#options.hosts.length > 0)
      void call('Fetch.enable', { patterns: hostPatterns(this.#options.hosts) })
    const late = setTimeout(() => this.#found.resolve(), START)
    await this.#found.promise
    clearTimeout(late)
    const attached = await call('Target.attachToTarget', { targetId: this.#target, flatten: true })
    if (attached.ok) {
      const session = String(attached.value['sessionId'])
      // What is seen of a page before it has painted; else that is white. At once: the first page is about to.
      const color = { r: 0, g: 0, b: 0, a: 1 }
      void call('Emulation.setDefaultBackgroundColorOverride', { color }, session)
      await call('Page.enable', {}, session)
      return session
    }
    if (!this.#ending) {
      this.#options.onGone({ type: 'gone', what: 'browser', detail: `it did not start: ${attached.failure}` })
    }
    return undefined
  }

  #hear(method: string, params: Fields): void {
    const { targetId, type } = fieldsOf(params['targetInfo'])
    if (method === 'Target.targetCreated' && type === 'page') {
      if (this.#target === '') {
        this.#target = String(targetId)
        this.#found.resolve()
      }
      // Whatever opens a window: it is not ours.
      else void this.#pipe.call('Target.closeTarget', { targetId }, DEADLINE)
    } else if (method === 'Target.targetCrashed' && params['targetId'] === this.#target) {
      this.#hearCrash(params)
    } else if (method === 'Fetch.requestPaused') {
      const answer = answerOfHost(params)
      void this.#pipe.call(answer.method, answer.params, DEADLINE)
    } else if (method === 'Page.frameNavigated') this.#hearNavigation(fieldsOf(params['frame']))
  }

  /** The page has left for another, or for Chromium's words about one that does not come. */
  #hearNavigation({ parentId, url, unreachableUrl }: Fields): void {
    const place = placeOf(String(unreachableUrl ?? url))
    // What was asked for and did not come is told by whoever asked; no page can go to a safe page by itself.
    const isAsked = place === this.#place || place.startsWith('data:')
    if (parentId !== undefined || isAsked || this.#ending) return
    this.#options.onGone({ type: 'unloaded', detail: 'another page stood in its place' })
  }

  #hearCrash({ status, errorCode }: Fields): void {
    this.#crashed = true
    if (this.#onCrash !== undefined) this.#onCrash()
    else if (!this.#ending) {
      this.#options.onGone({ type: 'gone', what: 'page', detail: `${status}, code ${errorCode}` })
    }
  }

  /** Ends the process of the page, also one that hangs. @returns whether it has ended */
  #crash(session: string): Promise<boolean> {
    if (this.#crashed) return Promise.resolve(true)
    return new Promise((resolve) => {
      const settle = (ended: boolean): void => {
        clearTimeout(timer)
        this.#onCrash = undefined
        resolve(ended)
      }
      const timer = setTimeout(() => settle(false), DEADLINE)
      this.#onCrash = () => settle(true)
      // It never answers: it is what crashes.
      void this.#pipe.call('Page.crash', {}, DEADLINE, session)
    })
  }

  #kill(signal: NodeJS.Signals): void {
    if (this.#process.pid === undefined) return
    try {
      process.kill(-this.#process.pid, signal)
    } catch {
      // The whole group is gone.
    }
  }
}

/** An address as far as it says what stands there: the token goes, once it was used. */
function placeOf(address: string): string {
  const url = URL.parse(address)
  return url === null || url.protocol === 'data:' ? address : `${url.origin}${url.pathname}`
}
