import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compose } from '../compose/compose.ts'
import { preset } from '../testkit/panels.ts'
import {
  COVER,
  library,
  openScreenshots,
  pictured,
  places,
  type ScreenshotRig,
  UNLIT_DOT,
} from '../testkit/screenshot-rig.ts'
import { coveredLine, isNeutral } from './screenshot-cover.ts'

let rig: ScreenshotRig

beforeEach(async () => {
  rig = await openScreenshots()
})
afterEach(() => rig.dispose())

describe('a screenshot of a matrix', () => {
  it('of dots is its frames, with photo and texts of the person covered', async () => {
    const panel = 'drip-plus-256x88'
    const composition = compose(pictured('missing-child'), preset(panel), library)
    rig.put(panel, composition)
    const pages = composition.pages.length
    const [taken, bare] = [await rig.screenshot(panel), await rig.screenshot(panel, '?unredacted')]
    expect([taken.width, taken.height]).toEqual([256 * 6, (88 * pages + pages - 1) * 6])
    const [content] = composition.pages.map((page) => page.content)
    if (content?.type !== 'pixels') throw new Error('dots')
    const texts = content.boxes.filter((box) => box.type === 'text')
    expect(texts.some(({ fact }) => isNeutral(fact)) && texts.some(({ fact }) => !isNeutral(fact))).toBe(true)
    for (const { fact, x, baseline, width, size } of texts) {
      let [lit, differing] = [0, 0]
      for (let row = baseline - size; row < baseline; row += 1)
        for (let column = Math.floor(x); column < x + width; column += 1) {
          const [px, py] = [column * 6 + 2, row * 6 + 2]
          if (bare.at(px, py) !== UNLIT_DOT) lit += 1
          if (bare.at(px, py) !== taken.at(px, py)) differing += 1
          if (!isNeutral(fact)) expect(taken.at(px, py)).toBe(COVER)
        }
      expect(lit).toBeGreaterThan(0)
      if (isNeutral(fact)) expect(differing).toBe(0)
    }
  })

  it.each(['ticker-1x20', 'character-3x18'])(
    'of characters (%s) has # for the letters of the person',
    async (panel) => {
      const composition = compose(pictured('missing-child'), preset(panel), library)
      rig.put(panel, composition)
      const [taken, bare] = [await rig.screenshot(panel), await rig.screenshot(panel, '?unredacted')]
      expect([taken.width, taken.height]).toEqual([bare.width, bare.height])
      const neutral = composition.chosen.filter(({ fact }) => isNeutral(fact)).map(({ text }) => text)
      const covered = composition.pages.map((page) => {
        const content = page.content
        if (content.type !== 'characters') throw new Error('characters')
        return {
          ...page,
          content: { ...content, lines: content.lines.map((line) => coveredLine(line, neutral)) },
        }
      })
      expect(JSON.stringify(covered)).not.toMatch(/Sem|Hoekstra|jas|rugzak/)
      expect(JSON.stringify(covered)).toContain('VERMIST KIND')
      // What would be there if that were what was composed.
      rig.put(panel, { ...composition, pages: covered })
      const drawn = await rig.screenshot(panel, '?unredacted')
      expect(places(taken, (x, y) => taken.at(x, y) !== drawn.at(x, y))).toEqual([])
      expect(places(taken, (x, y) => taken.at(x, y) !== bare.at(x, y)).length).toBeGreaterThan(500)
    },
  )

  it('that shows nothing is dark', async () => {
    const taken = await rig.screenshot('ticker-1x20')
    expect(new Set([taken.at(2, 2), taken.at(100, 20), taken.at(700, 40)])).toEqual(new Set([UNLIT_DOT]))
  })
})
