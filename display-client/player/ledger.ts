import type { Current, Ended, Limits } from '../alert/incident.ts'
import { type Keyring, type KeyringFile, keyringOf } from '../alert/keyring.ts'
import type { OpenedKeyringUpdate } from '../alert/keyring-update.ts'
import type { Effect, Message } from '../alert/lifecycle.ts'
import { type OpenedManifest, staleAreas } from '../alert/manifest.ts'
import {
  begin,
  type KeyringOutcome,
  live,
  type ManifestOutcome,
  nextLook,
  type Outcome,
  pass,
  type Standing,
  takeAlert,
  takeKeyringUpdate,
  takeManifest,
} from '../alert/standing.ts'
import { clockOf, effectiveNow, judgeLeap, type Reading } from '../alert/time-trust.ts'
import type { CancelTimer, Clock } from '../base/clock.ts'
import type { Disposable } from '../base/disposal.ts'
import { BUILD_DATE } from './build-date.ts'
import type { PlayerDatabase } from './database.ts'
import { type Erased, LedgerStore } from './ledger-store.ts'
import type { Log } from './log.ts'

/**
 * Which incidents are alive: the standing of alert/standing.ts, kept on disk, and moved on by one timer that is set for
 * the next moment at which anything changes.
 */

export interface LedgerOptions {
  readonly storage: Pick<PlayerDatabase, 'database' | 'vault' | 'prepare'>
  /** As it was stored last. */
  readonly keyring: KeyringFile
  readonly clock: Clock
  readonly log: Log
  readonly limits: Limits
  /** Stores a new keyring, before anything that follows from it is stored. */
  keepKeyring(keyring: KeyringFile): void
  /**
   * Called when a message has put something in force, before that is on disk: a disk may take a tenth of a second, and glass
   * need not wait for it. What ends something is on disk first: it must not come back after a power cut.
   */
  onBegun?(): void
  /** Called after time alone has changed what is live, or when there is something to {@link Ledger.erase}. */
  onTime(): void
  /** Called when the clock has leapt: what was refused for its time may be good now. */
  onLeap(): void
  /** Of these messages no text and no photo is left in the data folder. */
  onErased(erased: readonly Erased[]): void
}

/**
 * The timer runs on the monotonic clock. That stands still while a Linux machine sleeps, and does not notice when the
 * wall clock is set. The clock tells of both as soon as anybody reads it; while something is alive it is read at least
 * this often, ms.
 */
const LEAP_CHECK = 5_000
/** ms until a disk that took nothing is tried again. */
const RETRY = 30_000

export class Ledger implements Disposable {
  readonly #options: LedgerOptions
  readonly #store: LedgerStore
  #standing: Standing
  #keyring: Keyring
  #cancelTimer: CancelTimer | undefined
  readonly #stopListening: () => void
  /** When both clocks were last looked at, and when by the timer they would be again. */
  #looked: { readonly reading: Reading; readonly expected: number }
  #isBehind = false
  /** Incidents of which the disk does not have the last word. */
  readonly #unstored = new Set<string>()
  /** Tombstones that are in memory: those just asked for, and those that the disk did not take. */
  readonly #tombstones = new Set<string>()
  readonly #failing = new Set<'read' | 'write' | 'erase'>()
  /** Messages that never came to be on disk, and are over. */
  #unkept: Erased[] = []

