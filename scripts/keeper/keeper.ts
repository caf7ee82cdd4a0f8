import { createHash, randomUUID } from 'node:crypto'
import { LONGEST_CEILING } from '../../display-client/alert/incident.ts'
import type { KeyFile } from '../../display-client/alert/keyring.ts'
import { openManifest } from '../../display-client/alert/manifest.ts'
import { ownersOf, signedEnd } from '../../display-client/alert/purport.ts'
import type { Clock } from '../../display-client/base/clock.ts'
import { type Disposable, Disposables } from '../../display-client/base/disposal.ts'
import { fail, ok, type Result } from '../../display-client/base/result.ts'
import type { Broker } from '../../display-client/player/config.ts'
import { openDatabase, type PlayerDatabase } from '../../display-client/player/database.ts'
import { Intake, type Verdict } from '../../display-client/player/intake.ts'
import { KeyringStore, readInstalledKeyring } from '../../display-client/player/keyring-store.ts'
import { Ledger } from '../../display-client/player/ledger.ts'
import type { Delivery } from '../../display-client/player/link.ts'
import type { Log } from '../../display-client/player/log.ts'
import { NamedTimers } from '../../display-client/player/named-timers.ts'
import { parseTopic } from '../../display-client/player/topics.ts'
import { claimsOf } from './claims.ts'
import { type Holding, standingOf } from './duties.ts'
import type { KeeperEvent } from './events.ts'
import { Publisher } from './publisher.ts'
import { Repairs } from './repairs.ts'
import {
  entryOf,
  isListed,
  type Judging,
  listOf,
  placeOf,
  pruned,
  type Roll,
  recalled,
  recorded,
} from './roll.ts'
import { RollStore } from './roll-store.ts'
import { Station } from './station.ts'

export interface KeeperOptions {
  /** Its name on the brokers, as that of a player. */
  readonly name: string
  readonly brokers: readonly Broker[]
  /** Whose lists it keeps. */
  readonly areas: readonly string[]
  /** Signs the lists: an issuer's or a supervisor's. */
  readonly key: KeyFile
  /** Path of the keyring: whose alerts are believed. */
  readonly keyring: string
  /** Absolute path of the folder for what must survive a power cut; of this keeper alone. */
  readonly data: string
  readonly clock: Clock
  /** 0 up to 1; spreads reconnects. */
  readonly random: () => number
  readonly log: Log
  onEvent(event: KeeperEvent): void
}

/** ms between two lists that say the same (DESIGN §5.8). */
const PERIOD = 10_000

/**
 * Starts the keeper of the list: it hears every alert of its areas, says in a signed and repeated list which of them are
 * live (`manifests/<area>`), and puts right what brokers have lost. It never ends anything by itself.
 *
 * @returns the keeper, which stops when it is disposed of; or one line that says why it cannot start
 */
export async function startKeeper(options: KeeperOptions): Promise<Result<Disposable, string>> {
  const held = new Disposables()
  const started = start(options, held)
  if (!started.ok) await held.dispose()
  return started
}

function start(options: KeeperOptions, held: Disposables): Result<Disposable, string> {
  const { keyring, data, key, clock, log } = options
  const installed = readInstalledKeyring(keyring)
  if (!installed.ok) return installed
  const opened = openDatabase(data, clock.now())
  if (!opened.ok) return opened
  const storage = held.add(opened.value)
  for (const fault of storage.faults) log.warn(fault)
  // A list whose number is not on disk must not go out: so there is nothing that such a keeper could do.
  if (storage.state === 'memory') return fail(`${data} takes nothing; the keeper needs a folder to write in`)
  const keys = held.add(new KeyringStore({ installed: installed.value, folder: data, clock, log }))
  const own = keys.keyring.keys.find(({ kid }) => kid === key.kid)
  if (own === undefined || own.publicKey.x !== key.privateKey.x)
    return fail(
      `${keyring}: does not hold the key ${key.kid} that is to sign the list; no player would believe it`,
    )
  if (!own.roles.includes('issuer') && !own.roles.includes('supervisor'))
    return fail(
      `${keyring}: the key ${key.kid} is neither an issuer's nor a supervisor's, so it may sign no list`,
    )
  const keeper = held.add(new Keeper(options, storage, keys))
  keeper.open()
  return ok({ dispose: () => held.dispose() })
}

