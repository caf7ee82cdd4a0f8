import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { toCapTime } from '../alert/cap-time.ts'
import type { NewKey } from '../alert/keyring.ts'
import type { Alert } from '../alert/model.ts'
import { Disposables } from '../base/disposal.ts'
import { amberAlert, cancelOf, updateOf } from '../testkit/alerts.ts'
import { bearer } from '../testkit/bearer.ts'
import { type StartedBroker, startAedes } from '../testkit/brokers.ts'
import { eventually } from '../testkit/eventually.ts'
import { keyringText, testKey } from '../testkit/keys.ts'
import { connectClient, listen, publishAlert, type TestClient } from '../testkit/mqtt-client.ts'
import { type PanelViewer, viewPanel } from '../testkit/panel-viewer.ts'
import { PLAYER, playerOptions, type RunningPlayer, runPlayer } from '../testkit/running-player.ts'
import { type TemporaryFolder, temporaryFolder } from '../testkit/temporary-folder.ts'
import { TEST_TIME, TestClock } from '../testkit/test-clock.ts'
import { startPlayer } from './player.ts'
import type { StageMessage, StagePage } from './protocol.ts'
import { alertTopic, healthTopic, mediaTopic, receiptsTopic, signTopic } from './topics.ts'

const PANELS = ['bar', 'drip', 'ticker'] as const

const held = new Disposables()
let folder: TemporaryFolder
let broker: StartedBroker
let issuer: TestClient
let key: NewKey

beforeEach(async () => {
  folder = held.add(await temporaryFolder())
  broker = held.add(await startAedes())
  key = testKey()
  issuer = held.add(await connectClient(broker.url))
})
afterEach(() => held.dispose())

interface Running extends RunningPlayer {
  readonly clock: TestClock
}

async function start(): Promise<Running> {
  const clock = new TestClock()
  const running = await runPlayer({
    ...{ folder, brokers: [broker.url], keyring: keyringText(key), clock },
    panels: [
      { id: 'bar', preset: 'transit-bar', endCard: false },
      { id: 'drip', preset: 'drip-192x128' },
      { id: 'ticker', preset: 'ticker-1x20', endCard: false },
    ],
  })
  return { ...held.add(running), clock }
}

async function run(): Promise<Running> {
  const running = await start()
  await running.armed()
  return running
}

type Views = Record<(typeof PANELS)[number], PanelViewer>

/** Looks at every panel, as a screen would. */
async function look({ player }: Running): Promise<Views> {
  const views = Object.fromEntries(PANELS.map((id) => [id, held.add(viewPanel(player, id))])) as Views
  await eventually(() => expect(Object.values(views).every((one) => one.pages() >= 0)).toBe(true))
  return views
}

const publish = (alert: Alert, by = key): Promise<void> => publishAlert(issuer, alert, by)

const heardOn = async (topic: string): Promise<readonly string[]> =>
  listen(held.add(await connectClient(broker.url)), topic)

/** The words on all pages of boxes. */
const wordsOf = ({ pages }: StageMessage): string =>
  pages
    .flatMap(({ content }) => (content.type === 'pixels' ? content.boxes : []))
    .map((box) => (box.type === 'text' ? box.text : ''))
    .join(' ')

const pagesOn = (viewers: readonly PanelViewer[]): number[] => viewers.map((one) => one.stage().pages.length)

/** Dots that are lit. */
const litOf = (page: StagePage | undefined): number =>
  page?.content.type === 'frame'
    ? Buffer.from(page.content.pixels, 'base64').filter((dot) => dot !== 0).length
    : 0

