import type { Disposable } from '../base/disposal.ts'
import type { Broker } from './config.ts'
import { Link, type LinkOptions, type LinkStatus } from './link.ts'
import type { PublishOptions } from './publish-queue.ts'

export interface LinksOptions extends Omit<LinkOptions, 'broker' | 'plane' | 'onStatus'> {
  readonly brokers: readonly Broker[]
  /** A broker is there, newly or again: what it should hold is to be sent anew. */
  onConnected(): void
  /** The player is armed now, or no longer. */
  onArmed(armed: boolean): void
}

/** The connections to all brokers of a player, all the time: whichever is quickest wins, and one may be away. */
export class Links implements Disposable {
  readonly #links: readonly Link[]
  #armed = false

  constructor({ brokers, onConnected, onArmed, ...options }: LinksOptions) {
    this.#links = brokers.map((broker, plane) => {
      let state: LinkStatus['state'] = 'connecting'
      const onStatus = (status: LinkStatus): void => {
        const isNew = status.state === 'connected' && state !== 'connected'
        state = status.state
        if (isNew) onConnected()
        if (this.armed === this.#armed) return
        this.#armed = this.armed
        onArmed(this.armed)
      }
      return new Link({ ...options, broker, plane, onStatus })
    })
  }

  /** Starts connecting. Once. */
  open(): void {
    for (const link of this.#links) link.open()
  }

  /** Whether a broker is there and has proven by a round trip that it delivers. */
  get armed(): boolean {
    return this.#links.some(({ status }) => status.state === 'connected' && status.roundTrip !== undefined)
  }

  get statuses(): readonly LinkStatus[] {
    return this.#links.map((link) => link.status)
  }

  /** Publishes on every broker that is there. */
  publishEverywhere(topic: string, payload: string, options: PublishOptions): void {
    for (const link of this.#links) void link.publish(topic, payload, options)
  }

  /** Publishes on one broker. @returns whether one acknowledged it */
  async publishOnce(topic: string, payload: string): Promise<boolean> {
    for (const link of this.#links) if (await link.publish(topic, payload, { retain: false })) return true
    return false
  }

  /** Says how the player is, soon. */
  beatSoon(): void {
    for (const link of this.#links) link.beatSoon()
  }

  /** Has every broker send again what it retains about alerts and keys. */
  refill(): void {
    for (const link of this.#links) link.refill()
  }

  /** Asks every broker for a photo. @returns stops asking */
  requestMedia(sha256: string, onBytes: (bytes: Uint8Array) => void): () => void {
    const stops = this.#links.map((link) => link.requestMedia(sha256, onBytes))
    return () => {
      for (const stop of stops) stop()
    }
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#links.map((link) => link.dispose()))
  }
}
