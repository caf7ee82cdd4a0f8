import { toCapTime } from '../../display-client/alert/cap-time.ts'
import { EVERYBODY, incidentId } from '../../display-client/alert/incident-id.ts'
import type { Listed } from '../../display-client/alert/manifest.ts'
import type { RejectionCode } from '../../display-client/alert/rejection.ts'
import { SENT_TOLERANCE } from '../../display-client/alert/time-trust.ts'
import { alertTopic, mediaTopic, parseTopic } from '../../display-client/player/topics.ts'
import { type Entry, endOf, isListed, type Judging, placeOf, type Roll } from './roll.ts'

/** What is to be put right on one broker, given what should be on it and what is: pure. */

/** What a broker retains on an alert topic. */
export interface Holding {
  readonly sha256: string
  /**
   * `believed`: it was taken, when it came. `refused`: it is genuine and no longer counts, or certainly nobody's. `unjudged`:
   * others may know better, e.g. because of a newer keyring; it is left alone.
   */
  readonly standing: 'believed' | 'refused' | 'unjudged'
  /** Whose incidents it is about; of a message that could not be opened, whose it claims to be about. None: it cannot be read. */
  readonly owners: readonly string[]
  /** A signed end. */
  readonly isEnd: boolean
  /** A test or an exercise; lists are not about those. */
  readonly isTest: boolean
  /** Of a message that could be opened; else 0. */
  readonly revision: number
  /** ms since 1970; of a message that could be opened. */
  readonly expires: number | undefined
}

/** One thing to do. */
export type Duty =
  /** Publish this envelope again, retained. */
  | { readonly type: 'restore'; readonly topic: string; readonly entry: Entry }
  /** Have the broker forget what it retains. */
  | { readonly type: 'clear'; readonly topic: string }

/** Refusals after which a message can be thrown away: it never counts again, or was never anybody's. */
const WORTHLESS: ReadonlySet<RejectionCode> = new Set<RejectionCode>([
  'envelope-malformed',
  'algorithm-forbidden',
  'header-forbidden',
  'key-revoked',
  'signature-wrong',
  'expired',
  'incident-ended',
  'revision-old',
  'status-changed',
])

/** How a message stands, by why it was refused; undefined: it was not. */
export function standingOf(refused: RejectionCode | undefined): Holding['standing'] {
  if (refused === undefined) return 'believed'
  return WORTHLESS.has(refused) ? 'refused' : 'unjudged'
}

/**
 * @param holdings what the broker retains, by alert topic
 * @param envelopes digests of the envelopes that can be published
 */
export function duties(
  roll: Roll,
  holdings: ReadonlyMap<string, Holding>,
  envelopes: ReadonlySet<string>,
  judging: Judging,
): readonly Duty[] {
  const entries = Map.groupBy(roll.values(), ({ area, incident }) => alertTopic(area, incident))
  const found = [...new Set([...entries.keys(), ...holdings.keys()])].flatMap((topic) =>
    dutiesOn(topic, entries.get(topic) ?? [], holdings.get(topic), envelopes, judging),
  )
  const inUse = new Set(
    [...roll.values()].filter((one) => isListed(one, judging)).flatMap(({ photos }) => photos),
  )
  const unwanted = new Set<string>()
  for (const entry of roll.values())
    if (!isListed(entry, judging))
      for (const one of entry.photos) if (!inUse.has(one)) unwanted.add(mediaTopic(one))
  return [...found, ...[...unwanted].map((topic) => ({ type: 'clear', topic }) as const)]
}

/** @param entries whose alert topic this is: one, or several of senders that chose the same key */
function dutiesOn(
  topic: string,
  entries: readonly Entry[],
  holding: Holding | undefined,
  envelopes: ReadonlySet<string>,
  judging: Judging,
): readonly Duty[] {
  const missing = entries.filter((entry) => needsRestoring(entry, holding, judging))
  const restored = missing.filter(({ sha256 }) => envelopes.has(sha256))
  // What comes last stays on the topic: an alert is of more use there than an end, which a list says as well.
  if (restored.length > 0)
    return restored
      .toSorted((one, other) => Number(other.ended) - Number(one.ended))
      .map((entry) => ({ type: 'restore', topic, entry }))
  if (holding === undefined) return []
  // A ghost, and its signed end is not at hand: no message at all is safer.
  const isGhost = missing.some(({ ended }) => ended)
  return isGhost || isUseless(holding, entries, judging) ? [{ type: 'clear', topic }] : []
}

/** Whether nobody needs what the broker retains. What others share the topic with says nothing about that. */
function isUseless(
  { standing, owners, expires }: Holding,
  entries: readonly Entry[],
  judging: Judging,
): boolean {
  if (standing === 'unjudged') return false
  const about = owners.length === 0 ? entries : entries.filter(({ sender }) => owners.includes(sender))
  if (about.length > 0) return about.every((entry) => isOver(entry, judging))
  return expires !== undefined && expires + SENT_TOLERANCE <= judging.now
}

/**
 * The incidents of `area` that a broker has a message of which this keeper cannot judge, and others may show: its keyring may be
 * older than theirs, or its clock wrong. A list without them would end them.
 *
 * @param retained what any broker retains
 * @param vouched the moment of the list, ms since 1970. As an end that has passed it lets nobody ask for what nobody may believe
 */
export function unjudged(
  roll: Roll,
  retained: Iterable<readonly [string, Holding]>,
  area: string,
  vouched: number,
  judging: Judging,
): readonly Listed[] {
  const found = new Map<string, Listed>()
  for (const [topic, { standing, sha256, owners, expires, isEnd, isTest }] of retained) {
    const place = parseTopic(topic)
    if (place?.type !== 'alert' || place.area !== area || isTest) continue
    const { incident } = place
    if (standing !== 'unjudged' && (isEnd || expires === undefined || expires <= judging.now)) continue
    for (const sender of owners) {
      const entry = roll.get(placeOf({ area, sender, incident }))
      const isKnown = endOf(roll, sender, incident) !== undefined || (entry && isListed(entry, judging))
      if (sender === EVERYBODY || isKnown) continue
      const id = incidentId(sender, incident)
      found.set(id, { sender, incident, revision: 1, sha256, expires: toCapTime(vouched) })
    }
  }
  return [...found.values()]
}

/**
 * Whether the broker should have this message and has none, or one that no longer counts. Of several senders' alerts a topic
 * holds one; so they take turns there, and who comes later still hears of all of them.
 */
function needsRestoring(entry: Entry, holding: Holding | undefined, judging: Judging): boolean {
  if (isOver(entry, judging) || (!entry.ended && entry.until <= judging.now)) return false
  if (holding === undefined || holding.standing === 'refused') return true
  if (holding.standing === 'unjudged') return false
  if (!holding.owners.includes(entry.sender)) return !entry.ended
  return entry.ended ? !holding.isEnd : holding.revision < entry.revision
}

/** Whether nobody needs its message any more: an alert when nothing shows it, an end when the alert would be over anyway. */
function isOver(entry: Entry, judging: Judging): boolean {
  if (entry.ended) return entry.expires + SENT_TOLERANCE <= judging.now
  return !isListed(entry, judging)
}
