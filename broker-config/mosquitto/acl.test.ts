import { connectAsync, type ErrorWithReasonCode, type MqttClient } from 'mqtt'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type StartedMosquitto, startMosquitto } from '../../display-client/testkit/brokers.ts'

/** Reason code of MQTT 5.0 §3.4.2.1. */
const NOT_AUTHORIZED = 135

const ALERT = 'kijkuit/v1/alerts/nl/amber-2026-0001'

describe('the site broker', () => {
  let broker: StartedMosquitto
  const clients: MqttClient[] = []

  beforeAll(async () => {
    broker = await startMosquitto({
      users: ['issuer', 'supervisor', 'keeper', 'controller', 'locator', 'station-1', 'station-2'],
    })
  })

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.endAsync(true)))
  })

  afterAll(() => broker?.dispose())

  /** MQTT 5, which is told when a PUBLISH is refused. */
  async function login(user: string): Promise<MqttClient> {
    const client = await connectAsync(broker.login(user), { protocolVersion: 5, reconnectPeriod: 0 })
    clients.push(client)
    return client
  }

  /** 0 when the broker took it, else its reason code. */
  async function publishing(user: string, topic: string): Promise<number | undefined> {
    const client = await login(user)
    try {
      await client.publishAsync(topic, 'payload', { qos: 1 })
      return 0
    } catch (error) {
      return (error as ErrorWithReasonCode).code
    }
  }

  it.each([
    ['an alert', ALERT],
    ['a photo', `kijkuit/v1/media/${'0'.repeat(64)}`],
    ['a manifest', 'kijkuit/v1/manifests/nl'],
    ['a drill', 'kijkuit/v1/drills/nl'],
    ['a keyring update', 'kijkuit/v1/keys'],
    ['presence in the name of another player', 'kijkuit/v1/players/station-2/presence'],
    ['anything outside Kijkuit', 'elsewhere'],
  ])('lets no player publish %s', async (_what, topic) => {
    expect(await publishing('station-1', topic)).toBe(NOT_AUTHORIZED)
  })

  it.each(['presence', 'health', 'receipts', 'signs/platform-3'])(
    'lets a player publish its own %s',
    async (name) => {
      expect(await publishing('station-1', `kijkuit/v1/players/station-1/${name}`)).toBe(0)
    },
  )

  it.each([
    ['alerts', ALERT],
    ['photos', `kijkuit/v1/media/${'0'.repeat(64)}`],
    ['manifests', 'kijkuit/v1/manifests/nl'],
    ['drills', 'kijkuit/v1/drills/nl'],
  ])('lets the issuer publish %s and a player read them', async (_what, topic) => {
    const player = await login('station-1')
    await player.subscribeAsync(topic, { qos: 1 })
    const received = new Promise<string>((resolve) => {
      player.once('message', (_topic, payload) => resolve(payload.toString()))
    })
    expect(await publishing('issuer', topic)).toBe(0)
    expect(await received).toBe('payload')
  })

  it('lets the supervisor publish a keyring update, and a player read it', async () => {
    const player = await login('station-1')
    await player.subscribeAsync('kijkuit/v1/keys', { qos: 1 })
    const received = new Promise<string>((resolve) => {
      player.once('message', (_topic, payload) => resolve(payload.toString()))
    })
    expect(await publishing('supervisor', 'kijkuit/v1/keys')).toBe(0)
    expect(await received).toBe('payload')
  })

  it('lets the issuer publish no keyring update, and the supervisor nothing else', async () => {
    expect(await publishing('issuer', 'kijkuit/v1/keys')).toBe(NOT_AUTHORIZED)
    for (const topic of [ALERT, 'kijkuit/v1/manifests/nl', 'kijkuit/v1/drills/nl', 'kijkuit/v1/keys/nl'])
      expect(await publishing('supervisor', topic)).toBe(NOT_AUTHORIZED)
  })

  it('lets the keeper read and write alerts and lists, clear photos, and say how it is', async () => {
    const topics = [ALERT, 'kijkuit/v1/alerts/zz/keeper', 'kijkuit/v1/manifests/nl']
    const keeper = await login('keeper')
    const received: string[] = []
    keeper.on('message', (topic) => received.push(topic))
    await keeper.subscribeAsync([...topics, 'kijkuit/v1/keys', 'kijkuit/v1/players/keeper/health'], {
      qos: 1,
    })
    const own = ['kijkuit/v1/players/keeper/health', `kijkuit/v1/media/${'0'.repeat(64)}`]
    for (const topic of [...topics, ...own]) expect(await publishing('keeper', topic)).toBe(0)
    expect(await publishing('supervisor', 'kijkuit/v1/keys')).toBe(0)
    const all = [...topics, 'kijkuit/v1/keys', 'kijkuit/v1/players/keeper/health'].toSorted()
    await expect.poll(() => received.toSorted()).toEqual(all)
  })

  it('lets the keeper write no keys, no drills, and nothing of a player', async () => {
    for (const topic of ['kijkuit/v1/keys', 'kijkuit/v1/drills/nl', 'kijkuit/v1/players/station-1/health'])
      expect(await publishing('keeper', topic)).toBe(NOT_AUTHORIZED)
  })

  it('lets a controller say what it did with the signs of a player, who alone hears it', async () => {
    const said: string[] = []
    for (const name of ['station-1', 'station-2', 'keeper']) {
      const one = await login(name)
      one.on('message', (topic) => said.push(`${name} ${topic}`))
      await one.subscribeAsync(['kijkuit/v1/players/+/acknowledgements'], { qos: 1 })
    }
    expect(await publishing('controller', 'kijkuit/v1/players/station-1/acknowledgements')).toBe(0)
    expect(await publishing('controller', 'kijkuit/v1/players/station-2/acknowledgements')).toBe(0)
    const own = (name: string) => `${name} kijkuit/v1/players/${name}/acknowledgements`
    await expect.poll(() => said.toSorted()).toEqual([own('station-1'), own('station-2')])
  })

  it('lets nobody else say it, and a controller nothing else', async () => {
    const topic = 'kijkuit/v1/players/station-1/acknowledgements'
    for (const user of ['issuer', 'keeper', 'supervisor', 'station-2'])
      expect(await publishing(user, topic), user).toBe(NOT_AUTHORIZED)
    for (const other of [ALERT, 'feed', 'signs/drip', 'presence', 'acknowledgements/x'])
      expect(
        await publishing(
          'controller',
          other.includes('alerts') ? other : `kijkuit/v1/players/station-1/${other}`,
        ),
        other,
      ).toBe(NOT_AUTHORIZED)
  })

  it('lets the locator tell a player where it is, and nothing else', async () => {
    const position = 'kijkuit/v1/players/station-1/position'
    const player = await login('station-1')
    await player.subscribeAsync(position, { qos: 1 })
    const received = new Promise<string>((resolve) => {
      player.once('message', (_topic, payload) => resolve(payload.toString()))
    })
    expect(await publishing('locator', position)).toBe(0)
    expect(await received).toBe('payload')
    for (const topic of [ALERT, 'kijkuit/v1/keys', 'kijkuit/v1/players/station-1/health'])
      expect(await publishing('locator', topic)).toBe(NOT_AUTHORIZED)
    expect(await publishing('issuer', position)).toBe(NOT_AUTHORIZED)
    expect(await publishing('station-2', position)).toBe(NOT_AUTHORIZED)
  })

  it('lets a player read its own health and nothing of another player', async () => {
    const player = await login('station-1')
    const topics: string[] = []
    const own = new Promise<void>((resolve) => {
      player.on('message', (topic) => {
        topics.push(topic)
        if (topic.startsWith('kijkuit/v1/players/station-1/')) resolve()
      })
    })
    await player.subscribeAsync(['kijkuit/v1/players/station-2/#', 'kijkuit/v1/players/station-1/#'], {
      qos: 1,
    })
    await publishing('station-2', 'kijkuit/v1/players/station-2/health')
    await publishing('station-1', 'kijkuit/v1/players/station-1/health')
    await own
    expect(topics).toEqual(['kijkuit/v1/players/station-1/health'])
  })

  it('lets the issuer see who shows it', async () => {
    const issuer = await login('issuer')
    await issuer.subscribeAsync('kijkuit/v1/players/+/receipts', { qos: 1 })
    const received = new Promise<string>((resolve) => issuer.once('message', resolve))
    await publishing('station-1', 'kijkuit/v1/players/station-1/receipts')
    expect(await received).toBe('kijkuit/v1/players/station-1/receipts')
  })

  it('refuses who does not say who they are', async () => {
    await expect(connectAsync(broker.url, { protocolVersion: 5, reconnectPeriod: 0 })).rejects.toMatchObject({
      code: NOT_AUTHORIZED,
    })
  })

  it('refuses a wrong password', async () => {
    const wrong = broker.login('issuer').replace(/:[^:@]+@/, ':wrong@')
    await expect(connectAsync(wrong, { protocolVersion: 5, reconnectPeriod: 0 })).rejects.toMatchObject({
      code: NOT_AUTHORIZED,
    })
  })
})
