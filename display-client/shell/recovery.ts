import type { CancelTimer } from '../base/clock.ts'
import type { StepMessage } from '../player/protocol.ts'
import {
  type Action,
  beginLadder,
  climb,
  type Ladder,
  type LadderEvent,
  type Moment,
  nextTime,
} from './ladder.ts'
import type { LadderStore } from './ladder-store.ts'
import type { ShellClock } from './shell-clock.ts'

export interface RecoveryOptions {
  readonly panel: string
  readonly store: LadderStore
  readonly clock: ShellClock
  /** Does what the ladder says; `well` never comes here. A failure of it is a new event, not an exception. */
  act(step: Exclude<Action['step'], 'well'>): void
  /** Every step, in one sentence that begins with the panel. */
  say(sentence: string): void
  /** Every step, for the player. */
  report(step: StepMessage): void
}

/** The recovery ladder of one panel at work: keeps it, wakes it, and passes on what it says. */
export class Recovery {
  readonly #options: RecoveryOptions
  #ladder: Ladder
  #cancel: CancelTimer | undefined
  #disposed = false

  constructor(options: RecoveryOptions) {
    this.#options = options
    this.#ladder = beginLadder(options.store.load(options.panel), this.#now())
  }

  /** Whether the safe page is what stands. */
  get safe(): boolean {
    return this.#ladder.safe
  }

  /** Something has happened; whatever is to be done about it is begun before this returns. */
  tell(event: LadderEvent): void {
    if (this.#disposed) return
    const before = this.#ladder
    const { ladder, action } = climb(before, event, this.#now())
    this.#ladder = ladder
    const { rung, restarts } = ladder
    if (rung !== before.rung || restarts.length !== before.restarts.length) {
      this.#options.store.save(this.#options.panel, { rung, restarts })
    }
    this.#sleep()
    if (action !== undefined) this.#do(action)
  }

  dispose(): void {
    this.#disposed = true
    this.#cancel?.()
  }

  #do({ step, cause, text }: Action): void {
    const { panel, clock, act, say, report } = this.#options
    if (step !== 'load') {
      say(`${panel}: ${text}`)
      report({ type: 'step', step, cause, text, at: clock.now() })
    }
    if (step !== 'well') act(step)
  }

  #sleep(): void {
    this.#cancel?.()
    const time = nextTime(this.#ladder)
    if (time === undefined) return
    const wait = Math.max(0, time - this.#options.clock.monotonic())
    this.#cancel = this.#options.clock.after(wait, () => this.tell({ type: 'time' }))
  }

  #now(): Moment {
    const { clock } = this.#options
    return { wall: clock.now(), monotonic: clock.monotonic() }
  }
}
