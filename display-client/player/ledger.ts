import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { OpenedEnvelope } from '../alert/envelope.ts'
import { type Current, type Incident, type Limits, moment } from '../alert/incident.ts'
import {
  advance,
  type Effect,
  type Incidents,
  NO_INCIDENTS,
  nextDeadline,
  receive,
  SENT_TOLERANCE,
} from '../alert/lifecycle.ts'
import { AlertSchema } from '../alert/model.ts'
import type { CancelTimer, Clock } from '../base/clock.ts'
import type { Disposable } from '../base/disposal.ts'
import type { Log } from './log.ts'

/**
 * Which incidents are alive: the reducer of alert/lifecycle.ts, kept in SQLite, and moved on by one timer that is set
 * for the next moment at which anything changes.
 */

export interface LedgerOptions {
  readonly database: DatabaseSync
  readonly clock: Clock
  readonly log: Log
  readonly limits: Limits
  /** Called after time alone has changed what is live. */
  onTime(): void
}

/**
 * While something is alive the wall clock is looked at this often, ms: it may leap (NTP after a power cut), and the
 * timer, which runs on the other clock, would then come too late.
 */
const LEAP_CHECK = 30_000

export class Ledger implements Disposable {
  readonly #options: LedgerOptions
  readonly #put: StatementSync
  readonly #delete: StatementSync
  #state: Incidents = NO_INCIDENTS
  /** Monotonic time at which each current incident ends, whatever the wall clock does meanwhile. */
  readonly #ends = new Map<string, { readonly until: number; readonly monotonic: number }>()
  #cancelTimer: CancelTimer | undefined
  /** Restored by a clock that cannot be right; nothing is shown until it is. */
  #held = false
  /** Incidents of which the disk does not have the last word. */
  readonly #unstored = new Set<string>()
  #isStoreFailing = false

  /** Restores what was there, then ends what has ended meanwhile: nothing can be seen of it before that. */
  constructor(options: LedgerOptions) {
    const { database, clock, log } = options
    this.#options = options
    this.#put = database.prepare(
      'INSERT INTO incident VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
    )
    this.#delete = database.prepare('DELETE FROM incident WHERE id = ?')
    const restored = new Map<string, Incident>()
    for (const { id, body } of database.prepare('SELECT id, body FROM incident').all()) {
      const incident = readIncident(String(body))
      if (incident !== undefined) restored.set(String(id), incident)
      else
        log.warn(`the stored incident ${id} cannot be read and was left out; the broker will send it again`)
    }
    this.#state = restored
    this.#held = !this.#isClockCredible()
    if (this.#held) {
      log.warn(
        `the clock says ${new Date(clock.now()).toISOString()}, which is before the newest alert: set it (NTP); until then stored alerts are not shown`,
      )
    }
    this.#advance(clock.now())
    for (const id of this.#state.keys()) this.#noteEnd(id)
    this.#arm()
  }

  /** What may be on a panel now. */
  get live(): readonly Current[] {
    if (this.#held) return []
    return [...this.#state.values()].filter((one): one is Current => one.phase === 'live')
  }

  /** Whether everything is safe on disk. */
  get stored(): boolean {
    return this.#unstored.size === 0
  }

  /** Takes a verified message into account; what it did is on disk when this returns, if the disk takes it. */
  receive(opened: OpenedEnvelope): Effect {
    const { clock, limits } = this.#options
    const { state, effect } = receive(this.#state, opened, clock.now(), limits)
    this.#become(state)
    if (effect.type === 'began' || effect.type === 'updated') this.#noteEnd(effect.incident)
    this.#arm()
    return effect
  }

  dispose(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
  }

  #wake(): void {
    const { clock } = this.#options
    const monotonic = clock.monotonic()
    const wasHeld = this.#held
    this.#held &&= !this.#isClockCredible()
    let now = clock.now()
    // A wall clock that was set back does not lengthen what was promised to end.
    for (const end of this.#ends.values()) if (end.monotonic <= monotonic) now = Math.max(now, end.until)
    const changed = this.#advance(now)
    this.#arm()
    if (changed || wasHeld !== this.#held) this.#options.onTime()
  }

  #advance(now: number): boolean {
    const { state, began, ended } = advance(this.#state, now)
    this.#become(state)
    return began.length > 0 || ended.length > 0
  }

  #arm(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    const deadline = nextDeadline(this.#state)
    if (deadline === undefined) return
    const { clock } = this.#options
    const isAlive = [...this.#state.values()].some((one) => one.phase !== 'ended')
    const delay = Math.max(0, deadline - clock.now())
    this.#cancelTimer = clock.after(isAlive ? Math.min(delay, LEAP_CHECK) : delay, () => this.#wake())
  }

  #become(state: Incidents): void {
    const before = this.#state
    if (state === before) return
    this.#state = state
    for (const id of new Set([...before.keys(), ...state.keys()])) {
      if (before.get(id) === state.get(id)) continue
      this.#unstored.add(id)
      if (isOver(state.get(id))) this.#ends.delete(id)
    }
    this.#store()
  }

  /** Each incident by itself: a tombstone takes less room than its alert, and may fit where a new alert does not. */
  #store(): void {
    let failure: unknown
    for (const id of this.#unstored) {
      const incident = this.#state.get(id)
      try {
        if (incident === undefined) this.#delete.run(id)
        else this.#put.run(id, JSON.stringify(incident))
        this.#unstored.delete(id)
      } catch (error) {
        // A full disk must not keep an alert off a panel, nor a cancelled one on it: memory is right.
        failure = error
      }
    }
    if (!this.stored && !this.#isStoreFailing) {
      this.#options.log.warn(
        `the state cannot be stored (${failure}); free space in the data folder: until then a restart may lose it`,
      )
    }
    this.#isStoreFailing = !this.stored
  }

  #noteEnd(id: string): void {
    const { clock } = this.#options
    const incident = this.#state.get(id)
    if (incident === undefined || incident.phase === 'ended') return
    const { until } = incident
    this.#ends.set(id, { until, monotonic: clock.monotonic() + until - clock.now() })
  }

  /** DESIGN §5.3.7. */
  #isClockCredible(): boolean {
    const newest = Math.max(0, ...[...this.#state.values()].map(sentOf))
    return this.#options.clock.now() >= newest - SENT_TOLERANCE
  }
}

function isOver(incident: Incident | undefined): boolean {
  return incident === undefined || incident.phase === 'ended'
}

function sentOf(incident: Incident): number {
  return incident.phase === 'ended' ? incident.sent : moment(incident.alert.sent)
}

/** Our own writing; but an older version may have written it, and an alert is never shown on trust. */
function readIncident(body: string): Incident | undefined {
  try {
    const incident: Incident = JSON.parse(body)
    if (incident.phase === 'ended') return incident
    return { ...incident, alert: AlertSchema.parse(incident.alert) }
  } catch {
    return undefined
  }
}