class Keeper implements Disposable {
  readonly #options: KeeperOptions
  readonly #store: RollStore
  readonly #ledger: Ledger
  readonly #intake: Intake
  readonly #stations: readonly Station[]
  readonly #timers: NamedTimers<'period'>
  /**
   * What can be published again, by digest. Alerts are in the ledger too, sealed; of ends there is no copy but this one and
   * those of the brokers.
   */
  readonly #envelopes = new Map<string, string>()
  readonly #publisher: Publisher
  readonly #repairs: Repairs
  #hasTwin = false
  /** What the disk said when it took the roll last; undefined: it did. */
  #fault: string | undefined

  constructor(options: KeeperOptions, storage: PlayerDatabase, keys: KeyringStore) {
    const { clock, log, data, areas, brokers, name, random } = options
    this.#options = options
    this.#timers = new NamedTimers(clock)
    this.#store = new RollStore(data, clock.now(), log)
    this.#ledger = new Ledger({
      // The longest that any panel may be set to: what one of them shows must be on the list.
      ...{ storage, keyring: keys.keyring, clock, log, limits: { ceiling: LONGEST_CEILING } },
      keepKeyring: (keyring) => keys.keep(keyring),
      onTime: () => this.#ledger.erase(),
      onLeap: () => this.#refill(),
      onErased: () => {},
    })
    this.#ledger.erase()
    this.#takeUp()
    this.#intake = new Intake({
      ...{ ledger: this.#ledger, clock, log, keepsEnvelopes: true },
      onTaken: () => {},
      onManifest: () => {},
      onKeyring: ({ sequence }) => {
        log.info(`the keyring is now that of update ${sequence}`)
        this.#refill()
        this.#publisher.soon()
      },
      onRejected: () => {},
    })
    const session = randomUUID()
    this.#stations = brokers.map((broker, plane) => {
      const station: Station = new Station({
        ...{ broker, plane, name, session, areas, clock, random, log },
        health: () => this.#health(),
        onMessage: (delivery) => this.#receive(station, delivery),
        onHeardOut: () => {
          options.onEvent({ type: 'heard-out', broker: broker.url })
          this.#repairs.work(station, this.#store.roll, this.#judging)
          this.#publisher.soon()
        },
        onStatus: () => this.#publisher.soon(),
      })
      return station
    })
    this.#repairs = new Repairs({
      ...{ ledger: this.#ledger, envelopes: this.#envelopes, clock, log, onEvent: options.onEvent },
    })
    this.#publisher = new Publisher({
      ...{ store: this.#store, ledger: this.#ledger, stations: this.#stations },
      ...{ areas, key: options.key, clock, log, onEvent: options.onEvent },
      judging: () => this.#judging,
    })
  }

  open(): void {
    this.#repeat()
    for (const station of this.#stations) station.open()
  }

  async dispose(): Promise<void> {
    this.#timers.clear()
    await this.#publisher.dispose()
    await Promise.all(this.#stations.map((station) => station.dispose()))
    this.#ledger.dispose()
  }

  get #judging(): Judging {
    const { keyring, now } = this.#ledger
    return {
      now,
      isRevoked: (kid) => {
        const key = keyring.get(kid)
        return key !== undefined && 'revoked' in key
      },
    }
  }

  /** The ledger was stored first: what it has and the roll has not, the power has come between. */
  #takeUp(): void {
    let { roll } = this.#store
    for (const current of this.#ledger.current.values()) {
      const { area, envelope, alert } = current
      if (area === undefined || envelope === undefined) continue
      const sha256 = createHash('sha256').update(envelope).digest('hex')
      this.#envelopes.set(sha256, envelope)
      const place = placeOf({ area, sender: current.sender, incident: alert.incident })
      const known = roll.get(place)
      if (alert.status !== 'Actual' || known?.ended || (known?.revision ?? 0) >= alert.revision) continue
      roll = new Map(roll).set(place, entryOf(current, area, sha256))
    }
    this.#become(roll)
  }

  #refill(): void {
    for (const station of this.#stations) station.refill()
  }

  #receive(station: Station, delivery: Delivery): void {
    const place = parseTopic(delivery.topic)
    if (place?.type === 'manifest') {
      this.#takeManifest(delivery.bytes, place.area)
      return
    }
    if (place?.type !== 'alert') {
      this.#intake.take(delivery)
      return
    }
    station.heard()
    const { topic, bytes } = delivery
    if (!this.#options.areas.includes(place.area)) return
    if (bytes.length === 0) {
      station.holdings.delete(topic)
      return
    }
    const verdict = this.#intake.take(delivery)
    station.holdings.set(topic, holdingOf(verdict, bytes))
    this.#takeVerdict(verdict, place.area, bytes)
    this.#ledger.erase()
  }

  #takeVerdict({ opened, done }: Verdict, area: string, bytes: Uint8Array): void {
    if (opened === undefined || done === undefined) return
    const { alert, digest } = opened
    const { roll } = this.#store
    let next = roll
    for (const effect of [done.effect, ...done.others]) {
      const current = this.#ledger.current.get(effect.id)
      if (effect.type !== 'refused' && (current !== undefined || signedEnd(alert) !== undefined))
        this.#envelopes.set(digest, Buffer.from(bytes).toString())
      next = recorded(next, { area, opened, effect, current })
    }
    this.#become(next)
    if (next !== roll) this.#publisher.soon()
  }

  /** Lists come from the brokers: those of an earlier run, with the numbers that it used, and those of other keepers. */
  #takeManifest(bytes: Uint8Array, area: string): void {
    const { key, log } = this.#options
    const opened = openManifest(bytes, this.#ledger.keyring, this.#ledger.now)
    if (!opened.ok || opened.value.manifest.area !== area) return
    const { manifest } = opened.value
    const { kid } = opened.value.key
    const isOwn = kid === key.kid
    if (!isOwn || !this.#publisher.hasPublished)
      this.#become(recalled(this.#store.roll, manifest, kid, this.#ledger.now))
    if (!isOwn) return
    if (this.#publisher.hasPublished && manifest.seq > this.#store.last && !this.#hasTwin) {
      this.#hasTwin = true
      log.warn(
        `another keeper signs lists with the key ${kid}: stop one of them, or give it a key of its own`,
      )
    }
    this.#store.skip(manifest.seq)
  }

  /** Takes `roll` for what it is from now on. */
  #become(roll: Roll): void {
    if (roll !== this.#store.roll || this.#fault !== undefined) this.#keep(roll)
    const judging = this.#judging
    const needed = new Set(
      [...roll.values()]
        .filter((one) => (one.ended ? one.expires > judging.now : isListed(one, judging)))
        .map(({ sha256 }) => sha256),
    )
    for (const digest of [...this.#envelopes.keys()]) if (!needed.has(digest)) this.#envelopes.delete(digest)
  }

  #keep(roll: Roll): void {
    try {
      this.#store.put(roll)
      this.#fault = undefined
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (this.#fault !== reason)
        this.#options.log.warn(
          `the data folder takes nothing (${reason}); free space in it, or a restart knows less`,
        )
      this.#fault = reason
    }
  }

  /** Every {@link PERIOD}: whatever was missed before is made good. */
  #repeat(): void {
    this.#timers.set('period', PERIOD, () => this.#repeat())
    this.#become(pruned(this.#store.roll, this.#ledger.proven))
    for (const station of this.#stations) this.#repairs.work(station, this.#store.roll, this.#judging)
    this.#publisher.soon()
  }

  #health(): Readonly<Record<string, unknown>> {
    const { name, clock, areas } = this.#options
    return {
      schema: 'kijkuit-keeper-health/1',
      keeper: name,
      at: clock.now(),
      state: this.#publisher.state,
      links: this.#stations.map(({ status }) => status),
      lists: areas.map((area) => ({ area, incidents: listOf(this.#store.roll, area, this.#judging).length })),
      rejections: this.#intake.rejections,
      stored: this.#ledger.stored && this.#fault === undefined,
      clock: this.#ledger.clock,
    }
  }
}

function holdingOf({ opened, rejection }: Verdict, bytes: Uint8Array): Holding {
  const alert = opened?.alert
  return {
    sha256: opened?.digest ?? createHash('sha256').update(bytes).digest('hex'),
    standing: opened === undefined && rejection === undefined ? 'unjudged' : standingOf(rejection?.code),
    owners: opened === undefined ? claimsOf(bytes) : ownersOf(opened.alert, opened.key),
    isTest: alert !== undefined && alert.status !== 'Actual',
    isEnd: alert !== undefined && signedEnd(alert) !== undefined,
    revision: alert?.revision ?? 0,
    expires: alert && Date.parse(alert.expires),
  }
}
