import type { Clock } from '../../display-client/base/clock.ts'
import type { Ledger } from '../../display-client/player/ledger.ts'
import type { Log } from '../../display-client/player/log.ts'
import { parseTopic } from '../../display-client/player/topics.ts'
import { type Duty, duties } from './duties.ts'
import type { KeeperEvent } from './events.ts'
import type { Judging, Roll } from './roll.ts'
import type { Station } from './station.ts'

export interface RepairsOptions {
  readonly ledger: Pick<Ledger, 'now' | 'clock'>
  /** What can be published again, by digest. */
  readonly envelopes: ReadonlyMap<string, string>
  readonly clock: Clock
  readonly log: Log
  onEvent(event: KeeperEvent): void
}

/** ms until what did not help is tried again. */
const RETRY = 60_000

/** Puts right what is wrong on brokers. */
export class Repairs {
  readonly #options: RepairsOptions

  constructor(options: RepairsOptions) {
    this.#options = options
  }

  /** Does what is to be done on one broker; nothing before it was heard out, and nothing by a clock that cannot be right. */
  work(station: Station, roll: Roll, judging: Judging): void {
    const { ledger, envelopes, clock } = this.#options
    if (!station.hearing.caughtUp || ledger.clock === 'behind') return
    const now = clock.monotonic()
    for (const duty of duties(roll, station.holdings, new Set(envelopes.keys()), judging)) {
      const name = `${duty.type} ${duty.topic} ${duty.type === 'restore' ? duty.entry.sha256 : ''}`
      const before = station.tried.get(name)
      // A photo is not subscribed to: once over each connection is all that can be done.
      if (before !== undefined && (parseTopic(duty.topic)?.type === 'media' || now - before < RETRY)) continue
      station.tried.set(name, now)
      void this.#do(station, duty)
    }
  }

  async #do(station: Station, duty: Duty): Promise<void> {
    const { onEvent, log, ledger, envelopes } = this.#options
    const { topic } = duty
    const broker = station.url
    let isDone: boolean
    if (duty.type === 'restore') {
      const { expires, sha256 } = duty.entry
      const lifetime = Math.max(1, Math.ceil((expires - ledger.now) / 1000))
      isDone = await station.publish(topic, envelopes.get(sha256) ?? '', { retain: true, lifetime })
    } else isDone = await station.publish(topic, '', { retain: true })
    if (isDone) onEvent({ type: duty.type === 'restore' ? 'restored' : 'cleared', broker, topic })
    else if (station.hearing.caughtUp)
      log.warn(`${broker} did not take ${topic}; let its ACL allow the keeper to write alerts and media`)
  }
}
