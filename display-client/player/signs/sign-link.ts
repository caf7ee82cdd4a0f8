import type { Clock } from '../../base/clock.ts'
import type { Disposable } from '../../base/disposal.ts'
import type { Packet, SignProtocol } from '../../paint/signs/sign-protocol.ts'
import type { Log } from '../log.ts'
import { Exchange } from './exchange.ts'
import { Rotation, type TurnedPage } from './rotation.ts'
import type { OpenWire, Wire } from './wire.ts'

/** One page as its sign gets it. */
export interface WiredPage extends TurnedPage {
  readonly packets: readonly Packet[]
}

/** What is known of a programme of which every page was sent: the sign has accepted it, or it is one that never answers. */
export type Proof = 'accepted' | 'sent'

export interface SignLinkOptions {
  /** Of the panel, for the log. */
  readonly name: string
  readonly protocol: SignProtocol
  readonly open: OpenWire
  /** ms after which a page is sent again. */
  readonly refresh: number
  readonly clock: Clock
  /** 0 up to 1; keeps the signs of a whole fleet from connecting in one instant. */
  readonly random: () => number
  readonly log: Log
}

export interface SignStatus {
  readonly state: 'connecting' | 'connected' | 'failing'
  /** Why it fails, with the fix; empty while it does not. */
  readonly reason: string
}

interface Shown {
  readonly revision: number
  readonly rotation: Rotation<WiredPage>
  /** Whether anything is to be seen of it. */
  readonly isEmpty: boolean
}

const FIRST_PAUSE = 1_000
/** A sign that comes back is found within this time, ms. */
const LONGEST_PAUSE = 60_000

/**
 * The way to one sign, for as long as the player runs: connects without end, keeps on the sign what must be there now, and says it again
 * after every new connection and at each refresh, since a sign may have lost its power unseen.
 *
 * Only the newest programme is kept. What fails is tried three times, then said once with the fix, and tried again at growing pauses.
 */
export class SignLink implements Disposable {
  /** Every page of a revision has been sent. @param at wall time, ms since 1970 */
  onDelivered: (revision: number, at: number, proof: Proof) => void = () => {}
  readonly #options: SignLinkOptions
  readonly #stop = new AbortController()
  readonly #stopListening: () => void
  readonly #running: Promise<void>
  #wake: () => void = () => {}
  #shown: Shown | undefined
  #lastSent = Number.NEGATIVE_INFINITY
  #failures = 0
  #status: SignStatus = { state: 'connecting', reason: '' }

  constructor(options: SignLinkOptions) {
    this.#options = options
    this.#stopListening = options.clock.onLeap(() => this.#wake())
    this.#running = this.#run()
  }

  get status(): SignStatus {
    return this.#status
  }

  /** Puts `pages` in place of what is on the sign, or will be; none = nothing of ours. */
  show(revision: number, pages: readonly WiredPage[]): void {
    const { refresh, protocol } = this.#options
    const rotation = new Rotation(pages, refresh, protocol.clearsOnlyOurs, this.#lastSent)
    this.#shown = { revision, rotation, isEmpty: pages.length === 0 }
    this.#wake()
  }

  /** Takes what is ours off the sign if it can be reached now, for nobody will be there to do it later. */
  async dispose(): Promise<void> {
    this.#stopListening()
    this.#stop.abort()
    this.#wake()
    await this.#running
  }

  async #run(): Promise<void> {
    const { open, clock, random } = this.#options
    const { signal } = this.#stop
    while (!signal.aborted) {
      // Before the first programme nobody knows what must be on the sign.
      if (this.#shown === undefined) {
        await this.#wait()
        continue
      }
      let lost: string | undefined
      const exchange = new Exchange(clock, signal)
      const onLost = (reason: string): void => {
        lost = reason
        exchange.end()
        this.#wake()
      }
      const opened = await open({ onData: (bytes) => exchange.take(bytes), onLost }, signal)
      const failure = opened.ok ? await this.#serve(opened.value, exchange, () => lost) : opened.failure
      if (signal.aborted) return
      this.#fail(failure)
      const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(this.#failures - 1, 10))
      await this.#wait(pause * (0.5 + random() / 2))
    }
  }

  /** Keeps the sign as it must be while the wire lasts, and closes it. @returns why it does not last */
  async #serve(wire: Wire, exchange: Exchange, lost: () => string | undefined): Promise<string> {
    const { clock, protocol } = this.#options
    const { signal } = this.#stop
    let failure = lost()
    this.#shown?.rotation.reconnected()
    while (this.#shown !== undefined && !signal.aborted && failure === undefined) {
      const shown = this.#shown
      const { target, after, until } = shown.rotation.next(clock.monotonic(), clock.now())
      if (after > 0) {
        await this.#wait(Math.min(after, until))
      } else {
        const packets = target === 'nothing' ? protocol.clear() : target.packets
        const outcome = await exchange.run(wire, packets, () => this.#shown === shown)
        // Of a programme that was replaced meanwhile nothing is told.
        if (outcome.type === 'done') this.#sent(shown, target, outcome.isAccepted)
        else if (this.#shown === shown) failure = outcome.reason
      }
      failure = lost() ?? failure
    }
    if (signal.aborted && lost() === undefined && !this.#shown?.isEmpty) exchange.say(wire, protocol.clear())
    await wire.close()
    return failure ?? ''
  }

  #sent(shown: Shown, target: WiredPage | 'nothing', isAccepted: boolean): void {
    const { clock, log, name } = this.#options
    if (this.#status.state === 'failing') log.info(`${name}: its sign works again`)
    this.#status = { state: 'connected', reason: '' }
    this.#failures = 0
    this.#lastSent = clock.monotonic()
    const isNews = shown.rotation.sent(target, this.#lastSent, clock.now())
    if (isNews && this.#shown === shown)
      this.onDelivered(shown.revision, clock.now(), isAccepted ? 'accepted' : 'sent')
  }

  #fail(reason: string): void {
    const { name, log } = this.#options
    this.#failures += 1
    if (this.#status.reason !== reason) log.warn(`${name}: its sign ${reason}; tried again without end`)
    this.#status = { state: 'failing', reason }
  }

  /** Until `time` ms have passed, or something is new. */
  #wait(time = Number.POSITIVE_INFINITY): Promise<void> {
    if (this.#stop.signal.aborted) return Promise.resolve()
    return new Promise((done) => {
      const wake = (): void => this.#wake()
      const cancel = Number.isFinite(time) ? this.#options.clock.after(time, wake) : () => {}
      this.#wake = () => {
        this.#wake = () => {}
        cancel()
        done()
      }
    })
  }
}
