import { describe, expect, it } from 'vitest'
import { amberAlert } from '../../display-client/testkit/alerts.ts'
import { TEST_TIME } from '../../display-client/testkit/test-clock.ts'
import { readDraft, readToLookAt } from './draft.ts'

const HOUR = 3_600_000
const SENT = '2026-11-22T16:00:00+00:00'

const DRAFT = `
schema: kijkuit-alert/1
sender: politie@example.org
status: Actual
msgType: Alert
scope: Public
incident: amber-2026-0001
kind: amber
info:
  - { language: nl, category: [Rescue], event: AMBER Alert, urgency: Immediate, severity: Extreme, certainty: Likely }
subject: { name: Zoë }
`

describe('a draft that is sent for the first time', () => {
  it('gets identifier, sent, expires and revision from the moment', () => {
    const read = readDraft('a.yaml', DRAFT, { now: TEST_TIME, lifetime: 2 * HOUR })
    expect(read).toMatchObject({
      ok: true,
      value: {
        identifier: 'amber-2026-0001.1.20261122T160000000Z',
        sent: SENT,
        expires: '2026-11-22T18:00:00+00:00',
        revision: 1,
      },
    })
  })

  it('keeps what it says itself', () => {
    const text = `${DRAFT}\nidentifier: mine\nrevision: 7\nexpires: 2026-11-22T20:00:00+01:00`
    const read = readDraft('a.yaml', text, { now: TEST_TIME, lifetime: 9 * HOUR })
    expect(read).toMatchObject({
      ok: true,
      value: { identifier: 'mine', revision: 7, expires: '2026-11-22T20:00:00+01:00' },
    })
  })

  it('never gets an end that nobody has chosen', () => {
    const read = readDraft('a.yaml', DRAFT, { now: TEST_TIME })
    expect(read).toMatchObject({ ok: false, failure: [{ path: 'expires' }] })
  })

  it('is an exercise when it is a drill, whatever the file says', () => {
    const read = readDraft('a.yaml', DRAFT, { now: TEST_TIME, lifetime: HOUR, drill: true })
    expect(read).toMatchObject({ ok: true, value: { status: 'Exercise' } })
  })

  it('is refused with the line of the mistake', () => {
    const read = readDraft('a.yaml', DRAFT.replace('kind: amber', 'kind: red'), {
      now: TEST_TIME,
      lifetime: HOUR,
    })
    expect(read).toMatchObject({ ok: false, failure: [{ file: 'a.yaml', line: 8, column: 7, path: 'kind' }] })
  })
})

describe('a draft that follows an earlier message', () => {
  const photo = {
    sha256: 'a'.repeat(64),
    mimeType: 'image/jpeg',
    width: 9,
    height: 12,
    role: 'subject',
  } as const
  const previous = amberAlert({ revision: 4, media: [photo] })
  const now = TEST_TIME + 60_000

  it('replaces it as an update with the next revision, a reference, its end and its photo', () => {
    const read = readDraft('a.yaml', DRAFT, { now, follows: { previous, msgType: 'Update' } })
    expect(read).toMatchObject({
      ok: true,
      value: {
        msgType: 'Update',
        revision: 5,
        sent: '2026-11-22T16:01:00+00:00',
        expires: previous.expires,
        references: [{ sender: previous.sender, identifier: previous.identifier, sent: previous.sent }],
        media: [photo],
        subject: { name: 'Zoë' },
      },
    })
  })

  it('takes the photo away when the file has an empty list of media', () => {
    const read = readDraft('a.yaml', `${DRAFT}\nmedia: []`, { now, follows: { previous, msgType: 'Update' } })
    expect(read).toMatchObject({ ok: true, value: { media: [] } })
  })

  it('refers to the first and the newest 63 when there were more: an alert can be ended after any number of updates', () => {
    const { sender, identifier, sent } = previous
    const earlier = Array.from({ length: 64 }, (_, index) => ({ sender, identifier: `old-${index}`, sent }))
    const follows = { previous: { ...previous, references: earlier }, msgType: 'Cancel' } as const
    const read = readDraft('a.yaml', DRAFT, { now, follows })
    expect(read).toMatchObject({
      ok: true,
      value: { references: [earlier[0], ...earlier.slice(2), { sender, identifier, sent }] },
    })
  })

  it('ends it as a cancel without a word about the child', () => {
    const read = readDraft('a.yaml', DRAFT, { now, follows: { previous, msgType: 'Cancel' } })
    expect(read).toMatchObject({ ok: true, value: { msgType: 'Cancel', revision: 5, info: [], media: [] } })
    expect(JSON.stringify(read)).not.toContain('Zoë')
  })

  it('ends it with the texts of the file when that is a cancel itself', () => {
    const text = DRAFT.replace('msgType: Alert', 'msgType: Cancel')
    const read = readDraft('a.yaml', text, { now, follows: { previous, msgType: 'Cancel' } })
    expect(read).toMatchObject({ ok: true, value: { info: [{ event: 'AMBER Alert' }] } })
  })
})

describe('a draft that is looked at', () => {
  it('has an example of what sending would fill in', () => {
    const update = DRAFT.replace('msgType: Alert', 'msgType: Update')
    expect(readToLookAt('a.yaml', DRAFT, TEST_TIME)).toMatchObject({ ok: true, value: { isDraft: true } })
    expect(readToLookAt('a.yaml', update, TEST_TIME)).toMatchObject({
      ok: true,
      value: { isDraft: true, alert: { revision: 2 } },
    })
  })

  it('stays as it is when nothing is missing', () => {
    const alert = amberAlert()
    expect(readToLookAt('a.json', JSON.stringify(alert), TEST_TIME)).toEqual({
      ok: true,
      value: { isDraft: false, alert },
    })
  })
})
