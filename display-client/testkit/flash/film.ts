import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { FlashMeter, type FlashReport } from './meter.ts'

/** One frame that the browser has put on glass. */
export interface FilmFrame {
  /** ms, of the browser's clock */
  readonly at: number
  readonly png: Buffer
}

/** What was filmed. */
export interface Film {
  readonly frames: readonly FilmFrame[]
  /** How often the page was given a frame meanwhile to draw in: as many as these were there to be caught. */
  readonly ticks: number
}

/** How long to wait for a picture, ms. */
const PATIENCE = 15_000

/**
 * Films a page of a headless Chromium while something is done: every frame that its compositor puts out, as the DevTools
 * protocol hands them out (`Page.startScreencast`). A page that stands gives no frames.
 *
 * @param act what is done; over when all of it is on glass
 * @param moves the page never stands still, so that the last frame cannot be compared with what stands there
 */
export async function film(tab: Page, act: () => Promise<void>, moves = false): Promise<Film> {
  const session = await tab.context().newCDPSession(tab)
  const frames: FilmFrame[] = []
  session.on('Page.screencastFrame', ({ data, metadata, sessionId }) => {
    frames.push({ at: (metadata.timestamp ?? 0) * 1_000, png: Buffer.from(data, 'base64') })
    // The next one comes only after this.
    session.send('Page.screencastFrameAck', { sessionId }).catch(() => undefined)
  })
  try {
    await session.send('Page.startScreencast', { format: 'png', everyNthFrame: 1 })
    await until(() => frames.length > 0, 'the first frame')
    await tab.evaluate(COUNT_TICKS)
    await act()
    if (!moves) await lastOf(frames, tab)
    const ticks = Number(await tab.evaluate('globalThis.ticks'))
    return { frames: inOrder(frames), ticks }
  } finally {
    await session.detach().catch(() => undefined)
  }
}

/** Runs in the page. */
const COUNT_TICKS = `{
  const counting = 'ticks' in globalThis
  globalThis.ticks = 0
  const count = () => {
    globalThis.ticks += 1
    requestAnimationFrame(count)
  }
  if (!counting) requestAnimationFrame(count)
}`

/** Waits until the last frame is the picture that stands there: nothing is still on its way. */
async function lastOf(frames: readonly FilmFrame[], tab: Page): Promise<void> {
  const isThere = async (): Promise<boolean> => {
    const [standing, last] = await Promise.all([tab.screenshot(), inOrder(frames).at(-1)?.png].map(pixelsOf))
    return standing !== undefined && last !== undefined && standing.rgb.equals(last.rgb)
  }
  await until(isThere, 'the last frame')
}

/** They are encoded beside each other, and one that is done sooner comes sooner. */
function inOrder(frames: readonly FilmFrame[]): readonly FilmFrame[] {
  return frames.toSorted((one, other) => one.at - other.at)
}

async function pixelsOf(png: Buffer | undefined | Promise<Buffer>) {
  const bytes = await png
  if (bytes === undefined) return undefined
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { rgb: data, width: info.width, height: info.height }
}

/** @param side of the regions that are judged, px */
export async function measure({ frames }: Pick<Film, 'frames'>, side: number): Promise<FlashReport> {
  const meter = new FlashMeter(side)
  for (const { at, png } of frames) {
    const pixels = await pixelsOf(png)
    if (pixels !== undefined) meter.add({ at, ...pixels })
  }
  return meter.report
}

/** @param what is waited for, for the message @throws when it does not come */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + PATIENCE
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`${what} did not come within ${PATIENCE} ms`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
