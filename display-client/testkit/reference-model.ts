/**
 * A second, slow telling of DESIGN §5.2, §5.3 and §5.8, for `alert/lifecycle.model.test.ts`: what is a device to show?
 *
 * It keeps everything that ever reached the device and works out the answer from the beginning each time. It shares no code
 * with `alert/`, and must not: its whole worth is that it was thought out separately. Where the two differ, one is wrong.
 */

/** What is known of a key. Times are ms since 1970 here and everywhere below. */
export interface ReferenceKey {
  readonly kid: string
  readonly roles: readonly string[]
  readonly senders: readonly string[]
  readonly notBefore: number
  readonly notAfter: number
  readonly publicKey: string
}

/** What of an alert decides about its life. */
export interface ReferenceAlert {
  readonly incident: string
  readonly revision: number
  readonly identifier: string
  readonly sender: string
  readonly status: string
  readonly msgType: string
  readonly scope: string
  readonly sent: number
  readonly effective: number | undefined
  readonly expires: number
  readonly purgeAt: number | undefined
  /** For each language: does it say that it is over (AllClear or Past)? */
  readonly isOver: readonly boolean[]
  readonly references: readonly { readonly sender: string; readonly sent: number }[]
}

/** What can reach a device; `wall` and `monotonic` are what its clocks say then, ms. */
export type ReferenceEvent = { readonly wall: number; readonly monotonic: number } & (
  | {
      readonly type: 'alert'
      readonly alert: ReferenceAlert
      readonly kid: string
      readonly digest: string
      readonly area: string
    }
  | {
      readonly type: 'manifest'
      readonly kid: string
      readonly digest: string
      readonly area: string
      readonly seq: number
      readonly issuedAt: number
      readonly active: readonly {
        readonly sender: string
        readonly incident: string
        readonly revision: number
        readonly sha256: string
        readonly expires: number
      }[]
    }
  | {
      readonly type: 'keys'
      readonly kid: string
      readonly sequence: number
      readonly issuedAt: number
      readonly keys: readonly ReferenceKey[]
      readonly revoked: readonly string[]
    }
  | { readonly type: 'look' }
  | { readonly type: 'restart' }
)

type AlertEvent = Extract<ReferenceEvent, { type: 'alert' }>
type ManifestEvent = Extract<ReferenceEvent, { type: 'manifest' }>

const SECOND = 1_000
const HOUR = 3_600 * SECOND
/** Clocks that are right may differ by this. */
const SKEW = 120 * SECOND
const CEILING = 24 * HOUR
const TOMBSTONE = (7 * 24 + 48 + 1) * HOUR

/** One event with everything that follows from the events before it and is the same for all incidents. */
interface Moment {
  readonly event: ReferenceEvent
  /** The time that it is taken to be. */
  readonly time: number
  /** The newest time that anybody trusted has signed. */
  readonly proven: number
  readonly isClockWrong: boolean
  /** How often the process had been started. */
  readonly session: number
  /** Of the moment at which the process was started. */
  readonly started: { readonly monotonic: number; readonly time: number }
  /** The key that signed it, when it is one to be believed. */
  readonly signer: ReferenceKey | undefined
  /** The manifests that count after it. */
  readonly manifests: readonly (ManifestEvent & { readonly signer: ReferenceKey })[]
  /** All keys ever revoked until then. */
  readonly revoked: ReadonlySet<string>
  /** It is a manifest and was accepted. */
  readonly isNews: boolean
}

export class ReferenceDevice {
  readonly #keys: readonly ReferenceKey[]
  readonly #built: number
  readonly #events: ReferenceEvent[] = []

  /** @param keys what it trusts from the start @param built when its software was built */
  constructor(keys: readonly ReferenceKey[], built: number) {
    this.#keys = keys
    this.#built = built
  }

