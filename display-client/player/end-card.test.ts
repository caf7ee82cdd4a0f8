import { writeFile } from 'node:fs/promises'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { NewKey } from '../alert/keyring.ts'
import type { Alert, AlertInput } from '../alert/model.ts'
import { Disposables } from '../base/disposal.ts'
import { formatFault } from '../base/document.ts'
import { END_CARD_TIME } from '../panel/policy.ts'
import { amberAlert, cancelOf, updateOf } from '../testkit/alerts.ts'
import { type StartedBroker, startAedes } from '../testkit/brokers.ts'
import { keyringText, sealed, testKey } from '../testkit/keys.ts'
import { type TemporaryFolder, temporaryFolder } from '../testkit/temporary-folder.ts'
import { TestClock } from '../testkit/test-clock.ts'
import { loadConfig } from './config.ts'
import type { PlayerEvent } from './events.ts'
import { startPlayer } from './player.ts'
import { alertTopic, signTopic } from './topics.ts'

/** The end of an alert on its panels, through the whole player: `hall` and `ticker` say it, a road panel goes dark. */

const held = new Disposables()
let folder: TemporaryFolder
let broker: StartedBroker
let issuer: MqttClient
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
  await writeFile(folder.join('keyring.json'), keyringText(key, watch, other))
  await writeFile(
    folder.join('player.yaml'),
    `schema: kijkuit-player/1
player: utrecht-cs
brokers: [${broker.url}]
areas: [nl]
keyring: keyring.json
data: data
server: { port: 0 }
panels:
  - { id: hall, preset: stop-display-3x26 }
  - { id: ticker, preset: ticker-1x20, tests: true }
  - { id: road, preset: character-3x18 }
  - { id: patient, preset: character-3x18, endCard: true }
`,
  )
  issuer = await connectAsync(broker.url, { protocolVersion: 4 })
  held.defer(() => issuer.endAsync())
  signs = new Map()
  issuer.on('message', (topic, payload) => {
    signs.set(topic.split('/').at(-1) ?? '', JSON.parse(payload.toString()))
  })
  await issuer.subscribeAsync(signTopic('utrecht-cs', '+'), { qos: 1 })
})
afterEach(() => held.dispose())

interface Running {
  readonly clock: TestClock
  readonly events: PlayerEvent[]
  stop(): Promise<void>
}

async function run(clock = new TestClock()): Promise<Running> {
  const config = loadConfig(folder.join('player.yaml'))
  if (!config.ok) throw new Error(config.failure.map(formatFault).join('\n'))
  const log = { info: () => {}, warn: () => {} }
  const started = await startPlayer({
    ...{ config: config.value, clock, random: () => 0, log, screenDirectory: folder.join('screen') },
  })
  if (!started.ok) throw new Error(started.failure.message)
  const player = started.value
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => (stopped ??= player.dispose())
  held.defer(stop)
  const events: PlayerEvent[] = []
  player.events.on((event) => events.push(event))
  await eventually(() => expect(player.health()).toMatchObject({ armed: true }))
  return { clock, events, stop }
}

const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 5 })

async function publish(alert: Alert, by = key): Promise<void> {
  const envelope = Buffer.from(sealed(alert, by))
  await issuer.publishAsync(alertTopic('nl', alert.incident), envelope, { qos: 1, retain: true })
}

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
    await first.stop()
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
