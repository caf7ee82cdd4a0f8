import { afterEach, beforeEach, expect, it } from 'vitest'
import type { IdleGone } from '../player/protocol.ts'
import { HOST_COLOUR, type HostPages, startHostPages } from '../testkit/host-pages.ts'
import { describeOnBench } from '../testkit/screen-bench.ts'

const BLACK = [0, 0, 0]
const GONE: IdleGone = { type: 'kijkuit-idle-gone', reason: `answers 404${'!'.repeat(200)}` }

let host: HostPages

beforeEach(async () => {
  host = await startHostPages()
})
afterEach(() => host?.dispose())

describeOnBench((bench) => {
  const pixel = (colour: readonly number[]) =>
    expect.poll(async () => (await bench.photograph())(400, 300), { timeout: 20_000 }).toEqual(colour)
  const faults = () =>
    bench.server.heard('atm').flatMap((one) => (one.type === 'idle-fault' ? [one.reason] : []))

  it('takes the page of the host away when its frame says that it went to an error, and tries it again', async () => {
    await bench.tab.clock.install()
    bench.server.setIdle('atm', {
      ...{ type: 'idle', width: 800, height: 600, x: 0, y: 0, touch: false },
      content: { type: 'page', url: host.url('/good'), fallback: { type: 'black' } },
    })
    await bench.show('atm')
    await pixel(HOST_COLOUR)
    // Neither our page itself nor anything else that is said to it.
    await bench.tab.evaluate((gone) => postMessage(gone), GONE)
    const frame = bench.tab.frames()[1]
    await frame?.evaluate(() => {
      for (const said of [null, 'gone', 7, { type: 'else' }]) parent.postMessage(said, '*')
    })
    await frame?.evaluate((gone) => parent.postMessage(gone, '*'), GONE)
    await pixel(BLACK)
    const reason = `answers 404${'!'.repeat(89)}`
    await expect.poll(faults).toEqual([null, `${host.url('/good')} went to a page that ${reason}`])
    expect(host.asked.filter((path) => path === '/good')).toHaveLength(1)
    await bench.tab.clock.runFor(30_000)
    await pixel(HOST_COLOUR)
    await expect.poll(() => faults().at(-1)).toBe(null)
    expect(bench.complaints.filter((one) => one.includes('Error'))).toEqual([])
  }, 60_000)
})
