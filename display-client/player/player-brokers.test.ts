import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { toCapTime } from '../alert/cap-time.ts'
import type { KeyringEntry, NewKey } from '../alert/keyring.ts'
import { sealKeyringUpdate } from '../alert/keyring-update.ts'
import { sealManifest } from '../alert/manifest.ts'
import type { Alert } from '../alert/model.ts'
import { Disposables } from '../base/disposal.ts'
import { amberAlert, cancelOf, updateOf } from '../testkit/alerts.ts'
import { startAedes, startMosquitto } from '../testkit/brokers.ts'
import { eventually } from '../testkit/eventually.ts'
import { keyringText, sealed, testKey } from '../testkit/keys.ts'
import { connectClient, publishAlert, type TestClient } from '../testkit/mqtt-client.ts'
import { type RunningPlayer, runPlayer } from '../testkit/running-player.ts'
import { type TemporaryFolder, temporaryFolder } from '../testkit/temporary-folder.ts'
import { TEST_TIME, TestClock } from '../testkit/test-clock.ts'
import { systemClock } from './system-clock.ts'
import { alertTopic, drillTopic, KEYS_TOPIC, manifestTopic } from './topics.ts'

const DAY = 24 * 60 * 60_000
const MINUTE = 60_000

const held = new Disposables()
let folder: TemporaryFolder

beforeEach(async () => {
  folder = held.add(await temporaryFolder())
})
afterEach(() => held.dispose())

const client = async (url: string): Promise<TestClient> => held.add(await connectClient(url))

const retained = { qos: 1, retain: true } as const

describe('a player with two brokers', () => {
  test('has every alert on its panel once, also when one broker dies while they are published', async () => {
    const now = Date.now()
    const key = testKey({ notBefore: now - DAY, notAfter: now + DAY })
    const [primary, spare] = [held.add(await startMosquitto()), held.add(await startMosquitto())]
    const running = held.add(
      await runPlayer({
        ...{ folder, keyring: keyringText(key), clock: systemClock() },
        brokers: [primary.url, spare.url],
      }),
    )
    await eventually(() =>
      expect(running.health().links.map(({ state }) => state)).toEqual(['connected', 'connected']),
    )
    const issuers = [await client(primary.url), await client(spare.url)]
    const incidents = Array.from({ length: 60 }, (_, index) => `case-${String(index).padStart(2, '0')}`)
    const time = { sent: toCapTime(now), expires: toCapTime(now + 60 * MINUTE), place: undefined }
    for (const [index, incident] of incidents.entries()) {
      const alert = amberAlert({ ...time, incident, identifier: incident })
      const bytes = Buffer.from(sealed(alert, key))
      // To both, as a gateway does; whether the dead one takes it nobody knows.
      for (const issuer of issuers) issuer.publish(alertTopic('nl', incident), bytes, retained, () => {})
      if (index === 25) await primary.kill()
    }
    const all = incidents.map((incident) => `${incident} 1`)
    await eventually(() => expect(running.live()).toEqual(all))
    await eventually(() => expect(running.health().links[0]?.state).not.toBe('connected'))
    const receipts = running.events.flatMap((one) =>
      one.type === 'receipt' ? [`${one.kind} ${one.incident}`] : [],
    )
    for (const kind of ['received', 'verified', 'composed'])
      expect(receipts.filter((one) => one.startsWith(kind)).toSorted()).toEqual(
        incidents.map((one) => `${kind} ${one}`),
      )
    expect(running.pages()).toBeGreaterThan(0)
    expect(running.health().rejections).toEqual({})
    expect(running.health().armed).toBe(true)
  })
})

