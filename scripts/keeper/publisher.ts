import { toCapTime } from '../../display-client/alert/cap-time.ts'
import { LONGEST_CEILING } from '../../display-client/alert/incident.ts'
import { isValidAt, type KeyFile } from '../../display-client/alert/keyring.ts'
import {
  type Listed,
  ManifestSchema,
  MOST_ACTIVE,
  sealManifest,
} from '../../display-client/alert/manifest.ts'
import type { Reading } from '../../display-client/alert/time-trust.ts'
import type { Clock } from '../../display-client/base/clock.ts'
import type { Disposable } from '../../display-client/base/disposal.ts'
import type { Ledger } from '../../display-client/player/ledger.ts'
import type { Log } from '../../display-client/player/log.ts'
import { manifestTopic } from '../../display-client/player/topics.ts'
import { unjudged } from './duties.ts'
import type { KeeperEvent } from './events.ts'
import { isBehind, vouchedFor } from './hearing.ts'
import { type Judging, listOf } from './roll.ts'
import type { RollStore } from './roll-store.ts'
import type { Station } from './station.ts'

export interface PublisherOptions {
  readonly store: RollStore
  readonly ledger: Pick<Ledger, 'keyring' | 'now' | 'clock'>
  readonly stations: readonly Station[]
  readonly areas: readonly string[]
  /** Signs the lists. */
  readonly key: KeyFile
  readonly clock: Clock
  readonly log: Log
  judging(): Judging
  onEvent(event: KeeperEvent): void
}

/** s: three periods of the keeper. */
const TTL = 30
/** s: how long a broker keeps a list that nobody repeats. No alert is shown longer. */
const LIFETIME = LONGEST_CEILING / 1_000

/** Signs and publishes the lists, whenever they may be published; and says how it stands with that. */
export class Publisher implements Disposable {
  readonly #options: PublisherOptions
  /** What was said last, by what it is about. */
  readonly #said = new Map<string, string>()
  #state: 'waiting' | 'behind' | 'current' = 'waiting'
  #hasPublished = false
  #isQueued = false
  #last: Promise<void> = Promise.resolve()

  constructor(options: PublisherOptions) {
    this.#options = options
  }

  /** Whether a list of this run is out. */
  get hasPublished(): boolean {
    return this.#hasPublished
  }

  get state(): 'waiting' | 'behind' | 'current' {
    return this.#state
  }

  /** Publishes the list of every area, as it is a moment from now. */
  soon(): void {
    if (this.#isQueued) return
    this.#isQueued = true
    this.#last = this.#last
      .then(() => {
        this.#isQueued = false
        this.#publish()
      })
      .catch((error: unknown) =>
        this.#options.log.warn(`a fault in Kijkuit: no list was published: ${error}`),
      )
  }

  /** Settled when nothing is being signed any more. */
  dispose(): Promise<void> {
    return this.#last
  }

  #publish(): void {
    const { areas, stations, store, ledger, clock, judging } = this.#options
    const reading: Reading = { wall: ledger.now, monotonic: clock.monotonic() }
    const now = reading.wall
    const vouched = vouchedFor(
      stations.map(({ hearing }) => hearing),
      reading,
    )
    const retained = stations.flatMap((station) => [...station.retained()])
    const lists = areas.map((area) => {
      const live = listOf(store.roll, area, judging())
      const others = unjudged(store.roll, retained, area, vouched ?? now, judging())
      return { area, live, others }
    })
    const tooLong = lists.find(({ live, others }) => live.length + others.length > MOST_ACTIVE)?.area
    const obstacle = this.#obstacle(vouched, tooLong)
    this.#tell(reading, vouched, obstacle)
    if (obstacle !== undefined || vouched === undefined) return
    for (const { area, live, others } of lists) {
      const seq = this.#number(now)
      if (seq === undefined) return
      this.#send(area, seq, vouched, [...live, ...others])
      this.#tellList(area, seq, live, others)
    }
  }

  #send(area: string, seq: number, vouched: number, active: readonly Listed[]): void {
    const { key, stations } = this.#options
    const issuedAt = toCapTime(vouched)
    const manifest = ManifestSchema.parse({
      schema: 'kijkuit-manifest/2',
      ...{ area, seq, issuedAt, ttl: TTL, active },
    })
    const bytes = sealManifest(JSON.stringify(manifest), key.privateKey, key.kid)
    const text = Buffer.from(bytes).toString()
    this.#hasPublished = true
    for (const station of stations)
      void station.publish(manifestTopic(area), text, { retain: true, lifetime: LIFETIME })
  }

  #tellList(area: string, seq: number, live: readonly Listed[], others: readonly Listed[]): void {
    const incidents = live.map(({ sender, incident, revision }) => ({ sender, incident, revision }))
    const unjudged = others.map(({ sender, incident }) => ({ sender, incident }))
    if (this.#isNews(area, JSON.stringify([incidents, unjudged])))
      this.#options.onEvent({ type: 'listed', area, seq, incidents, unjudged })
  }

  /** A number that no list has had; undefined when the disk does not take it. */
  #number(now: number): number | undefined {
    try {
      const seq = this.#options.store.next(now)
      this.#said.delete('disk')
      return seq
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (this.#isNews('disk', reason))
        this.#options.log.warn(
          `no list can be published: the data folder takes nothing (${reason}); free space in it`,
        )
      return undefined
    }
  }

  /** Why no list may be published now; undefined: it may. */
  #obstacle(vouched: number | undefined, tooLong: string | undefined): string | undefined {
    const { key, ledger, stations } = this.#options
    const { keyring, now, clock } = ledger
    const own = keyring.get(key.kid)
    if (own === undefined || 'revoked' in own)
      return `the key ${key.kid} is revoked or no longer in the keyring; give the keeper another`
    if (!isValidAt(own, now))
      return `the key ${key.kid} is not valid now, so no player would believe it; give the keeper another, or set the clock`
    if (clock === 'behind')
      return 'the clock of this machine says less than what has been signed already; set it (NTP)'
    if (tooLong !== undefined)
      return `more than ${MOST_ACTIVE} alerts are live in ${tooLong}, and no list holds them all; end those that are over`
    if (vouched !== undefined) return undefined
    const unheard = stations.filter(({ hearing }) => hearing.until === undefined).map(({ url }) => url)
    return `${unheard.join(', ')} must be heard out first, because what is live only there would be missing; a broker that is gone for good is to be left out of the command`
  }

  #tell(now: Reading, vouched: number | undefined, obstacle: string | undefined): void {
    const { stations, onEvent } = this.#options
    const behind = stations.filter(({ hearing }) => isBehind(hearing, now)).map(({ url }) => url)
    this.#state = obstacle !== undefined ? 'waiting' : behind.length > 0 ? 'behind' : 'current'
    if (!this.#isNews('state', `${this.#state} ${obstacle ?? behind.join(' ')}`)) return
    if (obstacle !== undefined) onEvent({ type: 'waiting', reason: obstacle })
    else if (this.#state === 'behind' && vouched !== undefined)
      onEvent({ type: 'behind', until: vouched, brokers: behind })
    else onEvent({ type: 'current' })
    for (const station of stations) station.beatSoon()
  }

  /** Whether `text` is another than was said last about `what`. */
  #isNews(what: string, text: string): boolean {
    if (this.#said.get(what) === text) return false
    this.#said.set(what, text)
    return true
  }
}
