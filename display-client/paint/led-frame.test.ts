import { describe, expect, it } from 'vitest'
import { parseFont } from '../compose/bitmap-font.ts'
import { composeEnd } from '../compose/compose.ts'
import type { Box, PixelContent, TextBox } from '../compose/composition.ts'
import { PanelProfileSchema } from '../panel/profile.ts'
import { readLibrary } from '../player/library-files.ts'
import { amberAlert } from '../testkit/alerts.ts'
import { AMBER, CLASSIC_COLOURS, type LedFrame, packFrame, paintFrame, rgbOf, UNLIT } from './led-frame.ts'

const read = parseFont(
  'font tiny\ncapitals 2\nascent 2\ndescent 1\nspacing 1\nglyph a\n#.\n##\nglyph g below 1\n##\n##\n.#\n',
  'tiny',
)
if (!read.ok) throw new Error('the font of this test is wrong')
const fonts = [read.value]

const page = (boxes: readonly Box[], background = '#000000'): PixelContent => ({
  type: 'pixels',
  width: 6,
  height: 4,
  background,
  boxes,
})

const text = (change: Partial<TextBox> = {}): TextBox => ({
  type: 'text',
  x: 0,
  baseline: 2,
  width: 6,
  text: 'ag',
  language: 'nl',
  font: 'tiny',
  weight: 400,
  size: 3,
  colour: '#ffffff',
  fact: 'kind',
  ...change,
})

/** The frame as rows of palette numbers. */
const rows = ({ width, pixels }: LedFrame): readonly string[] =>
  Array.from({ length: pixels.length / width }, (_, y) =>
    Array.from(pixels.slice(y * width, (y + 1) * width)).join(''),
  )

describe('an LED frame', () => {
  it('has the dots of the glyphs exactly where the composition puts them', () => {
    expect(rows(paintFrame(page([text()]), 'amber', fonts))).toEqual(['100110', '110110', '000010', '000000'])
    expect(rows(paintFrame(page([text({ x: 1, baseline: 3 })]), 'amber', fonts))).toEqual([
      '000000',
      '010011',
      '011011',
      '000001',
    ])
  })

  it('paints boxes in order: dark letters on a lit plate', () => {
    const plate = { type: 'fill', x: 0, y: 0, width: 3, height: 3, colour: '#ffcc00' } as const
    const frame = paintFrame(page([plate, text({ text: 'a', colour: '#000000' })]), 'mono', fonts)
    expect(rows(frame)).toEqual(['011000', '001000', '111000', '000000'])
  })

  it('lights on a one-colour panel what is nearer to white: amber does, deep blue, red and grey-blue do not', () => {
    const lit = (colour: string): number => paintFrame(page([], colour), 'amber', fonts).pixels[0] ?? -1
    expect(['#ffb000', '#ffffff', '#808080'].map(lit)).toEqual([1, 1, 1])
    expect(['#003a70', '#b00020', '#35506b', '#0e1116', '#000000'].map(lit)).toEqual([0, 0, 0, 0, 0])
    expect(paintFrame(page([]), 'mono', fonts).palette).toEqual(['#000000', AMBER])
  })

  it('takes the nearest of the ten colours of NTCIP 1203 on a classic panel', () => {
    const nearest = (colour: string): number => paintFrame(page([], colour), 'classic', fonts).pixels[0] ?? -1
    expect(['#ffb000', '#ff0010', '#f0f0f0', '#0e1116', '#ffee22'].map(nearest)).toEqual([9, 1, 7, 0, 2])
    expect(CLASSIC_COLOURS).toHaveLength(10)
  })

  it('keeps every colour on an rgb panel, with unlit as number 0', () => {
    const frame = paintFrame(page([text({ text: 'a', colour: '#FFB000' })], '#003a70'), 'rgb', fonts)
    expect(frame.palette).toEqual(['#000000', '#003a70', '#ffb000'])
    expect(rows(frame)[0]).toBe('211111')
  })

  it('refuses to cut: a box outside the page is a fault of the composer, told without its text', () => {
    const wide = page([text({ text: 'ag', x: 2, fact: 'subject.name' })])
    expect(() => paintFrame(wide, 'amber', fonts)).toThrow(
      'the text of subject.name reaches outside the page of 6x4 px',
    )
    expect(() => paintFrame(page([text({ baseline: 4 })]), 'amber', fonts)).toThrow(RangeError)
    const fill = { type: 'fill', x: 5, y: 0, width: 2, height: 1, colour: '#ffffff' } as const
    expect(() => paintFrame(page([fill]), 'amber', fonts)).toThrow('a fill box reaches outside')
  })

  it('names a font that is not there', () => {
    expect(() => paintFrame(page([text({ font: 'led-9' })]), 'amber', fonts)).toThrow(
      'no bitmap font led-9 for kind',
    )
  })
})

/** A frame of hand-written rows: `#` is lit. */
const drawn = (...lines: readonly string[]): LedFrame => ({
  width: lines[0]?.length ?? 0,
  height: lines.length,
  palette: [UNLIT, AMBER],
  pixels: Uint8Array.from(lines.join(''), (dot) => (dot === '#' ? 1 : 0)),
})

