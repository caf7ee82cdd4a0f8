import {
  type Current,
  currentOf,
  DEFAULT_LIMITS,
  type Ended,
  endedAgain,
  type Incident,
  isRepetition,
  isSigned,
  type Limits,
  moment,
  revokedAt,
  settle,
  statusOf,
  tombstoneOf,
} from './incident.ts'
import { EVERYBODY, type IncidentId, incidentId, partsOf } from './incident-id.ts'
import { IncidentMap, type Incidents } from './incidents.ts'
import type { KeyringEntry } from './keyring.ts'
import type { Alert } from './model.ts'
import { ownersOf, signedEnd } from './purport.ts'
import type { Rejection, RejectionCode } from './rejection.ts'
import { SENT_TOLERANCE } from './time-trust.ts'

export type { Incidents } from './incidents.ts'
export { SENT_TOLERANCE } from './time-trust.ts'

/**
 * The life of incidents (DESIGN §5.3) as a pure reducer: messages and time in, what is alive out.
 *
 * Two rules shape it. Showing fails closed: a message that is late, old, foreign or a mere test changes nothing that is
 * shown. Ending fails safe: whoever may end an incident ends it, in whatever order messages arrive.
 *
 * What a message is about it says itself (`ownersOf`); never what came before it. So the messages of one issuer neither
 * change, end nor keep out the incident of another that has the same key.
 */

export const NO_INCIDENTS: Incidents = new IncidentMap()

/** A verified message, and how it came. */
export interface Message {
  readonly alert: Alert
  /** The key that signed it. */
  readonly key: KeyringEntry
  /** Lower-case hex SHA-256 of its envelope. */
  readonly digest: string
  /** The area of the topic that it came on. */
  readonly area?: string | undefined
  /** The text of its envelope, when it is to be kept. */
  readonly envelope?: string | undefined
}

/** What a message did to an incident. */
export type Effect =
  /** Nothing of this incident was in force or pending; now something is. */
  | { readonly type: 'began'; readonly id: IncidentId; readonly current: Current }
  /** It took the place of what was in force or pending, at once, also when it is itself still pending. */
  | { readonly type: 'updated'; readonly id: IncidentId; readonly current: Current }
  /** It ended the incident, or one that had run out of time or was never heard of. */
  | { readonly type: 'ended'; readonly id: IncidentId; readonly ended: Ended }
  /** It says what is known already: a second delivery or a second end. No fault. */
  | { readonly type: 'repeated'; readonly id: IncidentId }
  | { readonly type: 'refused'; readonly id: IncidentId; readonly rejection: Rejection }

/** What a message did. */
export interface Done {
  readonly effect: Effect
  /** To further incidents: a supervisor may end those of several senders at once. */
  readonly others: readonly Effect[]
}

export interface Received extends Done {
  /** The very same object when nothing changed. */
  readonly state: Incidents
}

/**
 * Takes one verified message into account.
 *
 * Store the state whenever it is another object than before, also after a refusal: a message that came too late to be
 * shown still makes older ones stale.
 *
 * @param opened from {@link openEnvelope}, which has judged signature, key, sender and role
 * @param now ms since 1970
 * @param proven see {@link advance}
 */
export function receive(
  state: Incidents,
  opened: Message,
  now: number,
  limits: Limits = DEFAULT_LIMITS,
  proven = NOTHING_PROVEN,
): Received {
  let next = state
  const [first, ...rest] = idsOf(state, opened)
  const takeFor = (id: IncidentId): Effect => {
    const received = receiveFor(id, next, opened, now, limits, proven)
    next = received.state
    return received.effect
  }
  const effects = [takeFor(first), ...rest.map(takeFor)] as const
  const effect =
    effects.find(({ type }) => type === 'ended') ??
    effects.find(({ type }) => type === 'repeated') ??
    effects[0]
  return { state: next, effect, others: effects.filter((one) => one !== effect && one.type !== 'refused') }
}

function idsOf(state: Incidents, { alert, key }: Message): readonly [IncidentId, ...IncidentId[]] {
  const { incident } = alert
  const [first, ...more] = ownersOf(alert, key)
  if (first !== EVERYBODY)
    return [incidentId(first, incident), ...more.map((one) => incidentId(one, incident))]
  const current = [...IncidentMap.of(state).current.keys()].filter((id) => partsOf(id).incident === incident)
  return [incidentId(EVERYBODY, incident), ...current]
}

