import { describe, expect, it } from 'vitest'
import type { WallPanel } from './demo.ts'
import { arrange, LABEL_WIDTH, type Placed } from './layout.ts'

const screen = (id: string, width: number, height: number): WallPanel => ({
  id,
  title: id,
  surface: 'screen',
  width,
  height,
  pitch: 0.63,
})
const matrix = (id: string, width: number, height: number): WallPanel => ({
  id,
  title: id,
  surface: 'matrix',
  width,
  height,
  pitch: 20,
})
const PANELS = [
  screen('landscape', 1920, 1080),
  screen('portrait', 1080, 1920),
  screen('bar', 1920, 360),
  screen('atm', 800, 600),
  matrix('drip', 192, 128),
  matrix('text-car', 112, 80),
  matrix('stop', 156, 24),
  matrix('shop', 96, 24),
  matrix('interior', 144, 8),
  matrix('front', 112, 16),
  matrix('side', 96, 16),
  matrix('ticker', 120, 8),
]
/** The board below the header at a window of this size. */
const room = (width: number, height: number, pixelRatio = 1) => ({
  width: width - 72,
  height: height - 152,
  pixelRatio,
})
const rightOf = ({ left, width }: Placed): number => left + Math.max(LABEL_WIDTH, width)
const bottomOf = ({ top, height }: Placed): number => top + height + 46

describe.each([
  [1440, 900, 1],
  [1440, 900, 2],
  [1920, 1080, 1],
  [1920, 1200, 1],
  [2560, 1440, 1],
  [3840, 2160, 1],
])('a window of %d x %d at %d device px', (width, height, pixelRatio) => {
  const board = room(width, height, pixelRatio)
  const { placed, scrolls, height: taken } = arrange(PANELS, board)

  it('shows all panels at once, each in its place, and none over another', () => {
    expect(scrolls).toBe(false)
    expect(new Set(placed.map(({ panel }) => panel))).toEqual(new Set(PANELS))
    expect(taken).toBeLessThanOrEqual(board.height)
    for (const [index, one] of placed.entries()) {
      expect(one.left).toBeGreaterThanOrEqual(0)
      expect(rightOf(one)).toBeLessThanOrEqual(board.width + 0.5)
      expect(bottomOf(one)).toBeLessThanOrEqual(board.height)
      for (const other of placed.slice(index + 1)) {
        const apart =
          rightOf(one) < other.left ||
          rightOf(other) < one.left ||
          bottomOf(one) < other.top ||
          bottomOf(other) < one.top
        expect(apart, `${one.panel.id} and ${other.panel.id}`).toBe(true)
      }
    }
  })

  it('puts upright screens at the left, boards at the right, and signs under the wide screens', () => {
    const at = (id: string): Placed => placed.find(({ panel }) => panel.id === id) as Placed
    expect([at('portrait').left, at('atm').left]).toEqual([0, 0])
    expect(at('bar').left).toBe(at('landscape').left)
    for (const board of [at('drip'), at('text-car')])
      expect(rightOf(board)).toBeCloseTo(room(width, 0).width, 0)
    for (const { id, surface, width: wide, height: high } of PANELS) {
      if (surface === 'matrix' && wide / high >= 3) expect(at(id).top).toBeGreaterThan(bottomOf(at('bar')))
    }
  })

  it('keeps every proportion, and every dot of a matrix at whole device px, no two closer than can be read', () => {
    for (const { panel, width: drawn, height: high, pitch } of placed) {
      expect(Math.abs((drawn / panel.width) * panel.height - high)).toBeLessThan(1)
      if (panel.surface === 'matrix') {
        expect(Number.isInteger(pitch)).toBe(true)
        expect(pitch).toBeGreaterThanOrEqual(2)
        expect(drawn * pixelRatio).toBe(panel.width * pitch)
      }
    }
  })
})

it('scrolls in the same order where the window is too low', () => {
  const low = room(1280, 600)
  const { placed, scrolls, height } = arrange(PANELS, low)
  expect(scrolls).toBe(true)
  expect(height).toBeGreaterThan(low.height)
  expect(new Set(placed.map(({ left }) => left)).size).toBeGreaterThan(3)
})

it('scrolls one column in the given order on a telephone, nothing wider than the window', () => {
  const { placed, scrolls } = arrange(PANELS, room(390, 844, 3))
  expect(scrolls).toBe(true)
  expect(placed.map(({ panel }) => panel)).toEqual(PANELS)
  expect(placed.map(({ left }) => left)).toEqual(PANELS.map(() => 0))
  expect(placed.map(({ top }) => top)).toEqual(placed.map(({ top }) => top).sort((a, b) => a - b))
  expect(Math.max(...placed.map(({ width }) => width))).toBeLessThanOrEqual(390 - 72)
})

it('never draws a screen larger than it is', () => {
  const { placed } = arrange([screen('tiny', 320, 200)], room(1920, 1080))
  expect(placed[0]?.scale).toBe(1)
})

it('has nothing to arrange without panels', () => {
  expect(arrange([], room(1440, 900))).toEqual({ placed: [], height: 0, scrolls: false })
})
