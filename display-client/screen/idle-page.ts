import type { IdleCheck, IdleGone } from '../player/protocol.ts'
import type { ReportIdle } from './report-idle.ts'

/** ms for a page of the host to load; after that its place is taken by what is behind it. */
const PATIENCE = 10_000
/** ms until it is tried again. */
const RETRY = 30_000
/** Characters of what is told of an error. */
const LONGEST_REASON = 100

/**
 * A page of the host, in a frame that can do nothing but draw: no windows, no navigation of ours, no sound, no permissions.
 *
 * It is seen only while it is known to be there. A browser tells no page whether another has loaded or is an error, so the player
 * looks (`/panels/<panel>/idle/check`) before and after each load, also when the page of the host loads another one itself. In
 * that case a shell sees an error before anybody else does ({@link IdleGone}).
 */
export class IdlePage {
  readonly #frame = document.createElement('iframe')
  readonly #url: string
  readonly #report: ReportIdle
  #timer: ReturnType<typeof setTimeout> | undefined
  #turn = 0
  #fault: string | null | undefined

  constructor(element: HTMLElement, url: string, report: ReportIdle) {
    this.#url = url
    this.#report = report
    const frame = this.#frame
    frame.setAttribute('sandbox', 'allow-scripts allow-same-origin')
    frame.setAttribute('allow', '')
    frame.referrerPolicy = 'no-referrer'
    frame.className = 'away'
    frame.addEventListener('load', () => void this.#look())
    document.addEventListener('securitypolicyviolation', this.#violated)
    addEventListener('message', this.#told)
    element.append(frame)
    void this.#load()
  }

  dispose(): void {
    this.#turn += 1
    clearTimeout(this.#timer)
    document.removeEventListener('securitypolicyviolation', this.#violated)
    removeEventListener('message', this.#told)
    this.#frame.remove()
  }

  async #load(): Promise<void> {
    const turn = this.#begin()
    const fault = await check()
    if (turn !== this.#turn) return
    if (fault !== null) return this.#fail(fault)
    this.#timer = setTimeout(
      () => this.#fail(`${this.#url} has not loaded in ${PATIENCE / 1_000} s`),
      PATIENCE,
    )
    this.#frame.src = this.#url
  }

  /** Something has loaded in the frame: the page, another one that it went to, or an error. */
  async #look(): Promise<void> {
    if (this.#frame.getAttribute('src') === null) return
    const turn = this.#begin()
    const fault = await check()
    if (turn !== this.#turn) return
    if (fault !== null) return this.#fail(fault)
    this.#frame.className = ''
    this.#say(null)
  }

  #begin(): number {
    clearTimeout(this.#timer)
    this.#turn += 1
    return this.#turn
  }

  #fail(reason: string): void {
    this.#begin()
    this.#frame.className = 'away'
    this.#frame.removeAttribute('src')
    this.#say(reason)
    this.#timer = setTimeout(() => void this.#load(), RETRY)
  }

  readonly #violated = ({ effectiveDirective, blockedURI }: SecurityPolicyViolationEvent): void => {
    if (effectiveDirective === 'frame-src')
      this.#fail(`${this.#url} leads to ${blockedURI}, which may not stand in our page`)
  }

  readonly #told = ({ source, data }: MessageEvent<Partial<IdleGone> | null>): void => {
    if (source !== this.#frame.contentWindow || data?.type !== 'kijkuit-idle-gone') return
    this.#fail(`${this.#url} went to a page that ${String(data.reason).slice(0, LONGEST_REASON)}`)
  }

  #say(fault: string | null): void {
    if (fault !== this.#fault) this.#report(fault)
    this.#fault = fault
  }
}

/** What keeps the page of the host away; null = nothing. */
async function check(): Promise<string | null> {
  try {
    const response = await fetch('idle/check')
    const { fault } = (await response.json()) as IdleCheck
    return fault
  } catch {
    return 'the player does not say whether the page is there'
  }
}