describe('a player whose time a test moves', () => {
  let clock: TestClock
  let key: NewKey
  let boss: NewKey
  let url: string
  let issuer: TestClient
  let running: RunningPlayer

  beforeEach(async () => {
    clock = new TestClock()
    key = testKey()
    boss = testKey({ kid: 'boss-1', roles: ['supervisor'] })
    url = held.add(await startAedes()).url
    issuer = await client(url)
    running = await start()
  })

  async function start(): Promise<RunningPlayer> {
    const one = held.add(await runPlayer({ folder, brokers: [url], keyring: keyringText(key, boss), clock }))
    await one.armed()
    return one
  }

  const publish = (alert: Alert, by = key): Promise<void> => publishAlert(issuer, alert, by)

  async function update(
    sequence: number,
    keys: readonly KeyringEntry[],
    revoked: readonly string[] = [],
    by = boss,
  ): Promise<void> {
    const text = JSON.stringify({
      schema: 'kijkuit-keyring-update/1',
      ...{ sequence, issuedAt: toCapTime(clock.now()), keys },
      revoked: revoked.map((kid) => ({ kid, since: toCapTime(TEST_TIME - DAY), reason: 'stolen' })),
    })
    const bytes = sealKeyringUpdate(text, by.file.privateKey, by.file.kid)
    await issuer.publishAsync(KEYS_TOPIC, Buffer.from(bytes), retained)
  }

  async function manifest(seq: number, active: readonly Alert[]): Promise<void> {
    const list = await Promise.all(
      active.map(async (alert) => {
        const { sender, incident, revision, expires } = alert
        const digest = await crypto.subtle.digest('SHA-256', Buffer.from(sealed(alert, key)))
        return { sender, incident, revision, expires, sha256: Buffer.from(digest).toString('hex') }
      }),
    )
    const text = JSON.stringify({
      schema: 'kijkuit-manifest/2',
      ...{ area: 'nl', seq, issuedAt: toCapTime(clock.now()), ttl: 30, active: list },
    })
    const bytes = sealManifest(text, key.file.privateKey, key.file.kid)
    await issuer.publishAsync(manifestTopic('nl'), Buffer.from(bytes), retained)
  }

  /** Lets the clock go on, step by step, with time for what the broker sends. */
  async function pass(milliseconds: number): Promise<void> {
    for (let left = milliseconds; left > 0; left -= 5_000) {
      clock.advance(Math.min(left, 5_000))
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  test('takes a drill, which no broker retains, and no manifest ends', async () => {
    const drill = amberAlert({ status: 'Exercise', incident: 'drill-1', identifier: 'drill-1' })
    await issuer.publishAsync(drillTopic('nl'), Buffer.from(sealed(drill, key)), { qos: 1 })
    await eventually(() => expect(running.live()).toEqual(['drill-1 1']))
    clock.advance(5 * MINUTE)
    const alert = amberAlert({ sent: toCapTime(clock.now()) })
    await publish(alert)
    await manifest(1, [alert])
    await eventually(() => expect(running.live()).toEqual(['amber-2026-0001 1', 'drill-1 1']))
    const end = cancelOf(drill)
    await issuer.publishAsync(drillTopic('nl'), Buffer.from(sealed(end, key)), { qos: 1 })
    await eventually(() => expect(running.live()).toEqual(['amber-2026-0001 1']))
  })

  test('believes a new key from the update on, also what it refused before, and after a restart', async () => {
    const next = testKey({ kid: 'test-2' })
    await publish(amberAlert(), next)
    await eventually(() => expect(running.health().rejections).toEqual({ 'key-unknown': 1 }))
    await update(1, [key.entry, next.entry, boss.entry])
    await eventually(() => expect(running.live()).toEqual(['amber-2026-0001 1']))
    await running.dispose()
    // Nothing but the data folder has the new key now.
    await issuer.publishAsync(KEYS_TOPIC, '', retained)
    running = await start()
    await publish(updateOf(amberAlert()), next)
    await eventually(() => expect(running.live()).toEqual(['amber-2026-0001 2']))
  })

  test('ends what a revoked key has signed, and believes it never again, also after a restart', async () => {
    await publish(amberAlert())
    await eventually(() => expect(running.pages()).toBeGreaterThan(0))
    const next = testKey({ kid: 'test-2' })
    await update(1, [next.entry, boss.entry], ['test-1'])
    await eventually(() => expect(running.live()).toEqual([]))
    expect(running.pages()).toBe(0)
    await running.dispose()
    await issuer.publishAsync(KEYS_TOPIC, '', retained)
    running = await start()
    await publish(updateOf(amberAlert()))
    await eventually(() => expect(running.health().rejections['key-revoked']).toBeGreaterThan(0))
    expect(running.live()).toEqual([])
  })

  test('takes no older update, none of an issuer, and none of a supervisor nobody knows', async () => {
    await update(5, [key.entry, boss.entry])
    await update(4, [boss.entry])
    await update(6, [boss.entry], [], key)
    await update(7, [boss.entry], [], testKey({ kid: 'boss-2', roles: ['supervisor'] }))
    // The retained one of them comes again after the update that was taken: how often each is counted does not matter.
    await eventually(() =>
      expect(Object.keys(running.health().rejections).toSorted()).toEqual([
        'key-unknown',
        'keyring-update-old',
        'role-forbidden',
      ]),
    )
    await publish(amberAlert())
    await eventually(() => expect(running.live()).toHaveLength(1))
  })

  test('takes off what a manifest no longer lists: a cancel that was lost, a ghost that a broker kept', async () => {
    await publish(amberAlert())
    await eventually(() => expect(running.pages()).toBeGreaterThan(0))
    await pass(3 * MINUTE)
    await manifest(1, [amberAlert()])
    await manifest(2, [])
    await eventually(() => expect(running.live()).toEqual([]))
    expect(running.pages()).toBe(0)
    await running.dispose()
    running = await start()
    const sent = toCapTime(clock.now())
    await publish(amberAlert({ incident: 'later', identifier: 'later', sent }))
    await eventually(() => expect(running.live()).toEqual(['later 1']))
  })

  test('asks again for an alert that was withheld, as soon as a manifest lists it', async () => {
    // Retained, and never delivered to who was there: what a broker does whose queue was full.
    const alert = amberAlert()
    await publish(alert)
    await eventually(() => expect(running.live()).toHaveLength(1))
    await publish(cancelOf(alert))
    await eventually(() => expect(running.live()).toEqual([]))
    const other = amberAlert({ incident: 'withheld', identifier: 'withheld' })
    await issuer.publishAsync(alertTopic('nl', 'withheld'), 'spoilt', retained)
    await eventually(() => expect(running.health().rejections).toMatchObject({ 'envelope-malformed': 1 }))
    await manifest(1, [other])
    await eventually(() => expect(running.health().rejections).toMatchObject({ 'envelope-malformed': 2 }))
    await publish(other)
    await eventually(() => expect(running.live()).toEqual(['withheld 1']))
  })

  test('says that the feed is stale when no manifest comes for three periods, and leaves alerts until their end', async () => {
    const alert = amberAlert()
    await publish(alert)
    await manifest(1, [alert])
    await eventually(() => expect(running.live()).toHaveLength(1))
    await pass(29_000)
    expect(running.health().staleAreas).toEqual([])
    await pass(20_000)
    expect(running.health().staleAreas).toEqual(['nl'])
    expect(running.lines.filter((line) => line.startsWith('no list of live alerts for nl'))).toHaveLength(1)
    await pass(30 * MINUTE)
    expect(running.live()).toHaveLength(1)
    await manifest(2, [alert])
    await eventually(() => expect(running.health().staleAreas).toEqual([]))
  })
})
