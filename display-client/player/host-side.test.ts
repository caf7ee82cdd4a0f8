import { readFile, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { NewKey } from '../alert/keyring.ts'
import type { Alert, Area } from '../alert/model.ts'
import { Disposables } from '../base/disposal.ts'
import { amberAlert, cancelOf } from '../testkit/alerts.ts'
import { bearer } from '../testkit/bearer.ts'
import { type StartedMosquitto, startMosquitto } from '../testkit/brokers.ts'
import { eventually } from '../testkit/eventually.ts'
import { startHostPages } from '../testkit/host-pages.ts'
import { keyringText, testKey } from '../testkit/keys.ts'
import { connectClient, publishAlert, type TestClient } from '../testkit/mqtt-client.ts'
import { type PanelViewer, viewPanel } from '../testkit/panel-viewer.ts'
import { PLAYER, type RunningPlayer, runPlayer, SIGN } from '../testkit/running-player.ts'
import { type TemporaryFolder, temporaryFolder } from '../testkit/temporary-folder.ts'
import { TestClock } from '../testkit/test-clock.ts'
import { positionTopic } from './topics.ts'

const held = new Disposables()
let folder: TemporaryFolder
let broker: StartedMosquitto
let key: NewKey
let clock: TestClock
let running: RunningPlayer

beforeEach(async () => {
  folder = held.add(await temporaryFolder())
  broker = held.add(await startMosquitto({ users: ['issuer', 'locator', PLAYER] }))
  key = testKey()
  clock = new TestClock()
})
afterEach(() => held.dispose())

/** A player of one panel, `sign`. */
async function start(panel: Readonly<Record<string, unknown>>): Promise<void> {
  const { username, password } = new URL(broker.login(PLAYER))
  running = held.add(
    await runPlayer({
      ...{ folder, keyring: keyringText(key), clock },
      brokers: [{ url: broker.url, username, password }],
      panels: [{ ...SIGN, ...panel }],
    }),
  )
  await running.armed()
}

const as = async (user: string): Promise<TestClient> => held.add(await connectClient(broker.login(user), 5))

const publish = async (alert: Alert): Promise<void> => publishAlert(await as('issuer'), alert, key)

interface Answer {
  readonly status: number
  readonly body: string
}

function ask(method: 'GET' | 'POST', path: string, body = '', headers?: object): Promise<Answer> {
  const { address, viewerToken } = running.player
  return new Promise((resolve, reject) => {
    const options = { method, agent: false, headers: { ...(headers ?? bearer(viewerToken)) } }
    const one = request(`${address}${path}`, options, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
    })
    one.on('error', reject)
    one.end(body)
  })
}

const state = async () => JSON.parse((await ask('GET', '/panels/sign/state')).body)
const say = (idle: boolean) => ask('POST', '/panels/sign/host', JSON.stringify({ idle }))

/** Looks at the panel as its page does, and paints whatever it is sent. */
const look = (): PanelViewer => held.add(viewPanel(running.player, 'sign', { paintsAtOnce: true }))

const receipts = (): string[] =>
  running.events.flatMap((one) => (one.type === 'receipt' && one.panel ? [one.kind] : []))

const UTRECHT: Area = {
  ...{ areaDesc: 'Utrecht', polygon: [], geocode: [] },
  circle: [{ center: [52.0893, 5.1101], radius: 1 }],
}

