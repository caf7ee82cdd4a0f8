import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Disposables } from '../base/disposal.ts'
import { startAedes, startMosquitto } from '../testkit/brokers.ts'
import { freePort } from '../testkit/free-port.ts'
import { TestClock } from '../testkit/test-clock.ts'
import { type Delivery, Link, type LinkOptions, type LinkStatus } from './link.ts'
import { alertTopic, healthTopic, mediaTopic, presenceTopic } from './topics.ts'

const held = new Disposables()
afterEach(() => held.dispose())

interface Watched {
  readonly link: Link
  readonly clock: TestClock
  readonly statuses: LinkStatus[]
  readonly alerts: Delivery[]
  readonly lines: string[]
}

function watch(url: string, changes: Partial<LinkOptions> = {}): Watched {
  const clock = new TestClock()
  const statuses: LinkStatus[] = []
  const alerts: Delivery[] = []
  const lines: string[] = []
  const link = held.add(
    new Link({
      broker: { url },
      plane: 0,
      player: 'utrecht-cs',
      areas: ['nl', 'nl-vr09'],
      clock,
      random: () => 0.5,
      log: { info: (line) => lines.push(line), warn: (line) => lines.push(line) },
      session: 'run-1',
      health: () => ({ armed: true }),
      onAlert: async (delivery) => void alerts.push(delivery),
      onStatus: (status) => statuses.push(status),
      ...changes,
    }),
  )
  link.open()
  return { link, clock, statuses, alerts, lines }
}

const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 10 })

const connected = ({ link }: Watched): Promise<void> =>
  eventually(() =>
    expect(link.status).toMatchObject({ state: 'connected', roundTrip: { took: expect.any(Number) } }),
  )

async function client(url: string): Promise<MqttClient> {
  const one = await connectAsync(url, { protocolVersion: 4, clean: true })
  held.defer(() => one.endAsync())
  return one
}

/** Every message on `topic` from now on, retained ones included. */
async function listen(url: string, topic: string): Promise<string[]> {
  const messages: string[] = []
  const one = await client(url)
  one.on('message', (_, payload) => messages.push(payload.toString()))
  await one.subscribeAsync(topic, { qos: 1 })
  return messages
}

describe('a link to a broker that speaks MQTT 3.1.1 only', () => {
  test('falls back to it, and delivers the retained and the new alerts of its own areas', async () => {
    const broker = held.add(await startAedes())
    const issuer = await client(broker.url)
    await issuer.publishAsync(alertTopic('nl', 'case-1'), 'one', { qos: 1, retain: true })
    const watched = watch(broker.url)
    await connected(watched)
    expect(watched.link.status.version).toBe(4)
    await issuer.publishAsync(alertTopic('nl-vr09', 'case-2'), 'two', { qos: 1 })
    await issuer.publishAsync(alertTopic('nl-vr13', 'case-3'), 'elsewhere', { qos: 1 })
    await issuer.publishAsync(alertTopic('nl', 'case-4'), 'last', { qos: 1 })
    await eventually(() =>
      expect(watched.alerts.map(({ topic, bytes }) => [topic, Buffer.from(bytes).toString()])).toEqual([
        ['kijkuit/v1/alerts/nl/case-1', 'one'],
        ['kijkuit/v1/alerts/nl-vr09/case-2', 'two'],
        ['kijkuit/v1/alerts/nl/case-4', 'last'],
      ]),
    )
  })

  test('says it is ready on connect, lost when it is cut, and disconnected when it stops as planned', async () => {
    const broker = held.add(await startAedes())
    const presence = await listen(broker.url, presenceTopic('utrecht-cs'))
    const first = watch(broker.url)
    await connected(first)
    await eventually(() => expect(presence).toEqual(['{"state":"ready","session":"run-1"}']))
    // The same client id: the broker throws the first one out, as it would a dead one.
    const second = watch(broker.url, { session: 'run-2' })
    await eventually(() => expect(presence).toContain('{"state":"lost","session":"run-1"}'))
    await connected(second)
    await second.link.dispose()
    await eventually(() => expect(presence.at(-1)).toBe('{"state":"disconnected","session":"run-2"}'))
  })

  test('asks for a photo on demand and stops asking', async () => {
    const broker = held.add(await startAedes())
    const digest = 'c'.repeat(64)
    const issuer = await client(broker.url)
    await issuer.publishAsync(mediaTopic(digest), Buffer.from([1, 2, 3]), { qos: 1, retain: true })
    const watched = watch(broker.url)
    await connected(watched)
    const received: Uint8Array[] = []
    const stop = watched.link.requestMedia(digest, (bytes) => received.push(bytes))
    await eventually(() => expect(received.map((bytes) => [...bytes])).toEqual([[1, 2, 3]]))
    stop()
    await issuer.publishAsync(mediaTopic(digest), Buffer.from([4]), { qos: 1 })
    await issuer.publishAsync(alertTopic('nl', 'after'), 'x', { qos: 1 })
    await eventually(() => expect(watched.alerts).toHaveLength(1))
    expect(received).toHaveLength(1)
  })

  test('publishes with an acknowledgement, and a newer retained message replaces one still waiting', async () => {
    const broker = held.add(await startAedes())
    const signs = await listen(broker.url, 'signs/+')
    const watched = watch(broker.url)
    expect(await watched.link.publish('signs/early', 'x', { retain: true })).toBe(false)
    await connected(watched)
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
    const health = await listen(broker.url, healthTopic('utrecht-cs'))
    const watched = watch(broker.url)
    await connected(watched)
    expect(watched.link.status.version).toBe(5)
    expect(health.map((text) => JSON.parse(text))).toEqual([{ session: 'run-1', sequence: 1, armed: true }])
    watched.clock.advance(60_000)
    await eventually(() => expect(health).toHaveLength(2))
    await eventually(() => expect(watched.link.status.roundTrip?.at).toBe(watched.clock.now()))
  })
})

