import type { Clock } from '../../base/clock.ts'
import type { Delivery } from '../connection.ts'
import type { Log } from '../log.ts'
import { acknowledgementsTopic } from '../topics.ts'
import { type Acknowledged, LARGEST_ACKNOWLEDGEMENTS, takeAcknowledgements } from './acknowledgement.ts'
import { panelsByName, type SignNames } from './formats.ts'
import { RequestLimit } from './request-limit.ts'

export interface MqttAcknowledgementsOptions {
  readonly player: string
  readonly names: SignNames
  readonly clock: Clock
  readonly log: Log
}

/** Between two lines about messages that could not be taken, ms: nobody else can be told, and the log is not theirs to fill. */
const PATIENCE = 60_000

/**
 * What controllers say over MQTT, in the form and with the bounds that it has over HTTP. Who may say it is for the access rules of the
 * broker (broker-config/mosquitto/acl).
 */
export class MqttAcknowledgements {
  /** The topics that it listens to. */
  readonly filters: readonly string[]
  readonly #options: MqttAcknowledgementsOptions
  readonly #panels: ReadonlyMap<string, string>
  readonly #limit = new RequestLimit()
  #quietUntil = Number.NEGATIVE_INFINITY

  constructor(options: MqttAcknowledgementsOptions) {
    this.#options = options
    this.#panels = panelsByName(options.names)
    this.filters = [acknowledgementsTopic(options.player)]
  }

  /**
   * Takes a message for `feed`.
   *
   * @returns whether it was one of these
   */
  take({ topic, bytes }: Delivery, feed: Acknowledged): boolean {
    if (!this.filters.includes(topic)) return false
    // All controllers of a broker are one to it.
    if (!this.#limit.take('', this.#options.clock.monotonic())) this.#complain('they are too many')
    else if (bytes.length > LARGEST_ACKNOWLEDGEMENTS)
      this.#complain(`it has more than ${LARGEST_ACKNOWLEDGEMENTS} bytes`)
    else {
      const taken = takeAcknowledgements(bytes, feed, this.#panels)
      const wrong = taken.ok ? taken.value[0] : taken.failure
      if (wrong !== undefined) this.#complain(wrong)
    }
    return true
  }

  #complain(why: string): void {
    const { clock, log } = this.#options
    const now = clock.monotonic()
    if (now < this.#quietUntil) return
    this.#quietUntil = now + PATIENCE
    log.warn(`an acknowledgement over MQTT is not taken: ${why}; look at the controller that sent it`)
  }
}
