import sharp from 'sharp'
import type { StagePage } from '../../display-client/player/protocol.ts'
import { startChromium } from '../../display-client/testkit/chromium.ts'
import { page, SCREEN_SIZE, text } from '../../display-client/testkit/stage-pages.ts'
import { builtScreen, startStageServer } from '../../display-client/testkit/stage-server.ts'

/** What a page holds after some alerts; bytes, garbage aside. */
export interface HeapSample {
  readonly alerts: number
  readonly bytes: number
}

/** How often the heap is looked at. */
const LOOKS = 10

/**
 * The heap of the page of a panel while alerts with a photo come and go, each painted before the next.
 *
 * @param alerts how many in all
 */
export async function pageHeap(alerts: number): Promise<readonly HeapSample[]> {
  const files = await builtScreen()
  const server = await startStageServer(files, [
    { id: 'atm', title: 'ATM', surface: 'screen', ...SCREEN_SIZE, pitch: 0.4 },
  ])
  const chromium = await startChromium()
  try {
    const photo = await sharp({ create: { width: 200, height: 260, channels: 3, background: '#805030' } })
      .png()
      .toBuffer()
    const names = ['a', 'b', 'c'].map((letter) => letter.repeat(64))
    for (const name of names) server.setPhoto(name, photo)
    const tab = await chromium.page(SCREEN_SIZE)
    // Every look at the clock is a second after the one before: else the limiter would let two alerts in a second through.
    await tab.addInitScript({
      content: `const now = performance.now.bind(performance); let later = 0
        performance.now = () => now() + (later += 1_000)`,
    })
    await tab.goto(`${server.origin}/panels/atm/`)
    const session = await tab.context().newCDPSession(tab)
    const used = async (): Promise<number> => {
      await session.send('HeapProfiler.collectGarbage')
      return (await session.send('Runtime.getHeapUsage')).usedSize
    }
    const samples: HeapSample[] = []
    for (let count = 1; count <= alerts; count += 1) {
      const revision = server.stage('atm', count % 5 === 0 ? [] : [alertPage(count, names[count % 3] ?? '')])
      await painted(server, revision)
      if (count % (alerts / LOOKS) === 0) samples.push({ alerts: count, bytes: await used() })
    }
    return samples
  } finally {
    await chromium.dispose()
    await server.dispose()
    await files.dispose()
  }
}

function alertPage(count: number, sha256: string): StagePage {
  const size = { width: 200, height: 260 }
  return page([
    { type: 'photo', x: 10, y: 10, sha256, photo: size, crop: { x: 0, y: 0, ...size }, ...size },
    ...Array.from({ length: 8 }, (_, line) =>
      text(`Alert ${count}, line ${line}`, { x: 240, baseline: 60 + line * 60, size: 32 }),
    ),
  ])
}

async function painted(
  server: Awaited<ReturnType<typeof startStageServer>>,
  revision: number,
): Promise<void> {
  const isThere = (): boolean => {
    const last = server.heard('atm').at(-1)
    return last?.type === 'painted' && last.revision === revision
  }
  for (const start = Date.now(); !isThere(); ) {
    if (Date.now() - start > 15_000) throw new Error(`alert ${revision} was not painted`)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}
