import { fail, ok, type Result } from '../base/result.ts'
import { moment } from './cap-time.ts'
import { type Current, DEFAULT_LIMITS, type Incident, type Limits, runOut } from './incident.ts'
import { type IncidentId, incidentId } from './incident-id.ts'
import { IncidentMap, type Incidents } from './incidents.ts'
import type { KeyringEntry, KeyringFile } from './keyring.ts'
import { applyUpdate, type OpenedKeyringUpdate } from './keyring-update.ts'
import {
  advance,
  type Done,
  type Effect,
  type Ending,
  endSome,
  type Message,
  nextDeadline,
  receive,
  revoke,
} from './lifecycle.ts'
import { adopt, type Manifests, type OpenedManifest, withoutKey } from './manifest.ts'
import { PartedMap } from './parted-map.ts'
import { ownersOf } from './purport.ts'
import { compare, type Missing, withdrawUnlisted } from './reconcile.ts'
import type { Rejection } from './rejection.ts'
import {
  beginTrust,
  clockOf,
  effectiveNow,
  type Reading,
  SENT_TOLERANCE,
  type TimeTrust,
  witness,
} from './time-trust.ts'

/**
 * All that one device knows, and how everything that reaches it changes that: the ledger (DESIGN §2) without its disk.
 * Pure: what it knew, what came and what the clocks said go in; what it knows and what happened come out.
 *
 * Every function lets time pass first, so nothing is judged by what was true a moment ago.
 */
export interface Standing {
  readonly incidents: IncidentMap
  readonly manifests: Manifests
  readonly keyring: KeyringFile
  readonly trust: TimeTrust
  /** In force but not shown: they began while the clock could not be right (README.md, "When the clock is wrong"). */
  readonly held: ReadonlySet<IncidentId>
  /** When each incident ends at the latest, ms of the monotonic clock: a wall clock that is set back puts no end off. */
  readonly ends: PartedMap<IncidentId, number>
}

/** What outlives a restart. */
export interface Stored {
  readonly incidents: Iterable<readonly [IncidentId, Incident]>
  readonly manifests: Manifests
  readonly keyring: KeyringFile
  /** `trust.newest`, ms since 1970; 0 when nothing is stored. */
  readonly newest: number
}

export interface Outcome {
  /** The very same object when nothing changed. Store what it says before anything is shown of it. */
  readonly standing: Standing
  /** What happened to incidents, in this order: first by time, then by what came. */
  readonly effects: readonly Effect[]
  /** The incidents whose entry is another than before, or gone: the rows to write. */
  readonly changed: readonly IncidentId[]
}

/** What is in force and may be on panels: nothing that is pending, and nothing that is held. */
export function live({ incidents, held }: Standing): readonly Current[] {
  return [...incidents.current]
    .filter(([id, one]) => one.phase === 'live' && !held.has(id))
    .map(([, one]) => one)
}

/** In how many ms {@link pass} will next change what is live; undefined when it never will. A clock may leap before that. */
export function nextLook({ incidents, trust, ends }: Standing, reading: Reading): number | undefined {
  const due = nextDeadline(incidents)
  if (due === undefined) return undefined
  let delay = due - effectiveNow(trust, reading)
  ends.forEach((end) => {
    delay = Math.min(delay, end - reading.monotonic)
  })
  return Math.max(0, delay)
}

/**
 * Takes up what was stored. What ended meanwhile is over when this returns; and what a revoked key signed, because the
 * power may have failed between storing the keyring and ending that.
 *
 * @param buildDate when this software was built, ms since 1970
 */
export function begin({ newest, ...stored }: Stored, buildDate: number, reading: Reading): Outcome {
  const incidents = IncidentMap.of(stored.incidents)
  const trust = beginTrust({ buildDate, newest }, reading)
  const left = reading.monotonic - effectiveNow(trust, reading)
  const restored: Standing = {
    ...stored,
    incidents,
    trust,
    held: new Set(incidents.current.keys()),
    ends: PartedMap.of([...incidents.current].map(([id, { until }]) => [id, left + until])),
  }
  const revoked = (stored.keyring.revoked ?? []).map(({ kid }) => kid)
  return withoutKeys(pass(restored, reading), revoked, reading)
}