  /** @returns what it shows after `event`: `owner incident revision`, sorted */
  take(event: ReferenceEvent): readonly string[] {
    this.#events.push(event)
    const moments = timeline(this.#events, this.#keys, this.#built)
    const alerts = this.#events.flatMap((one) => (one.type === 'alert' ? [one.alert] : []))
    const incidents = new Set(alerts.map((one) => one.incident))
    const owners = new Set(
      alerts.flatMap((one) => [one.sender, ...one.references.map(({ sender }) => sender)]),
    )
    return [...incidents]
      .flatMap((incident) => [...owners].flatMap((owner) => shown(owner, incident, moments)))
      .sort()
  }
}

/** Reads the events in order: what time was it, whom to believe, which manifests count. */
function timeline(events: readonly ReferenceEvent[], keys: readonly ReferenceKey[], built: number): Moment[] {
  const evidence: { time: number; session: number; monotonic: number }[] = [
    { time: built, session: 0, monotonic: events[0]?.monotonic ?? 0 },
  ]
  let trusted = keys
  let revoked = new Set<string>()
  let [sequence, session] = [0, 0]
  let started = { monotonic: events[0]?.monotonic ?? 0, time: Math.max(built, events[0]?.wall ?? 0) }
  let manifests: Moment['manifests'] = []

  return events.map((event) => {
    const atLeast = (): number =>
      Math.max(
        ...evidence.map(
          (one) => one.time + event.monotonic - (one.session === session ? one.monotonic : started.monotonic),
        ),
      )
    const timeNow = (): number => Math.max(event.wall, atLeast())
    const isClockWrong = (): boolean => event.wall < atLeast() - SKEW
    if (event.type === 'restart') {
      session += 1
      started = { monotonic: event.monotonic, time: 0 }
      started = { monotonic: event.monotonic, time: timeNow() }
    }

    let signer: ReferenceKey | undefined
    let isNews = false
    if (event.type !== 'look' && event.type !== 'restart') {
      const now = timeNow()
      const key = revoked.has(event.kid) ? undefined : trusted.find((one) => one.kid === event.kid)
      const isValid = key !== undefined && key.notBefore <= now && now <= key.notAfter
      signer = isValid && maySign(key, event) ? key : undefined
      if (signer) {
        const signed = event.type === 'alert' ? event.alert.sent : event.issuedAt
        const isWitness =
          hasRole(signer, 'issuer', 'supervisor') && signer.notBefore <= signed && signed <= signer.notAfter
        if (isWitness && (signed <= now + SKEW || isClockWrong())) {
          const time = signed <= now + SKEW ? Math.min(signed, now) : signed
          evidence.push({ time, session, monotonic: event.monotonic })
        }
      }
      if (signer && event.type === 'manifest') {
        const before = manifests.find((one) => one.area === event.area && one.kid === event.kid)
        isNews = event.issuedAt <= timeNow() + SKEW && event.seq > (before?.seq ?? 0)
        if (isNews) manifests = [...manifests.filter((one) => one !== before), { ...event, signer }]
      }
      if (signer && event.type === 'keys' && event.issuedAt <= timeNow() + SKEW) {
        const isAllowed =
          event.sequence > sequence &&
          event.keys.every((one) => {
            const same = trusted.find(({ kid }) => kid === one.kid)
            return !revoked.has(one.kid) && (same === undefined || same.publicKey === one.publicKey)
          }) &&
          event.keys.some(
            (one) =>
              hasRole(one, 'supervisor') && one.notBefore <= event.issuedAt && event.issuedAt <= one.notAfter,
          )
        if (isAllowed) {
          trusted = event.keys
          sequence = event.sequence
          revoked = new Set([...revoked, ...event.revoked])
          manifests = manifests.filter((one) => !revoked.has(one.kid))
        }
      }
    }
    return {
      ...{ event, session, started, signer, manifests, isNews },
      time: timeNow(),
      proven: Math.max(...evidence.map((one) => one.time)),
      isClockWrong: isClockWrong(),
      revoked,
    }
  })
}

function hasRole(key: ReferenceKey, ...roles: readonly string[]): boolean {
  return key.roles.some((role) => roles.includes(role))
}

function maySign(key: ReferenceKey, event: ReferenceEvent): boolean {
  if (event.type === 'keys') return hasRole(key, 'supervisor')
  if (event.type === 'manifest') return hasRole(key, 'issuer', 'supervisor')
  if (event.type !== 'alert' || !key.senders.includes(event.alert.sender)) return false
  const { msgType, status } = event.alert
  return (
    hasRole(key, 'issuer') ||
    (hasRole(key, 'supervisor') && msgType !== 'Alert' && msgType !== 'Ack' && msgType !== 'Error') ||
    (hasRole(key, 'test') && status === 'Test') ||
    (hasRole(key, 'drill') && status === 'Exercise')
  )
}

/** The message that an incident stands at. */
interface Word {
  readonly by: AlertEvent
  /** When it was believed. */
  readonly at: Moment
  readonly until: number
  hasBegun: boolean
}

/** How an incident ended. */
interface End {
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
interface Story {
  readonly status: string
  word: Word | undefined
  end: End | undefined
  /** Until when somebody might still send something old about it. */
  remember: number
}

/** What a supervisor has closed for everybody: whatever anyone says of that key is over. */
interface Closure {
  readonly status: string
  readonly remember: number
}

/** Whether `incident` of `owner` is on the panels after the last of `moments`, and how: nothing or one line. */
function shown(owner: string, incident: string, moments: readonly Moment[]): readonly string[] {
  let story: Story | undefined
  let closure: Closure | undefined
  let isOnGlass = false
  for (const now of moments) {
    const { event } = now
    if (event.type === 'restart') isOnGlass = false
    if (story?.word) {
      if (isRunOut(story.word, now)) {
        const { alert } = story.word.by
        end(story, {
          kind: 'time',
          at: story.word.until,
          revision: alert.revision,
          sent: alert.sent,
          name: nameOf(alert),
        })
        isOnGlass = false
      } else if (beginsAt(story.word.by.alert) <= now.time) story.word.hasBegun = true
    }
    if (story?.end && wholeHour(story.remember + TOMBSTONE) <= now.proven) story = undefined
    if (closure && wholeHour(closure.remember + TOMBSTONE) <= now.proven) closure = undefined

    const before: Word | undefined = story?.word
    if (event.type === 'alert' && event.alert.incident === incident && now.signer && isPublic(event.alert)) {
      const { alert } = event
      if (isForAll(alert, now.signer)) {
        if (story?.word) story = told(story, event, now)
        closure = closed(closure, alert, now)
      } else if (isAbout(owner, alert, now.signer) && (saysOver(alert) || !isBarred(closure, alert)))
        story = told(story, event, now)
    }
    if (story?.word && now.revoked.has(story.word.by.kid)) {
      const { alert } = story.word.by
      end(story, {
        kind: 'key',
        at: now.time,
        revision: alert.revision,
        sent: alert.sent,
        name: nameOf(alert),
      })
    }
    if (story?.word) {
      const unlisted = unlistedSince(owner, story, now)
      const { alert } = story.word.by
      if (unlisted !== undefined) {
        const sent = Math.max(alert.sent, unlisted - SKEW)
        end(story, { kind: 'manifest', at: now.time, revision: alert.revision, sent, name: nameOf(alert) })
      }
    }
    if (story?.end && now.isNews && event.type === 'manifest' && closure?.status !== 'Actual')
      readmit(owner, story.end, event, now)

    const isLive: boolean = story?.word?.hasBegun === true
    if (before && !story?.word) isOnGlass = false
    isOnGlass = isLive && (isOnGlass || !now.isClockWrong)
  }
  return isOnGlass && story?.word ? [`${owner} ${incident} ${story.word.by.alert.revision}`] : []
}

function isRunOut(word: Word, now: Moment): boolean {
  if (now.time >= word.until) return true
  // What was left when it was believed, or when the process was started since, has passed on the monotonic clock.
  const from =
    word.at.session === now.session ? { monotonic: word.at.event.monotonic, time: word.at.time } : now.started
  return now.event.monotonic - from.monotonic >= word.until - from.time
}

function end(story: Story, how: End): void {
  story.word = undefined
  story.end = how
  story.remember = Math.max(story.remember, how.at)
}

function isPublic({ status, msgType, scope }: ReferenceAlert): boolean {
  const isKnown = ['Actual', 'Exercise', 'Test'].includes(status)
  return isKnown && ['Alert', 'Update', 'Cancel'].includes(msgType) && scope === 'Public'
}

function saysOver({ msgType, isOver }: ReferenceAlert): boolean {
  return msgType === 'Cancel' || isOver.every((one) => one)
}

/** A supervisor who issues nothing himself says that it is over, and of whom he leaves open: then of everybody. */
function isForAll(alert: ReferenceAlert, signer: ReferenceKey): boolean {
  const onlyWatches = hasRole(signer, 'supervisor') && !hasRole(signer, 'issuer')
  return onlyWatches && saysOver(alert) && alert.references.every(({ sender }) => sender === alert.sender)
}

function isAbout(owner: string, alert: ReferenceAlert, signer: ReferenceKey): boolean {
  const { references, sender } = alert
  if (!hasRole(signer, 'supervisor') || references.length === 0) return owner === sender
  if (saysOver(alert)) return references.some((one) => one.sender === owner)
  const earliest = Math.min(...references.map(({ sent }) => sent))
  return references.find(({ sent }) => sent === earliest)?.sender === owner
}

function closed(before: Closure | undefined, alert: ReferenceAlert, now: Moment): Closure {
  if (before?.status === alert.status)
    return { ...before, remember: Math.max(before.remember, alert.expires) }
  if (before && alert.status !== 'Actual') return before
  return { status: alert.status, remember: Math.max(alert.expires, now.time) }
}

function isBarred(closure: Closure | undefined, alert: ReferenceAlert): boolean {
  return closure !== undefined && (closure.status === 'Actual' || alert.status !== 'Actual')
}

/** What a believed alert about it does to what was told so far. */
function told(story: Story | undefined, event: AlertEvent, now: Moment): Story | undefined {
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
    return wholeHour(next.remember + TOMBSTONE) > now.proven ? next : undefined
  }
  next.word = { by: event, at: now, until, hasBegun: beginsAt(alert) <= now.time }
  next.end = undefined
  return next
}

function mayFollow(end: End, alert: ReferenceAlert): boolean {
  if (end.kind === 'signed') return false
  return alert.revision > end.revision && (end.kind === 'key' || alert.sent > end.sent)
}

function beginsAt({ sent, effective }: ReferenceAlert): number {
  return effective !== undefined && effective > sent ? effective : Number.NEGATIVE_INFINITY
}

function endsAt({ sent, effective, expires, purgeAt }: ReferenceAlert): number {
  return Math.min(expires, purgeAt ?? expires, Math.max(sent, effective ?? sent) + CEILING)
}

/** When the newest manifest was issued, if that should list the incident and does not. */
function unlistedSince(owner: string, { status, word }: Story, now: Moment): number | undefined {
  if (word === undefined || status !== 'Actual') return undefined
  const speaking = now.manifests.filter(
    (one) =>
      one.area === word.by.area && (hasRole(one.signer, 'supervisor') || one.signer.senders.includes(owner)),
  )
  const newest = Math.max(...speaking.map((one) => one.issuedAt))
  if (!(newest > word.by.alert.sent + SKEW)) return undefined
  const { incident } = word.by.alert
  const isListed = speaking.some(
    (one) =>
      one.issuedAt === newest &&
      one.active.some((entry) => entry.incident === incident && entry.sender === owner),
  )
  return isListed ? undefined : newest
}

/** A manifest may let in again what nobody has ended. */
function readmit(owner: string, ended: End, event: ManifestEvent, now: Moment): void {
  const signer = now.signer
  const listed = event.active.find((one) => one.incident === incidentOf(ended.name) && one.sender === owner)
  if (!signer || !listed || listed.expires <= now.time) return
  if (!hasRole(signer, 'supervisor') && !signer.senders.includes(owner)) return
  if (event.issuedAt <= ended.sent + SKEW) return
  const isUndone =
    ended.kind === 'key' ||
    ended.kind === 'manifest' ||
    (ended.kind === 'time' && ended.at > now.time && listed.revision === ended.revision)
  if (isUndone) ended.readmitted = listed.sha256
}

/** CAP names a message by sender and identifier; the incident is there for {@link incidentOf}. */
function nameOf({ incident, sender, identifier, revision }: ReferenceAlert): string {
  return `${incident} ${sender} ${identifier} ${revision}`
}

function incidentOf(name: string): string {
  return name.slice(0, name.indexOf(' '))
}

function wholeHour(time: number): number {
  return Math.ceil(time / HOUR) * HOUR
}