describe('a player', () => {
  test('brings an alert from the broker to each kind of panel, updates it and takes it away', async () => {
    const running = await run()
    const { bar, drip, ticker } = await look(running)
    const signs = await heardOn(signTopic(PLAYER, 'ticker'))
    const panels = [bar, drip, ticker].map(({ heard }) => heard.find((one) => one.type === 'panel'))
    expect(panels.map((panel) => [panel?.surface, panel?.width, panel?.height])).toEqual([
      ['screen', 1920, 360],
      ['matrix', 192, 128],
      ['matrix', expect.any(Number), expect.any(Number)],
    ])
    expect(pagesOn([bar, drip, ticker])).toEqual([0, 0, 0])

    const alert = amberAlert()
    await publish(alert)
    await eventually(() => {
      expect(wordsOf(bar.stage())).toContain('Zoë')
      expect(litOf(drip.stage().pages[0])).toBeGreaterThan(50)
      expect(litOf(ticker.stage().pages[0])).toBeGreaterThan(20)
    })
    await eventually(() =>
      expect(JSON.parse(signs.at(-1) ?? '{}')).toMatchObject({
        schema: 'kijkuit-sign/1',
        panel: 'ticker',
        incidents: [{ sender: alert.sender, incident: alert.incident, revision: 1, kind: 'amber' }],
        until: '2026-11-22T18:00:00+00:00',
      }),
    )
    const before = { drip: drip.stage(), words: wordsOf(bar.stage()) }
    expect(before.words).toContain('XX-123-X')

    await publish(updateOf(alert, { vehicle: { make: 'Volvo', plate: 'YY-456-Y' } }))
    await eventually(() => {
      expect(wordsOf(bar.stage())).toContain('YY-456-Y')
      expect(drip.stage().revision).toBe(before.drip.revision + 1)
    })

    await publish(cancelOf(updateOf(alert)))
    await eventually(() => expect(pagesOn([bar, drip, ticker])).toEqual([0, 0, 0]))
    await eventually(() =>
      expect(JSON.parse(signs.at(-1) ?? '{}')).toMatchObject({ pages: [], incidents: [] }),
    )
    expect(signs.at(-1)).not.toContain('Zoë')
    expect(running.lines).toEqual([])
  })

  test('says received, verified and composed at once, shown and removed only when painted', async () => {
    const running = await run()
    const { bar, ticker } = await look(running)
    const batches = await heardOn(receiptsTopic(PLAYER))
    const receipts = (): string[] =>
      running.events.flatMap((event) =>
        event.type === 'receipt' ? [`${event.kind} ${event.panel ?? ''} ${event.revision}`] : [],
      )
    const alert = amberAlert()
    await publish(alert)
    const atOnce = ['composed bar 1', 'composed drip 1', 'composed ticker 1', 'received  1', 'verified  1']
    await eventually(() => expect(receipts().toSorted()).toEqual(atOnce))
    await eventually(() => expect(bar.stage().pages.length).toBeGreaterThan(0))
    bar.paint()
    await eventually(() => expect(receipts()).toHaveLength(6))
    expect(receipts().at(-1)).toBe('shown bar 1')
    await publish(cancelOf(alert))
    await eventually(() => expect(pagesOn([bar, ticker])).toEqual([0, 0]))
    expect(receipts().filter((one) => one.startsWith('removed'))).toEqual([])
    bar.paint()
    ticker.paint()
    await eventually(() => expect(receipts().at(-1)).toBe('removed bar 1'))
    running.clock.advance(1)
    await eventually(() => expect(batches.join()).toContain('removed'))
    const sent = batches.flatMap((text) => JSON.parse(text).receipts)
    expect(sent).toHaveLength(running.events.filter(({ type }) => type === 'receipt').length)
    expect(batches.join()).not.toContain('Zoë')
  })

  test('changes nothing for what is unsigned, of an unknown key, or oversized: one counted line each', async () => {
    const running = await run()
    const { bar } = await look(running)
    const alert = amberAlert()
    await publish(alert)
    await eventually(() => expect(bar.stage().pages.length).toBeGreaterThan(0))
    const before = bar.stage()
    const topic = alertTopic('nl', alert.incident)
    await issuer.publishAsync(topic, JSON.stringify(updateOf(alert)), { qos: 1 })
    await publish(updateOf(alert), testKey({ kid: 'stranger' }))
    await issuer.publishAsync(topic, Buffer.alloc(200_000, 'x'), { qos: 1 })
    await issuer.publishAsync(topic, '', { qos: 1, retain: true })
    const rejections = { 'envelope-malformed': 1, 'key-unknown': 1, 'envelope-too-large': 1 }
    await eventually(() => expect(running.player.health()).toMatchObject({ rejections }))
    expect(running.lines).toHaveLength(3)
    expect(bar.stage()).toEqual(before)
    expect(running.events.filter(({ type }) => type === 'rejected')).toHaveLength(3)
  })

  test('takes an alert off every panel at its end, without a message', async () => {
    const running = await run()
    const { bar, drip, ticker } = await look(running)
    await publish(amberAlert({ expires: toCapTime(TEST_TIME + 4_000) }))
    await eventually(() => expect(ticker.stage().pages.length).toBeGreaterThan(0))
    running.clock.advance(3_999)
    expect(running.player.health()).toMatchObject({ live: [{ revision: 1 }] })
    running.clock.advance(1)
    expect(running.player.health()).toMatchObject({ live: [] })
    await eventually(() => expect(pagesOn([bar, drip, ticker])).toEqual([0, 0, 0]))
  })

  test('has a live alert on its panels again after a restart, also without a broker', async () => {
    const first = await run()
    const before = await look(first)
    await publish(amberAlert())
    await eventually(() => expect(before.ticker.stage().pages.length).toBeGreaterThan(0))
    const pages = PANELS.map((id) => before[id].stage().pages)
    await first.dispose()
    await broker.dispose()
    const after = await look(await start())
    expect(PANELS.map((id) => after[id].stage().pages)).toEqual(pages)
  })

  test('shows nothing after a restart of what was cancelled, though the broker replays the alert', async () => {
    const first = await run()
    const before = await look(first)
    const alert = amberAlert()
    await publish(alert)
    await eventually(() => expect(before.bar.stage().pages.length).toBeGreaterThan(0))
    await publish(cancelOf(alert))
    await eventually(() => expect(before.bar.stage().pages).toHaveLength(0))
    await first.dispose()
    // A broker that has lost the cancel and kept the alert.
    await publish(alert)
    const second = await run()
    await eventually(() =>
      expect(second.player.health()).toMatchObject({ rejections: { 'incident-ended': 1 } }),
    )
    const after = await look(second)
    expect(pagesOn(Object.values(after))).toEqual([0, 0, 0])
  })

  test('shows the words at once, and the photo when it has come and is what was signed', async () => {
    const running = await run()
    const { bar } = await look(running)
    const photo = await sharp({ create: { width: 300, height: 400, channels: 3, background: '#c08060' } })
      .jpeg()
      .toBuffer()
    const sha256 = Buffer.from(await crypto.subtle.digest('SHA-256', photo)).toString('hex')
    await publish(
      amberAlert({ media: [{ sha256, mimeType: 'image/jpeg', width: 300, height: 400, role: 'subject' }] }),
    )
    const hasPhoto = (): boolean =>
      bar
        .stage()
        .pages.some(
          ({ content }) => content.type === 'pixels' && content.boxes.some((box) => box.type === 'photo'),
        )
    const served = (): Promise<Response> =>
      fetch(`${running.player.address}/media/${sha256}`, { headers: bearer(running.player.viewerToken) })
    await eventually(() => expect(wordsOf(bar.stage())).toContain('Zoë'))
    expect(hasPhoto()).toBe(false)
    expect((await served()).status).toBe(404)

    await issuer.publishAsync(mediaTopic(sha256), Buffer.from('not the photo'), { qos: 1 })
    await eventually(() =>
      expect(running.player.health()).toMatchObject({ photosRefused: { 'digest-wrong': 1 } }),
    )
    expect(hasPhoto()).toBe(false)

    await issuer.publishAsync(mediaTopic(sha256), photo, { qos: 1, retain: true })
    await eventually(() => expect(hasPhoto()).toBe(true))
    const photoServed = await served()
    expect([photoServed.status, photoServed.headers.get('content-type')]).toEqual([200, 'image/jpeg'])

    const alert = amberAlert()
    await publish(cancelOf(alert))
    await eventually(() => expect(bar.stage().pages).toHaveLength(0))
    expect((await served()).status).toBe(404)
  })

  test('says how it is on its health topic, without anything personal', async () => {
    const running = await run()
    const health = await heardOn(healthTopic(PLAYER))
    await publish(amberAlert())
    await eventually(() => expect(running.player.health()).toMatchObject({ live: [{}] }))
    running.clock.advance(0)
    await eventually(() =>
      expect(JSON.parse(health.at(-1) ?? '{}')).toMatchObject({
        schema: 'kijkuit-health/1',
        player: PLAYER,
        armed: true,
        live: [{ incident: 'amber-2026-0001', revision: 1 }],
        panels: { count: 3, watched: 0 },
        stored: true,
      }),
    )
    expect(health.join()).not.toContain('Zoë')
    expect(running.lines).toEqual([])
  })

  test('leaves no timer of its clock behind', async () => {
    const running = await run()
    await look(running)
    await publish(amberAlert())
    await eventually(() => expect(running.player.health()).toMatchObject({ live: [{}] }))
    await running.dispose()
    expect(running.clock.waiting).toBe(0)
  })
})

test('it is quiet when nothing has come for a moment after an alert, and only then', async () => {
  let quiet = 0
  const clock = new TestClock()
  const options = await playerOptions({ folder, brokers: [broker.url], keyring: keyringText(key), clock })
  const started = await startPlayer({
    ...options,
    onQuiet: () => {
      quiet += 1
    },
  })
  if (!started.ok) throw new Error(started.failure.message)
  const player = held.add(started.value)
  await eventually(() => expect(player.health()).toMatchObject({ armed: true }))
  const live = (count: number) =>
    eventually(() => expect((player.health() as { live: readonly unknown[] }).live).toHaveLength(count))
  clock.advance(10_000)
  expect(quiet).toBe(0)
  await publish(amberAlert())
  await live(1)
  clock.advance(100)
  await publish(amberAlert({ incident: 'other', identifier: 'other' }))
  await live(2)
  clock.advance(100)
  expect(quiet).toBe(0)
  clock.advance(50)
  expect(quiet).toBe(1)
  await publish(cancelOf(amberAlert()))
  await live(1)
  await player.dispose()
  clock.advance(1_000)
  expect(quiet).toBe(1)
})
