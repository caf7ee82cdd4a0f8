import { describe, expect, it } from 'vitest'
import type { WallPanel } from './demo.ts'
import { arrange, type Placed } from './layout.ts'

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
  matrix('character', 96, 27),
  matrix('ticker', 120, 8),
]
/** The board below the header at a window of this size. */
const room = (width: number, height: number, pixelRatio = 1) => ({
  width: width - 72,
  height: height - 152,
  pixelRatio,
})
const ids = (columns: readonly (readonly Placed[])[]) =>
  columns.map((column) => column.map(({ panel }) => panel.id))
const heights = (columns: readonly (readonly Placed[])[]) =>
  columns.map((column) => column.reduce((sum, { height }) => sum + height + 46, 26 * (column.length - 1)))

describe.each([
  [1440, 900, 1],
  [1440, 900, 2],
  [1920, 1080, 1],
  [1280, 720, 1],
  [3840, 2160, 1],
])('a window of %d x %d at %d device px', (width, height, pixelRatio) => {
  const board = room(width, height, pixelRatio)
  const { columns, scrolls } = arrange(PANELS, board)

  it('shows all panels at once: upright and small, wide, boards', () => {
    expect(scrolls).toBe(false)
    expect(ids(columns)).toEqual([
      ['portrait', 'atm'],
      ['landscape', 'bar', 'character', 'ticker'],
      ['drip', 'text-car'],
    ])
    expect(Math.max(...heights(columns))).toBeLessThanOrEqual(board.height)
    const widths = columns.map((column) => Math.max(...column.map((placed) => placed.width)))
    expect(widths.reduce((sum, one) => sum + one) + 2 * 44).toBeLessThanOrEqual(board.width)
  })

  it('keeps every proportion, and every dot of a matrix at whole device px', () => {
    for (const { panel, width: drawn, height: high, pitch } of columns.flat()) {
      expect(Math.abs((drawn / panel.width) * panel.height - high)).toBeLessThan(1)
      if (panel.surface === 'matrix') {
        expect(Number.isInteger(pitch)).toBe(true)
        expect(drawn * pixelRatio).toBe(panel.width * pitch)
      }
    }
  })
})

it('scrolls one column in the given order on a telephone, nothing wider than the window', () => {
  const { columns, scrolls } = arrange(PANELS, room(390, 844, 3))
  expect(scrolls).toBe(true)
  expect(ids(columns)).toEqual([PANELS.map(({ id }) => id)])
  expect(Math.max(...columns.flat().map(({ width }) => width))).toBeLessThanOrEqual(390 - 72)
})

it('never draws a screen larger than it is', () => {
  const { columns } = arrange([screen('tiny', 320, 200)], room(1920, 1080))
  expect(columns.flat()[0]?.scale).toBe(1)
})

it('has nothing to arrange without panels', () => {
  expect(arrange([], room(1440, 900)).columns).toEqual([])
})
