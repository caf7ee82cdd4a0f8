import { toCapTime } from '../../display-client/alert/cap-time.ts'
import type { OpenedEnvelope } from '../../display-client/alert/envelope.ts'
import { type Current, moment } from '../../display-client/alert/incident.ts'
import { EVERYBODY, incidentId, partsOf } from '../../display-client/alert/incident-id.ts'
import type { Effect } from '../../display-client/alert/lifecycle.ts'
import type { Listed, Manifest } from '../../display-client/alert/manifest.ts'
import type { Alert } from '../../display-client/alert/model.ts'
import { signedEnd } from '../../display-client/alert/purport.ts'
import { SENT_TOLERANCE } from '../../display-client/alert/time-trust.ts'

/**
 * What is on the list, and what was: pure. Ids, hashes and times only, so it may be stored in clear; the alerts themselves
 * are in the ledger.
 *
 * What an incident is and when it ends the ledger decides (alert/lifecycle.ts). The roll remembers it in a way that
 * cannot lose a live alert: a broken database, a clock that ran ahead or an empty broker takes nothing off it. Only a signed end,
 * its own time or a revoked key does.
 */

/** One incident in one area. */
export interface Entry {
  readonly area: string
  /** Whose incident it is; `EVERYBODY`: what a supervisor has ended for all senders. */
  readonly sender: string
  readonly incident: string
  readonly revision: number
  /** Of the envelope that stands on the topic: the alert, or its end. */
  readonly sha256: string
  /** The key that signed it. */
  readonly kid: string
  /** Known from a list only: `kid` is the key of that list. */
  readonly isHearsay: boolean
  /** The latest `expires` of any message about it, ms since 1970. */
  readonly expires: number
  /** No device shows it from this moment on, ms since 1970. */
  readonly until: number
  /** Digests of its photos on the media topic. */
  readonly photos: readonly string[]
  /** Somebody has signed its end. */
  readonly ended: boolean
}

/** By {@link placeOf}. Several may share one alert topic: senders that chose the same key. */
export type Roll = ReadonlyMap<string, Entry>

/** What an entry is found by. */
export function placeOf({ area, sender, incident }: Pick<Entry, 'area' | 'sender' | 'incident'>): string {
  return `${area} ${incidentId(sender, incident)}`
}

/** A verified message, what it did to one incident, and what the ledger holds of that since. */
export interface Witnessed {
  readonly area: string
  readonly opened: Pick<OpenedEnvelope, 'alert' | 'digest' | 'key'>
  readonly effect: Effect
  readonly current: Current | undefined
}

/** `roll` after a message; the very same object when it changes nothing. Tests and exercises are not on it. */
export function recorded(roll: Roll, { area, opened, effect, current }: Witnessed): Roll {
  const { alert, digest, key } = opened
  const { sender, incident } = partsOf(effect.id)
  const place = placeOf({ area, sender, incident })
  const before = roll.get(place)
  if (alert.status !== 'Actual') return roll
  if (effect.type === 'refused')
    return effect.rejection.code === 'expired' ? withLate(roll, area, sender, opened) : roll
  if (current !== undefined) {
    const over = endOf(roll, sender, incident)
    // The ledger may have been lost; what somebody has ended stays ended.
    if (over !== undefined) return before?.ended ? roll : new Map(roll).set(place, { ...over, area, sender })
    const entry = entryOf(current, area, digest)
    // The same message, signed once more, is no other message.
    const isKnown = before !== undefined && !before.isHearsay
    if (isKnown && before.kid === entry.kid && before.revision === entry.revision) return roll
    return new Map(roll).set(place, { ...entry, expires: Math.max(entry.expires, before?.expires ?? 0) })
  }
  if (signedEnd(alert) === undefined) {
    // Its own time has passed; and with it that of what it replaces.
    if (before === undefined || effect.type !== 'ended') return roll
    return new Map(roll).set(place, { ...before, until: effect.ended.endedAt })
  }
  if (before?.ended) return roll
  const end = {
    ...{ revision: alert.revision, sha256: digest, kid: key.kid, isHearsay: false },
    ...{ until: 0, ended: true },
  }
  const expires = Math.max(moment(alert.expires), before?.expires ?? 0)
  const photos = before?.photos ?? []
  const next = new Map(roll).set(place, { area, sender, incident, photos, ...end, expires })
  // It is over wherever it was announced.
  for (const [other, entry] of roll)
    if (other !== place && !entry.ended && isAbout(sender, incident, entry))
      next.set(other, { ...entry, ...end })
  return next
}

