import { toCapTime } from '../../display-client/alert/cap-time.ts'
import type { Listed } from '../../display-client/alert/manifest.ts'
import type { RejectionCode } from '../../display-client/alert/rejection.ts'
import { SENT_TOLERANCE } from '../../display-client/alert/time-trust.ts'
import { mediaTopic, parseTopic } from '../../display-client/player/topics.ts'
import { type Entry, endOf, isListed, type Judging, type Roll } from './roll.ts'

/** What is to be put right on one broker, given what should be on it and what is: pure. */

/** What a broker retains on an alert topic. */
export interface Holding {
  readonly sha256: string
  /**
   * `believed`: it was taken, when it came. `refused`: it is genuine and no longer counts, or certainly nobody's. `unjudged`:
   * others may know better, e.g. because of a newer keyring; it is left alone.
   */
  readonly standing: 'believed' | 'refused' | 'unjudged'
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
  'sender-changed',
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
  const { now } = judging
  const found: Duty[] = []
  const inUse = new Set(
    [...roll.values()].filter((one) => isListed(one, judging)).flatMap(({ photos }) => photos),
  )
  const unwanted = new Set<string>()
  for (const [topic, entry] of roll) {
    const holding = holdings.get(topic)
    if (needsRestoring(entry, holding, judging)) {
      if (envelopes.has(entry.sha256)) found.push({ type: 'restore', topic, entry })
      // A ghost, and its signed end is not at hand: no message at all is safer.
      else if (entry.ended && holding !== undefined) found.push({ type: 'clear', topic })
    } else if (isOver(entry, judging) && holding !== undefined && holding.standing !== 'unjudged') {
      found.push({ type: 'clear', topic })
    }
    if (!isListed(entry, judging))
      for (const one of entry.photos) if (!inUse.has(one)) unwanted.add(mediaTopic(one))
  }
  for (const [topic, { standing, expires }] of holdings) {
    if (roll.has(topic) || standing === 'unjudged' || expires === undefined) continue
    if (expires + SENT_TOLERANCE <= now) found.push({ type: 'clear', topic })
  }
  return [...found, ...[...unwanted].map((topic) => ({ type: 'clear', topic }) as const)]
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
  for (const [topic, { standing, sha256, expires, isEnd, isTest }] of retained) {
    const place = parseTopic(topic)
    if (place?.type !== 'alert' || place.area !== area || isTest) continue
    const { incident } = place
    const entry = roll.get(topic)
    if (endOf(roll, incident) !== undefined || (entry && isListed(entry, judging))) continue
    if (standing !== 'unjudged' && (isEnd || expires === undefined || expires <= judging.now)) continue
    found.set(incident, { incident, revision: 1, sha256, expires: toCapTime(vouched) })
  }
  return [...found.values()]
}

/** Whether the broker should have this message and has none, or one that no longer counts. */
function needsRestoring(entry: Entry, holding: Holding | undefined, judging: Judging): boolean {
  if (isOver(entry, judging) || (!entry.ended && entry.until <= judging.now)) return false
  if (holding === undefined || holding.standing === 'refused') return true
  if (holding.standing === 'unjudged') return false
  return entry.ended ? !holding.isEnd : holding.revision < entry.revision
}

/** Whether nobody needs its message any more: an alert when nothing shows it, an end when the alert would be over anyway. */
function isOver(entry: Entry, judging: Judging): boolean {
  if (entry.ended) return entry.expires + SENT_TOLERANCE <= judging.now
  return !isListed(entry, judging)
}
