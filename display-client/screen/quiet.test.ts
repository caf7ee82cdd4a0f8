import { afterAll, beforeAll, expect, it } from 'vitest'
import { composer } from '../compose/compose.ts'
import { PanelProfileSchema } from '../panel/profile.ts'
import type { StagePage } from '../player/protocol.ts'
import { amberAlert } from '../testkit/alerts.ts'
import { shippedLibrary } from '../testkit/library.ts'
import { describeScreen } from '../testkit/screen-bench.ts'
import { type StageServer, startStageServer } from '../testkit/stage-server.ts'

/** A page on a monitor shows its panel, and nothing of the browser around it. */

const SIZES = [
  [1_920, 1_080],
  [1_080, 1_920],
  [1_920, 360],
  [1_280, 720],
  [800, 600],
  [480, 800],
  [3_840, 2_160],
] as const
const idOf = (width: number, height: number): string => `w${width}x${height}`

describeScreen((setting) => {
  let server: StageServer

  beforeAll(async () => {
    const surface = { surface: 'screen', pitch: 0.4 } as const
    server = await startStageServer(
      setting.files,
      SIZES.map(([width, height]) => ({
        id: idOf(width, height),
        title: 'Screen',
        width,
        height,
        ...surface,
      })),
    )
    const compose = composer(await shippedLibrary())
    for (const [width, height] of SIZES) {
      const pixels = { width, height, pitch: 0.4 }
      const profile = { schema: 'kijkuit-panel/1', title: 'Screen', pixels, viewingDistance: 2 }
      const panel = { ...PanelProfileSchema.parse(profile), id: idOf(width, height) }
      const pages = compose(amberAlert(), panel).pages.flatMap(({ dwell, content }): StagePage[] =>
        content.type === 'pixels' ? [{ dwell, content }] : [],
      )
      server.stage(panel.id, pages.slice(0, 1))
    }
  }, 60_000)

  afterAll(() => server?.dispose())

  const openPage = async (id: string, size: { width: number; height: number }) => {
    const tab = await setting.chromium.page(size)
    await tab.goto(`${server.origin}/panels/${id}/`)
    await expect
      .poll(() => server.heard(id).filter(({ type }) => type === 'painted').length, { timeout: 10_000 })
      .toBeGreaterThan(0)
    await tab.locator('.front .text').first().waitFor()
    return tab
  }

  it.each(SIZES)(
    'fills %i x %i to the pixel, with no scroll bar, cursor, selection, menu or zoom',
    async (width, height) => {
      const tab = await openPage(idOf(width, height), { width, height })
      expect(await tab.locator('kijkuit-panel').boundingBox()).toEqual({ x: 0, y: 0, width, height })
      const found = await tab.evaluate(() => {
        const root = document.scrollingElement ?? document.documentElement
        scrollTo(50, 50)
        getSelection()?.selectAllChildren(document.body)
        const refused = (event: Event): boolean =>
          !(document.querySelector('.front .text') ?? document.body).dispatchEvent(event)
        const options = { bubbles: true, cancelable: true }
        return {
          scrolled: [root.scrollLeft, root.scrollTop, scrollX, scrollY],
          bars: [innerWidth - root.clientWidth, innerHeight - root.clientHeight],
          cursors: [
            ...new Set(
              [...document.querySelectorAll('body, body *')].map((one) => getComputedStyle(one).cursor),
            ),
          ],
          selected: String(getSelection()),
          touch: getComputedStyle(document.body).touchAction,
          refused: [
            refused(new MouseEvent('contextmenu', options)),
            refused(new DragEvent('dragstart', options)),
            refused(new WheelEvent('wheel', { ...options, ctrlKey: true })),
          ],
          outside: [...document.querySelectorAll('.front > *')].filter((one) => {
            const box = one.getBoundingClientRect()
            return box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight
          }).length,
        }
      })
      expect(found).toEqual({
        scrolled: [0, 0, 0, 0],
        bars: [0, 0],
        cursors: ['none'],
        selected: '',
        touch: 'none',
        refused: [true, true, true],
        outside: 0,
      })
      await tab.close()
    },
  )

  it('says its words in an order that makes sense, each in its language', async () => {
    const tab = await openPage(idOf(480, 800), { width: 480, height: 800 })
    const facts = await tab
      .locator('.front .text')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-fact') ?? ''))
    expect([...new Set(facts)].at(0)).toBe('kind')
    expect([...new Set(facts)].slice(-2)).toEqual(['call', 'source'])
    expect(facts.length).toBeGreaterThan(4)
    const spoken = await tab.locator('kijkuit-panel').ariaSnapshot()
    expect(spoken).toContain('heading "AMBER ALERT" [level=1]')
    // The name, then whom to call: the composer places that first.
    const [name, call] = [spoken.indexOf('Zoë'), spoken.indexOf('Bel')]
    expect(spoken.indexOf('AMBER ALERT')).toBeLessThan(name)
    expect(name).toBeLessThan(call)
    const languages = await tab
      .locator('.front .text')
      .evaluateAll((all) => all.map((one) => one.getAttribute('lang')))
    expect(new Set(languages)).toEqual(new Set(['nl']))
    await tab.close()
  })

  it('turns its pages by a cut for whoever has asked for no motion', async () => {
    const tab = await openPage(idOf(800, 600), { width: 800, height: 600 })
    const duration = () =>
      tab.evaluate(() => {
        const layer = document.querySelector('.front')
        layer?.classList.add('entering')
        const style = getComputedStyle(layer ?? document.body)
        return `${style.animationName} ${style.animationDuration}`
      })
    expect(await duration()).toBe('kijkuit-page 0.4s')
    await tab.emulateMedia({ reducedMotion: 'reduce' })
    expect(await duration()).toBe('kijkuit-page 0.001s')
    await tab.close()
  })
})
