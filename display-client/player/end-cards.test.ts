import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { NewKey } from '../alert/keyring.ts'
import type { Alert, AlertInput } from '../alert/model.ts'
import { Disposables } from '../base/disposal.ts'
import { END_CARD_TIME } from '../panel/policy.ts'
import { amberAlert, cancelOf, updateOf } from '../testkit/alerts.ts'
import { type StartedBroker, startAedes } from '../testkit/brokers.ts'
import { eventually } from '../testkit/eventually.ts'
import { keyringText, testKey } from '../testkit/keys.ts'
import { connectClient, publishAlert, type TestClient } from '../testkit/mqtt-client.ts'
import { PLAYER, type RunningPlayer, runPlayer } from '../testkit/running-player.ts'
import { type TemporaryFolder, temporaryFolder } from '../testkit/temporary-folder.ts'
import { TestClock } from '../testkit/test-clock.ts'
import { signTopic } from './topics.ts'

/** The end of an alert on its panels, through the whole player: `hall` and `ticker` say it, a road panel goes dark. */

const held = new Disposables()
let folder: TemporaryFolder
let broker: StartedBroker
let issuer: TestClient
let key: NewKey
/** Of a supervisor, and of another sender. */
let watch: NewKey
let other: NewKey
/** The newest record of each sign. */
let signs: Map<
  string,
  { readonly pages: readonly { readonly lines: readonly string[] }[]; readonly until?: string }
>

beforeEach(async () => {
  folder = held.add(await temporaryFolder())
  broker = held.add(await startAedes())
  key = testKey()
  watch = testKey({ kid: 'lms', roles: ['supervisor'], senders: ['lms@example.org'] })
  other = testKey({ kid: 'other', senders: ['brandweer@example.org'] })
  issuer = held.add(await connectClient(broker.url))
  signs = new Map()
  issuer.on('message', (topic, payload) => {
    signs.set(topic.split('/').at(-1) ?? '', JSON.parse(payload.toString()))
  })
  await issuer.subscribeAsync(signTopic(PLAYER, '+'), { qos: 1 })
})
afterEach(() => held.dispose())

interface Running extends RunningPlayer {
  readonly clock: TestClock
}

async function run(clock = new TestClock()): Promise<Running> {
  const running = held.add(
    await runPlayer({
      ...{ folder, brokers: [broker.url], keyring: keyringText(key, watch, other), clock },
      panels: [
        { id: 'hall', preset: 'stop-display-3x26' },
        { id: 'ticker', preset: 'ticker-1x20', tests: true },
        { id: 'road', preset: 'character-3x18' },
        { id: 'patient', preset: 'character-3x18', endCard: true },
      ],
    }),
  )
  await running.armed()
  return { ...running, clock }
}

const publish = (alert: Alert, by = key): Promise<void> => publishAlert(issuer, alert, by)

/** All that a sign says now. */
const said = (sign: string): string => (signs.get(sign)?.pages ?? []).flatMap((page) => page.lines).join(' ')

const everything = (): string => JSON.stringify([...signs])

async function shown(changes: Partial<AlertInput> = {}): Promise<Alert> {
  const alert = amberAlert(changes)
  await publish(alert)
  await eventually(() => expect(said('ticker')).toContain('Volvo'))
  return alert
}

