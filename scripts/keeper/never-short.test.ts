import { rm } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { toCapTime } from '../../display-client/alert/cap-time.ts'
import type { Broker } from '../../display-client/player/config.ts'
import { alertTopic } from '../../display-client/player/topics.ts'
import { amberAlert, cancelOf } from '../../display-client/testkit/alerts.ts'
import { startAedes, startMosquitto } from '../../display-client/testkit/brokers.ts'
import { eventually } from '../../display-client/testkit/eventually.ts'
import { freePort } from '../../display-client/testkit/free-port.ts'
import { KeeperRig } from '../../display-client/testkit/keeper-rig.ts'
import { keyringText, sealed, testKey } from '../../display-client/testkit/keys.ts'
import { runPlayer } from '../../display-client/testkit/running-player.ts'
import { filesOf, found, foundIn, secretBytes, secretText } from '../../display-client/testkit/search.ts'

/** What keeps a list from being short (docs/manifest.md). */

const MINUTE = 60_000
const TOPIC = alertTopic('nl', 'amber-2026-0001')

let rig: KeeperRig
beforeEach(async () => {
  rig = await KeeperRig.open()
})
afterEach(() => rig.dispose())

describe('a keeper of the list', () => {
  test('publishes nothing before it has heard out every broker, and nothing short', async () => {
    const broker = rig.held.add(await startAedes())
    const seen = await rig.watch(broker.url)
    const port = await freePort()
    await seen.publish(rig.old())
    await rig.keep(broker.url, `mqtt://127.0.0.1:${port}`)
    await rig.pass(60_000)
    expect(rig.events.map(({ type }) => type)).toContain('heard-out')
    expect(rig.events.filter(({ type }) => type === 'listed')).toEqual([])
    expect(rig.events.at(0)).toMatchObject({ type: 'waiting', reason: expect.stringContaining(`:${port}`) })
    expect(seen.manifests).toEqual([])

    // What is live only on the other one is on the first list of all.
    const spare = rig.held.add(await startMosquitto({ port }))
    const issuer = await rig.watch(spare.url)
    await issuer.publish(rig.old({ incident: 'case-2', identifier: 'case-2' }))
    await rig.eventually(() => expect(seen.list).toEqual(['amber-2026-0001 1', 'case-2 1']))
    expect(seen.manifests[0]?.active).toHaveLength(2)
    // And each broker has got what only the other one had.
    await rig.eventually(() => expect(seen.size(alertTopic('nl', 'case-2'))).toBeGreaterThan(0))
    await rig.eventually(() => expect(issuer.size(TOPIC)).toBeGreaterThan(0))
  })

  test('publishes nothing while the broker keeps alerts from it without a word', async () => {
    const broker = rig.held.add(await startMosquitto({ users: ['issuer', 'station-1', 'keeper'] }))
    const login = (username: string): Broker => ({ url: broker.url, username, password: 'only-for-tests' })
    const seen = await rig.watch(broker.login('issuer'))
    await seen.publish(rig.old())
    // It may read alerts and write none, so its own message does not come back.
    const keeper = await rig.keep(login('station-1'))
    await rig.pass(60_000)
    expect(rig.events.map(({ type }) => type)).toEqual(['waiting'])
    expect(rig.lines.join('\n')).toContain("let the broker's ACL allow it to read and write alerts")
    await keeper.dispose()
    await rig.keep(login('keeper'))
    await rig.eventually(() =>
      expect(rig.events.at(-1)).toMatchObject({ type: 'listed', incidents: [{ revision: 1 }] }),
    )
  })

  test('vouches for no moment after a broker was lost: an alert that only that one has stays on screens', async () => {
    const broker = rig.held.add(await startAedes())
    const spare = rig.held.add(await startMosquitto())
    const seen = await rig.watch(broker.url)
    const known = rig.old()
    await seen.publish(known)
    await rig.keep(broker.url, spare.url)
    await rig.eventually(() => expect(seen.list).toEqual(['amber-2026-0001 1']))
    const running = await rig.play(broker.url)
    await eventually(() => expect(running.live()).toEqual(['amber-2026-0001 1']))
    await spare.kill()
    const lostAt = rig.clock.now()
    await rig.pass(90_000)
    await rig.eventually(() =>
      expect(rig.events.at(-1)).toMatchObject({ type: 'behind', brokers: [spare.url] }),
    )

    // It is published where the keeper cannot hear it, and reaches the player all the same.
    const unheard = amberAlert({
      ...{ incident: 'case-2', identifier: 'case-2', sent: toCapTime(rig.clock.now()) },
      expires: toCapTime(rig.clock.now() + 60 * MINUTE),
    })
    const hidden = rig.held.add(await startAedes())
    const issuer = await rig.watch(hidden.url)
    await running.dispose()
    const both = await rig.play(broker.url, hidden.url)
    await issuer.publish(unheard)
    await eventually(() => expect(both.live()).toEqual(['amber-2026-0001 1', 'case-2 1']))
    const before = seen.manifests.length
    await rig.pass(3 * MINUTE)
    await rig.eventually(() => expect(seen.manifests.length).toBeGreaterThan(before))
    expect(both.live()).toEqual(['amber-2026-0001 1', 'case-2 1'])
    expect(Date.parse(seen.manifests.at(-1)?.issuedAt ?? '')).toBeLessThanOrEqual(lostAt)
    // What it did hear end, it still takes off.
    await seen.publish(cancelOf(known))
    await eventually(() => expect(seen.list).toEqual([]))
  }, 60_000)

  test('ends nothing that it cannot judge: players may have a newer keyring', async () => {
    const broker = rig.held.add(await startAedes())
    const seen = await rig.watch(broker.url)
    const newer = testKey({ kid: 'test-2' })
    const alert = rig.old()
    const bytes = Buffer.from(sealed(alert, newer))
    await seen.client.publishAsync(TOPIC, bytes, { qos: 1, retain: true })
    const running = rig.held.add(
      await runPlayer({
        ...{ folder: rig.folder, brokers: [broker.url], clock: rig.clock },
        keyring: keyringText(rig.key, newer),
      }),
    )
    await eventually(() => expect(running.live()).toEqual(['amber-2026-0001 1']))
    await rig.keep(broker.url)
    await rig.eventually(() => expect(seen.list).toEqual(['amber-2026-0001 1']))
    expect(rig.lines).toEqual([expect.stringContaining('key-unknown')])
    await rig.pass(60_000)
    expect(running.live()).toEqual(['amber-2026-0001 1'])
    expect(seen.latest.get(TOPIC)).toEqual(bytes)
    expect(rig.events).toContainEqual(
      expect.objectContaining({
        type: 'listed',
        incidents: [],
        unjudged: [{ sender: 'politie@example.org', incident: 'amber-2026-0001' }],
      }),
    )
  })

  test('lists what came while its clock ran ahead, when that is right again', async () => {
    const broker = rig.held.add(await startMosquitto())
    const seen = await rig.watch(broker.url)
    await rig.keep(broker.url)
    await rig.eventually(() => expect(seen.list).toEqual([]))
    const alert = rig.old()
    rig.clock.set(rig.clock.now() + 120 * MINUTE)
    await seen.publish(alert)
    // It takes it for over, and has the broker forget it.
    await rig.eventually(() => expect(seen.size(TOPIC)).toBe(0))
    expect(seen.list).toEqual([])
    rig.clock.set(rig.clock.now() - 120 * MINUTE)
    await rig.eventually(() => expect(seen.list).toEqual(['amber-2026-0001 1']))
  })

  test('knows what it listed when its state is lost and no broker has the alert any more', async () => {
    const broker = rig.held.add(await startMosquitto())
    const seen = await rig.watch(broker.url)
    await seen.publish(rig.old())
    const keeper = await rig.keep(broker.url)
    await rig.eventually(() => expect(seen.list).toEqual(['amber-2026-0001 1']))
    await keeper.dispose()
    const last = seen.manifests.at(-1)?.seq ?? 0
    await rm(rig.folder.join('keeper'), { recursive: true })
    await seen.clear(TOPIC)
    const before = seen.manifests.length
    // And its clock is behind: the number rises all the same.
    rig.clock.set(rig.clock.now() - MINUTE)
    await rig.keep(broker.url)
    await rig.eventually(() => expect(seen.manifests.length).toBeGreaterThan(before))
    expect(seen.manifests[before]?.seq).toBeGreaterThan(last)
    expect(seen.list).toEqual(['amber-2026-0001 1'])
  })

  test('lists what another keeper lists, though no broker has it any more, and no more than that', async () => {
    const broker = rig.held.add(await startMosquitto())
    const seen = await rig.watch(broker.url)
    const [alert, over] = [rig.old(), rig.old({ incident: 'case-2', identifier: 'case-2' })]
    await seen.publish(alert)
    await seen.publish(over)
    const first = await rig.keep(broker.url)
    await rig.eventually(() => expect(seen.list).toEqual(['amber-2026-0001 1', 'case-2 1']))
    await first.dispose()
    await seen.clear(TOPIC)
    await seen.publish(cancelOf(over))
    await rm(rig.folder.join('keeper'), { recursive: true })
    rig.trusted.push(rig.key)
    rig.key = testKey({ kid: 'test-2' })
    await rig.keep(broker.url)
    await rig.eventually(() => expect(rig.events.at(-1)).toMatchObject({ type: 'listed' }))
    await eventually(() => expect(seen.list).toEqual(['amber-2026-0001 1']))
  })

  test('has nothing of an alert on disk in clear, neither while it is live nor after its end', async () => {
    const broker = rig.held.add(await startAedes())
    const seen = await rig.watch(broker.url)
    const alert = rig.old()
    await seen.publish(alert)
    await rig.keep(broker.url)
    await rig.eventually(() => expect(seen.list).toEqual(['amber-2026-0001 1']))
    const envelope = seen.latest.get(TOPIC) ?? Buffer.of()
    const secrets = [
      ...[secretText('name', 'Zoë Müller-d’Oré'), secretText('plate', 'XX-123-X')],
      secretBytes('envelope', envelope),
    ]
    expect(found(secrets, envelope)).toEqual(['name', 'plate', 'envelope'])
    expect(filesOf(rig.folder.join('keeper')).length).toBeGreaterThan(2)
    expect(foundIn(rig.folder.join('keeper'), secrets)).toEqual([])
    await seen.publish(cancelOf(alert))
    await eventually(() => expect(seen.list).toEqual([]))
    expect(foundIn(rig.folder.join('keeper'), secrets)).toEqual([])
  })
})