function receiveFor(
  id: IncidentId,
  state: Incidents,
  { alert, key, digest, area, envelope }: Message,
  now: number,
  limits: Limits,
  proven: number,
): { readonly state: Incidents; readonly effect: Effect } {
  const refuse = (code: RejectionCode, detail: string, next = state) => ({
    state: next,
    effect: { type: 'refused', id, rejection: { code, detail } } as const,
  })
  if (!isForDisplay(alert))
    return refuse('not-for-display', `${alert.status} ${alert.msgType} ${alert.scope}`)

  const stored = state.get(id)
  const known = stored && standingAgainst(alert, settle(stored, now))
  if (known && statusOf(known) !== alert.status)
    return refuse('status-changed', `${statusOf(known)} to ${alert.status}`)
  const { sender } = partsOf(id)
  const wasCurrent = stored !== undefined && stored.phase !== 'ended'

  const reason = signedEnd(alert)
  if (reason !== undefined) {
    // Neither its revision nor its times are asked: an end that comes late, out of order or to a slow clock is still an
    // end. Whoever replays it changes nothing, because what it ended stays ended.
    if (known?.phase === 'ended' && isSigned(known.reason)) {
      return {
        state: withEntry(state, id, endedAgain(known, alert)),
        effect: { type: 'repeated', id },
      }
    }
    const ended = tombstoneOf(alert, sender, now, reason, known)
    return { state: withEntry(state, id, ended), effect: { type: 'ended', id, ended } }
  }

  const over = everybodysEnd(state, alert.incident)
  if (over && standingAgainst(alert, over)) {
    return statusOf(over) === alert.status
      ? refuse('incident-ended', over.reason)
      : refuse('status-changed', `${statusOf(over)} to ${alert.status}`)
  }

  // Only now: a message that ends something is never put aside for looking like one that did not.
  const isReadmitted = known?.phase === 'ended' && known.readmitted === digest
  if (known && !isReadmitted && isRepetition(known, alert)) {
    return { state, effect: { type: 'repeated', id } }
  }
  const early = moment(alert.sent) - now
  if (early > SENT_TOLERANCE) return refuse('sent-in-future', `by ${Math.ceil(early / 1000)} s`)
  if (known?.phase === 'ended' && !isReadmitted && !mayReopen(known, alert)) {
    return refuse('incident-ended', known.reason)
  }
  if (known && known.phase !== 'ended' && alert.revision <= known.alert.revision) {
    return refuse('revision-old', `${alert.revision} after ${known.alert.revision}`)
  }

  const current = currentOf(alert, sender, now, limits, known, {
    ...{ kid: key.kid, area, envelope },
  })
  if (current.until > now) {
    const type = wasCurrent ? 'updated' : 'began'
    return { state: withEntry(state, id, current), effect: { type, id, current } }
  }
  const ended = tombstoneOf(alert, sender, current.until, current.untilReason, known)
  const next = ended.forgetAt > proven ? withEntry(state, id, ended) : withoutEntry(state, id)
  // What it replaces is over as well: the newest message says until when, and that has passed.
  if (wasCurrent) return { state: next, effect: { type: 'ended', id, ended } }
  return refuse('expired', current.untilReason, next)
}

/** Without proof of the time nothing is forgotten. */
const NOTHING_PROVEN = Number.NEGATIVE_INFINITY

/** What passing time did. */
export interface Advanced {
  /** The very same object when nothing changed. */
  readonly state: Incidents
  /** Incidents that came into force. */
  readonly began: readonly { readonly id: IncidentId; readonly current: Current }[]
  /** Incidents that came to their end. */
  readonly ended: readonly { readonly id: IncidentId; readonly ended: Ended }[]
  /** Incidents whose tombstones are gone. */
  readonly forgotten: readonly IncidentId[]
}

/**
 * Lets time pass until `now` (ms since 1970): ends what is over, brings into force what was pending, forgets old
 * tombstones. A clock that goes back brings nothing back.
 *
 * @param proven the time that it is at least, ms since 1970, by what was signed and stored (`TimeTrust.newest`). Tombstones go
 *   by this alone: forgotten by a clock that ran ahead, they would not be there when it is put right
 */
