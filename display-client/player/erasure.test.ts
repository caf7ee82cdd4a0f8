import { mkdirSync, writeFileSync } from 'node:fs'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectIssuer, type IssuerConnection } from '../../scripts/issuer/connection.ts'
import { preparePhoto } from '../../scripts/issuer/photo.ts'
import { publish } from '../../scripts/issuer/publication.ts'
import { toCapTime } from '../alert/cap-time.ts'
import type { NewKey } from '../alert/keyring.ts'
import type { Alert } from '../alert/model.ts'
import { Disposables } from '../base/disposal.ts'
import { chromiumArguments } from '../shell/chromium/command-line.ts'
import { amberAlert, cancelOf, updateOf } from '../testkit/alerts.ts'
import { bearer } from '../testkit/bearer.ts'
import { startAedes } from '../testkit/brokers.ts'
import { eventually } from '../testkit/eventually.ts'
import { keyringText, testKey } from '../testkit/keys.ts'
import { connectClient, type TestClient } from '../testkit/mqtt-client.ts'
import { type RunningPlayer, runPlayer } from '../testkit/running-player.ts'
import { filesOf, found, foundIn, type Secret, secretBytes, secretText } from '../testkit/search.ts'
import { builtScreen } from '../testkit/stage-server.ts'
import { type TemporaryFolder, temporaryFolder } from '../testkit/temporary-folder.ts'
import type { Player } from './player.ts'
import { systemClock } from './system-clock.ts'
import { mediaTopic } from './topics.ts'

const HOUR = 3_600_000
const NAME = 'Wilmë Qvistra'
const PLATE = 'QV-731-K'

const held = new Disposables()
let folder: TemporaryFolder
let issuer: IssuerConnection
let key: NewKey
let running: RunningPlayer
let player: Player
let browser: BrowserContext
let page: Page
/** All that the player says to the broker. */
const messages: string[] = []
let brokerUrl: string

beforeAll(async () => {
  folder = held.add(await temporaryFolder())
  const screen = held.add(await builtScreen())
  const broker = held.add(await startAedes())
  brokerUrl = broker.url
  const now = Date.now()
  key = testKey({ notBefore: now - HOUR, notAfter: now + HOUR })
  const connection = await connectIssuer({ url: broker.url })
  if (!connection.ok) throw new Error(connection.failure)
  issuer = held.add(connection.value)
  const listener = await client()
  listener.on('message', (topic, payload) => messages.push(`${topic} ${payload.toString()}`))
  await listener.subscribeAsync(['kijkuit/v1/players/+/receipts', 'kijkuit/v1/players/+/health'], { qos: 1 })
  running = held.add(
    await runPlayer({
      ...{ folder, brokers: [broker.url], keyring: keyringText(key), clock: systemClock() },
      screen: screen.folder,
      panels: [
        { id: 'hall', preset: 'station-portrait' },
        { id: 'ticker', preset: 'ticker-1x20' },
      ],
    }),
  )
  player = running.player
  await running.armed()
  await openBrowser()
}, 60_000)
afterAll(() => held.dispose())

const client = async (): Promise<TestClient> => held.add(await connectClient(brokerUrl))

/** The browser of a kiosk, with everything that it may write inside the folder that is searched. */
async function openBrowser(): Promise<void> {
  for (const name of ['profile', 'home', 'temporary'])
    mkdirSync(folder.join('browser', name), { recursive: true })
  const profile = folder.join('browser', 'profile')
  browser = await chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    viewport: { width: 1080, height: 1920 },
    env: {
      ...process.env,
      HOME: folder.join('browser', 'home'),
      TMPDIR: folder.join('browser', 'temporary'),
    },
    args: [
      ...chromiumArguments({
        profile,
        port: Number(new URL(player.address).port),
        hosts: [],
        gpu: true,
      }).filter((one) => !/^--(kiosk|app|user-data-dir|remote-debugging-pipe)/.test(one)),
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-dev-shm-usage',
    ],
  })
  held.defer(() => browser.close())
  page = browser.pages()[0] ?? (await browser.newPage())
  await page.goto(`${player.address}/panels/hall/?token=${player.viewerToken.value}`)
}

