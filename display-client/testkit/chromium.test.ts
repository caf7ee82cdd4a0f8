import { afterAll, beforeAll, expect, it } from 'vitest'
import { startChromium, type TestBrowser } from './chromium.ts'

let chromium: TestBrowser

beforeAll(async () => {
  chromium = await startChromium()
}, 60_000)

afterAll(() => chromium?.dispose())

it('opens a page of exactly the size of a panel, also one smaller than any window', async () => {
  const page = await chromium.page({ width: 112, height: 80 })
  await page.setContent('<body></body>')
  expect(await page.evaluate('[innerWidth, innerHeight, devicePixelRatio]')).toEqual([112, 80, 1])
})