export function advance(state: Incidents, now: number, proven = NOTHING_PROVEN): Advanced {
  const incidents = IncidentMap.of(state)
  const changes: [IncidentId, Incident][] = []
  const began: { id: IncidentId; current: Current }[] = []
  const ended: { id: IncidentId; ended: Ended }[] = []
  incidents.current.forEach((before, id) => {
    const after = settle(before, now)
    if (after === before) return
    changes.push([id, after])
    if (after.phase === 'ended') ended.push({ id, ended: after })
    else began.push({ id, current: after })
  })
  const { incidents: rest, forgotten } = incidents.with(changes).forget(proven)
  const changed = changes.length > 0 || forgotten.length > 0
  return { state: changed ? rest : state, began, ended, forgotten }
}

/** What it did to end incidents. */
export type Ending = Pick<Advanced, 'state' | 'ended'>

/**
 * Ends what is current of `state` as `end` says; undefined leaves an incident as it is.
 *
 * @param among only these incidents; all when undefined
 */
export function endSome(
  state: Incidents,
  end: (current: Current) => Ended | undefined,
  among?: Iterable<IncidentId>,
): Ending {
  const incidents = IncidentMap.of(state)
  const ended: { id: IncidentId; ended: Ended }[] = []
  for (const id of among ?? incidents.current.keys()) {
    const current = incidents.current.get(id)
    const tombstone = current && end(current)
    if (tombstone) ended.push({ id, ended: tombstone })
  }
  if (ended.length === 0) return { state, ended }
  return { state: incidents.with(ended.map((one) => [one.id, one.ended])), ended }
}

/**
 * Ends every incident that stands at a message signed by the key `kid`, which has been revoked at `now` (ms since 1970).
 *
 * Whenever that message says it was sent: who has a stolen key writes any time into `sent`, so no moment separates his
 * messages from the owner's. What another key has since confirmed with a higher revision stays; and a higher revision
 * brings back what is ended here. What the key has cancelled stays cancelled: ending is never undone.
 */
export function revoke(state: Incidents, kid: string, now: number): Ending {
  return endSome(state, (current) => (current.kid === kid ? revokedAt(current, now) : undefined))
}

/** The moment at which {@link advance} will next change what is shown, ms since 1970; undefined when it never will. */
export function nextDeadline(state: Incidents): number | undefined {
  let next: number | undefined
  IncidentMap.of(state).current.forEach((one) => {
    const due = deadlineOf(one)
    if (next === undefined || due < next) next = due
  })
  return next
}

function deadlineOf(one: Current): number {
  return one.phase === 'pending' ? Math.min(one.from, one.until) : one.until
}

/** CAP 1.2 status, msgType and scope; whether a Test or an Exercise is shown is for the panel to decide. */
function isForDisplay({ status, msgType, scope }: Alert): boolean {
  return (
    (status === 'Actual' || status === 'Exercise' || status === 'Test') &&
    (msgType === 'Alert' || msgType === 'Update' || msgType === 'Cancel') &&
    scope === 'Public'
  )
}

/** Nobody's test stands in the way of the real thing, neither while it is in force nor after it ended. */
function standingAgainst(alert: Alert, known: Incident): Incident | undefined {
  return alert.status === 'Actual' && statusOf(known) !== 'Actual' ? undefined : known
}

/** How a supervisor has ended the incidents of that key of {@link EVERYBODY}; undefined: none has. */
export function everybodysEnd(state: Incidents, incident: string): Ended | undefined {
  const entry = state.get(incidentId(EVERYBODY, incident))
  return entry?.phase === 'ended' ? entry : undefined
}

/**
 * What somebody ended stays ended: to reach people again about the same case an issuer opens a new incident, because a
 * device that slept cannot tell a second beginning from an earlier message that was held back. What merely ran out of
 * time, or was missing in a manifest, may be renewed by a newer message, which a replay can never be; without that, a device
 * that was told of the renewal a moment too late would show less than its neighbour. After a revoked key only the revision
 * counts: when its last message was sent is the word of a thief.
 */
function mayReopen(ended: Ended, alert: Alert): boolean {
  if (isSigned(ended.reason) || alert.revision <= ended.revision) return false
  return ended.reason === 'key-revoked' || moment(alert.sent) > ended.sent
}

function withEntry(state: Incidents, id: IncidentId, entry: Incident): Incidents {
  return state.get(id) === entry ? state : IncidentMap.of(state).with([[id, entry]])
}

function withoutEntry(state: Incidents, id: IncidentId): Incidents {
  return state.has(id) ? IncidentMap.of(state).with([[id, undefined]]) : state
}
