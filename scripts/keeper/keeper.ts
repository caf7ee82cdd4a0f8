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
import { KeptRoll } from './kept-roll.ts'
import { Publisher } from './publisher.ts'
import { Repairs } from './repairs.ts'
import { type Judging, listOf, pruned, recalled, recorded } from './roll.ts'
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
  readonly #kept: KeptRoll
  readonly #publisher: Publisher
  readonly #repairs: Repairs
  #hasTwin = false

  constructor(options: KeeperOptions, storage: PlayerDatabase, keys: KeyringStore) {
    const { clock, log, data, areas, brokers, name, random } = options
    this.#options = options
    this.#timers = new NamedTimers(clock)
    this.#store = new RollStore(data, clock.now(), log)
    this.#kept = new KeptRoll(this.#store, log)
    this.#ledger = new Ledger({
      // The longest that any panel may be set to: what one of them shows must be on the list.
      ...{ storage, keyring: keys.keyring, clock, log, limits: { ceiling: LONGEST_CEILING } },
      keepKeyring: (keyring) => keys.keep(keyring),
      onTime: () => this.#ledger.erase(),
      onLeap: () => this.#refill(),
      onErased: () => {},
    })
    this.#ledger.erase()
    this.#kept.takeUp(this.#ledger, this.#judging)
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
          this.#repairs.work(station, this.#kept.roll, this.#judging)
          this.#publisher.soon()
        },
        onStatus: () => this.#publisher.soon(),
      })
      return station
    })
    this.#repairs = new Repairs({
      ...{ ledger: this.#ledger, envelopes: this.#kept.envelopes, clock, log, onEvent: options.onEvent },
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
    const { roll } = this.#kept
    let next = roll
    for (const effect of [done.effect, ...done.others]) {
      const current = this.#ledger.current.get(effect.id)
      if (effect.type !== 'refused' && (current !== undefined || signedEnd(alert) !== undefined))
        this.#kept.hold(digest, Buffer.from(bytes).toString())
      next = recorded(next, { area, opened, effect, current })
    }
    this.#kept.become(next, this.#judging)
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
      this.#kept.become(recalled(this.#kept.roll, manifest, kid, this.#ledger.now), this.#judging)
    if (!isOwn) return
    if (this.#publisher.hasPublished && manifest.seq > this.#store.last && !this.#hasTwin) {
      this.#hasTwin = true
      log.warn(
        `another keeper signs lists with the key ${kid}: stop one of them, or give it a key of its own`,
      )
    }
    this.#store.skip(manifest.seq)
  }

  /** Every {@link PERIOD}: whatever was missed before is made good. */
  #repeat(): void {
    this.#timers.set('period', PERIOD, () => this.#repeat())
    this.#kept.become(pruned(this.#kept.roll, this.#ledger.proven), this.#judging)
    for (const station of this.#stations) this.#repairs.work(station, this.#kept.roll, this.#judging)
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
      lists: areas.map((area) => ({ area, incidents: listOf(this.#kept.roll, area, this.#judging).length })),
      rejections: this.#intake.rejections,
      stored: this.#ledger.stored && this.#kept.stored,
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
