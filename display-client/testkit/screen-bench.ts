import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { expect } from 'vitest'
import type { Disposable } from '../base/disposal.ts'
import type { TestBrowser } from './chromium.ts'
import { FRAME_SIZE, SCREEN_SIZE } from './stage-pages.ts'
import {
  builtScreen,
  developedScreen,
  type ScreenFiles,
  type StageServer,
  startStageServer,
} from './stage-server.ts'

const PANELS = [
  { id: 'atm', title: 'ATM', surface: 'screen', ...SCREEN_SIZE, pitch: 0.4 },
  { id: 'side', title: 'Right half of a screen', surface: 'screen', width: 400, height: 600, pitch: 0.4 },
  { id: 'sign', title: 'Text car', surface: 'matrix', ...FRAME_SIZE, pitch: 20 },
  { id: 'wall', title: 'LED wall behind a sender', surface: 'screen', ...FRAME_SIZE, pitch: 4 },
] as const
type PanelId = (typeof PANELS)[number]['id']

/** The two ways in which the screen is served; every spec of it holds for both. */
export const SCREEN_MODES: readonly (readonly [string, () => Promise<ScreenFiles>])[] = [
  ['the built bundle', builtScreen],
  ['the development server', developedScreen],
]

/** One page of a real browser, and the player that it is connected to. */
export interface ScreenBench extends Disposable {
  readonly server: StageServer
  readonly tab: Page
  /** What the browser complained of on its console, which the public must never cause. */
  readonly complaints: readonly string[]
  /** Opens the page of a panel. */
  show(panel: PanelId): Promise<void>
  /** Waits until this revision was acknowledged. */
  painted(panel: PanelId, revision: number): Promise<void>
  /** The words of the page in front. */
  words(): Promise<string[]>
  /** Takes a picture: sRGB, three bytes for each px, row by row. */
  pixels(): Promise<Uint8Array>
  /** Takes a picture; gives red, green and blue of any pixel of it. */
  photograph(): Promise<(x: number, y: number) => number[]>
  dispose(): Promise<void>
}

export async function startScreenBench(files: ScreenFiles, chromium: TestBrowser): Promise<ScreenBench> {
  const server = await startStageServer(files, PANELS)
  const tab = await chromium.page(SCREEN_SIZE)
  const complaints: string[] = []
  tab.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return
    if (!message.text().startsWith('Lit is in dev mode')) complaints.push(message.text())
  })
  tab.on('pageerror', (error) => complaints.push(String(error)))
  return {
    server,
    tab,
    complaints,
    async show(panel) {
      await tab.goto(`${server.origin}/panels/${panel}/`)
    },
    async painted(panel, revision) {
      await expect
        .poll(() => server.heard(panel), { timeout: 10_000 })
        .toContainEqual({ type: 'painted', revision, ago: expect.any(Number), at: expect.any(Number) })
    },
    words: () => tab.locator('.front .text').allInnerTexts(),
    pixels: async () =>
      sharp(await tab.screenshot())
        .removeAlpha()
        .raw()
        .toBuffer(),
    async photograph() {
      const image = sharp(await tab.screenshot()).removeAlpha()
      const { data, info } = await image.raw().toBuffer({ resolveWithObject: true })
      return (x, y) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)]
    },
    async dispose() {
      await tab.close()
      await server.dispose()
    },
  }
}
