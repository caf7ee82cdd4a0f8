import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { frame, page, SCREEN_SIZE, text } from '../testkit/stage-pages.ts'
import { differingPart } from './differing.ts'
import type { Box } from './messages.ts'

const ALL = { x: 0, y: 0, ...SCREEN_SIZE }
const NONE = { x: 0, y: 0, width: 0, height: 0 }
const BAND = fill({ x: 0, y: 0, width: 800, height: 90 })
const CALL = fill({ x: 0, y: 500, width: 800, height: 100 })
const NAME = text('Zoë de Vreede (8)', { x: 300, baseline: 200, size: 40 })
const CAR = text('Grijze Volvo', { x: 300, baseline: 300, size: 40 })

const part = (one: readonly Box[], other: readonly Box[]) =>
  differingPart(page(one).content, page(other).content)

function fill(place: { x: number; y: number; width: number; height: number }, colour = '#ffb000'): Box {
  return { type: 'fill', colour, ...place }
}

describe('the part in which two pages differ', () => {
  it('is where the words are that one of them has not, with room for their ink', () => {
    expect(part([BAND, CALL, NAME], [BAND, CALL, CAR])).toEqual({
      x: 290,
      y: 140,
      width: Math.ceil(310 + Math.max(NAME.width, CAR.width)) - 290,
      height: 190,
    })
  })

  it('is nothing between a page and itself', () => {
    expect(part([BAND, NAME], [BAND, NAME])).toEqual(NONE)
    expect(part([], [])).toEqual(NONE)
  })

  it('is where one has something more, no larger than the page', () => {
    expect(part([BAND], [BAND, fill({ x: 700, y: 550, width: 200, height: 99 })])).toEqual({
      x: 700,
      y: 550,
      width: 100,
      height: 50,
    })
  })

  it('is all of it where what is the same in both is painted in another order', () => {
    const over = fill({ x: 10, y: 10, width: 50, height: 50 }, '#003a70')
    expect(part([BAND, over], [over, BAND])).toEqual(ALL)
  })

  it('is all of it where the ground differs, or the size, or one of them is a frame', () => {
    const { content } = page([BAND])
    expect(
      differingPart(content, { ...page([BAND]).content, background: '#ffffff' } as typeof content),
    ).toEqual(ALL)
    expect(differingPart(content, { ...content, width: 700 })).toEqual(ALL)
    expect(
      differingPart(
        content,
        frame(() => true),
      ),
    ).toEqual(ALL)
    expect(
      differingPart(
        frame(() => true),
        content,
      ),
    ).toEqual({ x: 0, y: 0, width: 32, height: 16 })
  })

  it('holds every box that is not in both, whatever they are', () => {
    const place = fc.record({
      x: fc.integer({ min: 0, max: 700 }),
      y: fc.integer({ min: 0, max: 500 }),
      width: fc.integer({ min: 1, max: 100 }),
      height: fc.integer({ min: 1, max: 100 }),
    })
    const boxes = fc.array(place, { maxLength: 6 })
    fc.assert(
      fc.property(boxes, boxes, boxes, (both, ours, theirs) => {
        const found = part(
          [...both, ...ours].map((one) => fill(one)),
          [...both, ...theirs].map((one) => fill(one)),
        )
        const names = (list: typeof ours) => new Set(list.map((one) => JSON.stringify(one)))
        const [one, other] = [names([...both, ...ours]), names([...both, ...theirs])]
        for (const box of [...ours, ...theirs]) {
          const name = JSON.stringify(box)
          if (one.has(name) && other.has(name)) continue
          expect(box.x).toBeGreaterThanOrEqual(found.x)
          expect(box.y).toBeGreaterThanOrEqual(found.y)
          expect(box.x + box.width).toBeLessThanOrEqual(found.x + found.width)
          expect(box.y + box.height).toBeLessThanOrEqual(found.y + found.height)
        }
      }),
      { numRuns: 500 },
    )
  })
})