  /** Restores what was there, then ends what has ended meanwhile: nothing can be seen of it before that. */
  constructor(options: LedgerOptions) {
    const { storage, clock, keyring } = options
    this.#options = options
    this.#store = new LedgerStore(storage)
    const { currents, corrections, manifests, newest } = this.#store.restore()
    for (const id of corrections.keys()) {
      this.#unstored.add(id)
      this.#tombstones.add(id)
    }
    const incidents = [
      ...currents,
      ...[...corrections].flatMap(([id, one]) => (one ? [[id, one] as const] : [])),
    ]
    const reading = this.#read()
    this.#looked = { reading, expected: 0 }
    const begun = begin({ incidents, manifests, keyring, newest }, BUILD_DATE, reading)
    this.#standing = begun.standing
    this.#keyring = keyringOf(keyring)
    const unreadable = [...corrections.values()].filter((one) => one === undefined).length
    if (unreadable > 0) {
      options.log.warn(
        `${unreadable} stored alert${unreadable === 1 ? '' : 's'} cannot be read and ${unreadable === 1 ? 'was' : 'were'} left out; the brokers send again what is alive`,
      )
    }
    this.#onDisk('erase', () => this.#store.destroyStrayKeys())
    this.#become(begun, reading)
    this.#stopListening = clock.onLeap(() => {
      this.#wake()
      options.onLeap()
    })
  }

  /** What may be on a panel now. */
  get live(): readonly Current[] {
    return live(this.#standing)
  }

  /** What is in force, also when its time has not come yet or when the clock is too wrong to show it. */
  get current(): ReadonlyMap<string, Current> {
    return this.#standing.incidents.current
  }

  /** The newest time that somebody trusted has signed, ms since 1970. */
  get proven(): number {
    return this.#standing.trust.newest
  }

  /** The keys to believe now. */
  get keyring(): Keyring {
    return this.#keyring
  }

  /** Whether everything is safe on disk. */
  get stored(): boolean {
    return this.#unstored.size === 0 && this.#failing.size === 0
  }

  /** Whether the clock of this machine can be right. */
  get clock(): 'plausible' | 'behind' {
    return clockOf(this.#standing.trust, this.#read())
  }

  /** The time that messages are to be judged by, ms since 1970: never before what was signed and verified already. */
  get now(): number {
    return effectiveNow(this.#standing.trust, this.#read())
  }

  /** The areas whose manifests have stopped coming. */
  get staleAreas(): readonly string[] {
    return staleAreas(this.#standing.manifests, this.now)
  }

  /** Takes a verified message into account; what it did is on disk when this returns, if the disk takes it; `onBegun` was told before. */
  receive(message: Message): Effect {
    this.#recall([message.alert.incident])
    const reading = this.#read()
    const outcome = takeAlert(this.#standing, message, reading, this.#options.limits)
    const ends = outcome.effects.some(({ type }) => type === 'ended')
    this.#become(outcome, reading, !ends && ['began', 'updated'].includes(outcome.effect.type))
    this.#tellTime(outcome.effects.length > 1)
    return outcome.effect
  }

  /** As {@link receive}; what is missing here is to be asked for again. */
  receiveManifest(opened: OpenedManifest): ManifestOutcome['result'] {
    this.#recall(opened.manifest.active.map(({ incident }) => incident))
    const reading = this.#read()
    const outcome = takeManifest(this.#standing, opened, reading)
    this.#become(outcome, reading)
    this.#tellTime(outcome.effects.length > 0)
    return outcome.result
  }

  /** As {@link receive}; what a revoked key has signed is over when this returns. */
  receiveKeyringUpdate(opened: OpenedKeyringUpdate): KeyringOutcome['result'] {
    const reading = this.#read()
    const outcome = takeKeyringUpdate(this.#standing, opened, reading)
    const { keyring } = outcome.standing
    if (keyring !== this.#standing.keyring) {
      this.#keyring = keyringOf(keyring)
      this.#options.keepKeyring(keyring)
    }
    this.#become(outcome, reading)
    this.#tellTime(outcome.effects.length > 0)
    return outcome.result
  }

  /**
   * Destroys everything personal of messages that are over. To be called when they are off the panels: the disk is slower
   * than glass.
   */
  erase(): void {
    const unkept = this.#unkept
    this.#unkept = []
    this.#onDisk('erase', () => {
      for (const id of this.#unstored) {
        const incident = this.#standing.incidents.get(id)
        if (incident?.phase === 'ended') this.#store.endWithoutRoom(id, incident.reason)
      }
      this.#store.erase((erased) => this.#options.onErased(erased))
      this.#store.prepare()
    })
    if (unkept.length > 0) this.#options.onErased(unkept)
    this.#arm()
  }

  dispose(): void {
    this.#stopListening()
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
  }

  #read(): Reading {
    const { clock } = this.#options
    return { wall: clock.now(), monotonic: clock.monotonic() }
  }

  #wake(): void {
    const reading = this.#read()
    const outcome = pass(this.#standing, reading)
    const wasHeld = this.#standing.held
    this.#become(outcome, reading)
    this.#tellTime(outcome.effects.length > 0 || this.#standing.held !== wasHeld || this.#store.hasErasures)
  }

  #tellTime(changed: boolean): void {
    if (changed) this.#options.onTime()
  }

  /** The tombstones of `ids`, from disk into the standing: they are too many to be there all the time. */
  #recall(ids: readonly string[]): void {
    const { incidents } = this.#standing
    const recalled = ids.flatMap((id) => {
      if (this.#unstored.has(id) || incidents.has(id)) return []
      let tombstone: Ended | undefined
      this.#onDisk('read', () => {
        tombstone = this.#store.tombstone(id)
      })
      return tombstone === undefined ? [] : [[id, tombstone] as const]
    })
    for (const [id] of recalled) this.#tombstones.add(id)
    this.#standing = { ...this.#standing, incidents: incidents.with(recalled) }
  }

  #become(outcome: Outcome, reading: Reading, begun = false): void {
    const before = this.#standing.incidents
    this.#standing = outcome.standing
    this.#tellLeap(outcome, reading)
    for (const id of outcome.changed) {
      const was = before.get(id)
      const is = outcome.standing.incidents.get(id)
      const wasCurrent = was !== undefined && was.phase !== 'ended'
      const isCurrent = is !== undefined && is.phase !== 'ended'
      // That it is live and no longer pending, time will tell again.
      if (wasCurrent && isCurrent && was.alert === is.alert && was.until === is.until) continue
      if (wasCurrent && !this.#store.holds(id, was)) {
        this.#unkept.push({ incident: id, revision: was.alert.revision })
      }
      this.#unstored.add(id)
      this.#tombstones.add(id)
    }
    try {
      if (begun) this.#options.onBegun?.()
    } finally {
      this.#keep()
    }
    this.#dismiss()
    this.#arm()
  }

  /** Stores what is not stored yet: all at once, else what the disk takes. */
  #keep(): void {
    const { incidents, manifests, trust } = this.#standing
    const changes = [...this.#unstored].map((id) => [id, incidents.get(id)] as const)
    const rest = { manifests, newest: trust.newest }
    if (this.#onDisk('write', () => this.#store.write(new Map(changes), rest))) {
      this.#unstored.clear()
      return
    }
    // A tombstone takes less room than an alert, and may fit where that does not.
    for (const [id, incident] of changes.length > 1 ? changes : []) {
      if (this.#onDisk('write', () => this.#store.write(new Map([[id, incident]]), rest)))
        this.#unstored.delete(id)
    }
  }

  /** Tombstones that are on disk need not be in memory. */
  #dismiss(): void {
    const { incidents } = this.#standing
    const stored = [...this.#tombstones].filter((id) => !this.#unstored.has(id))
    for (const id of stored) this.#tombstones.delete(id)
    const ended = stored.filter((id) => incidents.get(id)?.phase === 'ended')
    if (ended.length === 0) return
    this.#standing = { ...this.#standing, incidents: incidents.with(ended.map((id) => [id, undefined])) }
  }

  /**
   * A full or broken disk must not keep an alert off a panel, nor a cancelled one on it: memory is right.
   *
   * @returns whether the disk took it
   */
  #onDisk(what: 'read' | 'write' | 'erase', action: () => void): boolean {
    try {
      action()
      this.#failing.delete(what)
      return true
    } catch (error) {
      if (this.#failing.size === 0) {
        const reason = error instanceof Error ? error.message : String(error)
        this.#options.log.warn(
          `the state cannot be stored (${reason}); free space in the data folder, or replace the disk and restart the player: until then a restart may lose it`,
        )
      }
      this.#failing.add(what)
      return false
    }
  }

  #arm(): void {
    this.#cancelTimer?.()
    const { clock } = this.#options
    const reading = this.#read()
    const delays = [
      nextLook(this.#standing, reading) ?? Number.POSITIVE_INFINITY,
      this.#standing.incidents.current.size > 0 ? LEAP_CHECK : Number.POSITIVE_INFINITY,
      this.stored && this.#unkept.length === 0 ? Number.POSITIVE_INFINITY : RETRY,
    ]
    const delay = Math.min(...delays)
    this.#looked = { reading, expected: delay }
    this.#cancelTimer = Number.isFinite(delay) ? clock.after(delay, () => this.#wake()) : undefined
  }

  /** Nothing begins or ends by a clock that leapt without a word. */
  #tellLeap({ effects }: Outcome, reading: Reading): void {
    const { log } = this.#options
    const { reading: before, expected } = this.#looked
    const leap = judgeLeap({ before, now: reading, expected })
    if (leap !== 'steady') {
      const by = (reading.wall - before.wall - (reading.monotonic - before.monotonic)) / 1000
      const ended = effects.filter(({ type }) => type === 'ended').length
      log.warn(
        leap === 'suspended'
          ? `the machine slept; ${ended} alerts ended meanwhile`
          : `the clock leapt by ${by.toFixed(0)} s (it was set, or the machine slept); ${ended} alerts ended by it`,
      )
    }
    const isBehind = clockOf(this.#standing.trust, reading) === 'behind'
    if (isBehind && !this.#isBehind) {
      log.warn(
        `the clock says ${new Date(reading.wall).toISOString()}, which is before the newest signed message: set it (NTP); until then no alert that begins is shown`,
      )
    }
    this.#isBehind = isBehind
  }
}
