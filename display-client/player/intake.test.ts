import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { toCapTime } from '../alert/cap-time.ts'
import type { NewKey } from '../alert/keyring.ts'
import { sealKeyringUpdate } from '../alert/keyring-update.ts'
import { sealManifest } from '../alert/manifest.ts'
import { Disposables } from '../base/disposal.ts'
import { amberAlert, cancelOf, updateOf } from '../testkit/alerts.ts'
import { sealed as seal, testKey } from '../testkit/keys.ts'
import { openLedger, type TestLedger } from '../testkit/ledger.ts'
import { temporaryFolder } from '../testkit/temporary-folder.ts'
import { TEST_TIME, TestClock } from '../testkit/test-clock.ts'
import { Intake } from './intake.ts'
import { alertTopic, drillTopic, KEYS_TOPIC, manifestTopic } from './topics.ts'

const MINUTE = 60_000

const held = new Disposables()
let key: NewKey
let stranger: NewKey
let intake: Intake
let ledger: TestLedger
let clock: TestClock
let seen: string[]
let lines: string[]
let isFaulty: boolean

beforeAll(() => {
  key = testKey({ kid: 'police-1', roles: ['issuer', 'supervisor'] })
  stranger = testKey({ kid: 'stranger-1' })
})

beforeEach(async () => {
  seen = []
  lines = []
  isFaulty = false
  clock = new TestClock()
  ledger = held.add(openLedger(held.add(await temporaryFolder()).path, clock, key.entry))
  const real = ledger.ledger
  intake = new Intake({
    keepsEnvelopes: false,
    clock,
    ledger: {
      get keyring() {
        return real.keyring
      },
      get now() {
        return real.now
      },
      receive: (opened) => {
        if (isFaulty) throw new Error('oops')
        return real.receive(opened)
      },
      receiveManifest: (opened) => real.receiveManifest(opened),
      receiveKeyringUpdate: (opened) => real.receiveKeyringUpdate(opened),
    },
    log: { info: () => {}, warn: (line) => lines.push(line) },
    onTaken: ({ alert, effect }) => seen.push(`${effect.type} ${alert.incident}`),
    onManifest: (missing) => seen.push(`manifest, missing: ${missing.map(({ incident }) => incident)}`),
    onKeyring: ({ sequence }) => seen.push(`keyring ${sequence}`),
    onRejected: ({ code }) => seen.push(code),
  })
})
afterEach(() => held.dispose())

const sealed = (alert: Parameters<typeof seal>[0], by = key): Uint8Array => seal(alert, by)

const topic = alertTopic('nl', 'amber-2026-0001')

/** A manifest of nl, or of another `area`, issued in ten minutes' time. */
function manifest(seq: number, incidents: readonly string[], area = 'nl'): Uint8Array {
  const listed = {
    sender: 'politie@example.org',
    revision: 1,
    sha256: 'a'.repeat(64),
    expires: toCapTime(TEST_TIME + 60 * MINUTE),
  }
  const text = JSON.stringify({
    schema: 'kijkuit-manifest/2',
    ...{ area, seq, issuedAt: toCapTime(TEST_TIME + 10 * MINUTE + seq * 1_000), ttl: 30 },
    active: incidents.map((incident) => ({ incident, ...listed })),
  })
  return sealManifest(text, key.file.privateKey, key.file.kid)
}

function update(sequence: number, keys: readonly NewKey[]): Uint8Array {
  const text = JSON.stringify({
    schema: 'kijkuit-keyring-update/1',
    ...{ sequence, issuedAt: toCapTime(TEST_TIME), keys: keys.map(({ entry }) => entry), revoked: [] },
  })
  return sealKeyringUpdate(text, key.file.privateKey, key.file.kid)
}

