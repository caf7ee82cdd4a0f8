import { connect, type MqttClient } from 'mqtt'
import type { CancelTimer, Clock } from '../base/clock.ts'
import { type Rtigt047Device, Rtigt047Model } from './rtigt047-model.ts'
import type { SeenPage, SimulatedSign } from './sign-model.ts'

export interface Rtigt047DisplayOptions {
  /** Of its broker: `mqtt://host:port` */
  readonly url: string
  /** The standard asks for 5; a broker that has only 3.1.1 keeps its messages until they are deleted. */
  readonly version: 5 | 4
  readonly device: Rtigt047Device
  readonly clock: Clock
}

/** ms after which a broker that is not there is tried again. */
const PAUSE = 500

/** A display of RTIGT047 on its broker. */
export class Rtigt047Display implements SimulatedSign {
  readonly model: Rtigt047Model
  onTold: () => void = () => {}
  readonly #options: Rtigt047DisplayOptions
  #client: MqttClient | undefined
  #cancelTimer: CancelTimer | undefined
  readonly #stopListening: () => void

  constructor(options: Rtigt047DisplayOptions) {
    this.#options = options
    this.model = new Rtigt047Model(options.device)
    this.#stopListening = options.clock.onLeap(() => this.#look())
  }

  get pages(): readonly SeenPage[] {
    return this.#client === undefined ? [] : this.model.pages(this.#options.clock.now())
  }

  powerOn(): Promise<void> {
    if (this.#client !== undefined) return Promise.resolve()
    const { url, version } = this.#options
    const { hostname, port } = new URL(url)
    const client = connect({
      // In parts: mqtt.js reads a URL in a way that Node warns of.
      ...{ protocol: 'mqtt', host: hostname, port: Number(port) },
      ...{ protocolVersion: version, clean: true, reconnectPeriod: PAUSE, resubscribe: false },
    })
    this.#client = client
    client.on('connect', () => client.subscribe([...this.model.filters], { qos: 1 }))
    // It is tried again, as often as it takes.
    client.on('error', () => {})
    client.on('message', (topic, payload) => {
      const answer = this.model.take(topic, payload)
      if (answer !== undefined) client.publish(answer.topic, answer.payload)
      this.#look()
    })
    return Promise.resolve()
  }

  async powerOff(): Promise<void> {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    this.model.loseMemory()
    const client = this.#client
    this.#client = undefined
    await client?.endAsync(true)
  }

  dispose(): Promise<void> {
    this.#stopListening()
    return this.powerOff()
  }

  /** It shows something else, and says when it next does so by itself. */
  #look(): void {
    if (this.#client === undefined) return
    const { clock } = this.#options
    this.#cancelTimer?.()
    const next = this.model.nextChange(clock.now())
    this.#cancelTimer = next === undefined ? undefined : clock.after(next - clock.now(), () => this.#look())
    this.onTold()
  }
}
