/** Stops a pending callback; harmless when it already ran. */
export type CancelTimer = () => void

/**
 * The only source of time in Kijkuit. Passed in everywhere, so that a test moves time by hand.
 *
 * `now` is wall time and may leap (NTP, power loss); `monotonic` never goes back and is what durations are
 * measured with.
 */
export interface Clock {
  /** Wall time: milliseconds since 1970-01-01T00:00:00Z, with fractions. */
  now(): number
  /** Milliseconds since an arbitrary start; never decreases. */
  monotonic(): number
  /** Runs `callback` once after `delay` ms (0 or more; any length, also beyond the 24.8 days of one Node timer). */
  after(delay: number, callback: () => void): CancelTimer
  /**
   * Calls `listener` when wall time has leapt: it was set, or the machine slept. Found out when anybody reads `now`, so it
   * costs nothing, and may come late where nobody does.
   *
   * @returns stops listening
   */
  onLeap(listener: () => void): () => void
}