describe('the intake', () => {
  test('lets in what is signed by a known key, and says what it did', () => {
    const alert = amberAlert()
    intake.take({ topic, bytes: sealed(alert) })
    intake.take({ topic, bytes: sealed(cancelOf(alert)) })
    expect(seen).toEqual(['began amber-2026-0001', 'ended amber-2026-0001'])
    expect(intake.rejections).toEqual({})
  })

  test('takes messages one after the other in order of arrival', async () => {
    const alert = amberAlert()
    const bytes = [sealed(alert), sealed(cancelOf(alert))]
    await Promise.all(bytes.map((one) => intake.take({ topic, bytes: one })))
    expect(seen).toEqual(['began amber-2026-0001', 'ended amber-2026-0001'])
  })

  test('says nothing about a second delivery', () => {
    const bytes = sealed(amberAlert())
    intake.take({ topic, bytes })
    intake.take({ topic: alertTopic('nl-vr09', 'amber-2026-0001'), bytes })
    expect(seen).toEqual(['began amber-2026-0001'])
    expect(lines).toEqual([])
  })

  test('lets an empty message end nothing, and counts it', () => {
    intake.take({ topic, bytes: sealed(amberAlert()) })
    for (const one of [topic, KEYS_TOPIC, manifestTopic('nl')])
      intake.take({ topic: one, bytes: new Uint8Array() })
    expect(seen).toEqual(['began amber-2026-0001', 'payload-empty', 'payload-empty', 'payload-empty'])
    expect(intake.rejections).toEqual({ 'payload-empty': 3 })
    expect(ledger.live()).toEqual(['amber-2026-0001 1'])
  })

  test('takes drills on their own topic, and nothing real there', () => {
    const drill = amberAlert({ status: 'Exercise', incident: 'drill-1', identifier: 'drill-1' })
    intake.take({ topic: drillTopic('nl'), bytes: sealed(drill) })
    intake.take({ topic: drillTopic('nl'), bytes: sealed(amberAlert()) })
    intake.take({ topic: drillTopic('nl'), bytes: sealed(cancelOf(amberAlert())) })
    intake.take({ topic: drillTopic('nl'), bytes: sealed(cancelOf(drill)) })
    expect(seen).toEqual(['began drill-1', 'drill-status', 'drill-status', 'ended drill-1'])
  })

  test('takes a drill on the topic of alerts as well', () => {
    const drill = amberAlert({ status: 'Exercise' })
    intake.take({ topic, bytes: sealed(drill) })
    expect(seen).toEqual(['began amber-2026-0001'])
  })

  test('takes a manifest of its area, says what is missing, and ends what is not in it', () => {
    intake.take({ topic, bytes: sealed(amberAlert()) })
    clock.advance(10 * MINUTE)
    const bytes = manifest(1, ['amber-2026-0001', 'withheld'])
    intake.take({ topic: manifestTopic('nl'), bytes })
    intake.take({ topic: manifestTopic('nl'), bytes })
    expect(ledger.live()).toEqual(['amber-2026-0001 1'])
    intake.take({ topic: manifestTopic('nl'), bytes: manifest(2, []) })
    expect(ledger.live()).toEqual([])
    intake.take({ topic: manifestTopic('nl'), bytes })
    expect(seen).toEqual([
      'began amber-2026-0001',
      'manifest, missing: withheld',
      'manifest, missing: ',
      'manifest, missing: ',
      'manifest-old',
    ])
  })

  test('refuses a manifest on the topic of another area', () => {
    clock.advance(10 * MINUTE)
    intake.take({ topic: manifestTopic('nl-vr09'), bytes: manifest(1, []) })
    expect(seen).toEqual(['topic-mismatch'])
  })

  test('takes a keyring update, once, and believes the new key from then on', () => {
    const next = testKey({ kid: 'police-2' })
    const bytes = update(1, [key, next])
    intake.take({ topic, bytes: sealed(amberAlert(), next) })
    intake.take({ topic: KEYS_TOPIC, bytes })
    intake.take({ topic: KEYS_TOPIC, bytes })
    intake.take({ topic, bytes: sealed(amberAlert(), next) })
    intake.take({ topic: KEYS_TOPIC, bytes: update(1, [key]) })
    expect(seen).toEqual(['key-unknown', 'keyring 1', 'began amber-2026-0001', 'keyring-update-old'])
  })

  test('remembers the number of an update that changes nothing else', () => {
    intake.take({ topic: KEYS_TOPIC, bytes: update(5, [key]) })
    intake.take({ topic: KEYS_TOPIC, bytes: update(4, [key, stranger]) })
    expect(seen).toEqual(['keyring 5', 'keyring-update-old'])
  })

  test('takes nothing for what it is not: an alert is no manifest and no keyring update', () => {
    const [alert, keys, list] = [sealed(amberAlert()), update(1, [key]), manifest(1, [])]
    for (const bytes of [keys, list]) intake.take({ topic, bytes })
    for (const bytes of [alert, keys]) intake.take({ topic: manifestTopic('nl'), bytes })
    for (const bytes of [alert, list]) intake.take({ topic: KEYS_TOPIC, bytes })
    expect(intake.rejections).toEqual({ 'header-forbidden': 6 })
    expect(ledger.live()).toEqual([])
  })

  test.each(['kijkuit/v1/alerts/nl/Case_1', 'kijkuit/v1/elsewhere', 'x'.repeat(65_535), ''])(
    'reads nothing that comes on an unknown topic, and does not repeat its name (%#)',
    (unknown) => {
      intake.take({ topic: unknown, bytes: sealed(amberAlert()) })
      expect(seen).toEqual(['topic-unknown'])
      expect(lines).toEqual([
        'refused on an unknown topic: topic-unknown: came on a topic that has no meaning',
      ])
    },
  )

  test('says at most some lines a minute about a flood, and counts all of it', () => {
    for (let one = 0; one < 500; one += 1) intake.take({ topic, bytes: Buffer.from('{') })
    expect(lines).toHaveLength(11)
    expect(lines.at(-1)).toBe(
      'more messages are refused as envelope-malformed; for a minute they are only counted',
    )
    expect(intake.rejections).toEqual({ 'envelope-malformed': 500 })
    clock.advance(MINUTE)
    intake.take({ topic, bytes: Buffer.from('{') })
    expect(lines).toHaveLength(12)
  })

  test.each([
    ['is signed by a key nobody knows', async () => sealed(amberAlert(), stranger), 'key-unknown'],
    ['is not signed', async () => Buffer.from(JSON.stringify(amberAlert())), 'envelope-malformed'],
    ['is larger than any alert', async () => new Uint8Array(2_000_000), 'envelope-too-large'],
    [
      'is expired',
      async () =>
        sealed(amberAlert({ sent: '2026-11-20T10:00:00+01:00', expires: '2026-11-20T11:00:00+01:00' })),
      'expired',
    ],
    [
      'is on the topic of another incident',
      async () => sealed(amberAlert({ incident: 'other' })),
      'topic-mismatch',
    ],
  ])('refuses what %s, with one counted line and nobody’s name in it', async (_, make, code) => {
    intake.take({ topic, bytes: await make() })
    expect(seen).toEqual([code])
    expect(intake.rejections).toEqual({ [code]: 1 })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain(`refused on ${topic}: ${code}: `)
    expect(lines[0]).not.toContain('Zoë')
  })

  test('goes on after a fault of our own', () => {
    isFaulty = true
    intake.take({ topic, bytes: sealed(amberAlert()) })
    isFaulty = false
    intake.take({ topic, bytes: sealed(updateOf(amberAlert())) })
    expect(lines).toEqual([expect.stringContaining('a fault in Kijkuit: a message was lost')])
    expect(seen).toEqual(['began amber-2026-0001'])
  })

  test('goes on after a refusal', () => {
    intake.take({ topic, bytes: Buffer.from('{') })
    intake.take({ topic, bytes: sealed(amberAlert()) })
    expect(seen).toEqual(['envelope-malformed', 'began amber-2026-0001'])
  })
})
