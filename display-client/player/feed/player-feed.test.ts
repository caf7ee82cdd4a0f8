import { writeFile } from 'node:fs/promises'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { NewKey } from '../../alert/keyring.ts'
import type { Alert } from '../../alert/model.ts'
import { Disposables } from '../../base/disposal.ts'
import { formatFault } from '../../base/document.ts'
import type { BitmapFont } from '../../compose/bitmap-font.ts'
import { signOf } from '../../simulators/controlled-sign.ts'
import { SignController } from '../../simulators/sign-controller.ts'
import { amberAlert, cancelOf, updateOf } from '../../testkit/alerts.ts'
import { type StartedBroker, startAedes } from '../../testkit/brokers.ts'
import { keyringText, sealed, testKey } from '../../testkit/keys.ts'
import { preset } from '../../testkit/panels.ts'
import { type TemporaryFolder, temporaryFolder } from '../../testkit/temporary-folder.ts'
import { TestClock } from '../../testkit/test-clock.ts'
import { loadConfig } from '../config.ts'
import type { PlayerEvent } from '../events.ts'
import { readLibrary } from '../library-files.ts'
import { type Player, startPlayer } from '../player.ts'
import { alertTopic, feedTopic, presenceTopic, signTopic } from '../topics.ts'

const TOKEN = 'a-token-of-the-test-0123456789'
const PERIOD = 30_000

const held = new Disposables()
let folder: TemporaryFolder
let broker: StartedBroker
let issuer: MqttClient
let key: NewKey
let fonts: readonly BitmapFont[]

beforeEach(async () => {
  folder = held.add(await temporaryFolder())
  broker = held.add(await startAedes())
  key = testKey()
  const library = await readLibrary()
  if (!library.ok) throw new Error('no library')
  fonts = library.value.bitmaps
  await writeFile(folder.join('keyring.json'), keyringText(key))
  await writeFile(folder.join('feed.token'), `${TOKEN}\n`)
  const numbers = Object.fromEntries(fonts.map(({ name }, index) => [name, index + 1]))
  await writeFile(
    folder.join('player.yaml'),
    `schema: kijkuit-player/1
player: road
brokers: [${broker.url}]
areas: [nl]
keyring: keyring.json
data: data
server: { port: 0 }
feed:
  listen: { host: 127.0.0.1, port: 0, tokenFile: feed.token }
  names: { drip: V66E37 }
  fonts: ${JSON.stringify(numbers)}
panels:
  - { id: drip, preset: drip-192x128 }
  - { id: text, preset: character-3x18, endCard: false }
  - { id: bar, preset: transit-bar }
`,
  )
  issuer = await connectAsync(broker.url, { protocolVersion: 4 })
  held.defer(() => issuer.endAsync(true))
})
afterEach(() => held.dispose())

const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 10 })

interface Running {
  readonly player: Player
  readonly clock: TestClock
  readonly events: PlayerEvent[]
  stop(): Promise<void>
}

async function run(clock: TestClock): Promise<Running> {
  const config = loadConfig(folder.join('player.yaml'))
  if (!config.ok) throw new Error(config.failure.map(formatFault).join('\n'))
  const started = await startPlayer({
    ...{ config: config.value, clock, random: () => 0, screenDirectory: folder.join('screen') },
    log: { info: () => {}, warn: () => {} },
  })
  if (!started.ok) throw new Error(started.failure.message)
  const player = started.value
  const events: PlayerEvent[] = []
  player.events.on((event) => events.push(event))
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => (stopped ??= player.dispose())
  held.defer(stop)
  await eventually(() => expect(player.health()).toMatchObject({ armed: true }))
  return { player, clock, events, stop }
}

async function publish(alert: Alert): Promise<void> {
  await issuer.publishAsync(alertTopic('nl', alert.incident), Buffer.from(sealed(alert, key)), {
    qos: 1,
    retain: true,
  })
}

async function controllerOf(
  { player, clock }: Running,
  sign: string,
  panel: string,
): Promise<SignController> {
  const url = player.feedAddress
  if (url === undefined) throw new Error('the feed is not open')
  return new SignController({ url, token: TOKEN, sign, model: await signOf(preset(panel), fonts), clock })
}

const receipts = ({ events }: Running, panel: string): readonly string[] =>
  events.flatMap((event) =>
    event.type === 'receipt' && event.panel === panel && event.kind !== 'composed'
      ? [`${event.kind} ${event.revision}${event.reason === undefined ? '' : ` ${event.reason}`}`]
      : [],
  )

const live = ({ player }: Running): readonly { revision: number }[] =>
  (player.health() as { live: { revision: number }[] }).live