describe('a packed frame', () => {
  it('has one bit for each dot, the leftmost highest, and rows of whole bytes', () => {
    expect(packFrame(drawn('#.......##', '.......#..', '..........'))).toEqual({
      width: 10,
      height: 3,
      stride: 2,
      bytes: Uint8Array.of(0b1000_0000, 0b1100_0000, 0b0000_0001, 0, 0, 0),
    })
    expect(packFrame(drawn('########')).bytes).toEqual(Uint8Array.of(0xff))
  })

  it('lights every colour but number 0', () => {
    const frame = { ...drawn('....'), palette: CLASSIC_COLOURS, pixels: Uint8Array.of(0, 9, 1, 0) }
    expect(packFrame(frame).bytes).toEqual(Uint8Array.of(0b0110_0000))
  })
})

describe('the colours of a frame', () => {
  it('are three bytes for each dot', () => {
    expect(rgbOf(drawn('.#'))).toEqual(Uint8Array.of(0, 0, 0, 0xff, 0xb0, 0))
  })
})

describe('a photo in a frame', () => {
  const box = {
    type: 'photo',
    ...{ x: 4, y: 1, width: 2, height: 2 },
    sha256: '0'.repeat(64),
    photo: { width: 20, height: 20 },
    crop: { x: 0, y: 0, width: 20, height: 20 },
  } as const
  const dots = { ...drawn('#.', '.#'), palette: [UNLIT, '#ffffff'] }

  it('has its dots where its box is and in the numbers of the page, under what is painted after it', () => {
    const stroke = { type: 'fill', x: 5, y: 2, width: 1, height: 1, colour: '#ff0000' } as const
    const frame = paintFrame(page([box, stroke]), 'classic', fonts, () => dots)
    expect(rows(frame)).toEqual(['000000', '000070', '000001', '000000'])
  })

  it('leaves its box as it is until it is there', () => {
    expect(rows(paintFrame(page([box]), 'amber', fonts))).toEqual(Array(4).fill('000000'))
  })

  it('is refused in another size or outside the page', () => {
    expect(() => paintFrame(page([box]), 'amber', fonts, () => drawn('#'))).toThrow(
      'a photo of 1x1 px for a box',
    )
    expect(() => paintFrame(page([{ ...box, x: 5 }]), 'amber', fonts)).toThrow('a photo box reaches outside')
  })
})

describe('an alert on a small panel', () => {
  it('lights exactly these dots at its end', async () => {
    const library = await readLibrary()
    if (!library.ok) throw new Error('the library is faulty')
    const pixels = { width: 132, height: 32, pitch: 20, colours: 'amber', font: 'led-7' }
    const profile = {
      schema: 'kijkuit-panel/1',
      title: 'Sign',
      pixels,
      viewingDistance: 20,
      languages: ['en'],
    }
    const panel = { ...PanelProfileSchema.parse(profile), id: 'sign' }
    const content = composeEnd(amberAlert(), panel, library.value).pages[0]?.content
    if (content?.type !== 'pixels') throw new Error('no pixels')
    const frame = paintFrame(content, 'amber', library.value.bitmaps)
    expect(`\n${rows(frame).join('\n').replaceAll('0', '.').replaceAll('1', '#')}\n`).toMatchInlineSnapshot(`
      "
      ....................................................................................................................................
      ....................................................................................................................................
      ....................................................................................................................................
      ....................................................................................................................................
      ....................................................................................................................................
      ...................###..#...#.####..#####.####.......###..#....#####.####..#####.....#####.#...#.####..#####.####...................
      ..................#...#.##.##.#...#.#.....#...#.....#...#.#....#.....#...#...#.......#.....##..#.#...#.#.....#...#..................
      ..................#...#.#.#.#.#...#.#.....#...#.....#...#.#....#.....#...#...#.......#.....##..#.#...#.#.....#...#..................
      ..................#...#.#.#.#.####..####..####......#...#.#....####..####....#.......####..#.#.#.#...#.####..#...#..................
      ..................#####.#...#.#...#.#.....#.#.......#####.#....#.....#.#.....#.......#.....#..##.#...#.#.....#...#..................
      ..................#...#.#...#.#...#.#.....#..#......#...#.#....#.....#..#....#.......#.....#..##.#...#.#.....#...#..................
      ..................#...#.#...#.####..#####.#...#.....#...#.####.#####.#...#...#.......#####.#...#.####..#####.####...................
      ....................................................................................................................................
      ....................................................................................................................................
      ....................................................................................................................................
      ....................................................................................................................................
      ....................................................................................................................................
      ....................................................................................................................................
      ....................................................................................................................................
      ....................................................................................................................................
      ....................................................................................................................................
      #####.#.................#................................##................#..............#....#..............................#.....
      ..#...#.................#...............................#..................#..............#...................................#.....
      ..#...#.##...###..#.##..#..#.....#...#..###..#...#......#....###..#.##.....#...###...###..#..#.#.#.##...####......###..#...#.####...
      ..#...##..#.....#.##..#.#.#......#...#.#...#.#...#.....####.#...#.##.......#..#...#.#...#.#.#..#.##..#.#...#.....#...#.#...#..#.....
      ..#...#...#..####.#...#.##.......#...#.#...#.#...#......#...#...#.#........#..#...#.#...#.##...#.#...#.#...#.....#...#.#...#..#.....
      ..#...#...#.#...#.#...#.#.#......#...#.#...#.#..##......#...#...#.#........#..#...#.#...#.#.#..#.#...#.#...#.....#...#.#..##..#.....
      ..#...#...#..####.#...#.#..#......####..###...##.#......#....###..#.........#..###...###..#..#.#.#...#..####......###...##.#...##.#.
      .....................................#.....................................................................#........................
      ..................................###...................................................................###.........................
      ....................................................................................................................................
      ....................................................................................................................................
      "
    `)
  })
})