function served({ media }: { readonly media: { readonly sha256: string } }): Promise<Response> {
  return fetch(`${player.address}/media/${media.sha256}`, { headers: bearer(player.viewerToken) })
}

/** A picture that compresses badly, so that every piece of its file is like no other file. */
async function noise(width: number, height: number): Promise<Buffer> {
  const pixels = Buffer.alloc(width * height * 3)
  crypto.getRandomValues(pixels.subarray(0, 65_536))
  for (let at = 65_536; at < pixels.length; at += 1)
    pixels[at] = ((pixels[at - 65_536] ?? 0) * 31 + at) & 0xff
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer()
}

async function send(
  alert: Alert,
  photos: Parameters<typeof publish>[1]['photos'] = [],
  previous?: Alert,
): Promise<void> {
  const sent = await publish(
    issuer,
    { alert, isDrill: false, area: 'nl', key: key.file, photos, ...(previous && { previous }) },
    Date.now(),
  )
  if (!sent.ok) throw new Error(sent.failure)
}

const onGlass = (): Promise<{ text: string; photos: string[] }> =>
  page.evaluate(() => ({
    text: document.body.textContent ?? '',
    photos: [...document.querySelectorAll('img')].filter((one) => one.naturalWidth > 0).map((one) => one.src),
  }))
const receipts = (): string[] =>
  messages
    .filter((text) => text.includes('/receipts '))
    .flatMap((text) => JSON.parse(text.slice(text.indexOf('{'))).receipts)
    .map(({ kind, panel = '', revision }) => `${kind} ${panel} ${revision}`)

/** Where a secret is, of all that outlives a moment. */
function everywhere(secrets: readonly Secret[]): readonly string[] {
  return [
    ...foundIn(folder.join('data'), secrets),
    ...foundIn(folder.join('browser'), secrets),
    ...found(secrets, running.said.join('\n')).map((name) => `log: ${name}`),
    ...found(secrets, messages.join('\n')).map((name) => `receipts and health: ${name}`),
  ]
}

