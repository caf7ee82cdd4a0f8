import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../../display-client/player/system-clock.ts'
import { startChromium } from '../../display-client/testkit/chromium.ts'
import { DEMO_PANELS, startDemo } from '../demo/demo.ts'

/** What one run of the demo took. */
export interface Journey {
  /** From starting the demo to the first moment at which an alert would reach the panels, ms. */
  readonly startToArmed: number
  /** From signing to the painted frame, ms; by panel, one for each message. */
  readonly painted: ReadonlyMap<string, readonly number[]>
}

/** How long one message may take to be painted on all panels before the benchmark gives up, ms. */
const PATIENCE = 10_000

/**
 * The whole way of an alert, through the real parts: issuer → MQTT broker → player → WebSocket → the wall in Chromium,
 * twelve panels at once, each acknowledged from the frame after the one that painted it.
 *
 * @param rounds how many updates
 */
export async function journey(rounds: number): Promise<Journey> {
  const painted = new Map<string, number[]>(DEMO_PANELS.map((panel) => [panel, []]))
  const clock = systemClock()
  const started = clock.monotonic()
  const armed = Promise.withResolvers<number>()
  let waiting = new Set<string>()
  let allPainted = Promise.withResolvers<void>()
  const demo = await startDemo({
    port: 0,
    clock,
    log: { info: () => {}, warn: (line) => process.stderr.write(`${line}\n`) },
    screenDirectory: fileURLToPath(new URL('../../dist/screen', import.meta.url)),
    onEvent: (event) => {
      if (event.event === 'armed') armed.resolve(clock.monotonic() - started)
      if (event.event !== 'receipt' || event.kind !== 'shown') return
      painted.get(event.panel)?.push(event.sincePublish)
      waiting.delete(event.panel)
      if (waiting.size === 0) allPainted.resolve()
    },
  })
  if (!demo.ok) throw new Error(demo.failure)
  const browser = await startChromium()
  try {
    const startToArmed = await armed.promise
    const { url } = demo.value
    const page = await browser.page({ width: 1920, height: 1080 })
    await page.goto(url)
    await page
      .locator('kijkuit-panel')
      .nth(DEMO_PANELS.length - 1)
      .waitFor()
    const press = async (action: string, round: number): Promise<void> => {
      waiting = new Set(DEMO_PANELS)
      allPainted = Promise.withResolvers<void>()
      const { origin, searchParams } = new URL(url)
      const authorization = `Bearer ${searchParams.get('token')}`
      const headers = { origin, authorization, 'x-kijkuit': '1' }
      await fetch(new URL(`/demo/${action}`, url), { method: 'POST', headers })
      const tooLong = clock.after(PATIENCE, () => {
        allPainted.reject(
          new Error(`${action} ${round} was not painted within ${PATIENCE} ms on ${[...waiting].join(', ')}`),
        )
      })
      await allPainted.promise.finally(tooLong)
      await irregularPause(round)
    }
    await press('send', 0)
    // The first message loads fonts and compiles; a station that was just switched on, not one that waits for months.
    for (const times of painted.values()) times.length = 0
    for (let round = 1; round <= rounds; round += 1) await press('update', round)
    return { startToArmed, painted }
  } finally {
    await browser.dispose()
    await demo.value.dispose()
  }
}

/**
 * 550 to 600 ms in a fixed, uneven order: the rounds meet the display's tick at every phase, runs stay comparable, and no panel
 * changes so often that the page makes it wait.
 */
function irregularPause(round: number): Promise<void> {
  return delay(550 + ((round * 37) % 51))
}