describe('a panel that moves', () => {
  const fix = (lat: number) => JSON.stringify({ lat, lon: 5.1101, accuracy: 5, at: clock.now() })

  test('shows an alert from where its area begins to where it ends, told by a locator over the broker', async () => {
    await start({ place: { regions: ['nl'], moving: true } })
    const locator = await as('locator')
    const tell = (lat: number) => locator.publishAsync(positionTopic(PLAYER), fix(lat), { qos: 1 })
    await tell(52.2)
    await eventually(() =>
      expect(running.player.health()).toMatchObject({ host: { position: { known: true } } }),
    )
    await publish(amberAlert({ kind: 'missing-person', area: [UTRECHT], place: undefined }))
    await eventually(() => expect(running.live()).toHaveLength(1))
    expect(running.pages()).toBe(0)
    clock.advance(1_000)
    await tell(52.0893)
    await eventually(() => expect(running.pages()).toBeGreaterThan(0))
    // Just over the border: it stays.
    clock.advance(1_000)
    await tell(52.0893 + 0.0092)
    await eventually(() =>
      expect(running.player.health()).toMatchObject({ host: { position: { at: clock.now() } } }),
    )
    expect(running.pages()).toBeGreaterThan(0)
    clock.advance(1_000)
    await tell(52.2)
    await eventually(() => expect(running.pages()).toBe(0))
    // The position grows old: nobody knows, and a missing person is not shown to those whom it does not concern.
    clock.advance(1_000)
    await tell(52.0893)
    await eventually(() => expect(running.pages()).toBeGreaterThan(0))
    clock.advance(120_000)
    expect(running.pages()).toBe(0)
    expect(running.player.health()).toMatchObject({ host: { position: { known: false, refused: 0 } } })
  })

  test('shows an emergency while nobody knows where it is, and takes a position from its own machine', async () => {
    await start({ place: { regions: ['nl'], moving: true } })
    await publish(amberAlert({ area: [UTRECHT], place: undefined }))
    await eventually(() => expect(running.pages()).toBeGreaterThan(0))
    expect(await ask('POST', '/position', fix(52.2))).toEqual({ status: 204, body: '' })
    expect(running.pages()).toBe(0)
    expect(await ask('POST', '/position', fix(95))).toEqual({
      ...{ status: 400, body: 'lat must be a latitude in degrees, -90 to 90\n' },
    })
    expect((await ask('POST', '/position', fix(52), {})).status).toBe(403)
  })
})

describe('an ATM', () => {
  const atm = { preset: 'atm', host: { silence: 60, untouched: 30 }, idle: { type: 'hidden' } }

  test('shows an alert only while its host says that it is idle, and nothing after a touch until it may again', async () => {
    await start(atm)
    const viewer = look()
    await publish(amberAlert())
    await eventually(() => expect(running.live()).toHaveLength(1))
    await eventually(() => expect(viewer.pages()).toBe(0))
    expect(await state()).toMatchObject({ showing: false, alerts: [], host: 'unheard' })
    expect(await say(true)).toEqual({ status: 200, body: '{"host":"idle"}\n' })
    await eventually(() => expect(receipts()).toEqual(['composed', 'shown']))
    expect(await state()).toMatchObject({
      ...{ showing: true, since: clock.now(), host: 'idle' },
      alerts: [{ incident: 'amber-2026-0001', revision: 1, kind: 'amber', status: 'Actual', live: true }],
    })
    viewer.send({ type: 'touched' })
    await eventually(() => expect(viewer.pages()).toBe(0))
    expect(await state()).toMatchObject({ showing: false, host: 'touched' })
    await eventually(() => expect(receipts()).toEqual(['composed', 'shown', 'removed']))
    // The host is busy with somebody, and is idle again.
    await say(false)
    clock.advance(1_000)
    await say(true)
    await eventually(() => expect(viewer.pages()).toBeGreaterThan(0))
    viewer.send({ type: 'touched' })
    await eventually(() => expect(viewer.pages()).toBe(0))
    clock.advance(30_000)
    await eventually(() => expect(viewer.pages()).toBeGreaterThan(0))
    // The host says nothing any more.
    clock.advance(30_000)
    await eventually(() => expect(viewer.pages()).toBe(0))
    expect(await state()).toMatchObject({ showing: false, host: 'silent' })
    expect(running.player.health()).toMatchObject({ panels: [{ host: 'silent', idleFaults: [] }] })
  })

  test('has its window hidden but for an alert', async () => {
    await start(atm)
    const visible = () => running.player.health() as { panels: { shell: { visible: boolean } }[] }
    expect(visible().panels[0]?.shell.visible).toBe(false)
    await publish(amberAlert())
    await say(true)
    await eventually(() => expect(visible().panels[0]?.shell.visible).toBe(true))
    await publish(cancelOf(amberAlert()))
    await eventually(() => expect(visible().panels[0]?.shell.visible).toBe(false))
  })

  test('reads a file of its host as well', async () => {
    await start({ ...atm, host: { file: 'host.txt', silence: 86_400 } })
    await publish(amberAlert())
    await eventually(() => expect(running.live()).toHaveLength(1))
    clock.set(Date.now())
    await writeFile(folder.join('host.txt'), 'idle')
    await eventually(async () => expect(await state()).toMatchObject({ host: 'idle' }))
    await writeFile(folder.join('host.txt'), 'busy')
    await eventually(async () => expect(await state()).toMatchObject({ host: 'busy', showing: false }))
  })
})