describe('the data of a child', () => {
  test('is in the clear nowhere while the alert is shown, and nowhere at all when it has ended', async () => {
    const first = await preparePhoto(await noise(600, 750), { x: 150, y: 150, width: 300, height: 375 })
    const second = await preparePhoto(await noise(80, 100), { x: 10, y: 10, width: 60, height: 80 })
    expect([first.media.data === undefined, second.media.data === undefined]).toEqual([true, false])
    const now = Date.now()
    const alert = amberAlert({
      sent: toCapTime(now),
      expires: toCapTime(now + HOUR),
      subject: { name: NAME, age: 8, looks: { nl: 'lang haar', en: 'long hair' } },
      vehicle: { make: 'Volvo', plate: PLATE },
      media: [first.media],
    })
    await send(alert, [first])
    await eventually(async () => {
      const { text, photos } = await onGlass()
      expect(text).toContain('Qvistra')
      expect(photos).toHaveLength(1)
    }, 15_000)
    const servedPhoto = Buffer.from(await (await served(first)).arrayBuffer())
    const secrets = [
      secretText('name', NAME),
      secretText('surname', 'Qvistra'),
      secretText('plate', PLATE),
      secretBytes('photo as it was sent', first.bytes),
      secretBytes('photo as it was served', servedPhoto),
      secretBytes('second photo', second.bytes),
    ]
    expect(everywhere(secrets)).toEqual([])

    const update = updateOf(alert, {
      media: [second.media],
      place: { description: { nl: 'Zwolle', en: 'Zwolle' } },
    })
    await send(update, [second], alert)
    await eventually(async () => {
      expect(receipts()).toContain('erased  1')
      expect((await onGlass()).photos.join()).toContain(second.media.sha256)
    }, 15_000)
    expect((await served(first)).status).toBe(404)
    expect(everywhere(secrets)).toEqual([])

    await send(cancelOf(update), [], update)
    await eventually(
      () => expect(receipts()).toEqual(expect.arrayContaining(['removed hall 2', 'erased  2'])),
      15_000,
    )
    expect(await onGlass()).toEqual({ text: expect.not.stringContaining('Qvistra'), photos: [] })
    expect(await page.evaluate(() => document.documentElement.outerHTML)).not.toMatch(
      /Qvistra|QV-731-K|data:image/,
    )
    for (const photo of [first, second]) expect((await served(photo)).status).toBe(404)
    expect(everywhere(secrets)).toEqual([])

    // What is written when everything is closed.
    await browser.close()
    await player.dispose()
    expect(everywhere(secrets)).toEqual([])
    expect(filesOf(folder.join('data')).length).toBeGreaterThanOrEqual(2)
    expect(filesOf(folder.join('browser')).length).toBeGreaterThan(20)

    const kept = await retained()
    expect([...kept.keys()].filter((topic) => topic.startsWith('kijkuit/v1/media/'))).toEqual([])
    expect(kept.has(mediaTopic(first.media.sha256))).toBe(false)
    expect(
      [...kept].flatMap(([topic, payload]) => found(secrets, payload).map((name) => `${topic}: ${name}`)),
    ).toEqual([])
  }, 60_000)

  test('is found by the search wherever it is planted', () => {
    const bytes = crypto.getRandomValues(Buffer.alloc(5_000))
    const secrets = [secretText('name', NAME), secretBytes('photo', bytes)]
    const nested = folder.join('planted', 'deep', 'er')
    mkdirSync(nested, { recursive: true })
    const junk = crypto.getRandomValues(Buffer.alloc(1_001))
    const plants: Readonly<Record<string, Uint8Array | string>> = {
      'utf8.bin': Buffer.concat([junk, Buffer.from(NAME), junk]),
      'utf16.bin': Buffer.concat([junk, Buffer.from(NAME, 'utf16le'), junk]),
      'capitals.txt': NAME.toUpperCase(),
      'escaped.json': '{"name":"Wilm\\u00eb Qvistra"}',
      'url.txt': `?q=${encodeURIComponent(NAME)}`,
      'base64-0.txt': Buffer.from(`${NAME}.`).toString('base64'),
      'base64-1.txt': Buffer.from(`x${NAME}.`).toString('base64url'),
      'base64-2.txt': Buffer.from(`xy${NAME}..`).toString('base64'),
      'photo.bin': Buffer.concat([junk, bytes, junk]),
      'half-a-photo.bin': bytes.subarray(2_500),
      'photo-in-json.txt': JSON.stringify({ data: Buffer.concat([junk, bytes]).toString('base64') }),
      'photo.hex': bytes.toString('hex'),
    }
    for (const [name, content] of Object.entries(plants)) writeFileSync(`${nested}/${name}`, content)
    writeFileSync(`${nested}/innocent.txt`, 'Wilma Kvistra')
    writeFileSync(`${nested}/${NAME}`, '')
    const reports = foundIn(folder.join('planted'), secrets)
    for (const name of Object.keys(plants)) expect(reports.join('\n')).toContain(`/${name}: `)
    expect(reports.join('\n')).toContain('the name of ')
    expect(reports.join('\n')).not.toContain('innocent')
  })
})

/** All that the broker would send to who comes new. */
async function retained(): Promise<ReadonlyMap<string, Buffer>> {
  const kept = new Map<string, Buffer>()
  const one = await client()
  one.on('message', (topic, payload) => {
    if (payload.length > 0) kept.set(topic, payload)
  })
  await one.subscribeAsync('#', { qos: 1 })
  await eventually(() => expect([...kept.keys()].join()).toContain('/presence'))
  return kept
}
