import type { Reading } from '../../display-client/alert/time-trust.ts'

/**
 * Up to when the keeper knows everything that was published on one broker: pure.
 *
 * A list that leaves out a live alert ends it on every screen. So the keeper vouches for no moment up to which it has not
 * heard every broker out. MQTT does not say when the replay of retained messages is over, and orders messages of one
 * topic only (MQTT 5.0 §4.6). Brokers hand them on in the order of a queue, or read them from a store meanwhile; so both
 * is asked for: silence, and after it a message of the keeper's own that makes the whole way round.
 */
export interface Hearing {
  /** Subscribed since, ms of the monotonic clock; undefined while the broker is away. */
  readonly since: number | undefined
  /** When the last message of the replay came, ms of the monotonic clock. */
  readonly last: number
  /** The replay of this connection is over. */
  readonly caughtUp: boolean
  /** All that was published there before this moment is known; undefined: never heard out since the start. */
  readonly until: Reading | undefined
}

export const UNHEARD: Hearing = { since: undefined, last: 0, caughtUp: false, until: undefined }

/** How long nothing of a replay may have come before the marker is sent that ends it, ms. */
const SILENCE = 5_000

/** What is known is older than that only when a broker is away, ms. */
const USUAL = 30_000

/** Subscribed, newly or again. @param at monotonic, ms */
export function subscribed(hearing: Hearing, at: number): Hearing {
  return { ...hearing, since: at, last: at, caughtUp: false }
}

export function lost(hearing: Hearing): Hearing {
  return { ...hearing, since: undefined, caughtUp: false }
}

/** An alert came. @param at monotonic, ms */
export function heard(hearing: Hearing, at: number): Hearing {
  return hearing.caughtUp ? hearing : { ...hearing, last: at }
}

/** A marker came back. @param sent when it was sent */
export function returned(hearing: Hearing, sent: Reading): Hearing {
  const { since, last, caughtUp } = hearing
  // Of an earlier connection, or sent before the replay had fallen silent.
  if (since === undefined || sent.monotonic < since) return hearing
  if (!caughtUp && sent.monotonic - last < SILENCE) return hearing
  return { ...hearing, caughtUp: true, until: sent }
}

/**
 * The moment that a list is issued for, ms since 1970: until then all is known. Undefined: none may be published.
 *
 * Devices leave alone what was sent less than 120 s before a list was issued (alert/reconcile.ts); so that much time is left
 * for an alert to get from its signing to the brokers, and for clocks that differ. When a broker is away, the moment
 * stands still: what the list says stays true, and it says no more.
 *
 * @param hearings one for each broker
 * @param now as messages are judged by
 */
export function vouchedFor(hearings: readonly Hearing[], now: Reading): number | undefined {
  let known = now.wall
  for (const { until } of hearings) {
    if (until === undefined) return undefined
    known = Math.min(known, momentOf(until, now))
  }
  return known
}

/** Whether a list cannot speak about now because of this broker. */
export function isBehind({ until }: Hearing, now: Reading): boolean {
  return until !== undefined && momentOf(until, now) + USUAL < now.wall
}

/**
 * What the clock would have said at `until` if it had always been as it is now, ms since 1970; or what it did say, when
 * that is earlier. One that ran ahead and was set right must not vouch for the time by which it did.
 */
function momentOf(until: Reading, now: Reading): number {
  return Math.min(until.wall, now.wall - (now.monotonic - until.monotonic))
}
