import { afterEach, describe, expect, test } from 'vitest'
import { Disposables } from '../base/disposal.ts'
import { startAedes } from '../testkit/brokers.ts'
import { eventually } from '../testkit/eventually.ts'
import { freePort } from '../testkit/free-port.ts'
import { connectClient } from '../testkit/mqtt-client.ts'
import { TestClock } from '../testkit/test-clock.ts'
import { Links } from './links.ts'
import { alertTopic, playerSubscriptions } from './topics.ts'

const held = new Disposables()
afterEach(() => held.dispose())

function open(...urls: readonly string[]) {
  const told: string[] = []
  const clock = new TestClock()
  const links = held.add(
    new Links({
      brokers: urls.map((url) => ({ url })),
      player: 'utrecht-cs',
      subscriptions: playerSubscriptions(['nl']),
      clock,
      random: () => 0,
      log: { info: () => {}, warn: () => {} },
      session: 'run-1',
      health: () => ({}),
      onMessage: async ({ bytes }) => void told.push(`alert ${Buffer.from(bytes)}`),
      onConnected: () => told.push('connected'),
      onArmed: (armed) => told.push(armed ? 'armed' : 'not armed'),
    }),
  )
  links.open()
  return { links, told, clock }
}

async function publish(url: string, text: string): Promise<void> {
  const issuer = await connectClient(url)
  await issuer.publishAsync(alertTopic('nl', 'case-1'), text, { qos: 1 })
  await issuer.endAsync()
}

describe('the links of a player', () => {
  test('deliver what comes over any of two brokers, and arm once', async () => {
    const [one, two] = [held.add(await startAedes()), held.add(await startAedes())]
    const { links, told } = open(one.url, two.url)
    await eventually(() =>
      expect(links.statuses.every(({ roundTrip }) => roundTrip !== undefined)).toBe(true),
    )
    await publish(one.url, 'one')
    await publish(two.url, 'two')
    await eventually(() => expect(told).toContain('alert two'))
    expect(told.toSorted()).toEqual(['alert one', 'alert two', 'armed', 'connected', 'connected'])
  })

  test('do with one broker while the other is away, and send each receipt over one only', async () => {
    const broker = held.add(await startAedes())
    const { links, told } = open(`mqtt://127.0.0.1:${await freePort()}`, broker.url)
    await eventually(() => expect(links.armed).toBe(true))
    expect(await links.publishOnce('receipts', 'x')).toBe(true)
    await publish(broker.url, 'one')
    await eventually(() => expect(told).toContain('alert one'))
  })

  test('are not armed without a broker, and say so', async () => {
    const broker = await startAedes()
    const { links, told } = open(broker.url)
    await eventually(() => expect(told).toEqual(['connected', 'armed']))
    await broker.dispose()
    await eventually(() => expect(told).toEqual(['connected', 'armed', 'not armed']))
    expect(links.armed).toBe(false)
    expect(await links.publishOnce('receipts', 'x')).toBe(false)
  })
})
