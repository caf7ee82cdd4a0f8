import { moment } from './cap-time.ts'
import { type Alert, LONGEST_WAIT } from './model.ts'
import { SENT_TOLERANCE } from './time-trust.ts'

export { moment } from './cap-time.ts'

/** What one device knows of one incident. Plain data, made to be stored. */
export type Incident = Current | Ended

/** Where a message came from, besides what it says itself. */
export interface Origin {
  /** The key that signed it; empty for a preview that nobody has signed. */
  readonly kid: string
  /** The area of the topic that it came on; undefined when it came on none, and then no manifest is about it. */
  readonly area?: string | undefined
  /** The text of its envelope, for who may have to publish it again; undefined on devices that only show it. */
  readonly envelope?: string | undefined
}

/** An alert that is in force (`live`) or will be from `from` on (`pending`). */
export interface Current extends Origin {
  readonly phase: 'pending' | 'live'
  readonly alert: Alert
  /** Whose incident it is; also after a supervisor has changed it. */
  readonly sender: string
  /** The moment from which it may be shown, ms since 1970. */
  readonly from: number
  /** Shown before this moment, never at it: the first of expires, purgeAt and the local ceiling, ms since 1970. */
  readonly until: number
  /** Why it ends at `until`. */
  readonly untilReason: TimedEnd
  /** The latest `expires` of any message about this incident, ms since 1970. */
  readonly horizon: number
}

/** A tombstone: holds nothing personal, and makes sure that what ended stays ended. */
export interface Ended {
  readonly phase: 'ended'
  readonly status: Alert['status']
  /** Whose incident it was. */
  readonly sender: string
  /** The message that ended it, or that was in force when it ended without one; its repetition is no news. */
  readonly last: MessageIdentity
  /** The highest revision that is known. */
  readonly revision: number
  /** The latest `sent` that is known or would still be too old, ms since 1970. */
  readonly sent: number
  /** ms since 1970 */
  readonly endedAt: number
  readonly reason: EndReason
  /** When the tombstone itself may go, ms since 1970. */
  readonly forgetAt: number
  /** Digest of the one envelope that a later manifest lets in again all the same. */
  readonly readmitted?: string
}

/** One message: CAP 1.2 §3.2.1 names it by sender and identifier. */
export interface MessageIdentity {
  readonly sender: string
  readonly identifier: string
  readonly revision: number
}

/** Ends that come with time alone. */
export type TimedEnd = 'expired' | 'ceiling' | 'purged'
/** Ends that somebody signed: a Cancel, responseType AllClear, urgency Past. Nothing brings the incident back. */
const SIGNED_ENDS = ['cancelled', 'all-clear', 'past'] as const
export type SignedEnd = (typeof SIGNED_ENDS)[number]
/** Ends that take the word of a message away again: its key was revoked, or a manifest does not list it. */
export type Withdrawal = 'key-revoked' | 'not-in-manifest'
export type EndReason = TimedEnd | SignedEnd | Withdrawal

/** Settings of the device. */
export interface Limits {
  /** How long an alert may be shown without a newer signed message, ms; more than {@link LONGEST_CEILING} counts as that. */
  readonly ceiling: number
}

const HOUR = 3_600_000

/** The ceiling of DESIGN §5.3.3: `expires` is the issuer's stop, this one the device's own. */
export const DEFAULT_LIMITS: Limits = { ceiling: 24 * HOUR }

/** ms */
export const LONGEST_CEILING = 48 * HOUR

/**
 * How long a tombstone outlives its incident, ms: longer than any message can be shown that was sent before the end, even
 * one that was never heard of and takes effect as late as it may.
 */
export const MEMORY = LONGEST_WAIT + LONGEST_CEILING + HOUR

/** What `alert` is when it takes the place of `known` at `now`; may be over already. */
export function currentOf(
  alert: Alert,
  sender: string,
  now: number,
  limits: Limits,
  known: Incident | undefined,
  { kid, area, envelope }: Origin = { kid: '' },
): Current {
  const sent = moment(alert.sent)
  const effective = alert.effective === undefined ? sent : moment(alert.effective)
  const expires = moment(alert.expires)
  const purge = alert.purgeAt === undefined ? Number.POSITIVE_INFINITY : moment(alert.purgeAt)
  // From `sent`, not from arrival: so it ends everywhere at once, and a second delivery does not renew it.
  const ceiling = Math.max(sent, effective) + Math.min(limits.ceiling, LONGEST_CEILING)
  const until = Math.min(expires, ceiling, purge)
  // What takes effect as it is sent is shown at once, also by a clock that runs a little behind the issuer's.
  const from = effective > sent ? effective : Math.min(sent, now)
  return {
    phase: from > now ? 'pending' : 'live',
    alert,
    sender,
    kid,
    ...(area === undefined ? {} : { area }),
    ...(envelope === undefined ? {} : { envelope }),
    from,
    until,
    untilReason: until === purge ? 'purged' : until === expires ? 'expired' : 'ceiling',
    horizon: Math.max(expires, horizonOf(known)),
  }
}