/** Lets time pass until `reading`. */
export function pass(standing: Standing, reading: Reading): Outcome {
  const { incidents, trust, ends } = standing
  const overdue: IncidentId[] = []
  ends.forEach((end, id) => {
    if (end <= reading.monotonic) overdue.push(id)
  })
  const promised = endSome(incidents, runOut, overdue)
  const advanced = advance(promised.state, effectiveNow(trust, reading), trust.newest)
  const ended = [...promised.ended, ...advanced.ended]
  const changed = [...ended, ...advanced.began].map(({ id }) => id)
  return {
    standing: follow(standing, advanced.state, [...changed, ...advanced.forgotten], reading),
    effects: [
      ...advanced.began.map((one) => ({ type: 'began', ...one }) as const),
      ...ended.map((one) => ({ type: 'ended', ...one }) as const),
    ],
    changed: [...changed, ...advanced.forgotten],
  }
}

/** @param message from `openEnvelope`, with the area of its topic. The last effects are what it did */
export function takeAlert(
  standing: Standing,
  message: Message,
  reading: Reading,
  limits: Limits = DEFAULT_LIMITS,
): Outcome & Done {
  const { alert, key } = message
  const outdated = revokedSince(standing, key)
  if (outdated) {
    const id = incidentId(ownersOf(alert, key)[0], alert.incident)
    return withDone(pass(standing, reading), { type: 'refused', id, rejection: outdated })
  }
  const passed = learn(standing, alert.sent, key, reading)
  const { incidents, manifests, trust } = passed.standing
  const now = effectiveNow(trust, reading)
  const received = receive(incidents, message, now, limits, trust.newest)
  const { effect, others } = received
  const ids = [...others, effect].map(({ id }) => id)
  const { state, ended } = withdrawUnlisted(received.state, manifests, now, ids)
  const changed = ids.filter((id) => state.get(id) !== incidents.get(id))
  const outcome: Outcome = {
    standing: follow(passed.standing, state, changed, reading),
    effects: passed.effects,
    changed: [...new Set([...passed.changed, ...changed])],
  }
  const [withdrawn] = ended
  if (withdrawn === undefined) return withDone(outcome, effect, others)
  // What was shown has ended; what never was is refused.
  if (effect.type === 'updated') return withDone(outcome, { type: 'ended', ...withdrawn })
  const rejection = { code: 'not-in-manifest', detail: `area ${message.area ?? ''}` } as const
  return withDone(outcome, { type: 'refused', id: effect.id, rejection })
}

/** What is live elsewhere and missing here, or why the manifest is refused. */
export type ManifestOutcome = Outcome & { readonly result: Result<readonly Missing[], Rejection> }

/** @param opened from `openManifest`; its area is that of its topic */
export function takeManifest(standing: Standing, opened: OpenedManifest, reading: Reading): ManifestOutcome {
  const outdated = revokedSince(standing, opened.key)
  if (outdated) return { ...pass(standing, reading), result: fail(outdated) }
  const passed = learn(standing, opened.manifest.issuedAt, opened.key, reading)
  const { incidents, trust } = passed.standing
  const now = effectiveNow(trust, reading)
  const adopted = adopt(passed.standing.manifests, opened, now)
  if (!adopted.ok) return { ...passed, result: adopted }
  // Known already, from the other broker.
  if (adopted.value === passed.standing.manifests) return { ...passed, result: ok([]) }
  const withdrawn = withdrawUnlisted(incidents, adopted.value, now)
  const compared = compare(withdrawn.state, opened, now)
  const outcome = ending(
    { ...passed, standing: { ...passed.standing, manifests: adopted.value } },
    withdrawn,
    reading,
  )
  return {
    ...outcome,
    standing: follow(outcome.standing, compared.state, compared.readmitted, reading),
    changed: [...new Set([...outcome.changed, ...compared.readmitted])],
    result: ok(compared.missing),
  }
}

/** The new keyring, or why the device keeps the one it has. */
export type KeyringOutcome = Outcome & { readonly result: Result<KeyringFile, Rejection> }

