import { rm, writeFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { toCapTime } from '../../display-client/alert/cap-time.ts'
import { keyringOf, type NewKey } from '../../display-client/alert/keyring.ts'
import { type Manifest, openManifest } from '../../display-client/alert/manifest.ts'
import type { Alert } from '../../display-client/alert/model.ts'
import { type Disposable, Disposables } from '../../display-client/base/disposal.ts'
import type { Broker } from '../../display-client/player/config.ts'
import { alertTopic, manifestTopic, mediaTopic } from '../../display-client/player/topics.ts'
import { amberAlert, cancelOf, updateOf } from '../../display-client/testkit/alerts.ts'
import { type StartedBroker, startAedes, startMosquitto } from '../../display-client/testkit/brokers.ts'
import { freePort } from '../../display-client/testkit/free-port.ts'
import { keyringText, sealed, testKey } from '../../display-client/testkit/keys.ts'
import { type RunningPlayer, runPlayer } from '../../display-client/testkit/running-player.ts'
import { filesOf, found, foundIn, secretBytes, secretText } from '../../display-client/testkit/search.ts'
import { type TemporaryFolder, temporaryFolder } from '../../display-client/testkit/temporary-folder.ts'
import { TestClock } from '../../display-client/testkit/test-clock.ts'
import type { KeeperEvent } from './events.ts'
import { startKeeper } from './keeper.ts'

const MINUTE = 60_000
const TOPIC = alertTopic('nl', 'amber-2026-0001')

let held: Disposables
let folder: TemporaryFolder
let clock: TestClock
let key: NewKey
/** Besides `key`. */
let trusted: NewKey[]
let events: KeeperEvent[]
let lines: string[]

beforeEach(async () => {
  held = new Disposables()
  folder = held.add(await temporaryFolder())
  clock = new TestClock()
  key = testKey()
  trusted = []
  events = []
  lines = []
})
afterEach(() => held.dispose())

/** Lets the time of keeper and player pass, with real time for what brokers bring. @param milliseconds of their clock */
async function pass(milliseconds: number): Promise<void> {
  for (let left = milliseconds; left > 0; left -= 500) {
    clock.advance(Math.min(500, left))
    await setTimeout(10)
  }
}

/** Waits until `check` holds, without letting time pass. */
const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 10 })

