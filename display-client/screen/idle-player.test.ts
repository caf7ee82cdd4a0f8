import { mkdir, writeFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Disposables } from '../base/disposal.ts'
import type { Player } from '../player/player.ts'
import { systemClock } from '../player/system-clock.ts'
import { startAedes } from '../testkit/brokers.ts'
import { startChromium, type TestBrowser } from '../testkit/chromium.ts'
import { HOST_COLOUR, type HostPages, startHostPages } from '../testkit/host-pages.ts'
import { keyringText, testKey } from '../testkit/keys.ts'
import { runPlayer } from '../testkit/running-player.ts'
import { builtScreen } from '../testkit/stage-server.ts'
import { temporaryFolder } from '../testkit/temporary-folder.ts'

/** The idle content of real panels: the player, its server, and a browser. */
const held = new Disposables()
let player: Player
let chromium: TestBrowser
let host: HostPages

beforeAll(async () => {
  const folder = held.add(await temporaryFolder())
  const screen = held.add(await builtScreen())
  const broker = held.add(await startAedes())
  host = held.add(await startHostPages())
  chromium = held.add(await startChromium())
  await mkdir(folder.join('posters'))
  const poster = sharp({ create: { width: 1_600, height: 400, channels: 3, background: '#c00000' } })
  await poster.png().toFile(folder.join('posters', 'b.png'))
  await writeFile(folder.join('posters', 'a.png'), 'no image')
  const panel = (id: string, idle: object) => ({ id, preset: 'atm', onlyIdle: false, idle })
  const running = held.add(
    await runPlayer({
      ...{ folder, brokers: [broker.url], keyring: keyringText(testKey()), clock: systemClock() },
      screen: screen.folder,
      panels: [
        panel('good', { type: 'page', url: host.url('/good') }),
        panel('forbids', { type: 'page', url: host.url('/forbids'), fallback: 'clock' }),
        panel('gone', { type: 'page', url: host.url('/gone') }),
        panel('posters', { type: 'images', folder: 'posters' }),
      ],
    }),
  )
  player = running.player
}, 120_000)

afterAll(() => held.dispose())

async function open(panel: string): Promise<Page> {
  const tab = await chromium.page({ width: 800, height: 600 })
  held.defer(() => tab.close())
  await tab.goto(`${player.address}/panels/${panel}/?token=${player.viewerToken.value}`)
  return tab
}

async function pixel(tab: Page, x: number, y: number): Promise<readonly number[]> {
  const picture = sharp(await tab.screenshot()).extract({ left: x, top: y, width: 1, height: 1 })
  return [...(await picture.removeAlpha().raw().toBuffer())]
}

const faultsOf = (panel: string): readonly string[] => {
  const { panels } = player.health() as { panels: { id: string; idleFaults: readonly string[] }[] }
  return panels.find(({ id }) => id === panel)?.idleFaults ?? []
}
const patience = { timeout: 20_000 }

test('a page of the host that stands is seen', async () => {
  const tab = await open('good')
  await expect.poll(() => pixel(tab, 400, 300), patience).toEqual(HOST_COLOUR)
  expect(faultsOf('good')).toEqual([])
}, 60_000)

test('a page that may not be framed is a clock, and health says why', async () => {
  const tab = await open('forbids')
  await expect.poll(() => faultsOf('forbids').join(), patience).toContain('take X-Frame-Options off it')
  expect(await tab.locator('.time').isVisible()).toBe(true)
  expect(await tab.locator('iframe').isVisible()).toBe(false)
}, 60_000)

test('a page that is gone is black, and health says why', async () => {
  const tab = await open('gone')
  await expect.poll(() => faultsOf('gone').join(), patience).toContain('answers 404')
  expect(await pixel(tab, 400, 300)).toEqual([0, 0, 0])
}, 60_000)

test('the images of a folder are seen whole; one that is broken is passed over, and health says which', async () => {
  const tab = await open('posters')
  // 1600x400 on 800x600: 200 px high.
  await expect.poll(async () => (await pixel(tab, 400, 300))[0], patience).toBeGreaterThan(180)
  expect([await pixel(tab, 400, 190), await pixel(tab, 400, 410)]).toEqual([
    [0, 0, 0],
    [0, 0, 0],
  ])
  await expect.poll(() => faultsOf('posters').join(), patience).toMatch(/a\.png is left out: it is no JPEG/)
}, 60_000)