/** The tombstone that `alert` leaves when it ends `known`, or an incident that was never heard of. */
export function tombstoneOf(
  alert: Alert,
  sender: string,
  endedAt: number,
  reason: EndReason,
  known: Incident | undefined,
): Ended {
  const before = lastOf(known)
  return {
    phase: 'ended',
    status: alert.status,
    sender,
    last: identityOf(alert),
    revision: Math.max(alert.revision, before.revision),
    sent: Math.max(moment(alert.sent), before.sent),
    endedAt,
    reason,
    forgetAt: forgetAfter(Math.max(moment(alert.expires), endedAt, horizonOf(known))),
  }
}

/** The tombstone of what time has ended. */
export function runOut(current: Current): Ended {
  return tombstoneOf(current.alert, current.sender, current.until, current.untilReason, current)
}

/** The tombstone of a revoked key: whatever it signed, nobody may rely on. */
export function revokedAt(current: Current, now: number): Ended {
  return tombstoneOf(current.alert, current.sender, now, 'key-revoked', current)
}

/** The tombstone of what a manifest that was issued at `issuedAt` (ms since 1970) does not list. */
export function unlistedAt(current: Current, now: number, issuedAt: number): Ended {
  const ended = tombstoneOf(current.alert, current.sender, now, 'not-in-manifest', current)
  return { ...ended, sent: Math.max(ended.sent, issuedAt - SENT_TOLERANCE) }
}

/** `ended` once more: a second signed end moves neither the moment nor the reason, but is remembered. */
export function endedAgain(ended: Ended, alert: Alert): Ended {
  const forgetAt = Math.max(ended.forgetAt, forgetAfter(moment(alert.expires)))
  const [revision, sent] = [
    Math.max(ended.revision, alert.revision),
    Math.max(ended.sent, moment(alert.sent)),
  ]
  const same = forgetAt === ended.forgetAt && revision === ended.revision && sent === ended.sent
  return same ? ended : { ...ended, revision, sent, forgetAt }
}

/** `incident` as it is at `now` (ms since 1970): ended when it is over, live when its time has come. */
export function settle(incident: Incident, now: number): Incident {
  if (incident.phase === 'ended') return incident
  if (incident.until <= now) return runOut(incident)
  return incident.phase === 'pending' && incident.from <= now ? { ...incident, phase: 'live' } : incident
}

export function statusOf(incident: Incident): Alert['status'] {
  return incident.phase === 'ended' ? incident.status : incident.alert.status
}

/** Whether `alert` is the message that `incident` stands at. */
export function isRepetition(incident: Incident, alert: Alert): boolean {
  const known = incident.phase === 'ended' ? incident.last : identityOf(incident.alert)
  const given = identityOf(alert)
  return (
    known.sender === given.sender &&
    known.identifier === given.identifier &&
    known.revision === given.revision
  )
}

/** Whether somebody signed this end. */
export function isSigned(reason: EndReason): reason is SignedEnd {
  return SIGNED_ENDS.some((one) => one === reason)
}

function identityOf({ sender, identifier, revision }: Alert): MessageIdentity {
  return { sender, identifier, revision }
}

function lastOf(known: Incident | undefined): { readonly revision: number; readonly sent: number } {
  if (known === undefined) return { revision: 0, sent: 0 }
  return known.phase === 'ended' ? known : { revision: known.alert.revision, sent: moment(known.alert.sent) }
}

function horizonOf(known: Incident | undefined): number {
  if (known === undefined) return 0
  return known.phase === 'ended' ? known.forgetAt - MEMORY : known.horizon
}

/** On the hour, so that many tombstones go at once and the rest need not be looked at in between. */
function forgetAfter(horizon: number): number {
  return Math.ceil((horizon + MEMORY) / HOUR) * HOUR
}
