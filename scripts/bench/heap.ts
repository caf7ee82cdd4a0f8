import type { CDPSession, Page } from 'playwright-core'
import sharp from 'sharp'
import { Disposables } from '../../display-client/base/disposal.ts'
import type { PixelContent } from '../../display-client/compose/composition.ts'
import type { StagePage } from '../../display-client/player/protocol.ts'
import { startChromium } from '../../display-client/testkit/chromium.ts'
import { until } from '../../display-client/testkit/flash/film.ts'
import { page, SCREEN_SIZE, text } from '../../display-client/testkit/stage-pages.ts'
import { builtScreen, startStageServer } from '../../display-client/testkit/stage-server.ts'

/** What a page holds once its garbage is collected. */
export interface Held {
  /** Alerts that it has shown. */
  readonly alerts: number
  /** Of its JavaScript heap, bytes. */
  readonly heap: number
  /** DOM nodes, also those that are in no document any more. */
  readonly nodes: number
  readonly listeners: number
}

/** A slope with its uncertainty. */
export interface Slope {
  /** For each alert. */
  readonly slope: number
  /** Half of the 95 % confidence interval. */
  readonly error: number
}

const PANEL = { id: 'atm', title: 'ATM', surface: 'screen', ...SCREEN_SIZE, pitch: 0.264 } as const
/** How much faster the clock of the page runs: so the limiter of changes lets every alert through. */
const HASTE = 1_000
/** Different photos; each alert has a name for its own. */
const PHOTOS = 16

/**
 * Shows so many alerts, one after the other, each with words and a photo that no other has, and each painted before the next
 * one comes, on the page of a screen as it ships; and measures what the page holds.
 *
 * @param alerts how many
 * @param every after so many it is measured
 * @param prepare done to the page before it is loaded
 */
export async function heldByPage(
  alerts: number,
  every: number,
  prepare: (page: Page) => Promise<unknown> = async () => {},
): Promise<readonly Held[]> {
  const held = new Disposables()
  try {
    const files = held.add(await builtScreen())
    const chromium = held.add(await startChromium())
    const server = held.add(await startStageServer(files, [PANEL]))
    const tab = await chromium.page(SCREEN_SIZE)
    await tab.addInitScript({ content: HURRY })
    await prepare(tab)
    await tab.goto(`${server.origin}/panels/${PANEL.id}/`)
    const session = await tab.context().newCDPSession(tab)
    await session.send('Performance.enable')
    const photos = await Promise.all(Array.from({ length: PHOTOS }, (_, index) => photo(index)))
    const measured: Held[] = []
    for (let alert = 1; alert <= alerts; alert += 1) {
      const sha256 = alert.toString(16).padStart(64, '0')
      server.setPhoto(sha256, photos[alert % PHOTOS] ?? Buffer.alloc(0))
      const revision = server.stage(PANEL.id, alertPages(alert, sha256))
      const isPainted = (): boolean =>
        server.heard(PANEL.id).some((one) => one.type === 'painted' && one.revision === revision)
      await until(isPainted, `alert ${alert}`)
      server.forget(PANEL.id)
      if (alert % every === 0) measured.push({ alerts: alert, ...(await measure(session)) })
    }
    return measured
  } finally {
    await held.dispose()
  }
}

const HURRY = `{
  const now = performance.now.bind(performance)
  performance.now = () => now() * ${HASTE}
}`

function photo(index: number): Promise<Buffer> {
  const background = { r: 16 * index, g: 255 - 16 * index, b: 128 }
  return sharp({ create: { width: 480, height: 600, channels: 3, background } })
    .jpeg()
    .toBuffer()
}

/** Two pages, as most alerts have. */
function alertPages(alert: number, sha256: string): readonly StagePage[] {
  const face: PixelContent['boxes'][number] = {
    ...{ type: 'photo', x: 0, y: 0, width: 320, height: 400, sha256 },
    ...{ photo: { width: 480, height: 600 }, crop: { x: 0, y: 0, width: 480, height: 600 } },
  }
  const words = (of: string) =>
    Array.from({ length: 6 }, (_, line) =>
      text(`${of} ${alert}, ${line}: ${'blauwe jas '.repeat(2)}`, {
        x: 340,
        baseline: 80 + 60 * line,
        size: 24,
      }),
    )
  return [page([face, ...words('Vermist')]), page([face, ...words('Gezien')])]
}

async function measure(session: CDPSession): Promise<Omit<Held, 'alerts'>> {
  // Twice: what the first lets go of may hold something else.
  for (let time = 0; time < 2; time += 1) await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  const { metrics } = await session.send('Performance.getMetrics')
  const metric = (name: string): number => metrics.find((one) => one.name === name)?.value ?? Number.NaN
  return { heap: usedSize, nodes: metric('Nodes'), listeners: metric('JSEventListeners') }
}

/** The line of least squares through these points. @throws RangeError with fewer than three of them */
export function slopeOf(points: readonly (readonly [number, number])[]): Slope {
  const count = points.length
  if (count < 3) throw new RangeError(`a slope of ${count} points`)
  const mean = (axis: 0 | 1): number => points.reduce((sum, point) => sum + point[axis], 0) / count
  const [centre, height] = [mean(0), mean(1)]
  const width = points.reduce((sum, [x]) => sum + (x - centre) ** 2, 0)
  const slope = points.reduce((sum, [x, y]) => sum + (x - centre) * (y - height), 0) / width
  const left = points.reduce((sum, [x, y]) => sum + (y - height - slope * (x - centre)) ** 2, 0)
  return { slope, error: 1.96 * Math.sqrt(left / (count - 2) / width) }
}
