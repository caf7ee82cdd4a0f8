import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest'
import { type Disposable, Disposables } from '../base/disposal.ts'
import { startChromium, type TestBrowser } from './chromium.ts'
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

const MODES: readonly (readonly [string, () => Promise<ScreenFiles>])[] = [
  ['the built bundle', builtScreen],
  ['the development server', developedScreen],
]

/** What the specs of the screen run in. It is there from the first `beforeAll` of a spec on, and not before. */
export interface ScreenSetting {
  readonly files: ScreenFiles
  readonly chromium: TestBrowser
}

/** Runs specs for each of the two ways in which the screen is served, all in one browser: every one of them holds for both. */
export function describeScreen(specs: (setting: ScreenSetting) => void): void {
  let chromium: TestBrowser
  beforeAll(async () => {
    chromium = await startChromium()
  }, 60_000)
  afterAll(() => chromium?.dispose())

  describe.each(MODES)('%s', (_name, open) => {
    let files: ScreenFiles
    beforeAll(async () => {
      files = await open()
    }, 60_000)
    afterAll(() => files?.dispose())

    specs({
      get files() {
        return files
      },
      get chromium() {
        return chromium
      },
    })
  })
}

/** Runs specs as `describeScreen` does, each with the bench fresh. */
export function describeOnBench(specs: (bench: ScreenBench) => void): void {
  describeScreen((setting) => {
    const bench = new ScreenBench()
    beforeEach(() => bench.open(setting), 60_000)
    afterEach(() => bench.dispose())
    specs(bench)
  })
}

interface Opened {
  readonly server: StageServer
  readonly tab: Page
  readonly complaints: string[]
}

/** One page of a real browser, and the player that it is connected to. */
export class ScreenBench implements Disposable {
  readonly #held = new Disposables()
  #opened: Opened | undefined

  /** Begins anew: an empty page, and a player that has heard nothing. */
  async open({ files, chromium }: ScreenSetting): Promise<void> {
    const server = this.#held.add(await startStageServer(files, PANELS))
    const tab = await chromium.page(SCREEN_SIZE)
    this.#held.defer(() => tab.close())
    const complaints: string[] = []
    tab.on('console', (message) => {
      if (!['error', 'warning'].includes(message.type())) return
      if (!message.text().startsWith('Lit is in dev mode')) complaints.push(message.text())
    })
    tab.on('pageerror', (error) => complaints.push(String(error)))
    this.#opened = { server, tab, complaints }
  }

  get server(): StageServer {
    return this.#now.server
  }

  get tab(): Page {
    return this.#now.tab
  }

  /** What the browser complained of on its console, which the public must never cause. */
  get complaints(): readonly string[] {
    return this.#now.complaints
  }

  /** Opens the page of a panel. */
  async show(panel: PanelId): Promise<void> {
    await this.tab.goto(`${this.server.origin}/panels/${panel}/`)
  }

  /** Waits until this revision was acknowledged. */
  async painted(panel: PanelId, revision: number): Promise<void> {
    await expect
      .poll(() => this.server.heard(panel), { timeout: 10_000 })
      .toContainEqual({ type: 'painted', revision, ago: expect.any(Number), at: expect.any(Number) })
  }

  /** The words of the page in front. */
  words(): Promise<string[]> {
    return this.tab.locator('.front .text').allInnerTexts()
  }

  /** Takes a picture: sRGB, three bytes for each px, row by row. */
  async pixels(): Promise<Uint8Array> {
    const image = sharp(await this.tab.screenshot())
    return image.removeAlpha().raw().toBuffer()
  }

  /** Takes a picture; gives red, green and blue of any pixel of it. */
  async photograph(): Promise<(x: number, y: number) => number[]> {
    const image = sharp(await this.tab.screenshot()).removeAlpha()
    const { data, info } = await image.raw().toBuffer({ resolveWithObject: true })
    return (x, y) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)]
  }

  async dispose(): Promise<void> {
    this.#opened = undefined
    await this.#held.dispose()
  }

  get #now(): Opened {
    if (this.#opened === undefined) throw new Error('the bench is there only while a spec runs')
    return this.#opened
  }
}