describe('after a signed end', () => {
  test('each panel that showed the alert says for a minute that it is over, and nothing else; a road panel does not', async () => {
    const { clock } = await run()
    const alert = await shown()
    expect(said('road')).toContain('VOLVO')
    await publish(cancelOf(alert))
    await eventually(() => expect(said('hall')).toContain('AMBER ALERT BEËINDIGD'))
    await eventually(() => expect(said('ticker')).toContain('AMBER BEEINDIGD'))
    await eventually(() => expect(said('patient')).toContain('AMBER BEEINDIGD'))
    await eventually(() => expect(said('road')).toBe(''))
    for (const personal of ['Zoë', 'Volvo', 'XX-123-X', '0800', 'Utrecht']) {
      expect(everything()).not.toContain(personal)
    }
    expect(signs.get('hall')?.until).toBe('2026-11-22T16:01:00+00:00')
    clock.advance(END_CARD_TIME - 1)
    expect(said('hall')).toContain('BEËINDIGD')
    clock.advance(1)
    await eventually(() => expect([said('hall'), said('ticker'), said('patient')]).toEqual(['', '', '']))
  })

  test('a supervisor who names nobody else ends what all senders said under that key', async () => {
    const { events } = await run()
    const alert = await shown()
    await publish(amberAlert({ sender: 'brandweer@example.org', identifier: 'theirs' }), other)
    const verified = (revision: number): readonly string[] =>
      events.flatMap((one) =>
        one.type === 'receipt' && one.kind === 'verified' && one.revision === revision ? [one.sender] : [],
      )
    await eventually(() => expect(verified(1)).toEqual([alert.sender, 'brandweer@example.org']))
    const sender = 'lms@example.org'
    const references = [{ sender, identifier: 'earlier', sent: alert.sent }]
    await publish(cancelOf(alert, { sender, references }), watch)
    await eventually(() => expect(said('hall')).toContain('AMBER ALERT BEËINDIGD'))
    for (const personal of ['Zoë', 'Volvo', 'XX-123-X']) expect(everything()).not.toContain(personal)
    expect(verified(2).toSorted()).toEqual(['', 'brandweer@example.org', alert.sender])
  })

  test('an all-clear counts like a cancellation', async () => {
    await run()
    const alert = await shown()
    const info = alert.info.map((one) => ({ ...one, responseType: ['AllClear' as const] }))
    await publish(updateOf(alert, { info }))
    await eventually(() => expect(said('hall')).toContain('BEËINDIGD'))
  })

  test('whatever is alive comes first, and takes the place of a card at once', async () => {
    const { clock } = await run()
    const alert = await shown()
    await publish(cancelOf(alert))
    await eventually(() => expect(said('hall')).toContain('BEËINDIGD'))
    const next = { incident: 'next', identifier: 'next', kind: 'missing-person' as const }
    await publish(amberAlert(next))
    await eventually(() => expect(said('hall')).toContain('VERMIST'))
    expect(said('hall')).not.toContain('BEËINDIGD')
    clock.advance(END_CARD_TIME)
    expect(said('hall')).toContain('VERMIST')
  })

  test('a restart shows none', async () => {
    const first = await run()
    const alert = await shown()
    await publish(cancelOf(alert))
    await eventually(() => expect(said('hall')).toContain('BEËINDIGD'))
    await first.dispose()
    await run(first.clock)
    await eventually(() => expect(said('hall')).toBe(''))
  })

  test('a clock that leaps takes it away: nobody knows how long ago the end was', async () => {
    const { clock } = await run()
    const alert = await shown()
    await publish(cancelOf(alert))
    await eventually(() => expect(said('hall')).toContain('BEËINDIGD'))
    clock.set(clock.now() - 3_600_000)
    clock.advance(0)
    await eventually(() => expect(said('hall')).toBe(''))
  })

  test('the receipts are those of the alert; the card has none', async () => {
    const { events } = await run()
    const alert = await shown()
    const kinds = (): readonly string[] =>
      events.flatMap((one) =>
        one.type === 'receipt' && one.panel === 'hall' ? [`${one.kind} ${one.revision}`] : [],
      )
    await eventually(() => expect(kinds()).toEqual(['composed 1']))
    await publish(cancelOf(alert))
    await eventually(() => expect(said('hall')).toContain('BEËINDIGD'))
    expect(kinds()).toEqual(['composed 1'])
  })
})

describe('there is no end card', () => {
  test('after an end that comes with time alone: nobody said how it ended', async () => {
    const { clock } = await run()
    await shown()
    clock.advance(2 * 3_600_000)
    await eventually(() => expect(said('hall')).toBe(''))
  })

  test('for an alert that the panel did not show', async () => {
    await run()
    const alert = await shown()
    const test = { incident: 'a-test', identifier: 'a-test', status: 'Test' as const }
    await publish(amberAlert(test))
    await publish(cancelOf(amberAlert(test)))
    await publish(cancelOf(alert))
    await eventually(() => expect(said('hall')).toContain('AMBER ALERT BEËINDIGD'))
    expect(said('hall')).not.toContain('TEST')
  })
})

test('the end of a test says that it was one', async () => {
  await run()
  const alert = amberAlert({ status: 'Test' })
  await publish(alert)
  await eventually(() => expect(said('ticker')).toContain('TEST'))
  await publish(cancelOf(alert))
  await eventually(() => expect(said('ticker')).toMatch(/^TEST AMBER BEEINDIGD TEST /))
})