/** Lets time pass until `check` holds. */
const eventually = (check: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(
    async () => {
      clock.advance(500)
      await setTimeout(5)
      await check()
    },
    { timeout: 12_000, interval: 5 },
  )

async function keep(...brokers: readonly (string | Broker)[]): Promise<Disposable> {
  await writeFile(folder.join('keyring.json'), keyringText(key, ...trusted))
  const keeper = await startKeeper({
    brokers: brokers.map((one) => (typeof one === 'string' ? { url: one } : one)),
    name: brokers.flatMap((one) => (typeof one === 'string' ? [] : (one.username ?? [])))[0] ?? 'keeper',
    ...{ areas: ['nl'], key: key.file, clock },
    ...{ keyring: folder.join('keyring.json'), data: folder.join('keeper'), random: () => 0 },
    log: { info: () => {}, warn: (line) => void lines.push(line) },
    onEvent: (event) => void events.push(event),
  })
  if (!keeper.ok) throw new Error(keeper.failure)
  return held.add(keeper.value)
}

/** What a broker retains and sends, as anybody sees it. */
class Watcher {
  readonly client: MqttClient
  readonly latest = new Map<string, Buffer>()
  readonly manifests: Manifest[] = []

  constructor(client: MqttClient) {
    this.client = client
    client.on('message', (topic, payload) => {
      this.latest.set(topic, payload)
      if (topic !== manifestTopic('nl')) return
      const keys = [key, ...trusted].map(({ entry }) => entry)
      const keyring = keyringOf({ schema: 'kijkuit-keyring/1', keys })
      const opened = openManifest(payload, keyring, clock.now())
      if (!opened.ok) throw new Error(opened.failure.code)
      this.manifests.push(opened.value.manifest)
    })
  }

  get list(): readonly string[] | undefined {
    return this.manifests.at(-1)?.active.map(({ incident, revision }) => `${incident} ${revision}`)
  }

  /** Length of what stands on a topic; undefined when nothing was ever there. */
  size(topic: string): number | undefined {
    return this.latest.get(topic)?.length
  }

  async publish(alert: Alert, topic = alertTopic('nl', alert.incident)): Promise<void> {
    await this.client.publishAsync(topic, Buffer.from(sealed(alert, key)), { qos: 1, retain: true })
  }

  async clear(topic: string): Promise<void> {
    await this.client.publishAsync(topic, '', { qos: 1, retain: true })
  }
}

async function watch(url: string): Promise<Watcher> {
  const client = await connectAsync(url, { protocolVersion: 4, reconnectPeriod: 0 })
  client.on('error', () => {})
  held.defer(() => client.endAsync(true))
  const watcher = new Watcher(client)
  await client.subscribeAsync('kijkuit/v1/#', { qos: 1 })
  return watcher
}

/** An alert that was sent long enough ago for a list to speak about it. */
const old = (changes: Partial<Parameters<typeof amberAlert>[0]> = {}): Alert =>
  amberAlert({
    sent: toCapTime(clock.now() - 10 * MINUTE),
    expires: toCapTime(clock.now() + 60 * MINUTE),
    ...changes,
  })

async function play(...brokers: readonly string[]): Promise<RunningPlayer> {
  const running = held.add(await runPlayer({ folder, brokers, keyring: keyringText(key), clock }))
  await soon(() => expect(running.health().armed).toBe(true))
  return running
}

describe.each([
  { name: 'aedes', start: (port?: number) => startAedes(port) },
  { name: 'mosquitto', start: (port?: number) => startMosquitto(port === undefined ? {} : { port }) },
])('the keeper of the list, over $name', ({ start }) => {
  let broker: StartedBroker
  let seen: Watcher

  beforeEach(async () => {
    broker = held.add(await start())
    seen = await watch(broker.url)
  })

  test('lists what is live at once and every 10 s, retained, with rising numbers', async () => {
    const alert = old()
    await seen.publish(alert)
    await keep(broker.url)
    await eventually(() => expect(seen.list).toEqual(['amber-2026-0001 1']))
    const first = seen.manifests.length
    await pass(30_000)
    await eventually(() => expect(seen.manifests.length).toBeGreaterThanOrEqual(first + 3))
    const numbers = seen.manifests.map(({ seq }) => seq)
    expect(numbers).toEqual([...new Set(numbers)].toSorted((one, other) => one - other))
    expect(seen.manifests.at(-1)).toMatchObject({ area: 'nl', ttl: 30 })

    await seen.publish(updateOf(alert))
    await soon(() => expect(seen.list).toEqual(['amber-2026-0001 2']))
    await seen.publish(cancelOf(updateOf(alert)))
    await soon(() => expect(seen.list).toEqual([]))
    const late = await watch(broker.url)
    await soon(() => expect(late.list).toEqual([]))
    expect(lines).toEqual([])
  })

  test('heals a Cancel that a player has lost', async () => {
    const alert = old()
    await seen.publish(alert)
    await keep(broker.url)
    await eventually(() => expect(seen.list).toEqual(['amber-2026-0001 1']))
    const other = held.add(await startAedes())
    const issuer = await watch(other.url)
    await issuer.publish(alert)
    const running = await play(other.url)
    await soon(() => expect(running.live()).toEqual(['amber-2026-0001 1']))
    // The Cancel reaches the keeper's broker alone; from there the player gets nothing but the list.
    await seen.publish(cancelOf(alert))
    await soon(() => expect(seen.list).toEqual([]))
    const list = seen.latest.get(manifestTopic('nl')) ?? ''
    await issuer.client.publishAsync(manifestTopic('nl'), list, { qos: 1, retain: true })
    await soon(() => expect(running.live()).toEqual([]))
  })

  test('puts back what the broker has lost: an alert, an update, an end; and takes off a ghost', async () => {
    const alert = old()
    const update = updateOf(alert)
    await seen.publish(alert)
    await keep(broker.url)
    await eventually(() => expect(seen.list).toEqual(['amber-2026-0001 1']))
    const first = seen.latest.get(TOPIC)
    await seen.clear(TOPIC)
    await soon(() => expect(seen.size(TOPIC)).toBe(0))
    await eventually(() => expect(seen.latest.get(TOPIC)).toEqual(first))

    await seen.publish(update)
    await soon(() => expect(seen.list).toEqual(['amber-2026-0001 2']))
    const second = seen.latest.get(TOPIC)
    await seen.publish(alert)
    await eventually(() => expect(seen.latest.get(TOPIC)).toEqual(second))

    await seen.publish(cancelOf(update))
    await soon(() => expect(seen.list).toEqual([]))
    const end = seen.latest.get(TOPIC)
    await seen.publish(update)
    await eventually(() => expect(seen.latest.get(TOPIC)).toEqual(end))
    await seen.client.publishAsync(TOPIC, 'no envelope', { qos: 1, retain: true })
    await eventually(() => expect(seen.latest.get(TOPIC)).toEqual(end))
  })

  test('fills a broker that came back empty, also when the keeper was restarted meanwhile', async () => {
    const alert = old()
    await seen.publish(alert)
    const keeper = await keep(broker.url)
    await eventually(() => expect(seen.list).toEqual(['amber-2026-0001 1']))
    const envelope = seen.latest.get(TOPIC)
    await keeper.dispose()
    await broker.dispose()
    held.add(await start(Number(new URL(broker.url).port)))
    const after = await watch(broker.url)
    await keep(broker.url)
    await eventually(() => expect(after.latest.get(TOPIC)).toEqual(envelope))
    await eventually(() => expect(after.list).toEqual(['amber-2026-0001 1']))
  })

  test('clears alert, end and photo when nobody needs them any more', async () => {
    const photo = mediaTopic('a'.repeat(64))
    const sha256 = 'a'.repeat(64)
    const gone = old({ media: [{ sha256, mimeType: 'image/jpeg', width: 30, height: 40, role: 'subject' }] })
    const runsOut = old({
      incident: 'case-2',
      identifier: 'case-2',
      expires: toCapTime(clock.now() + MINUTE),
    })
    await seen.publish(gone)
    await seen.publish(runsOut)
    await seen.client.publishAsync(photo, 'bytes', { qos: 1, retain: true })
    await keep(broker.url)
    await eventually(() => expect(seen.list).toEqual(['amber-2026-0001 1', 'case-2 1']))
    await seen.publish(cancelOf(gone))
    await eventually(() => expect(seen.size(photo)).toBe(0))
    expect(seen.size(TOPIC)).toBeGreaterThan(0)
    clock.advance(4 * MINUTE)
    await eventually(() => expect(seen.size(alertTopic('nl', 'case-2'))).toBe(0))
    expect(seen.list).toEqual([])
    expect(seen.size(TOPIC)).toBeGreaterThan(0)
    clock.advance(60 * MINUTE)
    await eventually(() => expect(seen.size(TOPIC)).toBe(0))
  })
})

describe('the keeper of the list', () => {
  test('publishes nothing before it has heard out every broker, and nothing short', async () => {
    const broker = held.add(await startAedes())
    const seen = await watch(broker.url)
    const port = await freePort()
    await seen.publish(old())
    await keep(broker.url, `mqtt://127.0.0.1:${port}`)
    await pass(60_000)
    expect(events.map(({ type }) => type)).toContain('heard-out')
    expect(events.filter(({ type }) => type === 'listed')).toEqual([])
    expect(events.at(0)).toMatchObject({ type: 'waiting', reason: expect.stringContaining(`:${port}`) })
    expect(seen.manifests).toEqual([])

    // What is live only on the other one is on the first list of all.
    const spare = held.add(await startMosquitto({ port }))
    const issuer = await watch(spare.url)
    await issuer.publish(old({ incident: 'case-2', identifier: 'case-2' }))
    await eventually(() => expect(seen.list).toEqual(['amber-2026-0001 1', 'case-2 1']))
    expect(seen.manifests[0]?.active).toHaveLength(2)
    // And each broker has got what only the other one had.
    await eventually(() => expect(seen.size(alertTopic('nl', 'case-2'))).toBeGreaterThan(0))
    await eventually(() => expect(issuer.size(TOPIC)).toBeGreaterThan(0))
  })

  test('publishes nothing while the broker keeps alerts from it without a word', async () => {
    const broker = held.add(await startMosquitto({ users: ['issuer', 'station-1', 'keeper'] }))
    const login = (username: string): Broker => ({ url: broker.url, username, password: 'only-for-tests' })
    const seen = await watch(broker.login('issuer'))
    await seen.publish(old())
    // It may read alerts and write none, so its own message does not come back.
    const keeper = await keep(login('station-1'))
    await pass(60_000)
    expect(events.map(({ type }) => type)).toEqual(['waiting'])
    expect(lines.join('\n')).toContain("let the broker's ACL allow it to read and write alerts")
    await keeper.dispose()
    await keep(login('keeper'))
    await eventually(() =>
      expect(events.at(-1)).toMatchObject({ type: 'listed', incidents: [{ revision: 1 }] }),
    )
  })

  test('vouches for no moment after a broker was lost: an alert that only that one has stays on screens', async () => {
    const broker = held.add(await startAedes())
    const spare = held.add(await startMosquitto())
    const seen = await watch(broker.url)
    const known = old()
    await seen.publish(known)
    await keep(broker.url, spare.url)
    await eventually(() => expect(seen.list).toEqual(['amber-2026-0001 1']))
    const running = await play(broker.url)
    await soon(() => expect(running.live()).toEqual(['amber-2026-0001 1']))
    await spare.kill()
    const lostAt = clock.now()
    await pass(90_000)
    await eventually(() => expect(events.at(-1)).toMatchObject({ type: 'behind', brokers: [spare.url] }))

    // It is published where the keeper cannot hear it, and reaches the player all the same.
    const unheard = amberAlert({
      ...{ incident: 'case-2', identifier: 'case-2', sent: toCapTime(clock.now()) },
      expires: toCapTime(clock.now() + 60 * MINUTE),
    })
    const hidden = held.add(await startAedes())
    const issuer = await watch(hidden.url)
    await running.dispose()
    const both = await play(broker.url, hidden.url)
    await issuer.publish(unheard)
    await soon(() => expect(both.live()).toEqual(['amber-2026-0001 1', 'case-2 1']))
    const before = seen.manifests.length
    await pass(3 * MINUTE)
    await eventually(() => expect(seen.manifests.length).toBeGreaterThan(before))
    expect(both.live()).toEqual(['amber-2026-0001 1', 'case-2 1'])
    expect(Date.parse(seen.manifests.at(-1)?.issuedAt ?? '')).toBeLessThanOrEqual(lostAt)
    // What it did hear end, it still takes off.
    await seen.publish(cancelOf(known))
    await soon(() => expect(seen.list).toEqual([]))
  }, 60_000)

  test('ends nothing that it cannot judge: players may have a newer keyring', async () => {
    const broker = held.add(await startAedes())
    const seen = await watch(broker.url)
    const newer = testKey({ kid: 'test-2' })
    const alert = old()
    const bytes = Buffer.from(sealed(alert, newer))
    await seen.client.publishAsync(TOPIC, bytes, { qos: 1, retain: true })
    const running = held.add(
      await runPlayer({ folder, brokers: [broker.url], keyring: keyringText(key, newer), clock }),
    )
    await soon(() => expect(running.live()).toEqual(['amber-2026-0001 1']))
    await keep(broker.url)
    await eventually(() => expect(seen.list).toEqual(['amber-2026-0001 1']))
    expect(lines).toEqual([expect.stringContaining('key-unknown')])
    await pass(60_000)
    expect(running.live()).toEqual(['amber-2026-0001 1'])
    expect(seen.latest.get(TOPIC)).toEqual(bytes)
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'listed', incidents: [], unjudged: ['amber-2026-0001'] }),
    )
  })

  test('knows what it listed when its state is lost and no broker has the alert any more', async () => {
    const broker = held.add(await startMosquitto())
    const seen = await watch(broker.url)
    await seen.publish(old())
    const keeper = await keep(broker.url)
    await eventually(() => expect(seen.list).toEqual(['amber-2026-0001 1']))
    await keeper.dispose()
    const last = seen.manifests.at(-1)?.seq ?? 0
    await rm(folder.join('keeper'), { recursive: true })
    await seen.clear(TOPIC)
    const before = seen.manifests.length
    // And its clock is behind: the number rises all the same.
    clock.set(clock.now() - MINUTE)
    await keep(broker.url)
    await eventually(() => expect(seen.manifests.length).toBeGreaterThan(before))
    expect(seen.manifests[before]?.seq).toBeGreaterThan(last)
    expect(seen.list).toEqual(['amber-2026-0001 1'])
  })

  test('lists what another keeper lists, though no broker has it any more, and no more than that', async () => {
    const broker = held.add(await startMosquitto())
    const seen = await watch(broker.url)
    const [alert, over] = [old(), old({ incident: 'case-2', identifier: 'case-2' })]
    await seen.publish(alert)
    await seen.publish(over)
    const first = await keep(broker.url)
    await eventually(() => expect(seen.list).toEqual(['amber-2026-0001 1', 'case-2 1']))
    await first.dispose()
    await seen.clear(TOPIC)
    await seen.publish(cancelOf(over))
    await rm(folder.join('keeper'), { recursive: true })
    const one = key
    key = testKey({ kid: 'test-2' })
    trusted.push(one)
    await keep(broker.url)
    await eventually(() => expect(events.at(-1)).toMatchObject({ type: 'listed' }))
    await soon(() => expect(seen.list).toEqual(['amber-2026-0001 1']))
  })

  test('has nothing of an alert on disk in clear, neither while it is live nor after its end', async () => {
    const broker = held.add(await startAedes())
    const seen = await watch(broker.url)
    const alert = old()
    await seen.publish(alert)
    await keep(broker.url)
    await eventually(() => expect(seen.list).toEqual(['amber-2026-0001 1']))
    const envelope = seen.latest.get(TOPIC) ?? Buffer.of()
    const secrets = [
      ...[secretText('name', 'Zoë Müller-d’Oré'), secretText('plate', 'XX-123-X')],
      secretBytes('envelope', envelope),
    ]
    expect(found(secrets, envelope)).toEqual(['name', 'plate', 'envelope'])
    expect(filesOf(folder.join('keeper')).length).toBeGreaterThan(2)
    expect(foundIn(folder.join('keeper'), secrets)).toEqual([])
    await seen.publish(cancelOf(alert))
    await soon(() => expect(seen.list).toEqual([]))
    expect(foundIn(folder.join('keeper'), secrets)).toEqual([])
  })
})
