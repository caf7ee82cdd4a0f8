import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, test } from 'vitest'
import { Disposables } from '../base/disposal.ts'
import { startAedes, startMosquitto } from '../testkit/brokers.ts'
import { eventually } from '../testkit/eventually.ts'
import { freePort } from '../testkit/free-port.ts'
import { connectClient, listen, type TestClient } from '../testkit/mqtt-client.ts'
import { startScriptedBroker } from '../testkit/scripted-broker.ts'
import { type WatchedLink, watchLink } from '../testkit/watched-link.ts'
import type { LinkOptions } from './link.ts'
import { alertTopic, healthTopic, mediaTopic, presenceTopic } from './topics.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const held = new Disposables()
afterEach(() => held.dispose())

const watch = (url: string, changes: Partial<LinkOptions> = {}): WatchedLink =>
  held.add(watchLink(url, changes))

const client = async (url: string): Promise<TestClient> => held.add(await connectClient(url))

const heardOn = async (url: string, topic: string): Promise<readonly string[]> =>
  listen(await client(url), topic)

describe('a link to a broker that speaks MQTT 3.1.1 only', () => {
  test('falls back to it, and delivers the retained and the new alerts of its own areas', async () => {
    const broker = held.add(await startAedes())
    const issuer = await client(broker.url)
    await issuer.publishAsync(alertTopic('nl', 'case-1'), 'one', { qos: 1, retain: true })
    const watched = watch(broker.url)
    await watched.armed()
    expect(watched.link.status.version).toBe(4)
    await issuer.publishAsync(alertTopic('nl-vr09', 'case-2'), 'two', { qos: 1 })
    await issuer.publishAsync(alertTopic('nl-vr13', 'case-3'), 'elsewhere', { qos: 1 })
    await issuer.publishAsync(alertTopic('nl', 'case-4'), 'last', { qos: 1 })
    await eventually(() =>
      expect(watched.messages.map(({ topic, bytes }) => [topic, Buffer.from(bytes).toString()])).toEqual([
        ['kijkuit/v1/alerts/nl/case-1', 'one'],
        ['kijkuit/v1/alerts/nl-vr09/case-2', 'two'],
        ['kijkuit/v1/alerts/nl/case-4', 'last'],
      ]),
    )
  })

  test('says it is ready on connect, lost when it is cut, and disconnected when it stops as planned', async () => {
    const broker = held.add(await startAedes())
    const presence = await heardOn(broker.url, presenceTopic('utrecht-cs'))
    const first = watch(broker.url)
    await first.armed()
    await eventually(() => expect(presence).toEqual(['{"state":"ready","session":"run-1"}']))
    // The same client id: the broker throws the first one out, as it would a dead one.
    const second = watch(broker.url, { session: 'run-2' })
    await eventually(() => expect(presence).toContain('{"state":"lost","session":"run-1"}'))
    await second.armed()
    await second.link.dispose()
    await eventually(() => expect(presence.at(-1)).toBe('{"state":"disconnected","session":"run-2"}'))
  })

  test('asks for a photo on demand and stops asking', async () => {
    const broker = held.add(await startAedes())
    const digest = 'c'.repeat(64)
    const issuer = await client(broker.url)
    await issuer.publishAsync(mediaTopic(digest), Buffer.from([1, 2, 3]), { qos: 1, retain: true })
    const watched = watch(broker.url)
    await watched.armed()
    const received: Uint8Array[] = []
    const stop = watched.link.requestMedia(digest, (bytes) => received.push(bytes))
    await eventually(() => expect(received.map((bytes) => [...bytes])).toEqual([[1, 2, 3]]))
    stop()
    await issuer.publishAsync(mediaTopic(digest), Buffer.from([4]), { qos: 1 })
    await issuer.publishAsync(alertTopic('nl', 'after'), 'x', { qos: 1 })
    await eventually(() => expect(watched.messages).toHaveLength(1))
    expect(received).toHaveLength(1)
  })

  test('publishes with an acknowledgement, and a newer retained message replaces one still waiting', async () => {
    const broker = held.add(await startAedes())
    const signs = await heardOn(broker.url, 'signs/+')
    const watched = watch(broker.url)
    expect(await watched.link.publish('signs/early', 'x', { retain: true })).toBe(false)
    await watched.armed()
    const sent = Array.from({ length: 40 }, (_, index) =>
      watched.link.publish(`signs/${index % 20}`, String(index), { retain: true }),
    )
    const acknowledged = await Promise.all(sent)
    expect(acknowledged.slice(20)).toEqual(Array(20).fill(true))
    expect(acknowledged.slice(10, 20)).toEqual(Array(10).fill(false))
    await eventually(() => expect(signs).toContain('39'))
    expect(signs).not.toContain('15')
  })
})

describe('a link to a broker that speaks MQTT 5', () => {
  test('uses it, and is alive by the return of its own message', async () => {
    const broker = held.add(await startMosquitto())
    const health = await heardOn(broker.url, healthTopic('utrecht-cs'))
    const watched = watch(broker.url)
    await watched.armed()
    expect(watched.link.status.version).toBe(5)
    expect(health.map((text) => JSON.parse(text))).toEqual([{ session: 'run-1', sequence: 1, armed: true }])
    await watched.pass(60_000)
    await eventually(() => expect(health).toHaveLength(2))
    expect(watched.statuses.filter(({ state }) => state === 'connecting')).toHaveLength(1)
    await eventually(() => expect(watched.link.status.roundTrip?.at).toBe(watched.clock.now()))
  })
})

