import type { MqttClient } from 'mqtt'

/** Below what every broker takes at once (mosquitto: 20): a player with 2000 signs must not be cut off for sending. */
const MOST_IN_FLIGHT = 10

/** More than a player with 2000 signs says at once. Beyond it the oldest goes: what it said is out of date. */
const MOST_WAITING = 4_000

export interface PublishOptions {
  /** The broker keeps it; a newer one for the same topic replaces one that still waits to be sent. */
  readonly retain: boolean
  /** How long the broker may keep it, s; without effect before MQTT 5. */
  readonly lifetime?: number
}

interface Job extends PublishOptions {
  readonly topic: string
  readonly payload: string
  readonly done: (acknowledged: boolean) => void
}

/**
 * What waits to be acknowledged by the broker over one connection.
 *
 * Nothing outlives the connection: what must arrive is kept by whoever sends it (receipts: on disk; presence, health
 * and signs: sent anew after each connect).
 */
export class PublishQueue {
  #client: MqttClient | undefined
  /** By topic for retained messages, of which only the newest counts; the others each by themselves. */
  readonly #waiting = new Map<unknown, Job>()
  readonly #inFlight = new Set<Job>()

  open(client: MqttClient): void {
    this.#client = client
  }

  /** Gives up everything that is not acknowledged yet. */
  close(): void {
    this.#client = undefined
    const jobs = [...this.#inFlight, ...this.#waiting.values()]
    this.#inFlight.clear()
    this.#waiting.clear()
    for (const { done } of jobs) done(false)
  }

  /** @returns whether the broker acknowledged it */
  publish(topic: string, payload: string, options: PublishOptions): Promise<boolean> {
    if (this.#client === undefined) return Promise.resolve(false)
    return new Promise((done) => {
      const job: Job = { ...options, topic, payload, done }
      const key = options.retain ? topic : job
      const replaced = this.#waiting.get(key)
      this.#waiting.delete(key)
      this.#waiting.set(key, job)
      replaced?.done(false)
      this.#send()
      const oldest = this.#waiting.entries().next()
      if (this.#waiting.size <= MOST_WAITING || oldest.done) return
      const [given, { done: giveUp }] = oldest.value
      this.#waiting.delete(given)
      giveUp(false)
    })
  }

  #send(): void {
    for (const [key, job] of this.#waiting) {
      const client = this.#client
      if (client === undefined || this.#inFlight.size >= MOST_IN_FLIGHT) return
      this.#waiting.delete(key)
      this.#inFlight.add(job)
      const { topic, payload, retain, lifetime } = job
      const properties = lifetime === undefined ? {} : { messageExpiryInterval: lifetime }
      client.publish(topic, payload, { qos: 1, retain, properties }, (error) => {
        // Not there any more: the connection was closed and the job answered already.
        if (!this.#inFlight.delete(job)) return
        job.done(error === null || error === undefined)
        this.#send()
      })
    }
  }
}
