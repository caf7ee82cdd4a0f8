import { writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { NewKey } from '../../alert/keyring.ts'
import type { Alert } from '../../alert/model.ts'
import { Disposables } from '../../base/disposal.ts'
import type { BitmapFont } from '../../compose/bitmap-font.ts'
import { signOf } from '../../simulators/controlled-sign.ts'
import { SignController } from '../../simulators/sign-controller.ts'
import { amberAlert, cancelOf, updateOf } from '../../testkit/alerts.ts'
import { type StartedBroker, startAedes } from '../../testkit/brokers.ts'
import { eventually } from '../../testkit/eventually.ts'
import { keyringText, testKey } from '../../testkit/keys.ts'
import { connectClient, publishAlert, type TestClient } from '../../testkit/mqtt-client.ts'
import { preset } from '../../testkit/panels.ts'
import { PLAYER, type RunningPlayer, runPlayer } from '../../testkit/running-player.ts'
import { type TemporaryFolder, temporaryFolder } from '../../testkit/temporary-folder.ts'
import { TestClock } from '../../testkit/test-clock.ts'
import { readLibrary } from '../library-files.ts'
import { feedTopic, presenceTopic, signTopic } from '../topics.ts'

const TOKEN = 'a-token-of-the-test-0123456789'
const PERIOD = 30_000

const held = new Disposables()
let folder: TemporaryFolder
let broker: StartedBroker
let issuer: TestClient
let key: NewKey
let fonts: readonly BitmapFont[]

beforeEach(async () => {
  folder = held.add(await temporaryFolder())
  broker = held.add(await startAedes())
  key = testKey()
  const library = await readLibrary()
  if (!library.ok) throw new Error('no library')
  fonts = library.value.bitmaps
  await writeFile(folder.join('feed.token'), `${TOKEN}\n`)
  issuer = held.add(await connectClient(broker.url))
})
afterEach(() => held.dispose())

interface Running extends RunningPlayer {
  readonly clock: TestClock
}

async function run(clock: TestClock): Promise<Running> {
  const running = held.add(
    await runPlayer({
      ...{ folder, brokers: [broker.url], keyring: keyringText(key), clock },
      feed: {
        listen: { host: '127.0.0.1', port: 0, tokenFile: 'feed.token' },
        names: { drip: 'V66E37' },
        fonts: Object.fromEntries(fonts.map(({ name }, index) => [name, index + 1])),
      },
      panels: [
        { id: 'drip', preset: 'drip-192x128' },
        { id: 'text', preset: 'character-3x18', endCard: false },
        { id: 'bar', preset: 'transit-bar' },
      ],
    }),
  )
  await running.armed()
  return { ...running, clock }
}

const publish = (alert: Alert): Promise<void> => publishAlert(issuer, alert, key)

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
    await eventually(() => expect(running.health().live).toMatchObject([{ revision: 2 }]))
    text.isBusy = true
    await Promise.all([drip.poll(), text.poll()])
    expect(receipts(running, 'drip').slice(2)).toEqual(['accepted 2', 'shown 2'])
    expect(receipts(running, 'text').slice(2)).toEqual(['refused 2 priority'])
    expect(text.lines).toEqual([])

    await publish(cancelOf(updateOf(alert)))
    await eventually(() => expect(running.health().live).toEqual([]))
    await drip.poll()
    expect(drip.lines).toEqual([])
    expect(receipts(running, 'drip').slice(4)).toEqual(['removed 2'])
  })

  test('goes dark by the rule of three periods when the player is gone', async () => {
    const running = await run(new TestClock())
    const drip = await controllerOf(running, 'V66E37', 'drip-192x128')
    await publish(amberAlert())
    await eventually(() => expect(running.health().live).toHaveLength(1))
    await drip.poll()
    // As long as it beats, it holds.
    for (let beat = 0; beat < 5; beat += 1) {
      running.clock.advance(PERIOD)
      expect(await drip.poll()).toBe(200)
    }
    expect(drip.lines).not.toEqual([])
    await running.dispose()
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
    await eventually(() => expect(before.health().live).toHaveLength(1))
    const read = async ({ player }: Running) => {
      const response = await fetch(`${player.feedAddress}/feed/v1`, {
        headers: { Authorization: `Bearer ${TOKEN}` },
      })
      return (await response.json()) as { epoch: number; sequence: number; records: { state: string }[] }
    }
    const first = await read(before)
    await before.dispose()
    // Not even a clock that was set back makes it older.
    const second = await read(await run(new TestClock()))
    expect(second.epoch).toBeGreaterThan(first.epoch)
    expect(second.sequence).toBeGreaterThan(first.sequence)
    expect(second.records.map(({ state }) => state)).toEqual(['offer', 'offer'])
  })

  test('says the same over MQTT, where heartbeats stop and presence says so when it is gone', async () => {
    const heard = new Map<string, string>()
    const listener = held.add(await connectClient(broker.url))
    listener.on('message', (topic, payload) => heard.set(topic, payload.toString()))
    await listener.subscribeAsync([signTopic(PLAYER, '+'), feedTopic(PLAYER), presenceTopic(PLAYER)], {
      qos: 1,
    })
    const running = await run(new TestClock())
    await publish(amberAlert())
    await eventually(() => expect(running.health().live).toHaveLength(1))
    const response = await fetch(`${running.player.feedAddress}/feed/v1/signs/drip`, {
      headers: { Authorization: `Bearer ${TOKEN}` },
    })
    const { records, ...issue } = (await response.json()) as { records: unknown[] }
    await eventually(() => {
      expect(JSON.parse(heard.get(signTopic(PLAYER, 'drip')) ?? '{}')).toEqual(records[0])
      expect(JSON.parse(heard.get(feedTopic(PLAYER)) ?? '{}')).toEqual(issue)
    })
    const controller = new SignController({
      ...{ sign: 'drip', model: await signOf(preset('drip-192x128'), fonts), clock: running.clock },
    })
    controller.hear(JSON.parse(heard.get(feedTopic(PLAYER)) ?? '{}'))
    expect(
      controller.take(JSON.parse(heard.get(signTopic(PLAYER, 'drip')) ?? '{}')).map(({ state }) => state),
    ).toEqual(['accepted', 'shown'])
    await running.dispose()
    await eventually(() => expect(heard.get(presenceTopic(PLAYER))).toContain('disconnected'))
  })
})
