import { once } from 'node:events'
import { createConnection } from 'node:net'
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type StartedBroker, startAedes, startMosquitto } from './brokers.ts'

/** What Kijkuit relies on, of every broker: clause numbers are those of MQTT 3.1.1 and 5.0 (OASIS Standards). */
describe.each([
  { name: 'aedes', start: () => startAedes() },
  { name: 'mosquitto', start: () => startMosquitto() },
])('$name, MQTT 3.1.1', ({ name, start }) => {
  let broker: StartedBroker
  const clients: MqttClient[] = []

  beforeAll(async () => {
    broker = await start()
  })

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.endAsync(true)))
  })

  afterAll(() => broker?.dispose())

  async function client(options: IClientOptions = {}): Promise<MqttClient> {
    const connected = await connectAsync(broker.url, { protocolVersion: 4, reconnectPeriod: 0, ...options })
    clients.push(connected)
    return connected
  }

  it('delivers a retained alert to who subscribes later, and says that it was retained [MQTT-3.3.1-6, MQTT-3.3.1-8]', async () => {
    const issuer = await client()
    await issuer.publishAsync('kijkuit/v1/alerts/nl/retained', 'envelope', { qos: 1, retain: true })
    const player = await client()
    const received = nextMessage(player)
    await player.subscribeAsync('kijkuit/v1/alerts/nl/retained', { qos: 1 })
    expect(await received).toEqual({
      topic: 'kijkuit/v1/alerts/nl/retained',
      text: 'envelope',
      retain: true,
      qos: 1,
    })
  })

  it('delivers a live alert without the retained mark [MQTT-3.3.1-9]', async () => {
    const player = await client()
    await player.subscribeAsync('kijkuit/v1/alerts/nl/live', { qos: 1 })
    const received = nextMessage(player)
    const issuer = await client()
    await issuer.publishAsync('kijkuit/v1/alerts/nl/live', 'envelope', { qos: 1, retain: true })
    expect(await received).toMatchObject({ text: 'envelope', retain: false })
  })

  it('answers a QoS 1 PUBLISH by a PUBACK with its packet identifier [MQTT-4.3.2-2]', async () => {
    const issuer = await client()
    const seen: unknown[] = []
    issuer.on('packetsend', (packet) => seen.push([packet.cmd, packet.messageId]))
    issuer.on('packetreceive', (packet) => seen.push([packet.cmd, packet.messageId]))
    await issuer.publishAsync('kijkuit/v1/players/station-1/receipts', '[]', { qos: 1 })
    const [publish, puback] = seen as [[string, number], [string, number]]
    expect(publish[0]).toBe('publish')
    expect(puback).toEqual(['puback', publish[1]])
  })

  it('publishes the last will, retained, of a player that is gone without DISCONNECT [MQTT-3.1.2-8, MQTT-3.1.2-17]', async () => {
    const topic = 'kijkuit/v1/players/station-1/presence'
    const watcher = await client()
    await watcher.subscribeAsync(topic, { qos: 1 })
    const received = nextMessage(watcher)
    const player = await client({
      will: { topic, payload: Buffer.from('{"online":false}'), qos: 1, retain: true },
    })
    player.stream.destroy()
    expect(await received).toMatchObject({ text: '{"online":false}' })
    const later = await client()
    const retained = nextMessage(later)
    await later.subscribeAsync(topic, { qos: 1 })
    expect(await retained).toMatchObject({ text: '{"online":false}', retain: true })
  })

  it('publishes no last will after a DISCONNECT [MQTT-3.1.2-10]', async () => {
    const watcher = await client()
    await watcher.subscribeAsync([
      'kijkuit/v1/players/station-2/presence',
      'kijkuit/v1/players/station-3/presence',
    ])
    const player = await client({
      will: {
        topic: 'kijkuit/v1/players/station-2/presence',
        payload: Buffer.from('gone'),
        qos: 0,
        retain: false,
      },
    })
    await player.endAsync()
    const received = nextMessage(watcher)
    const other = await client()
    await other.publishAsync('kijkuit/v1/players/station-3/presence', 'marker')
    expect(await received).toMatchObject({ text: 'marker' })
  })

  it('forgets a retained alert at an empty retained message [MQTT-3.3.1-10, MQTT-3.3.1-11]', async () => {
    const issuer = await client()
    await issuer.publishAsync('kijkuit/v1/alerts/nl/cleared', 'envelope', { qos: 1, retain: true })
    await issuer.publishAsync('kijkuit/v1/alerts/nl/cleared', '', { qos: 1, retain: true })
    await issuer.publishAsync('kijkuit/v1/alerts/nl-gm0344/cleared', 'marker', { qos: 1, retain: true })
    const player = await client()
    const received = nextMessage(player)
    await player.subscribeAsync('kijkuit/v1/alerts/+/cleared', { qos: 1 })
    expect(await received).toMatchObject({ text: 'marker' })
  })

  it('matches + to exactly one level [MQTT-4.7.1-3]', async () => {
    const player = await client()
    await player.subscribeAsync('kijkuit/v1/alerts/nl/+', { qos: 1 })
    const received = nextMessage(player, (topic) => !topic.endsWith('retained') && !topic.endsWith('live'))
    const issuer = await client()
    await issuer.publishAsync('kijkuit/v1/alerts/nl/too/deep', 'no', { qos: 1 })
    await issuer.publishAsync('kijkuit/v1/alerts/nl-vr09/other-area', 'no', { qos: 1 })
    await issuer.publishAsync('kijkuit/v1/alerts/nl/here', 'yes', { qos: 1 })
    expect(await received).toMatchObject({ topic: 'kijkuit/v1/alerts/nl/here', text: 'yes' })
  })

  it(
    name === 'aedes'
      ? 'refuses MQTT 5 with CONNACK code 1, unacceptable protocol version [MQTT-3.1.2-2]'
      : 'accepts MQTT 5 with CONNACK reason code 0 [MQTT 5.0 §3.2.2.2]',
    async () => {
      const connack = await answerTo(broker, CONNECT_5)
      if (name === 'aedes') expect(connack).toEqual(Buffer.from([0x20, 2, 0, 1]))
      else expect([connack[0], connack[3]]).toEqual([0x20, 0])
    },
  )
})

/** A CONNECT of MQTT 5.0 §3.1: clean start, keep alive 60 s, no properties, client identifier `v5`. */
const CONNECT_5 = Buffer.from([
  ...[0x10, 15],
  ...[0, 4, ...Buffer.from('MQTT'), 5],
  ...[0b10, 0, 60, 0],
  ...[0, 2, ...Buffer.from('v5')],
])

/** The first bytes that a broker sends back: those of one packet. */
async function answerTo(broker: StartedBroker, packet: Buffer): Promise<Buffer> {
  const socket = createConnection(Number(new URL(broker.url).port), '127.0.0.1')
  socket.on('error', () => {})
  socket.write(packet)
  const [answer]: Buffer[] = await once(socket, 'data')
  socket.destroy()
  return answer ?? Buffer.alloc(0)
}

interface Received {
  readonly topic: string
  readonly text: string
  readonly retain: boolean
  readonly qos: number
}

/** The next message on a topic that `wanted` accepts. */
function nextMessage(client: MqttClient, wanted: (topic: string) => boolean = () => true): Promise<Received> {
  return new Promise((resolve) => {
    client.on('message', (topic, payload, packet) => {
      if (wanted(topic)) resolve({ topic, text: payload.toString(), retain: packet.retain, qos: packet.qos })
    })
  })
}