describe('a link whose broker is away', () => {
  test('says so once, keeps trying with growing pauses, and is there when the broker comes', async () => {
    const port = await freePort()
    const watched = watch(`mqtt://127.0.0.1:${port}`)
    const pauses: number[] = []
    for (let attempt = 0; attempt < 9; attempt += 1) {
      await eventually(() => expect(watched.link.status.state).toBe('waiting'))
      expect(watched.link.status).toEqual({
        state: 'waiting',
        reason: 'nothing listens there; start the broker or correct its address',
        version: 5,
      })
      pauses.push(watched.waitForAttempt())
    }
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
    expect(watched.lines).toEqual([
      `no connection to mqtt://127.0.0.1:${port}: nothing listens there; start the broker or correct its address; trying again until it is there`,
    ])
    await eventually(() => expect(watched.link.status.state).toBe('waiting'))
    held.add(await startAedes(port))
    watched.waitForAttempt()
    await watched.armed()
    expect(watched.lines.at(-1)).toBe(`connected to mqtt://127.0.0.1:${port} (MQTT 3.1.1)`)
  })

  test('subscribes anew after a cut, so that what was missed is replayed', async () => {
    const port = await freePort()
    const broker = await startAedes(port)
    const watched = watch(broker.url)
    await watched.armed()
    await broker.dispose()
    await eventually(() => expect(watched.link.status.state).toBe('waiting'))
    const back = held.add(await startAedes(port))
    const issuer = await client(back.url)
    await issuer.publishAsync(alertTopic('nl', 'missed'), 'x', { qos: 1, retain: true })
    watched.waitForAttempt()
    await eventually(() => expect(watched.topics()).toEqual([alertTopic('nl', 'missed')]))
  })
})

describe('a link to a broker that misbehaves', () => {
  test('keeps trying after a refused login', async () => {
    // CONNACK with return code 5, not authorized; in MQTT 5 reason 135.
    const refuse = (version: number) => (version === 5 ? [0x20, 3, 0, 135, 0] : [0x20, 2, 0, 5])
    const broker = held.add(await startScriptedBroker({ refuse }))
    const watched = watch(broker.url)
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await eventually(() => expect(broker.connects).toHaveLength(attempt))
      await eventually(() => expect(watched.link.status.state).toBe('waiting'))
      expect(watched.link.status.reason).toContain('check username, password or certificate')
      watched.waitForAttempt()
    }
  })

  test('tries MQTT 3.1.1 when an MQTT 5 CONNECT is answered by hanging up', async () => {
    const broker = held.add(await startScriptedBroker({ refuse: () => [] }))
    const watched = watch(broker.url)
    await eventually(() => expect(watched.link.status.state).toBe('waiting'))
    expect(broker.connects).toEqual([5, 4])
    expect(watched.link.status.reason).toBe('the broker closed the connection')
  })

  test('cuts a connection that acknowledges but does not deliver', async () => {
    const broker = held.add(await startScriptedBroker({ withhold: true }))
    const watched = watch(broker.url)
    await eventually(() => expect(watched.link.status.state).toBe('connected'))
    expect(watched.link.status.roundTrip).toBeUndefined()
    await watched.pass(15_000)
    expect(watched.link.status.state).toBe('waiting')
    expect(watched.link.status.reason).toContain("the player's own message did not come back within 15 s")
  })

  test.each([
    ['what is no packet', [0x30, 0xff, 0xff, 0xff, 0xff, 0x01]],
    ['a message of QoS 2, which nobody asked for', [0x34, 7, 0, 1, 0x61, 0, 1, 0, 0]],
    ['a packet that only clients send', [0x82, 5, 0, 1, 0, 0, 0]],
    ['a CONNACK of 200 MB', [0x20, 0x80, 0x80, 0xaf, 0x5f]],
  ])('cuts a connection that sends %s, and goes on', async (_, bytes) => {
    const broker = held.add(await startScriptedBroker())
    const watched = watch(broker.url)
    await watched.armed()
    await broker.write(Buffer.from(bytes))
    await eventually(() => expect(watched.link.status.state).toBe('waiting'))
    watched.waitForAttempt()
    await watched.armed()
  })

  test.each([
    ['MQTT 5', () => startScriptedBroker()],
    ['MQTT 3.1.1', () => startScriptedBroker({ refuseVersion: 5 })],
  ])(
    'bounds what a message of 100 MB costs, hands on enough to refuse it by name, and stays connected (%s)',
    async (_, start) => {
      const broker = held.add(await start())
      const watched = watch(broker.url)
      await watched.armed()
      const memory = (): number => {
        collectGarbage()
        return process.memoryUsage().arrayBuffers
      }
      const before = memory()
      let most = 0
      const sampling = setInterval(() => {
        most = Math.max(most, memory())
      }, 10)
      held.defer(() => clearInterval(sampling))
      await broker.deliver(alertTopic('nl', 'giant'), 100_000_000, 7)
      await broker.deliver(alertTopic('nl', 'next'), 10, 8)
      await eventually(() =>
        expect(watched.topics()).toEqual([alertTopic('nl', 'giant'), alertTopic('nl', 'next')]),
      )
      expect(watched.messages[0]?.bytes.length).toBeGreaterThan(8_000_000)
      expect(watched.messages[1]?.bytes.length).toBe(10)
      await eventually(() => expect(broker.acknowledged).toEqual([7, 8]))
      expect(most - before).toBeLessThan(40_000_000)
      expect(watched.link.status.state).toBe('connected')
    },
  )
})