describe('the trigger for a CMS', () => {
  test('tells at once when an alert comes and goes, over HTTP and in a file', async () => {
    await start({ preset: 'station-landscape' })
    const first = await state()
    expect(first).toMatchObject({ showing: false, alerts: [], host: null })
    const waiting = ask('GET', `/panels/sign/state?after=${first.sequence}`)
    await publish(amberAlert())
    const second = JSON.parse((await waiting).body)
    expect(second).toMatchObject({ showing: true, alerts: [{ incident: 'amber-2026-0001' }] })
    const file = folder.join('data', 'state', 'sign.json')
    await eventually(async () => expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(second))
    // Nothing of what the alert says.
    expect(await readFile(file, 'utf8')).not.toMatch(/Noor|Zoë|Noël|0800|Utrecht/)
    await publish(cancelOf(amberAlert()))
    await eventually(async () =>
      expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ showing: false, alerts: [] }),
    )
    await running.dispose()
    await expect(readFile(file, 'utf8')).rejects.toThrow('ENOENT')
  })

  test.each([
    [
      'GET',
      '/panels/sign/state?after=yesterday',
      '',
      400,
      'after must be the sequence of the last state that you have',
    ],
    ['POST', '/panels/sign/host', 'idle', 400, 'the body must be {"idle": true} or {"idle": false}'],
    [
      'POST',
      '/panels/sign/host',
      '{"idle":"yes"}',
      400,
      'the body must be {"idle": true} or {"idle": false}',
    ],
    [
      'POST',
      '/panels/sign/host',
      `{"idle":true${' '.repeat(10_000)}}`,
      400,
      'the body must be {"idle": true} or {"idle": false}',
    ],
    [
      'POST',
      '/panels/sign/host',
      '{"idle":true}',
      409,
      'panel sign asks no host; set onlyIdle: true in its profile',
    ],
  ] as const)('answers %s %s with one clear line', async (method, path, body, status, line) => {
    await start({ preset: 'station-landscape' })
    expect(await ask(method, path, body)).toEqual({ status, body: `${line}\n` })
  })

  test('lets nobody in without the token', async () => {
    await start({ preset: 'atm' })
    expect((await ask('GET', '/panels/sign/state', '', {})).status).toBe(401)
    expect((await ask('POST', '/panels/sign/host', '{"idle":true}', {})).status).toBe(403)
    const wrong = { authorization: `Bearer ${'x'.repeat(40)}` }
    expect((await ask('POST', '/panels/sign/host', '{"idle":true}', wrong)).status).toBe(401)
  })
})

describe('a panel that shares its time', () => {
  test('gives the host its turn and takes it back, and its receipts say shown once and removed once', async () => {
    await start({ preset: 'station-landscape', share: 0.5, unshared: ['public-warning'] })
    const viewer = look()
    await publish(amberAlert())
    await eventually(() => expect(receipts()).toEqual(['composed', 'shown']))
    for (let turn = 0; turn < 4; turn += 1) {
      const { turnEnds, showing } = await state()
      expect(showing).toBe(turn % 2 === 0)
      clock.advance(turnEnds - clock.now())
      await eventually(() => expect(viewer.pages() > 0).toBe(turn % 2 === 1))
    }
    await publish(cancelOf(amberAlert()))
    await eventually(() => expect(receipts()).toEqual(['composed', 'shown', 'removed']))
    expect(await state()).toMatchObject({ showing: false, turnEnds: null })
  })
})

describe('the page of the host', () => {
  test('is looked at for the screen, and what is wrong with it is in the health record', async () => {
    const pages = await startHostPages()
    held.defer(() => pages.dispose())
    await start({ preset: 'station-landscape', idle: { type: 'page', url: pages.url('/forbids') } })
    const viewer = look()
    await eventually(() =>
      expect(viewer.heard[1]).toMatchObject({ type: 'idle', content: { type: 'page' }, touch: false }),
    )
    const { fault } = JSON.parse((await ask('GET', '/panels/sign/idle/check')).body)
    expect(fault).toContain('take X-Frame-Options off it')
    viewer.send({ type: 'idle-fault', reason: 'a fault of the page' })
    await eventually(() =>
      expect(running.player.health()).toMatchObject({
        host: { idleFailing: 1 },
        panels: [{ idleFaults: [fault, 'a fault of the page'] }],
      }),
    )
    viewer.send({ type: 'idle-fault', reason: null })
    await eventually(() =>
      expect(running.player.health()).toMatchObject({ panels: [{ idleFaults: [fault] }] }),
    )
  })
})
