import { afterEach, describe, expect, test } from 'vitest'
import { Disposables } from '../base/disposal.ts'
import { startAedes, startMosquitto } from '../testkit/brokers.ts'
import { eventually } from '../testkit/eventually.ts'
import { type FaultProxy, startFaultProxy } from '../testkit/fault-proxy.ts'
import { freePort } from '../testkit/free-port.ts'
import { connectClient } from '../testkit/mqtt-client.ts'
import { startScriptedBroker } from '../testkit/scripted-broker.ts'
import { type WatchedLink, watchLink } from '../testkit/watched-link.ts'
import { alertTopic } from './topics.ts'

const held = new Disposables()
afterEach(() => held.dispose())

const waiting = ({ link }: WatchedLink): Promise<void> =>
  eventually(() => expect(link.status.state).toBe('waiting'))

const portOf = (url: string): number => Number(new URL(url).port)

/** A link to `url` through a network that misbehaves. */
async function through(url: string): Promise<{ proxy: FaultProxy; watched: WatchedLink }> {
  const proxy = held.add(await startFaultProxy(portOf(url)))
  const watched = held.add(watchLink(`mqtt://127.0.0.1:${proxy.port}`))
  return { proxy, watched }
}

/** Has the broker retain an alert. */
async function retain(url: string, incident: string, payload = 'x'): Promise<void> {
  const issuer = await connectClient(url)
  await issuer.publishAsync(alertTopic('nl', incident), payload, { qos: 1, retain: true })
  await issuer.endAsync()
}

describe.each([
  ['Mosquitto (MQTT 5)', () => startMosquitto()],
  ['aedes (MQTT 3.1.1)', () => startAedes()],
])('a link to %s over a bad network', (_, start) => {
  test('finds within 30 s that the line is half-open, and has what it missed as soon as it is back', async () => {
    const broker = held.add(await start())
    const { proxy, watched } = await through(broker.url)
    await watched.armed()
    await watched.pass(60_000)
    expect(watched.link.status.state).toBe('connected')
    proxy.freeze()
    await retain(broker.url, 'missed')
    let silent = 0
    while (watched.link.status.state === 'connected' && silent < 60_000) {
      await watched.pass(1_000)
      silent += 1_000
    }
    expect(silent).toBeLessThanOrEqual(30_000)
    expect(watched.link.status.reason).toContain('nothing came from the broker for 15 s after a ping')
    proxy.thaw()
    watched.waitForAttempt()
    await watched.armed()
    await eventually(() => expect(watched.topics()).toEqual([alertTopic('nl', 'missed')]))
  })

  test('finds it also while it keeps sending', async () => {
    const broker = held.add(await start())
    const { proxy, watched } = await through(broker.url)
    await watched.armed()
    proxy.freeze()
    for (let passed = 0; passed < 30_000; passed += 1_000) {
      void watched.link.publish('signs/one', String(passed), { retain: true })
      await watched.pass(1_000)
    }
    expect(watched.statuses.map(({ state }) => state)).toContain('waiting')
  })

  test('is back after each of 100 cuts, and leaves nothing of the broken connections', async () => {
    const broker = held.add(await start())
    const { proxy, watched } = await through(broker.url)
    await watched.armed()
    const timers = watched.clock.waiting
    const files = process.getActiveResourcesInfo().length
    for (let cut = 0; cut < 100; cut += 1) {
      proxy.reset()
      await waiting(watched)
      watched.waitForAttempt()
      await watched.armed()
    }
    await eventually(() => expect(proxy.open).toBe(1))
    await eventually(() => expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(files + 2))
    expect(watched.clock.waiting).toBe(timers)
    await retain(broker.url, 'after')
    await eventually(() => expect(watched.topics()).toEqual([alertTopic('nl', 'after')]))
  }, 60_000)

  test('gets everything in the end over a line that drops after so many bytes', async () => {
    const broker = held.add(await start())
    const text = 'x'.repeat(20_000)
    for (const incident of ['one', 'two', 'three']) await retain(broker.url, incident, text)
    const { proxy, watched } = await through(broker.url)
    proxy.dropAfter(30_000)
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await waiting(watched)
      watched.waitForAttempt()
    }
    proxy.dropAfter(undefined)
    await watched.armed()
    await eventually(() => expect(new Set(watched.topics()).size).toBe(3))
    expect(watched.messages.every(({ bytes }) => bytes.length === text.length)).toBe(true)
  })

  test('stops within its patience although the line is frozen', async () => {
    const broker = held.add(await start())
    const { proxy, watched } = await through(broker.url)
    await watched.armed()
    proxy.freeze()
    const stopped = watched.link.dispose()
    await watched.pass(2_000)
    await stopped
  })
})

describe('a link', () => {
  test('works over a slow line', async () => {
    const broker = held.add(await startMosquitto())
    await retain(broker.url, 'one')
    const { proxy, watched } = await through(broker.url)
    proxy.delay(150)
    await watched.armed()
    await eventually(() => expect(watched.topics()).toEqual([alertTopic('nl', 'one')]))
  })

  test('gives up an attempt that nobody answers, and tries again', async () => {
    const broker = held.add(await startMosquitto())
    const proxy = held.add(await startFaultProxy(portOf(broker.url)))
    proxy.freeze()
    const watched = held.add(watchLink(`mqtt://127.0.0.1:${proxy.port}`))
    await eventually(() => expect(proxy.accepted).toBe(1))
    await watched.pass(8_000)
    expect(watched.link.status).toMatchObject({ state: 'waiting', reason: 'the broker does not answer' })
    proxy.thaw()
    watched.waitForAttempt()
    await watched.armed()
  })

  test('is refused by a broker that is busy, and let in when it no longer is', async () => {
    const port = await freePort()
    // CONNACK with reason 137, server busy (MQTT 5.0 §3.2.2.2).
    const busy = held.add(await startScriptedBroker({ port, refuse: () => [0x20, 3, 0, 137, 0] }))
    const watched = held.add(watchLink(`mqtt://127.0.0.1:${port}`))
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      await eventually(() => expect(busy.connects).toHaveLength(attempt))
      await waiting(watched)
      expect(watched.link.status.reason).toBe('the broker is busy')
      if (attempt < 5) watched.waitForAttempt()
    }
    await busy.dispose()
    held.add(await startMosquitto({ port }))
    watched.waitForAttempt()
    await watched.armed()
  })
})
