import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { PixelContent } from '../../compose/composition.ts'
import { startChromium, type TestBrowser } from '../../testkit/chromium.ts'
import {
  builtScreen,
  type ScreenFiles,
  type StageServer,
  startStageServer,
} from '../../testkit/stage-server.ts'
import type { WallAlert, WallPanel } from './demo.ts'

const PANELS: WallPanel[] = [
  { id: 'station', title: 'Station screen', surface: 'screen', width: 1920, height: 1080, pitch: 0.63 },
  { id: 'sign', title: 'Text car', surface: 'matrix', width: 112, height: 80, pitch: 20 },
  {
    id: 'ticker',
    title: 'Ticker',
    surface: 'matrix',
    width: 120,
    height: 8,
    pitch: 10,
    characters: { lines: 1, columns: 20 },
  },
]
const content: PixelContent = {
  type: 'pixels',
  width: 1920,
  height: 1080,
  background: '#0e1116',
  boxes: [{ type: 'fill', x: 0, y: 0, width: 1920, height: 540, colour: '#ffb000' }],
}

let chromium: TestBrowser
let files: ScreenFiles
let server: StageServer
let tab: Page
let complaints: string[]

const demo = (alert: WallAlert | null) => ({ panels: PANELS, alert, port: 8740 })
const alert = (revision: number): WallAlert => ({
  incident: 'utr-1',
  revision,
  headline: 'AMBER Alert Sanne (8)',
  expires: new Date(Date.now() + 3_600_000).toISOString(),
})
const status = () => tab.getByRole('status').textContent()
const button = (name: string) => tab.getByRole('button', { name, exact: true })
const enabled = async () => {
  const names = ['Send alert', 'Update', 'End']
  const states = await Promise.all(names.map((name) => button(name).getAttribute('aria-disabled')))
  return names.filter((_, index) => states[index] === 'false')
}

beforeAll(async () => {
  ;[chromium, files] = await Promise.all([startChromium(), builtScreen()])
}, 60_000)

afterAll(async () => {
  await chromium?.dispose()
  await files?.dispose()
})

beforeEach(async () => {
  server = await startStageServer(
    files,
    PANELS.map(({ characters: _, ...panel }) => panel),
  )
  server.setDemo(demo(null))
  tab = await chromium.page({ width: 1440, height: 900 })
  complaints = []
  tab.on('console', (message) => complaints.push(message.text()))
  tab.on('pageerror', (error) => complaints.push(String(error)))
  await tab.goto(`${server.origin}/`)
  await expect.poll(status).toBe('No alert. Send one, and it appears on every panel.')
}, 60_000)

afterEach(async () => {
  await tab?.close()
  await server?.dispose()
})

it('shows every panel by name, size and state, at once and without a complaint of the browser', async () => {
  expect(await tab.locator('figcaption .name').allTextContents()).toEqual([
    'Station screen',
    'Ticker',
    'Text car',
  ])
  expect(await tab.locator('figcaption .size').allTextContents()).toEqual([
    '1920 × 1080 px · 1.21 × 0.68 m',
    '1 × 20 characters · 1.20 × 0.08 m',
    '112 × 80 px · 2.24 × 1.60 m',
  ])
  expect(await tab.locator('figcaption .phase').allTextContents()).toEqual(['idle', 'idle', 'idle'])
  expect(
    await tab.evaluate('[document.documentElement.scrollWidth, document.documentElement.scrollHeight]'),
  ).toEqual([1440, 900])
  expect(complaints).toEqual([])
})

it('sends, updates and ends with three buttons, and says what came of it', async () => {
  expect(await enabled()).toEqual(['Send alert'])
  server.setDemo(demo(alert(1)))
  await button('Send alert').click()
  await expect.poll(status).toBe('Sent. On 0 of 3 panels so far.')
  expect(await enabled()).toEqual(['Update', 'End'])
  for (const [index, { id }] of PANELS.entries()) {
    server.announce({
      type: 'receipt',
      panel: id,
      incident: 'utr-1',
      revision: 1,
      kind: 'shown',
      sincePublish: 40 + index,
    })
  }
  await expect.poll(status).toBe('Sent. On all 3 panels; the last was painted after 42 ms.')
  expect(await tab.locator('figcaption .since').allTextContents()).toEqual(['40 ms', '42 ms', '41 ms'])
  expect(await tab.locator('.alert').textContent()).toMatch(
    /^AMBER Alert Sanne \(8\)expires in (1:00:00|59:\d\d)$/,
  )

  server.setDemo(demo(alert(2)))
  await button('Update').click()
  await expect.poll(status).toBe('Updated to revision 2. On 0 of 3 panels so far.')
  server.setDemo(demo(null))
  await button('End').click()
  await expect.poll(status).toBe('Ended. Off 0 of 3 panels so far.')
  expect(server.asked).toEqual(['send', 'update', 'end'])
})

it('does nothing by a button that makes no sense, and keeps the focus for a keyboard', async () => {
  await button('End').click({ force: true })
  server.setDemo(demo(alert(1)))
  await button('Send alert').focus()
  await tab.keyboard.press('Enter')
  await expect.poll(status).toBe('Sent. On 0 of 3 panels so far.')
  await tab.keyboard.press('Enter')
  expect(server.asked).toEqual(['send'])
  expect(await tab.evaluate('document.activeElement.textContent')).toBe('Send alert')
  expect(await tab.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid')
})

it('says so when the demo refuses, and when the player is away, and comes back by itself', async () => {
  server.setDemo(undefined)
  await button('Send alert').click()
  await expect.poll(status).toBe('The player refused that. Its own output says why.')
  server.setDemo(demo(null))
  server.setReachable(false)
  server.dropAudience()
  await expect.poll(status).toBe('The player does not answer. The panels keep what they show.')
  expect(await enabled()).toEqual([])
  server.setReachable(true)
  await expect.poll(enabled).toEqual(['Send alert'])
})

it('draws every panel live from its own stage and acknowledges it', async () => {
  server.stage('station', [{ dwell: 0, content }])
  await expect
    .poll(() => server.heard('station'))
    .toContainEqual({ type: 'painted', revision: 1, ago: expect.any(Number), at: expect.any(Number) })
  const fill = await tab.locator('kijkuit-panel .fill').boundingBox()
  const glass = await tab.locator('.glass.screen').boundingBox()
  expect(fill?.width).toBeCloseTo(glass?.width ?? 0, 0)
  expect(fill?.height).toBeCloseTo((glass?.height ?? 0) / 2, 0)
})
