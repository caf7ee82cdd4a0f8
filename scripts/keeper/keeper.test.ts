import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { toCapTime } from '../../display-client/alert/cap-time.ts'
import { alertTopic, manifestTopic, mediaTopic } from '../../display-client/player/topics.ts'
import { cancelOf, updateOf } from '../../display-client/testkit/alerts.ts'
import { type StartedBroker, startAedes, startMosquitto } from '../../display-client/testkit/brokers.ts'
import { eventually } from '../../display-client/testkit/eventually.ts'
import { KeeperRig, type Watcher } from '../../display-client/testkit/keeper-rig.ts'
import { sealed, testKey } from '../../display-client/testkit/keys.ts'

const MINUTE = 60_000
const TOPIC = alertTopic('nl', 'amber-2026-0001')

let rig: KeeperRig
beforeEach(async () => {
  rig = await KeeperRig.open()
})
afterEach(() => rig.dispose())

describe.each([
  { name: 'aedes', start: (port?: number) => startAedes(port) },
  { name: 'mosquitto', start: (port?: number) => startMosquitto(port === undefined ? {} : { port }) },
])('the keeper of the list, over $name', ({ start }) => {
  let broker: StartedBroker
  let seen: Watcher

  beforeEach(async () => {
    broker = rig.held.add(await start())
    seen = await rig.watch(broker.url)
  })

  test('lists what is live at once and every 10 s, retained, with rising numbers', async () => {
    const alert = rig.old()
    await seen.publish(alert)
    await rig.keep(broker.url)
    await rig.eventually(() => expect(seen.list).toEqual(['amber-2026-0001 1']))
    const first = seen.manifests.length
    await rig.pass(30_000)
    await rig.eventually(() => expect(seen.manifests.length).toBeGreaterThanOrEqual(first + 3))
    const numbers = seen.manifests.map(({ seq }) => seq)
    expect(numbers).toEqual([...new Set(numbers)].toSorted((one, other) => one - other))
    expect(seen.manifests.at(-1)).toMatchObject({ area: 'nl', ttl: 30 })

    await seen.publish(updateOf(alert))
    await eventually(() => expect(seen.list).toEqual(['amber-2026-0001 2']))
    await seen.publish(cancelOf(updateOf(alert)))
    await eventually(() => expect(seen.list).toEqual([]))
    const late = await rig.watch(broker.url)
    await eventually(() => expect(late.list).toEqual([]))
    expect(rig.lines).toEqual([])
  })

  test('heals a Cancel that a player has lost', async () => {
    const alert = rig.old()
    await seen.publish(alert)
    await rig.keep(broker.url)
    await rig.eventually(() => expect(seen.list).toEqual(['amber-2026-0001 1']))
    const other = rig.held.add(await startAedes())
    const issuer = await rig.watch(other.url)
    await issuer.publish(alert)
    const running = await rig.play(other.url)
    await eventually(() => expect(running.live()).toEqual(['amber-2026-0001 1']))
    // The Cancel reaches the keeper's broker alone; from there the player gets nothing but the list.
    await seen.publish(cancelOf(alert))
    await eventually(() => expect(seen.list).toEqual([]))
    const list = seen.latest.get(manifestTopic('nl')) ?? ''
    await issuer.client.publishAsync(manifestTopic('nl'), list, { qos: 1, retain: true })
    await eventually(() => expect(running.live()).toEqual([]))
  })

  test('puts back what the broker has lost: an alert, an update, an end; and takes off a ghost', async () => {
    const alert = rig.old()
    const update = updateOf(alert)
    await seen.publish(alert)
    await rig.keep(broker.url)
    await rig.eventually(() => expect(seen.list).toEqual(['amber-2026-0001 1']))
    const first = seen.latest.get(TOPIC)
    await seen.clear(TOPIC)
    await eventually(() => expect(seen.size(TOPIC)).toBe(0))
    await rig.eventually(() => expect(seen.latest.get(TOPIC)).toEqual(first))

    await seen.publish(update)
    await eventually(() => expect(seen.list).toEqual(['amber-2026-0001 2']))
    const second = seen.latest.get(TOPIC)
    await seen.publish(alert)
    await rig.eventually(() => expect(seen.latest.get(TOPIC)).toEqual(second))

    await seen.publish(cancelOf(update))
    await eventually(() => expect(seen.list).toEqual([]))
    const end = seen.latest.get(TOPIC)
    await seen.publish(update)
    await rig.eventually(() => expect(seen.latest.get(TOPIC)).toEqual(end))
    await seen.client.publishAsync(TOPIC, 'no envelope', { qos: 1, retain: true })
    await rig.eventually(() => expect(seen.latest.get(TOPIC)).toEqual(end))
  })

  test('fills a broker that came back empty, also when the keeper was restarted meanwhile', async () => {
    const alert = rig.old()
    await seen.publish(alert)
    const keeper = await rig.keep(broker.url)
    await rig.eventually(() => expect(seen.list).toEqual(['amber-2026-0001 1']))
    const envelope = seen.latest.get(TOPIC)
    await keeper.dispose()
    await broker.dispose()
    rig.held.add(await start(Number(new URL(broker.url).port)))
    const after = await rig.watch(broker.url)
    await rig.keep(broker.url)
    await rig.eventually(() => expect(after.latest.get(TOPIC)).toEqual(envelope))
    await rig.eventually(() => expect(after.list).toEqual(['amber-2026-0001 1']))
  })

  test('lets two senders who chose one key take turns on its topic, and ends each by himself', async () => {
    const theirs = 'brandweer@example.org'
    rig.key = testKey({ senders: ['politie@example.org', theirs] })
    const [alert, other] = [rig.old(), rig.old({ sender: theirs, revision: 5 })]
    const both = ['amber-2026-0001 1', 'amber-2026-0001 5']
    await seen.publish(alert)
    await rig.keep(broker.url)
    await rig.eventually(() => expect(seen.list).toEqual(['amber-2026-0001 1']))
    await seen.publish(other)
    await eventually(() => expect(seen.list?.toSorted()).toEqual(both))
    expect(seen.manifests.at(-1)?.active.map(({ sender }) => sender)).toEqual([theirs, alert.sender])
    // It comes when the broker retains one of them.
    const late = await rig.play(broker.url)
    await rig.eventually(() => expect(late.live()).toEqual(both))

    await seen.publish(cancelOf(alert))
    await eventually(() => expect(seen.list).toEqual(['amber-2026-0001 5']))
    await eventually(() => expect(late.live()).toEqual(['amber-2026-0001 5']))
    const kept = Buffer.from(sealed(other, rig.key))
    await rig.eventually(() => expect(seen.latest.get(TOPIC)).toEqual(kept))
    const again = await rig.watch(broker.url)
    await eventually(() => expect(again.latest.get(TOPIC)).toEqual(kept))
    expect(rig.lines).toEqual([])
  })

  test('clears alert, end and photo when nobody needs them any more', async () => {
    const photo = mediaTopic('a'.repeat(64))
    const sha256 = 'a'.repeat(64)
    const gone = rig.old({
      media: [{ sha256, mimeType: 'image/jpeg', width: 30, height: 40, role: 'subject' }],
    })
    const runsOut = rig.old({
      incident: 'case-2',
      identifier: 'case-2',
      expires: toCapTime(rig.clock.now() + MINUTE),
    })
    await seen.publish(gone)
    await seen.publish(runsOut)
    await seen.client.publishAsync(photo, 'bytes', { qos: 1, retain: true })
    await rig.keep(broker.url)
    await rig.eventually(() => expect(seen.list).toEqual(['amber-2026-0001 1', 'case-2 1']))
    await seen.publish(cancelOf(gone))
    await rig.eventually(() => expect(seen.size(photo)).toBe(0))
    expect(seen.size(TOPIC)).toBeGreaterThan(0)
    rig.clock.advance(4 * MINUTE)
    await rig.eventually(() => expect(seen.size(alertTopic('nl', 'case-2'))).toBe(0))
    expect(seen.list).toEqual([])
    expect(seen.size(TOPIC)).toBeGreaterThan(0)
    rig.clock.advance(60 * MINUTE)
    await rig.eventually(() => expect(seen.size(TOPIC)).toBe(0))
  })
})