/** @param opened from `openKeyringUpdate` */
export function takeKeyringUpdate(
  standing: Standing,
  opened: OpenedKeyringUpdate,
  reading: Reading,
): KeyringOutcome {
  const { update, key } = opened
  const outdated = revokedSince(standing, key)
  if (outdated) return { ...pass(standing, reading), result: fail(outdated) }
  const passed = learn(standing, update.issuedAt, key, reading)
  const early = moment(update.issuedAt) - effectiveNow(passed.standing.trust, reading)
  if (early > SENT_TOLERANCE) {
    return { ...passed, result: fail({ code: 'sent-in-future', detail: `by ${Math.ceil(early / 1000)} s` }) }
  }
  const applied = applyUpdate(standing.keyring, update)
  if (!applied.ok) return { ...passed, result: applied }
  const renewed = { ...passed, standing: { ...passed.standing, keyring: applied.value } }
  const revoked = update.revoked.map(({ kid }) => kid)
  return { ...withoutKeys(renewed, revoked, reading), result: applied }
}

/** Learns the time from what was signed, then lets it pass. */
function learn(standing: Standing, signed: string, key: KeyringEntry, reading: Reading): Outcome {
  const trust = witness(standing.trust, moment(signed), key, reading)
  return pass(trust === standing.trust ? standing : { ...standing, trust }, reading)
}

/** A message may have been opened just before its key was revoked. */
function revokedSince({ keyring }: Standing, { kid }: KeyringEntry): Rejection | undefined {
  const isRevoked = keyring.revoked?.some((one) => one.kid === kid)
  return isRevoked ? { code: 'key-revoked', detail: `kid ${kid}` } : undefined
}

/** What remains without anything that these keys signed; older manifests may count again then. */
function withoutKeys(before: Outcome, kids: readonly string[], reading: Reading): Outcome {
  const now = effectiveNow(before.standing.trust, reading)
  let outcome = before
  for (const kid of kids) {
    const { standing } = outcome
    const manifests = withoutKey(standing.manifests, kid)
    const kept = manifests === standing.manifests ? standing : { ...standing, manifests }
    outcome = ending({ ...outcome, standing: kept }, revoke(kept.incidents, kid, now), reading)
  }
  const { incidents, manifests } = outcome.standing
  if (manifests === before.standing.manifests) return outcome
  return ending(outcome, withdrawUnlisted(incidents, manifests, now), reading)
}

function ending(before: Outcome, { state, ended }: Ending, reading: Reading): Outcome {
  const changed = ended.map(({ id }) => id)
  return {
    standing: follow(before.standing, state, changed, reading),
    effects: [...before.effects, ...ended.map((one) => ({ type: 'ended', ...one }) as const)],
    changed: [...new Set([...before.changed, ...changed])],
  }
}

function withDone(outcome: Outcome, effect: Effect, others: readonly Effect[] = []): Outcome & Done {
  return { ...outcome, effects: [...outcome.effects, ...others, effect], effect, others }
}

/** `before` with other incidents: promises an end to what is new, and holds it while the clock cannot be right. */
function follow(
  before: Standing,
  state: Incidents,
  changed: readonly IncidentId[],
  reading: Reading,
): Standing {
  const incidents = IncidentMap.of(state)
  const isBehind = clockOf(before.trust, reading) === 'behind'
  const held = new Set(isBehind ? before.held : [])
  if (changed.length === 0) return held.size === before.held.size ? before : { ...before, held }
  const now = effectiveNow(before.trust, reading)
  const ends: [IncidentId, number | undefined][] = []
  for (const id of changed) {
    const [was, is] = [before.incidents.get(id), incidents.current.get(id)]
    if (is === undefined) {
      ends.push([id, undefined])
      held.delete(id)
      continue
    }
    const wasCurrent = was !== undefined && was.phase !== 'ended'
    if (!wasCurrent || was.alert !== is.alert) ends.push([id, reading.monotonic + is.until - now])
    const wasShown = was?.phase === 'live' && !before.held.has(id)
    if (isBehind && is.phase === 'live' && !wasShown) held.add(id)
  }
  return { ...before, incidents, ends: before.ends.with(ends), held }
}
