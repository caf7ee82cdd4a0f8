import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import type { StagePage } from '../player/protocol.ts'
import { describeOnBench } from '../testkit/screen-bench.ts'
import { frame, page, text } from '../testkit/stage-pages.ts'

describeOnBench((bench) => {
  it('replaces one alert by the next without a fade, and is black and empty when there is none', async () => {
    bench.server.stage('atm', [page([text('First', { x: 10, baseline: 100, size: 40 })])])
    await bench.show('atm')
    await bench.painted('atm', 1)
    bench.server.stage('atm', [page([text('Second', { x: 10, baseline: 100, size: 40 })])])
    await bench.painted('atm', 2)
    expect(await bench.words()).toEqual(['Second'])
    expect(await bench.tab.locator('.entering').count()).toBe(0)
    bench.server.stage('atm', [])
    await bench.painted('atm', 3)
    expect(await bench.tab.locator('.text').count()).toBe(0)
    const at = await bench.photograph()
    expect([at(0, 0), at(400, 300), at(799, 599)]).toEqual(Array(3).fill([0, 0, 0]))
  })

  it('turns its pages by a cross-fade, and leaves the turned page in front', async () => {
    bench.server.stage('atm', [
      page([text('Page one', { x: 10, baseline: 100, size: 40 })], 4_000),
      page([text('Page two', { x: 10, baseline: 100, size: 40 })], 60_000),
    ])
    await bench.tab.addInitScript(() => {
      document.addEventListener('animationstart', ({ target }) => {
        const { animationName, animationDuration } = getComputedStyle(target as Element)
        Object.assign(globalThis, { turned: `${animationName} ${animationDuration}` })
      })
    })
    await bench.show('atm')
    await bench.painted('atm', 1)
    expect(await bench.words()).toEqual(['Page one'])
    await expect
      .poll(() => bench.tab.evaluate('globalThis.turned'), { timeout: 10_000 })
      .toBe('kijkuit-page 0.4s')
    expect(await bench.words()).toEqual(['Page two'])
    await expect.poll(() => bench.tab.locator('.entering').count()).toBe(0)
    expect(await bench.tab.locator('.page:visible').count()).toBe(1)
    // What is sent again unchanged, as after a lost connection, does not begin anew.
    bench.server.stage(
      'atm',
      JSON.parse(
        JSON.stringify([
          page([text('Page one', { x: 10, baseline: 100, size: 40 })], 4_000),
          page([text('Page two', { x: 10, baseline: 100, size: 40 })], 60_000),
        ]),
      ) as StagePage[],
    )
    await bench.painted('atm', 2)
    expect(await bench.words()).toEqual(['Page two'])
  })

  it('turns no page of a screen within 4 s of the last change, whatever its dwell', async () => {
    const names = ['Page one', 'Page two', 'Page three']
    await bench.show('atm')
    await bench.painted('atm', 0)
    await recordChanges(bench.tab)
    bench.server.stage(
      'atm',
      names.map((words) => page([text(words, { x: 10, baseline: 100, size: 40 })], 1)),
    )
    await expect.poll(() => changes(bench.tab), { timeout: 20_000 }).toHaveLength(3)
    const seen = await changes(bench.tab)
    expect(seen.map(({ words }) => words)).toEqual(names)
    for (const [index, { at }] of seen.slice(1).entries())
      expect(at - (seen[index]?.at ?? 0)).toBeGreaterThanOrEqual(3_950)
  }, 40_000)

  it('puts up an alert that comes while a page turns at once, and what follows within a second only when it may', async () => {
    const one = (words: string, dwell = 60_000) =>
      page([text(words, { x: 10, baseline: 100, size: 40 })], dwell)
    await bench.show('atm')
    await bench.painted('atm', 0)
    await recordChanges(bench.tab)
    bench.server.stage('atm', [one('Page one', 4_000), one('Page two')])
    // From the frame in which the fade begins: what came before that would be one change with it.
    await expect.poll(() => changes(bench.tab), { timeout: 20_000, interval: 10 }).toHaveLength(2)
    bench.server.stage('atm', [one('First')])
    await bench.painted('atm', 2)
    for (const words of ['Second', 'Third', 'Fourth']) bench.server.stage('atm', [one(words)])
    await bench.painted('atm', 5)
    const seen = await changes(bench.tab)
    expect(seen.map(({ words }) => words)).toEqual(['Page one', 'Page two', 'First', 'Fourth'])
    const [, turned, , fourth] = seen
    expect((fourth?.at ?? 0) - (turned?.at ?? 0)).toBeGreaterThanOrEqual(1_000)
    expect(bench.server.heard('atm').filter(({ type }) => type === 'painted')).toHaveLength(4)
  }, 40_000)

  it('leaves the page in front and its turn as they are when another page is updated', async () => {
    const one = (words: string, dwell: number) =>
      page([text(words, { x: 10, baseline: 100, size: 40 })], dwell)
    await bench.show('atm')
    await bench.painted('atm', 0)
    await recordChanges(bench.tab)
    bench.server.stage('atm', [one('Page one', 6_000), one('Page two', 60_000)])
    await bench.painted('atm', 1)
    bench.server.stage('atm', [one('Page one', 6_000), one('Page 2, better', 60_000)])
    await bench.painted('atm', 2)
    await expect.poll(() => bench.words(), { timeout: 20_000 }).toEqual(['Page 2, better'])
    bench.server.stage('atm', [one('Page 1, better', 6_000), one('Page 2, better', 60_000)])
    await bench.painted('atm', 3)
    expect(await bench.words()).toEqual(['Page 2, better'])
    bench.server.stage('atm', [one('Page 1, better', 6_000), one('Page 2, best', 60_000)])
    await bench.painted('atm', 4)
    expect((await changes(bench.tab)).map(({ words }) => words)).toEqual([
      'Page one',
      'Page 2, better',
      'Page 2, best',
    ])
  }, 40_000)

  it('keeps a photo through an update, and on glass while the next state waits: it is fetched and decoded once', async () => {
    const bytes = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#ff0000' } })
      .png()
      .toBuffer()
    const sha256 = 'a'.repeat(64)
    const asked: string[] = []
    bench.tab.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await bench.tab.addInitScript(() => {
      const { decode } = HTMLImageElement.prototype
      Object.assign(globalThis, { decoded: 0 })
      HTMLImageElement.prototype.decode = function () {
        Reflect.set(globalThis, 'decoded', Reflect.get(globalThis, 'decoded') + 1)
        return decode.call(this)
      }
    })
    bench.server.setPhoto(sha256, bytes)
    const size = { width: 20, height: 20 }
    const photo = {
      type: 'photo',
      x: 100,
      y: 300,
      sha256,
      photo: size,
      crop: { x: 0, y: 0, ...size },
      ...size,
    } as const
    const said = (words: string) => text(words, { x: 10, baseline: 100, size: 40 })
    await bench.show('atm')
    await bench.tab.evaluate(() => {
      const seen = { faceless: [] as string[], last: '' }
      Object.assign(globalThis, { seen })
      const look = (): void => {
        seen.last = document.querySelector('.front .text')?.textContent ?? ''
        const isFaceless = document.querySelector('.front img') === null
        if (isFaceless && !['', 'Fourth'].includes(seen.last)) seen.faceless.push(seen.last)
        requestAnimationFrame(look)
      }
      look()
    })
    for (const words of ['First', 'Second', 'Third'])
      await bench.painted('atm', bench.server.stage('atm', [page([photo, said(words)])]))
    // This waits for its turn; what is there until then is whole.
    await bench.painted('atm', bench.server.stage('atm', [page([said('Fourth')])]))
    expect(await bench.tab.evaluate('globalThis.seen')).toEqual({ faceless: [], last: 'Fourth' })
    expect((await bench.photograph())(110, 310)).toEqual([14, 17, 22])
    expect(asked.filter((path) => path.startsWith('/media/'))).toEqual([`/media/${sha256}`])
    expect(await bench.tab.evaluate('globalThis.decoded')).toBe(1)
    expect(bench.complaints).toEqual([])
  })

  it('keeps the last good state while the player is away, and takes the new one when it is back', async () => {
    bench.server.stage('atm', [page([text('Stays', { x: 10, baseline: 100, size: 40 })])])
    await bench.show('atm')
    await bench.painted('atm', 1)
    bench.server.setReachable(false)
    bench.server.drop('atm')
    bench.server.stage('atm', [page([text('Fresh', { x: 10, baseline: 100, size: 40 })])])
    await bench.tab.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)))
    expect(await bench.words()).toEqual(['Stays'])
    bench.server.setReachable(true)
    await bench.painted('atm', 2)
    expect(await bench.words()).toEqual(['Fresh'])
    expect(bench.server.connections('atm')).toBe(2)
  })

  it('keeps the last good state when it is sent what it cannot draw, and says so to the player only', async () => {
    bench.server.stage('atm', [page([text('Stays', { x: 10, baseline: 100, size: 40 })])])
    await bench.show('atm')
    await bench.painted('atm', 1)
    bench.server.send('atm', {
      type: 'stage',
      revision: 7,
      pages: [{ dwell: 0, content: { ...frame(() => true), width: 900, height: 900 } }],
    })
    bench.server.send('atm', {
      type: 'stage',
      revision: 8,
      pages: [{ dwell: 0, content: { ...frame(() => true), width: 1024, height: 0.5 } }],
    })
    const large = Buffer.alloc(1024).toString('base64')
    bench.server.send('atm', {
      type: 'stage',
      revision: 9,
      pages: [{ dwell: 0, content: { ...frame(() => true), width: 1024, height: 1, pixels: large } }],
    })
    bench.server.send('atm', 'no JSON')
    bench.server.send('atm', { type: 'ping', sequence: 41 })
    await expect.poll(() => bench.server.heard('atm')).toContainEqual({ type: 'pong', sequence: 41 })
    expect(bench.server.heard('atm').filter(({ type }) => type === 'failed')).toEqual([
      { type: 'failed', revision: 7, reason: 'page 0 has other than 810000 pixels' },
      { type: 'failed', revision: 8, reason: 'page 0 has no size' },
      { type: 'failed', revision: 9, reason: 'page 0 is 1024x1 px on a panel of 800x600 px' },
    ])
    expect(await bench.words()).toEqual(['Stays'])
    expect((await bench.tab.locator('body').textContent())?.trim()).toBe('Stays')
  })

  it('acknowledges nothing while it is hidden, and the newest once it is seen again', async () => {
    await bench.show('atm')
    await bench.painted('atm', 0)
    await bench.tab.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' })
      document.dispatchEvent(new Event('visibilitychange'))
    })
    bench.server.stage('atm', [page([text('Unseen', { x: 10, baseline: 100, size: 40 })])])
    bench.server.send('atm', { type: 'ping', sequence: 1 })
    await expect
      .poll(() => bench.server.heard('atm'))
      .toContainEqual({ type: 'pong', sequence: 1, hidden: true })
    await bench.tab.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200)))
    expect(bench.server.heard('atm').filter(({ type }) => type === 'painted').length).toBe(1)
    await bench.tab.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'visible' })
      document.dispatchEvent(new Event('visibilitychange'))
    })
    await bench.painted('atm', 1)
    bench.server.send('atm', { type: 'ping', sequence: 2 })
    await expect.poll(() => bench.server.heard('atm')).toContainEqual({ type: 'pong', sequence: 2 })
  })

  it('answers no ping while its frames do not come, though its scripts run, and says that it is hidden when it is', async () => {
    await bench.show('atm')
    await bench.painted('atm', 0)
    await bench.tab.evaluate(() => {
      Object.assign(globalThis, { requestAnimationFrame: () => 0 })
    })
    bench.server.send('atm', { type: 'ping', sequence: 1 })
    bench.server.stage('atm', [page([text('Hung', { x: 10, baseline: 100, size: 40 })])])
    // Its scripts do run: what it cannot draw it says at once.
    bench.server.send('atm', {
      type: 'stage',
      revision: 7,
      pages: [{ dwell: -1, content: frame(() => true) }],
    })
    await expect.poll(() => bench.server.heard('atm').map(({ type }) => type)).toContain('failed')
    expect(bench.server.heard('atm').map(({ type }) => type)).toEqual(['painted', 'failed'])
    await bench.tab.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' })
      document.dispatchEvent(new Event('visibilitychange'))
    })
    await expect
      .poll(() => bench.server.heard('atm'))
      .toContainEqual({ type: 'pong', sequence: 1, hidden: true })
  })
})

interface Seen {
  readonly at: number
  readonly words: string
}

/** From now on every frame notes what the page in front says, when that has changed. */
async function recordChanges(tab: Page): Promise<void> {
  await tab.evaluate(() => {
    const seen: { at: number; words: string }[] = []
    Object.assign(globalThis, { seen })
    const look = (): void => {
      const words = document.querySelector('.front .text')?.textContent ?? ''
      if (words !== (seen.at(-1)?.words ?? '')) seen.push({ at: performance.now(), words })
      requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
}

function changes(tab: Page): Promise<readonly Seen[]> {
  return tab.evaluate(() => (globalThis as unknown as { seen: Seen[] }).seen)
}
