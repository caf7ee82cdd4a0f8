import { isValidAt, type KeyringEntry } from './keyring.ts'

/**
 * What time it is, for a device whose clock may be wrong (DESIGN §5.3.7). The rules that follow from it stand in
 * README.md, "When the clock is wrong".
 *
 * Two things bound the time from below: when this software was built, and the newest time that somebody trusted has
 * signed; from there on time passes at least as the monotonic clock does. Nothing bounds it from above, so a clock that
 * runs ahead cannot be found out, only noticed when it leaps.
 */

/** Both clocks of the device, read together. */
export interface Reading {
  /** ms since 1970; may leap. */
  readonly wall: number
  /** ms since an arbitrary start; never goes back, and starts anew with the process. */
  readonly monotonic: number
}

/** What is known about the time without the wall clock. */
export interface TimeTrust {
  /** The newest time that was signed, or when this software was built; ms since 1970. Stored, so that no restart turns time back. */
  readonly newest: number
  /** It was at least this time, ms since 1970 … */
  readonly floor: number
  /** … at this moment of the monotonic clock, ms. */
  readonly since: number
}

/**
 * How far two clocks that are both right may differ, ms (field value for signed feeds: 120 s). A signed time that lies
 * further ahead is a clock gone wrong, or a message made to outlive its tombstone.
 */
export const SENT_TOLERANCE = 120_000

/**
 * @param known `buildDate`: when this software was built; `newest`: `TimeTrust.newest` as it was stored, 0 when nothing
 *   was. Both ms since 1970
 */
export function beginTrust(
  known: { readonly buildDate: number; readonly newest: number },
  { monotonic }: Reading,
): TimeTrust {
  const newest = Math.max(known.buildDate, known.newest)
  return { newest, floor: newest, since: monotonic }
}

/** The time that it is at least, ms since 1970, whatever the wall clock says. */
export function floorAt(trust: TimeTrust, monotonic: number): number {
  return trust.floor + Math.max(0, monotonic - trust.since)
}

/**
 * The time that everything is judged by, ms since 1970: the wall clock, or the floor while that is later. So an end is
 * never put off by a clock that was set back.
 */
export function effectiveNow(trust: TimeTrust, { wall, monotonic }: Reading): number {
  return Math.max(wall, floorAt(trust, monotonic))
}

/**
 * Whether the wall clock can be right. `behind`: it cannot.
 *
 * @param floor from {@link floorAt}; the clock of whoever signed it may be up to {@link SENT_TOLERANCE} ahead
 */
export function judgeClock({
  wall,
  floor,
}: {
  readonly wall: number
  readonly floor: number
}): 'plausible' | 'behind' {
  return wall >= floor - SENT_TOLERANCE ? 'plausible' : 'behind'
}

/** Whether the wall clock of `reading` can be right. */
export function clockOf(trust: TimeTrust, { wall, monotonic }: Reading): 'plausible' | 'behind' {
  return judgeClock({ wall, floor: floorAt(trust, monotonic) })
}

/**
 * Learns from a time that was signed: `sent` of an alert, `issuedAt` of a manifest or a keyring update.
 *
 * Beside a plausible clock it only keeps that from going back: were it to push time forward, a key could do so again and
 * again in steps below the tolerance and make every alert of everybody expire. A clock that is behind is moved forward by
 * it, as far as the key itself is valid. The keys of tests and drills tell no time.
 *
 * @param signed ms since 1970
 * @param key that verified it
 */
export function witness(trust: TimeTrust, signed: number, key: KeyringEntry, reading: Reading): TimeTrust {
  if (!key.roles.includes('issuer') && !key.roles.includes('supervisor')) return trust
  if (!isValidAt(key, signed)) return trust
  const now = effectiveNow(trust, reading)
  const isAhead = signed - now > SENT_TOLERANCE
  if (isAhead && clockOf(trust, reading) === 'plausible') return trust
  const credible = isAhead ? signed : Math.min(signed, now)
  const newest = Math.max(trust.newest, credible)
  if (credible > floorAt(trust, reading.monotonic)) {
    return { newest, floor: credible, since: reading.monotonic }
  }
  return newest === trust.newest ? trust : { ...trust, newest }
}

/** What became of the clocks between two looks at them. */
export type Leap = 'steady' | 'leapt-forward' | 'leapt-back' | 'suspended'

/** More than a clock that is being corrected gains on another in half a minute (adjtime: 0.5 ms/s), ms. */
const LEAP = 1_000

/** More than a busy machine is late, ms. */
const SLEEP = 60_000

/**
 * Compares what passed on both clocks.
 *
 * `suspended`: both went on while nobody looked, as on Windows and macOS. On Linux the monotonic clock stands still in
 * sleep (CLOCK_MONOTONIC), so sleep looks like `leapt-forward` there; what is to be done is the same.
 *
 * @param looked `expected`: after how many ms, by the monotonic clock, the second look was meant to come
 */
export function judgeLeap(looked: {
  readonly before: Reading
  readonly now: Reading
  readonly expected: number
}): Leap {
  const { before, now, expected } = looked
  const passed = now.monotonic - before.monotonic
  const gained = now.wall - before.wall - passed
  if (gained > LEAP) return 'leapt-forward'
  if (gained < -LEAP) return 'leapt-back'
  return passed > expected + SLEEP ? 'suspended' : 'steady'
}