/** With an alert that came when it was over, by a clock that may run ahead. */
function withLate(
  roll: Roll,
  area: string,
  sender: string,
  { alert, digest, key }: Witnessed['opened'],
): Roll {
  const { incident, revision } = alert
  const place = placeOf({ area, sender, incident })
  const before = roll.get(place)
  if (endOf(roll, sender, incident) !== undefined || (before?.revision ?? 0) >= revision) return roll
  const expires = moment(alert.expires)
  return new Map(roll).set(place, {
    ...{ area, sender, incident, revision, sha256: digest, kid: key.kid, isHearsay: false },
    ...{ expires: Math.max(expires, before?.expires ?? 0), until: expires },
    ...{ photos: photosOf(alert), ended: false },
  })
}

/** How somebody has ended the incident, in whatever area; undefined: nobody has. */
export function endOf(roll: Roll, sender: string, incident: string): Entry | undefined {
  for (const one of roll.values())
    if (one.ended && isAbout(one.sender, one.incident, { sender, incident })) return one
  return undefined
}

/** Whether what is said of the incident `incident` of `sender`, or of everybody, is said of `entry`. */
function isAbout(sender: string, incident: string, entry: Pick<Entry, 'sender' | 'incident'>): boolean {
  return entry.incident === incident && (sender === EVERYBODY || sender === entry.sender)
}

/** Digests of the photos on the media topic. */
function photosOf({ media }: Alert): readonly string[] {
  return media.filter(({ data }) => data === undefined).map(({ sha256 }) => sha256)
}

/** The entry of an alert that is in force. @param sha256 of its envelope */
export function entryOf({ alert, sender, kid, until }: Current, area: string, sha256: string): Entry {
  const { incident, revision, expires } = alert
  return {
    ...{ area, sender, incident, revision, sha256, kid, isHearsay: false },
    ...{ expires: moment(expires), until, photos: photosOf(alert), ended: false },
  }
}

/**
 * Takes over what is not known here from a list of an earlier run of this keeper, or of another keeper. Perhaps no broker has
 * the alert any more; but it is on screens, and two lists that differ would switch it on and off.
 *
 * @param kid the key that signed the list
 */
export function recalled(roll: Roll, { area, active }: Manifest, kid: string, now: number): Roll {
  const next = new Map(roll)
  for (const { sender, incident, revision, sha256, expires } of active) {
    const place = placeOf({ area, sender, incident })
    const until = moment(expires)
    if (until <= now || roll.has(place) || endOf(roll, sender, incident) !== undefined) continue
    next.set(place, {
      ...{ area, sender, incident, revision, sha256, kid, isHearsay: true },
      ...{ expires: until, until, photos: [], ended: false },
    })
  }
  return next.size === roll.size ? roll : next
}

/** What the list and the duties are judged by. */
export interface Judging {
  /** ms since 1970 */
  readonly now: number
  isRevoked(kid: string): boolean
}

/**
 * Whether it is on the list. For two minutes longer than it is shown: what a list leaves out ends at once, and the clock
 * of this machine may be that much ahead.
 */
export function isListed({ ended, kid, until }: Entry, { now, isRevoked }: Judging): boolean {
  return !ended && !isRevoked(kid) && until + SENT_TOLERANCE > now
}

/** The list of `area`, in the order of names. */
export function listOf(roll: Roll, area: string, judging: Judging): readonly Listed[] {
  return [...roll.values()]
    .filter((one) => one.area === area && isListed(one, judging))
    .map(({ sender, incident, revision, sha256, expires }) => {
      return { sender, incident, revision, sha256, expires: toCapTime(expires) }
    })
    .sort((one, other) =>
      incidentId(one.sender, one.incident) < incidentId(other.sender, other.incident) ? -1 : 1,
    )
}

/**
 * Without what was over long before `proven`, the newest time that was signed (ms since 1970). Not by the clock: were it
 * to run ahead, what it forgot would be missing on the list when it is put right.
 */
export function pruned(roll: Roll, proven: number): Roll {
  const rest = [...roll].filter(
    ([, { expires, until }]) => Math.max(expires, until) + SENT_TOLERANCE > proven,
  )
  return rest.length === roll.size ? roll : new Map(rest)
}