describe('a player with a feed and a controller', () => {
  test('takes an alert through its life, and says only what the controller says', async () => {
    const running = await run(new TestClock())
    const drip = await controllerOf(running, 'V66E37', 'drip-192x128')
    const text = await controllerOf(running, 'text', 'character-3x18')
    expect([await drip.poll(), await text.poll()]).toEqual([200, 200])
    expect([drip.lines, text.lines]).toEqual([[], []])
    expect(await drip.poll()).toBe(304)

    const alert = amberAlert()
    const waiting = drip.poll(30)
    await publish(alert)
    expect(await waiting).toBe(200)
    expect(drip.lines[0]?.[0]).toBe('AMBER ALERT')
    expect(receipts(running, 'drip')).toEqual(['accepted 1', 'shown 1'])
    expect(receipts(running, 'text')).toEqual([])
    await text.poll()
    expect(text.lines.flat().join(' ')).toMatch(/AMBER/i)

    await publish(updateOf(alert))
    await eventually(() => expect(live(running)).toMatchObject([{ revision: 2 }]))
    text.isBusy = true
    await Promise.all([drip.poll(), text.poll()])
    expect(receipts(running, 'drip').slice(2)).toEqual(['accepted 2', 'shown 2'])
    expect(receipts(running, 'text').slice(2)).toEqual(['refused 2 priority'])
    expect(text.lines).toEqual([])

    await publish(cancelOf(updateOf(alert)))
    await eventually(() => expect(live(running)).toEqual([]))
    await drip.poll()
    expect(drip.lines).toEqual([])
    expect(receipts(running, 'drip').slice(4)).toEqual(['removed 2'])
  })

  test('goes dark by the rule of three periods when the player is gone', async () => {
    const running = await run(new TestClock())
    const drip = await controllerOf(running, 'V66E37', 'drip-192x128')
    await publish(amberAlert())
    await eventually(() => expect(live(running)).toHaveLength(1))
    await drip.poll()
    // As long as it beats, it holds.
    for (let beat = 0; beat < 5; beat += 1) {
      running.clock.advance(PERIOD)
      expect(await drip.poll()).toBe(200)
    }
    expect(drip.lines).not.toEqual([])
    await running.stop()
    running.clock.advance(3 * PERIOD - 1)
    expect(await drip.poll()).toBeUndefined()
    expect(drip.lines).not.toEqual([])
    running.clock.advance(1)
    expect(drip.lines).toEqual([])
  })

  test('begins anew under a higher epoch after a restart, with what is alive', async () => {
    const clock = new TestClock()
    const before = await run(clock)
    await publish(amberAlert())
    await eventually(() => expect(live(before)).toHaveLength(1))
    const read = async ({ player }: Running) => {
      const response = await fetch(`${player.feedAddress}/feed/v1`, {
        headers: { Authorization: `Bearer ${TOKEN}` },
      })
      return (await response.json()) as { epoch: number; sequence: number; records: { state: string }[] }
    }
    const first = await read(before)
    await before.stop()
    // Not even a clock that was set back makes it older.
    const second = await read(await run(new TestClock()))
    expect(second.epoch).toBeGreaterThan(first.epoch)
    expect(second.sequence).toBeGreaterThan(first.sequence)
    expect(second.records.map(({ state }) => state)).toEqual(['offer', 'offer'])
  })

  test('says the same over MQTT, where heartbeats stop and presence says so when it is gone', async () => {
    const heard = new Map<string, string>()
    const listener = await connectAsync(broker.url, { protocolVersion: 4 })
    held.defer(() => listener.endAsync(true))
    listener.on('message', (topic, payload) => heard.set(topic, payload.toString()))
    await listener.subscribeAsync([signTopic('road', '+'), feedTopic('road'), presenceTopic('road')], {
      qos: 1,
    })
    const running = await run(new TestClock())
    await publish(amberAlert())
    await eventually(() => expect(live(running)).toHaveLength(1))
    const response = await fetch(`${running.player.feedAddress}/feed/v1/signs/drip`, {
      headers: { Authorization: `Bearer ${TOKEN}` },
    })
    const { records, ...issue } = (await response.json()) as { records: unknown[] }
    await eventually(() => {
      expect(JSON.parse(heard.get(signTopic('road', 'drip')) ?? '{}')).toEqual(records[0])
      expect(JSON.parse(heard.get(feedTopic('road')) ?? '{}')).toEqual(issue)
    })
    const controller = new SignController({
      ...{ sign: 'drip', model: await signOf(preset('drip-192x128'), fonts), clock: running.clock },
    })
    controller.hear(JSON.parse(heard.get(feedTopic('road')) ?? '{}'))
    expect(
      controller.take(JSON.parse(heard.get(signTopic('road', 'drip')) ?? '{}')).map(({ state }) => state),
    ).toEqual(['accepted', 'shown'])
    await running.stop()
    await eventually(() => expect(heard.get(presenceTopic('road'))).toContain('disconnected'))
  })
})
