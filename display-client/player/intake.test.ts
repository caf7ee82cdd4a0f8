import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sealAlert } from '../alert/envelope.ts'
import { generateKey, type NewKey } from '../alert/keyring.ts'
import { NO_INCIDENTS, receive } from '../alert/lifecycle.ts'
import type { Alert } from '../alert/model.ts'
import { amberAlert, cancelOf, updateOf } from '../testkit/alerts.ts'
import { TEST_TIME, TestClock } from '../testkit/test-clock.ts'
import { Intake } from './intake.ts'
import { alertTopic } from './topics.ts'

let key: NewKey
let stranger: NewKey
let intake: Intake
let seen: string[]
let lines: string[]
let isFaulty: boolean

beforeAll(async () => {
  const purpose = {
    kid: 'police-1',
    roles: ['issuer'],
    senders: ['politie@example.org'],
    notBefore: TEST_TIME - 1000,
    notAfter: TEST_TIME + 3_600_000,
  } as const
  key = await generateKey(purpose)
  stranger = await generateKey({ ...purpose, kid: 'stranger-1' })
})

beforeEach(() => {
  seen = []
  lines = []
  isFaulty = false
  let state = NO_INCIDENTS
  const clock = new TestClock()
  intake = new Intake({
    keyring: new Map([[key.entry.kid, key.entry]]),
    clock,
    ledger: {
      receive: (opened) => {
        if (isFaulty) throw new Error('oops')
        const received = receive(state, opened, clock.now())
        state = received.state
        return received.effect
      },
    },
    log: { info: () => {}, warn: (line) => lines.push(line) },
    onTaken: ({ alert, effect }) => seen.push(`${effect.type} ${alert.incident}`),
    onRejected: ({ code }) => seen.push(code),
  })
})

const sealed = (alert: Alert, by = key): Promise<Uint8Array> =>
  sealAlert(JSON.stringify(alert), by.file.privateKey, by.file.kid)

const topic = alertTopic('nl', 'amber-2026-0001')

describe('the intake', () => {
  test('lets in what is signed by a known key, and says what it did', async () => {
    const alert = amberAlert()
    await intake.take({ topic, bytes: await sealed(alert) })
    await intake.take({ topic, bytes: await sealed(cancelOf(alert)) })
    expect(seen).toEqual(['began amber-2026-0001', 'ended amber-2026-0001'])
    expect(intake.rejections).toEqual({})
  })

  test('takes messages one after the other in order of arrival', async () => {
    const alert = amberAlert()
    const bytes = [await sealed(alert), await sealed(cancelOf(alert))]
    await Promise.all(bytes.map((one) => intake.take({ topic, bytes: one })))
    expect(seen).toEqual(['began amber-2026-0001', 'ended amber-2026-0001'])
  })

  test('says nothing about a second delivery', async () => {
    const bytes = await sealed(amberAlert())
    await intake.take({ topic, bytes })
    await intake.take({ topic: alertTopic('nl-vr09', 'amber-2026-0001'), bytes })
    expect(seen).toEqual(['began amber-2026-0001'])
    expect(lines).toEqual([])
  })

  test('lets an empty message end nothing', async () => {
    await intake.take({ topic, bytes: await sealed(amberAlert()) })
    await intake.take({ topic, bytes: new Uint8Array() })
    expect(seen).toEqual(['began amber-2026-0001'])
    expect(intake.rejections).toEqual({})
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
    await intake.take({ topic, bytes: await make() })
    expect(seen).toEqual([code])
    expect(intake.rejections).toEqual({ [code]: 1 })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain(`refused on ${topic}: ${code}: `)
    expect(lines[0]).not.toContain('Zoë')
  })

  test('goes on after a fault of our own', async () => {
    isFaulty = true
    await intake.take({ topic, bytes: await sealed(amberAlert()) })
    isFaulty = false
    await intake.take({ topic, bytes: await sealed(updateOf(amberAlert())) })
    expect(lines).toEqual([expect.stringContaining('a fault in Kijkuit: a message was lost')])
    expect(seen).toEqual(['began amber-2026-0001'])
  })

  test('goes on after a refusal', async () => {
    await intake.take({ topic, bytes: Buffer.from('{') })
    await intake.take({ topic, bytes: await sealed(amberAlert()) })
    expect(seen).toEqual(['envelope-malformed', 'began amber-2026-0001'])
  })
})
