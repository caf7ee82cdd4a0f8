/** Requests a second of one address in the long run: a poll of each of 2000 signs in ten seconds. */
const RATE = 200
/** At once: every sign of the largest gateway, and some more. */
const BURST = 2_500
/** Addresses that are remembered; more controllers for one gateway is a fault or an attack. */
const MOST_ADDRESSES = 1_000

/** How often each address may ask: a controller gone wild must cost the alerts of the others nothing. */
export class RequestLimit {
  readonly #buckets = new Map<string, { left: number; at: number }>()

  /** Takes one request. @param now ms, monotonic. @returns whether it may be answered */
  take(address: string, now: number): boolean {
    const before = this.#buckets.get(address) ?? { left: BURST, at: now }
    const left = Math.min(BURST, before.left + ((now - before.at) / 1000) * RATE)
    // Last in, so that the first is who was heard of longest ago.
    this.#buckets.delete(address)
    this.#buckets.set(address, { left: left >= 1 ? left - 1 : left, at: now })
    const [oldest] = this.#buckets.keys()
    if (this.#buckets.size > MOST_ADDRESSES && oldest !== undefined) this.#buckets.delete(oldest)
    return left >= 1
  }
}
