import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../display-client/player/system-clock.ts'
import { startChromium } from '../display-client/testkit/chromium.ts'
import { SCREEN_DIRECTORY, screenMissing } from './commands/screen-directory.ts'
import { DEMO_PANELS, type DemoEvent, startDemo } from './demo/demo.ts'

/**
 * Makes docs/wall.png: the wall of the demo in Debian's Chromium, after an alert was sent and every panel has painted it.
 *
 * Run it with `node_modules/.bin/node scripts/wall-picture.ts [file]`.
 */

const FILE = process.argv[2] ?? fileURLToPath(new URL('../docs/wall.png', import.meta.url))
const SIZE = { width: 1_920, height: 1_080 }
/** Longer than the cross-fade in which a photo joins its text, and than what a start leaves for later, ms. */
const SETTLING = 3_000

const missing = screenMissing()
if (missing !== undefined) throw new Error(missing)
const shown = new Set<string>()
let allShown = (): void => {}
const painted = new Promise<void>((resolve) => {
  allShown = resolve
})
const demo = await startDemo({
  port: 0,
  clock: systemClock(),
  log: { info: () => {}, warn: (line) => console.error(line) },
  screenDirectory: SCREEN_DIRECTORY,
  onEvent(event: DemoEvent) {
    if (event.event === 'receipt' && event.kind === 'shown') shown.add(event.panel)
    if (shown.size === DEMO_PANELS.length) allShown()
  },
})
if (!demo.ok) throw new Error(demo.failure)
const chromium = await startChromium()
try {
  const page = await chromium.page(SIZE)
  await page.goto(demo.value.url)
  const photo = page.waitForResponse((response) => response.url().includes('/media/'))
  // By then the player has done what every start takes, and the road signs are there.
  await page.waitForTimeout(SETTLING)
  await page.getByRole('button', { name: /send/i }).click()
  await Promise.all([painted, photo])
  await page.waitForTimeout(SETTLING)
  await mkdir(dirname(FILE), { recursive: true })
  await page.screenshot({ path: FILE })
  console.log(FILE)
} finally {
  await chromium.dispose()
  await demo.value.dispose()
}
