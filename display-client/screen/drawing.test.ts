import sharp from 'sharp'
import { expect, it } from 'vitest'
import { describeOnBench } from '../testkit/screen-bench.ts'
import { frame, page, SCREEN_SIZE, text } from '../testkit/stage-pages.ts'

describeOnBench((bench) => {
  it('draws every fill at exactly its pixels, under a policy that forbids everything inline', async () => {
    bench.server.stage('atm', [
      page([
        { type: 'fill', x: 0, y: 0, width: 800, height: 90, colour: '#ffb000' },
        { type: 'fill', x: 13, y: 501, width: 250, height: 77, colour: '#003a70' },
      ]),
    ])
    await bench.show('atm')
    await bench.painted('atm', 1)
    const at = await bench.photograph()
    expect([at(0, 0), at(799, 89), at(0, 90)]).toEqual([
      [255, 176, 0],
      [255, 176, 0],
      [14, 17, 22],
    ])
    expect([at(13, 501), at(262, 577)]).toEqual([
      [0, 58, 112],
      [0, 58, 112],
    ])
    expect([at(12, 501), at(13, 500), at(263, 577), at(262, 578)]).toEqual(Array(4).fill([14, 17, 22]))
    expect(bench.complaints).toEqual([])
  })

  it('stands text of any size on exactly its baseline', async () => {
    const runs = [20, 33.3, 57, 118].map((size, index) => ({ x: 10 + index * 120, size }))
    bench.server.stage('atm', [page(runs.map((run) => text('HEH', { ...run, baseline: 300, weight: 700 })))])
    await bench.show('atm')
    await bench.painted('atm', 1)
    const at = await bench.photograph()
    for (const { x, size } of runs) {
      const columns = Array.from({ length: Math.floor(size) }, (_, index) => x + index)
      const rows = Array.from({ length: SCREEN_SIZE.height }, (_, y) => y)
      const lit = rows.filter((y) => columns.some((column) => (at(column, y)[0] ?? 0) > 200))
      expect(lit.at(-1), `${size} px`).toBe(299)
      // Capitals are 0.668 em high.
      expect(Math.abs(300 - (lit[0] ?? 0) - size * 0.668), `${size} px`).toBeLessThanOrEqual(1)
    }
  })

  it('draws text as wide as its advance widths say, within 0.2 %', async () => {
    const words = [
      'Vermist: Zoë van der Wölk (7 jaar)',
      'AVATAR To. We fi fl ffi 12-ABC-3',
      'Łucja Żółkiewska-Öztürk, Ağrı',
      'Bel direct 0800-6070 – ook ’s nachts',
    ]
    const boxes = words.flatMap((line, index) => [
      text(line, { x: 10, baseline: 60 + index * 70, size: 17 + index * 9.5 }),
      text(line, { x: 10, baseline: 340 + index * 70, size: 23 + index * 7, weight: 700 }),
    ])
    bench.server.stage('atm', [page(boxes)])
    await bench.show('atm')
    await bench.painted('atm', 1)
    const widths = await bench.tab
      .locator('.text')
      .evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().width))
    const errors = boxes.map((box, index) => Math.abs((widths[index] ?? 0) / box.width - 1))
    expect(Math.max(...errors)).toBeLessThanOrEqual(0.002)
  })

  it('fills a photo box with exactly its crop, in the same frame as the words', async () => {
    const quarter = (background: string) =>
      sharp({ create: { width: 200, height: 150, channels: 3, background } })
        .png()
        .toBuffer()
    const [red, green, blue, white] = await Promise.all(
      ['#ff0000', '#00ff00', '#0000ff', '#ffffff'].map(quarter),
    )
    const photo = await sharp({ create: { width: 400, height: 300, channels: 3, background: '#000000' } })
      .composite([
        { input: red as Buffer, left: 0, top: 0 },
        { input: green as Buffer, left: 200, top: 0 },
        { input: blue as Buffer, left: 0, top: 150 },
        { input: white as Buffer, left: 200, top: 150 },
      ])
      .png()
      .toBuffer()
    const sha256 = 'c'.repeat(64)
    bench.server.setPhoto(sha256, photo)
    await bench.show('atm')
    await bench.painted('atm', 0)
    await bench.tab.evaluate(() => {
      const seen = { texts: 0, textsWithoutPhoto: 0 }
      Object.assign(globalThis, { seen })
      const look = (): void => {
        const texts = document.querySelectorAll('.front .text').length
        seen.texts += texts
        if (texts > 0 && !document.querySelector('.front img')) seen.textsWithoutPhoto += 1
        requestAnimationFrame(look)
      }
      look()
    })
    // The lower right of the red quarter meets the other three in the middle of the box.
    bench.server.stage('atm', [
      page([
        {
          type: 'photo',
          x: 100,
          y: 100,
          width: 300,
          height: 300,
          sha256,
          // As the alert states it; what is served has half as many px each way.
          photo: { width: 800, height: 600 },
          crop: { x: 300, y: 200, width: 200, height: 200 },
        },
        text('Zoë', { x: 450, baseline: 200, size: 60 }),
      ]),
    ])
    await bench.painted('atm', 1)
    const at = await bench.photograph()
    expect([at(105, 105), at(394, 105), at(105, 394), at(394, 394)]).toEqual([
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
      [255, 255, 255],
    ])
    expect([at(99, 250), at(400, 250)]).toEqual([
      [14, 17, 22],
      [14, 17, 22],
    ])
    expect(await bench.tab.evaluate(() => (globalThis as unknown as { seen: object }).seen)).toMatchObject({
      textsWithoutPhoto: 0,
    })
  })

  it('shows the words all the same when the photo does not come', async () => {
    bench.server.stage('atm', [
      page([
        {
          type: 'photo',
          x: 0,
          y: 0,
          width: 100,
          height: 100,
          sha256: 'd'.repeat(64),
          photo: { width: 10, height: 10 },
          crop: { x: 0, y: 0, width: 10, height: 10 },
        },
        text('Zoë', { x: 450, baseline: 200, size: 60 }),
      ]),
    ])
    await bench.show('atm')
    await bench.painted('atm', 1)
    expect(await bench.words()).toEqual(['Zoë'])
    expect(await bench.tab.locator('img').count()).toBe(0)
  })

  it('fades in only what differs from the page before, and looks in the middle of it as if all of it faded', async () => {
    const band = { type: 'fill', x: 0, y: 0, width: 800, height: 90, colour: '#ffb000' } as const
    const kind = text('AMBER ALERT', { x: 10, baseline: 70, size: 60, weight: 700 })
    const one = (words: string) => [band, kind, text(words, { x: 30, baseline: 300, size: 80 })]
    bench.server.stage('atm', [page(one('Ågrjpq'), 4_000), page(one('Žgy jk'), 60_000)])
    await bench.tab.addInitScript(() => {
      const stop = (): void => {
        const [fade] = document.querySelector('.entering')?.getAnimations() ?? []
        fade?.pause()
        if (fade) fade.currentTime = 200
      }
      new MutationObserver(stop).observe(document, { subtree: true, attributeFilter: ['class'] })
    })
    await bench.show('atm')
    await bench.painted('atm', 1)
    const before = await bench.pixels()
    const entering = bench.tab.locator('.entering')
    await entering.waitFor()
    const part = await bench.pixels()
    const clip = await entering.evaluate((element) => {
      const { clipPath } = getComputedStyle(element)
      ;(element as HTMLElement).style.clipPath = 'none'
      return clipPath
    })
    const all = await bench.pixels()
    // Text of 80 px on a baseline at 300: 180 to 360 px from the top of 600.
    expect(clip).toMatch(/^inset\(180px \d+px 240px 10px\)$/)
    const differences = (ours: Uint8Array, theirs: Uint8Array) =>
      ours.map((value, index) => Math.abs(value - (theirs[index] ?? 0)))
    // A colour that is blended with itself may be off by one.
    expect(Math.max(...differences(part, all).filter((value) => value > 1), 0)).toBe(0)
    const isAbove = (index: number) => Math.floor(index / (3 * SCREEN_SIZE.width)) < 180
    expect(differences(part, before).findIndex((value, index) => value > 0 && isAbove(index))).toBe(-1)
    expect(differences(part, before).some((value) => value > 50)).toBe(true)
  }, 20_000)

  it('draws a matrix as round dots, as large as fits in whole pixels, with the unlit ones just visible', async () => {
    bench.server.stage('sign', [{ dwell: 0, content: frame((x, y) => x === 3 && y === 5) }])
    await bench.show('sign')
    await bench.painted('sign', 1)
    // 800 / 32 = 25 px from dot to dot.
    const box = await bench.tab.locator('canvas').boundingBox()
    expect(box).toEqual({ x: 0, y: 0, width: 800, height: 400 })
    const at = await bench.photograph()
    const brightness = (x: number, y: number) => Math.max(...at(x, y))
    const centre = (dot: number) => dot * 25 + 12
    expect(at(centre(3), centre(5))).toEqual([255, 176, 0])
    // Round: the corner of the cell is not the dot.
    expect(brightness(3 * 25 + 1, 5 * 25 + 1)).toBeLessThan(80)
    // Unlit: lighter than the housing, far from lit.
    expect(brightness(centre(20), centre(10))).toBeGreaterThan(brightness(20 * 25, 10 * 25))
    expect(brightness(centre(20), centre(10))).toBeLessThan(50)
  })

  it('lets a frame that is wider than its sign run by, dot by dot, at its speed', async () => {
    const content = { ...frame((x) => x === 40, 96), scroll: 8 }
    bench.server.stage('sign', [{ dwell: 8_000, content }])
    await bench.show('sign')
    await bench.painted('sign', 1)
    const canvas = bench.tab.locator('canvas')
    const stopAt = (time: number): Promise<number> =>
      canvas.evaluate((element, at) => {
        const [animation] = element.getAnimations()
        animation?.pause()
        if (animation) animation.currentTime = at
        return Number(animation?.effect?.getTiming().duration)
      }, time)
    // 64 dots to go, 8 in a second.
    expect(await stopAt(2_510)).toBe(8_000)
    const at = await bench.photograph()
    const lit = Array.from({ length: 32 }, (_, dot) => dot).filter(
      (dot) => (at(dot * 25 + 12, 5 * 25 + 12)[0] ?? 0) > 200,
    )
    expect(lit).toEqual([20])
    // What takes its place stands still.
    bench.server.stage('sign', [{ dwell: 0, content: frame((x) => x === 3) }])
    await bench.painted('sign', 2)
    expect(await canvas.boundingBox()).toEqual({ x: 0, y: 0, width: 800, height: 400 })
    expect((await bench.photograph())(3 * 25 + 12, 12)).toEqual([255, 176, 0])
    expect(bench.complaints).toEqual([])
  })

  it('draws a frame on a screen pixel for pixel, for an LED sender behind it', async () => {
    bench.server.stage('wall', [{ dwell: 0, content: frame((x, y) => (x + y) % 2 === 0) }])
    await bench.show('wall')
    await bench.painted('wall', 1)
    const at = await bench.photograph()
    expect([at(0, 0), at(1, 0), at(1, 1), at(31, 15), at(30, 15)]).toEqual([
      [255, 176, 0],
      [0, 0, 0],
      [255, 176, 0],
      [255, 176, 0],
      [0, 0, 0],
    ])
    expect(at(32, 0)).toEqual([0, 0, 0])
  })
})
