import type { Route } from 'playwright-core'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { describeOnBench } from '../testkit/screen-bench.ts'
import { page, text } from '../testkit/stage-pages.ts'

/** Photos and type that do not come, or are broken. */

const SHA = 'e'.repeat(64)
const WITH_PHOTO = page([
  {
    type: 'photo',
    ...{ x: 0, y: 0, width: 100, height: 100, sha256: SHA },
    photo: { width: 10, height: 10 },
    crop: { x: 0, y: 0, width: 10, height: 10 },
  },
  text('Zoë beside her face', { x: 200, baseline: 200, size: 40 }),
])
const WITHOUT = page([text('Zoë', { x: 10, baseline: 200, size: 90 })])
const EVENTUALLY = { timeout: 10_000 }

describeOnBench((bench) => {
  /** What the page says of photos. */
  const saidOfPhotos = () => bench.server.heard('atm').filter(({ type }) => type === 'photo')

  /** Does what a player does: without the photo as soon as the page cannot draw it. Notes every frame with an empty place. */
  const answerAsPlayer = async (): Promise<void> => {
    await bench.show('atm')
    await bench.painted('atm', 0)
    await bench.tab.evaluate(() => {
      Object.assign(globalThis, { holes: 0 })
      const look = (): void => {
        const hole = document.querySelector('.front .photo:not(:has(img))') !== null
        if (hole) Object.assign(globalThis, { holes: 1 })
        requestAnimationFrame(look)
      }
      look()
    })
    bench.server.stage('atm', [WITH_PHOTO])
    await expect.poll(saidOfPhotos, EVENTUALLY).not.toEqual([])
    bench.server.stage('atm', [WITHOUT])
    await bench.painted('atm', 2)
  }
  const expectNoHole = async (): Promise<void> => {
    await answerAsPlayer()
    expect(saidOfPhotos()).toEqual([{ type: 'photo', sha256: SHA, fault: 'undrawable' }])
    expect(await bench.words()).toEqual(['Zoë'])
    expect(await bench.tab.evaluate('globalThis.holes')).toBe(0)
  }

  describe('a photo', () => {
    it('that is not there is said at once, and nobody sees its empty place', async () => {
      await expectNoHole()
    })

    it('with broken bytes is said at once, and nobody sees its empty place', async () => {
      const whole = await sharp({ create: { width: 400, height: 400, channels: 3, background: '#ffb000' } })
        .jpeg()
        .toBuffer()
      bench.server.setPhoto(SHA, Buffer.concat([whole.subarray(0, 40), Buffer.alloc(400, 0xff)]))
      await expectNoHole()
    })

    it('that hangs does not hold up the words, is said, and is welcome when it comes after all', async () => {
      const photo = await sharp({ create: { width: 10, height: 10, channels: 3, background: '#00ff00' } })
        .png()
        .toBuffer()
      let held: Route | undefined
      await bench.tab.route(`**/media/${SHA}`, (route) => {
        held = route
      })
      await bench.show('atm')
      bench.server.stage('atm', [WITH_PHOTO])
      // The words stand there before anything is said of the photo.
      await bench.painted('atm', 1)
      expect(await bench.words()).toEqual(['Zoë beside her face'])
      await expect.poll(saidOfPhotos, EVENTUALLY).toEqual([{ type: 'photo', sha256: SHA, fault: 'slow' }])
      bench.server.stage('atm', [WITHOUT])
      await bench.painted('atm', 2)
      expect(await bench.words()).toEqual(['Zoë'])
      expect(await bench.tab.locator('.photo').count()).toBe(0)
      await held?.fulfill({ contentType: 'image/png', body: photo })
      await expect
        .poll(() => saidOfPhotos().at(-1), EVENTUALLY)
        .toEqual({ type: 'photo', sha256: SHA, fault: null })
      bench.server.stage('atm', [WITH_PHOTO])
      await bench.painted('atm', 3)
      expect((await bench.photograph())(50, 50)).toEqual([0, 255, 0])
    })

    it('stays an empty place where the player says nothing, and the words are there', async () => {
      await bench.show('atm')
      bench.server.stage('atm', [WITH_PHOTO])
      await bench.painted('atm', 1)
      expect(await bench.words()).toEqual(['Zoë beside her face'])
      expect(await bench.tab.locator('img').count()).toBe(0)
    })
  })

  describe('the type', () => {
    const boxes = [
      // Narrow letters: a fallback is wider.
      text('Illi fill lit till it is ill; Jij bijt fijn in ijs', { x: 10, baseline: 80, size: 30 }),
      text('Żółw (7 jaar) Rode Opel Astra', { x: 10, baseline: 160, size: 40, weight: 700 }),
    ]
    const widths = () =>
      bench.tab
        .locator('.front .text')
        .evaluateAll((all) => all.map((element) => element.getBoundingClientRect().width))
    const families = () =>
      bench.tab
        .locator('.front .text')
        .evaluateAll((all) => all.map((element) => getComputedStyle(element).fontFamily.split(',')[0]))
    const failed = () => bench.server.heard('atm').filter(({ type }) => type === 'failed')

    it('that does not come is reported; the words stand in another within their boxes, and in it when it comes', async () => {
      let isGone = true
      await bench.tab.route(/\.woff/, (route) => (isGone ? route.fulfill({ status: 404 }) : route.continue()))
      bench.server.stage('atm', [page(boxes)])
      await bench.show('atm')
      await expect.poll(failed, EVENTUALLY).toEqual([
        {
          type: 'failed',
          revision: 1,
          reason: 'a typeface did not load; it stands there in another, and is drawn anew when it comes',
        },
      ])
      expect(await bench.words()).toEqual(boxes.map((box) => box.text))
      expect(new Set(await families())).toEqual(new Set(['sans-serif']))
      const inAnother = await widths()
      for (const [index, box] of boxes.entries())
        expect(inAnother[index]).toBeLessThanOrEqual(box.width + 0.1)
      // Something of it must have been squeezed, or this proves nothing.
      expect(await bench.tab.locator('.front .text[style*="scaleX"]').count()).toBeGreaterThan(0)
      const at = await bench.photograph()
      const lit = Array.from({ length: 790 }, (_, x) => x).filter((x) => (at(x, 150)[0] ?? 0) > 128)
      expect(lit.length).toBeGreaterThan(20)
      expect(bench.server.heard('atm').filter(({ type }) => type === 'painted')).toEqual([])
      isGone = false
      await bench.painted('atm', 1)
      const asComposed = await widths()
      for (const [index, box] of boxes.entries())
        expect(Math.abs((asComposed[index] ?? 0) / box.width - 1)).toBeLessThanOrEqual(0.002)
      expect(await bench.tab.locator('.front .text[style*="scaleX"]').count()).toBe(0)
    })

    it('that hangs holds no words up', async () => {
      await bench.tab.route(/\.woff/, () => {})
      bench.server.stage('atm', [page(boxes)])
      // Neither the load event nor a screenshot of Playwright comes before the type.
      await bench.tab.goto(`${bench.server.origin}/panels/atm/`, { waitUntil: 'commit' })
      await expect.poll(failed, EVENTUALLY).toHaveLength(1)
      // Another family, and so none that the browser hides its letters for.
      expect(new Set(await families())).toEqual(new Set(['sans-serif']))
      expect(await bench.words()).toEqual(boxes.map((box) => box.text))
      const inAnother = await widths()
      for (const [index, box] of boxes.entries())
        expect(inAnother[index]).toBeLessThanOrEqual(box.width + 0.1)
    })
  })
})