describe('a link whose broker is away', () => {
  test('says so once, keeps trying with growing pauses, and is there when the broker comes', async () => {
    const port = await freePort()
    const watched = watch(`mqtt://127.0.0.1:${port}`)
    const pauses: number[] = []
    for (let attempt = 0; attempt < 9; attempt += 1) {
      await eventually(() => expect(watched.clock.waiting).toBe(1))
      expect(watched.link.status).toEqual({
        state: 'waiting',
        reason: 'nothing listens there; start the broker or correct its address',
        version: 5,
      })
      let pause = 0
      while (watched.clock.waiting > 0) {
        watched.clock.advance(250)
        pause += 250
      }
      pauses.push(pause)
    }
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
    expect(watched.lines).toEqual([
      `no connection to mqtt://127.0.0.1:${port}: nothing listens there; start the broker or correct its address; the player keeps trying`,
    ])
    await eventually(() => expect(watched.clock.waiting).toBe(1))
    held.add(await startAedes(port))
    watched.clock.advance(60_000)
    await connected(watched)
    expect(watched.lines.at(-1)).toBe(`connected to mqtt://127.0.0.1:${port} (MQTT 3.1.1)`)
  })

  test('subscribes anew after a cut, so that what was missed is replayed', async () => {
    const port = await freePort()
    const broker = await startAedes(port)
    const watched = watch(broker.url)
    await connected(watched)
    await broker.dispose()
    await eventually(() => expect(watched.link.status.state).toBe('waiting'))
    const back = held.add(await startAedes(port))
    const issuer = await client(back.url)
    await issuer.publishAsync(alertTopic('nl', 'missed'), 'x', { qos: 1, retain: true })
    watched.clock.advance(60_000)
    await eventually(() =>
      expect(watched.alerts.map(({ topic }) => topic)).toEqual([alertTopic('nl', 'missed')]),
    )
  })
})

describe('a link to a broker that misbehaves', () => {
  /** A broker of which only the first answer is written down. */
  async function fake(
    answer: (packet: Buffer, socket: Socket) => void,
  ): Promise<{ url: string; server: Server; connects: Buffer[] }> {
    const connects: Buffer[] = []
    const sockets = new Set<Socket>()
    const server = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.once('data', (packet) => {
        connects.push(packet)
        answer(packet, socket)
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    held.defer(async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    return { url: `mqtt://127.0.0.1:${address.port}`, server, connects }
  }

  test('keeps trying after a refused login', async () => {
    // CONNACK with return code 5, not authorized; in MQTT 5 reason 135.
    const { url, connects } = await fake((packet, socket) =>
      socket.end(packet[8] === 5 ? Buffer.from([0x20, 3, 0, 135, 0]) : Buffer.from([0x20, 2, 0, 5])),
    )
    const watched = watch(url)
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await eventually(() => expect(connects).toHaveLength(attempt))
      await eventually(() => expect(watched.link.status.state).toBe('waiting'))
      expect(watched.link.status.reason).toContain('check username, password or certificate')
      watched.clock.advance(60_000)
    }
  })

  test('tries MQTT 3.1.1 when an MQTT 5 CONNECT is answered by hanging up', async () => {
    const { url, connects } = await fake((_, socket) => socket.end())
    const watched = watch(url)
    await eventually(() => expect(watched.link.status.state).toBe('waiting'))
    expect(connects.map((packet) => packet[8])).toEqual([5, 4])
    expect(watched.link.status.reason).toBe('the broker closed the connection')
  })

  test('cuts a connection that acknowledges but does not deliver', async () => {
    // Answers CONNECT, SUBSCRIBE and every PUBLISH of MQTT 5 with success, and never delivers a thing.
    const { url } = await fake((_, socket) => {
      socket.write(Buffer.from([0x20, 3, 0, 0, 0]))
      socket.on('data', (data) => {
        for (let at = 0; at < data.length; ) {
          const type = (data[at] ?? 0) >> 4
          let length = 0
          let size = 1
          for (let shift = 0; ; shift += 7, size += 1) {
            const byte = data[at + size] ?? 0
            length |= (byte & 0x7f) << shift
            if (byte < 0x80) break
          }
          const body = data.subarray(at + size + 1, at + size + 1 + length)
          if (type === 8) socket.write(Buffer.from([0x90, 6, body[0] ?? 0, body[1] ?? 0, 0, 1, 1, 1]))
          if (type === 3) {
            const id = 2 + body.readUInt16BE(0)
            socket.write(Buffer.from([0x40, 2, body[id] ?? 0, body[id + 1] ?? 0]))
          }
          at += size + 1 + length
        }
      })
    })
    const watched = watch(url)
    await eventually(() => expect(watched.link.status.state).toBe('connected'))
    expect(watched.link.status.roundTrip).toBeUndefined()
    watched.clock.advance(15_000)
    expect(watched.link.status.state).toBe('waiting')
    expect(watched.link.status.reason).toContain("the player's own message did not come back within 15 s")
  })
})
