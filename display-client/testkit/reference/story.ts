import { saysOver } from './about.ts'
import { type AlertEvent, nameOf, type ReferenceAlert } from './events.ts'
import { type Moment, SKEW } from './timeline.ts'

const HOUR = 3_600_000
const CEILING = 24 * HOUR
const TOMBSTONE = (7 * 24 + 48 + 1) * HOUR

/** The message that an incident stands at. */
export interface Word {
  readonly by: AlertEvent
  /** When it was believed. */
  readonly at: Moment
  readonly until: number
  hasBegun: boolean
}

/** How an incident ended. */
export interface End {
  readonly kind: 'signed' | 'time' | 'manifest' | 'key'
  readonly at: number
  /** What came later than this may begin anew. */
  revision: number
  sent: number
  readonly name: string
  /** The one envelope that a manifest has let in again. */
  readmitted?: string
}

/** What is told of one incident. */
export interface Story {
  readonly status: string
  word: Word | undefined
  end: End | undefined
  /** Until when somebody might still send something old about it. */
  remember: number
}

/** What a supervisor has closed for everybody: whatever anyone says of that key is over. */
export interface Closure {
  readonly status: string
  readonly remember: number
}

export function end(story: Story, how: End): void {
  story.word = undefined
  story.end = how
  story.remember = Math.max(story.remember, how.at)
}

/** What a believed alert about it does to what was told so far. */
export function told(story: Story | undefined, event: AlertEvent, now: Moment): Story | undefined {
  const { alert } = event
  // The real thing does not ask what was tested under its name.
  const past = story && story.status !== 'Actual' && alert.status === 'Actual' ? undefined : story
  if (past && past.status !== alert.status) return story
  const next: Story = {
    status: alert.status,
    word: past?.word,
    end: past?.end && { ...past.end },
    remember: Math.max(past?.remember ?? 0, alert.expires),
  }
  const known = past?.word?.by.alert ?? past?.end

  if (saysOver(alert)) {
    const revision = Math.max(alert.revision, known?.revision ?? 0)
    const sent = Math.max(alert.sent, known?.sent ?? 0)
    if (next.end?.kind === 'signed') Object.assign(next.end, { revision, sent })
    else end(next, { kind: 'signed', at: now.time, revision, sent, name: nameOf(alert) })
    return next
  }

  const isReadmitted = past?.end !== undefined && past.end.readmitted === event.digest
  if (!isReadmitted) {
    if (past?.word && nameOf(past.word.by.alert) === nameOf(alert)) return story
    if (past?.end?.name === nameOf(alert)) return story
    if (past?.word && alert.revision <= past.word.by.alert.revision) return story
    if (past?.end && !mayFollow(past.end, alert)) return story
  }
  if (alert.sent > now.time + SKEW) return story
  const until = endsAt(alert)
  if (until <= now.time) {
    const sent = Math.max(alert.sent, known?.sent ?? 0)
    const revision = Math.max(alert.revision, known?.revision ?? 0)
    end(next, { kind: 'time', at: until, revision, sent, name: nameOf(alert) })
    return isForgotten(next, now) ? undefined : next
  }
  next.word = { by: event, at: now, until, hasBegun: beginsAt(alert) <= now.time }
  next.end = undefined
  return next
}

function mayFollow(end: End, alert: ReferenceAlert): boolean {
  if (end.kind === 'signed') return false
  return alert.revision > end.revision && (end.kind === 'key' || alert.sent > end.sent)
}

export function beginsAt({ sent, effective }: ReferenceAlert): number {
  return effective !== undefined && effective > sent ? effective : Number.NEGATIVE_INFINITY
}

function endsAt({ sent, effective, expires, purgeAt }: ReferenceAlert): number {
  return Math.min(expires, purgeAt ?? expires, Math.max(sent, effective ?? sent) + CEILING)
}

export function closed(before: Closure | undefined, alert: ReferenceAlert, now: Moment): Closure {
  if (before?.status === alert.status)
    return { ...before, remember: Math.max(before.remember, alert.expires) }
  if (before && alert.status !== 'Actual') return before
  return { status: alert.status, remember: Math.max(alert.expires, now.time) }
}

export function isBarred(closure: Closure | undefined, alert: ReferenceAlert): boolean {
  return closure !== undefined && (closure.status === 'Actual' || alert.status !== 'Actual')
}

/** Nobody could send anything old about it any more. */
export function isForgotten({ remember }: { readonly remember: number }, { proven }: Moment): boolean {
  return Math.ceil((remember + TOMBSTONE) / HOUR) * HOUR <= proven
}
