import { z } from 'zod'
import { toCapTime } from '../../display-client/alert/cap-time.ts'
import { type Alert, AlertSchema, MOST_REFERENCES } from '../../display-client/alert/model.ts'
import { type Fault, readDocument } from '../../display-client/base/document.ts'
import { ok, type Result } from '../../display-client/base/result.ts'

/** What is needed of a message to follow it. */
export type Previous = Pick<
  Alert,
  'sender' | 'identifier' | 'sent' | 'revision' | 'incident' | 'expires' | 'references' | 'media'
>

/** What is filled in where an alert file leaves it out. */
export interface Filling {
  /** Time of sending, ms since 1970. */
  readonly now: number
  /** How long the alert is valid when neither the file nor an earlier message says so, ms; absent = must be in the file. */
  readonly lifetime?: number
  /** Make it an exercise. */
  readonly drill?: boolean
  /** The message that this one follows, and how. */
  readonly follows?: { readonly previous: Previous; readonly msgType: 'Update' | 'Cancel' }
}

type Fields = Readonly<Record<string, unknown>>

/** All that a Cancel keeps of an alert: nothing of it is personal. */
const KEPT_BY_CANCEL = ['schema', 'sender', 'status', 'scope', 'incident', 'kind', 'expires', 'area']

/**
 * Reads an alert as a person writes it: what follows from the moment of sending or from an earlier message (identifier,
 * sent, revision, references, expires) may be left out. Faults carry the line of the file.
 *
 * An Update keeps the photos of the message before it unless the file has `media` of its own. A Cancel carries no
 * texts and no facts, unless the file is a Cancel itself.
 *
 * @param file name to show in faults; nothing is opened
 */
export function readDraft(file: string, text: string, filling: Filling): Result<Alert, readonly Fault[]> {
  const filled = (value: unknown): unknown => (isFields(value) ? fill(value, filling) : value)
  return readDocument(file, text, z.preprocess(filled, AlertSchema))
}

/** How long a draft without an end is taken to be valid when it is only looked at, ms. */
const USUAL_LIFETIME = 2 * 60 * 60_000

/** An alert file that is looked at, not sent. */
export interface LookedAt {
  readonly alert: Alert
  /** Something had to be filled in. */
  readonly isDraft: boolean
}

/**
 * Reads an alert to look at it: whatever sending would fill in has an example value.
 *
 * @param now ms since 1970
 */
export function readToLookAt(file: string, text: string, now: number): Result<LookedAt, readonly Fault[]> {
  const complete = readDocument(file, text, AlertSchema)
  if (complete.ok) return ok({ alert: complete.value, isDraft: false })
  const drafted = (value: unknown): unknown => (isFields(value) ? fillExample(value, now) : value)
  const draft = readDocument(file, text, z.preprocess(drafted, AlertSchema))
  return draft.ok ? ok({ alert: draft.value, isDraft: true }) : draft
}

function fillExample(draft: Fields, now: number): Fields {
  const { msgType, references, incident, sender } = draft
  const filling: Filling = { now, lifetime: USUAL_LIFETIME }
  const isFollowing = (msgType === 'Update' || msgType === 'Cancel') && references === undefined
  if (!isFollowing || typeof incident !== 'string' || typeof sender !== 'string') return fill(draft, filling)
  const sent = toCapTime(now - 60_000)
  const expires = toCapTime(now + USUAL_LIFETIME)
  const identifier = identifierOf(incident, 1, now - 60_000)
  const previous: Previous = {
    sender,
    identifier,
    sent,
    revision: 1,
    incident,
    expires,
    references: [],
    media: [],
  }
  return fill(draft, { ...filling, follows: { previous, msgType } })
}

function fill(draft: Fields, filling: Filling): Fields {
  const { now, follows, drill } = filling
  const written = { ...beginning(draft, filling), ...draft, ...(drill && { status: 'Exercise' }) }
  if (follows === undefined) return written
  const { previous, msgType } = follows
  const revision = Math.max(previous.revision + 1, wholeNumber(draft['revision']) ?? 0)
  const isOwnEnd = msgType === 'Cancel' && draft['msgType'] === 'Cancel'
  return {
    ...(msgType === 'Update' && { media: previous.media }),
    ...(msgType === 'Update' || isOwnEnd ? written : pick(written, KEPT_BY_CANCEL)),
    msgType,
    revision,
    identifier: identifierOf(previous.incident, revision, now),
    sent: toCapTime(now),
    expires: draft['expires'] ?? previous.expires,
    references: newest([
      ...previous.references,
      { sender: previous.sender, identifier: previous.identifier, sent: previous.sent },
    ]),
  }
}

/** As many as may be: the first says whose incident it is, also when a supervisor speaks. */
function newest([first, ...later]: Alert['references']): Alert['references'] {
  return first === undefined ? [] : [first, ...later.slice(1 - MOST_REFERENCES)]
}

/** What a first message has when its file does not say otherwise. */
function beginning(draft: Fields, { now, lifetime }: Filling): Fields {
  const revision = wholeNumber(draft['revision']) ?? 1
  const { incident } = draft
  return {
    revision,
    sent: toCapTime(now),
    ...(typeof incident === 'string' && { identifier: identifierOf(incident, revision, now) }),
    ...(lifetime !== undefined && { expires: toCapTime(now + lifetime) }),
  }
}

/** `demo-zoe.2.20261122T160000123Z`: no two messages have the same. */
function identifierOf(incident: string, revision: number, now: number): string {
  return `${incident}.${revision}.${new Date(now).toISOString().replace(/[-:.]/g, '')}`
}

function pick(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)))
}

function wholeNumber(value: unknown): number | undefined {
  return Number.isSafeInteger(value) ? Number(value) : undefined
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
