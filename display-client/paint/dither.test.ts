import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { dither, type RgbPicture, spreadContrast } from './dither.ts'
import type { LedFrame } from './led-frame.ts'

/** One grey for each column, the same in every row. */
const greys = (height: number, ...columns: readonly number[]): RgbPicture => ({
  width: columns.length,
  height,
  rgb: Uint8Array.from(
    Array.from({ length: height }, () => columns.flatMap((grey) => [grey, grey, grey])).flat(),
  ),
})

const flat = (size: number, colour: readonly [number, number, number]): RgbPicture => ({
  width: size,
  height: size,
  rgb: Uint8Array.from({ length: size * size * 3 }, (_, at) => colour[at % 3] as number),
})

const rows = ({ width, height, pixels }: LedFrame): readonly string[] =>
  Array.from({ length: height }, (_, y) => Array.from(pixels.slice(y * width, (y + 1) * width)).join(''))

const share = (frame: LedFrame, index: number): number =>
  frame.pixels.filter((dot) => dot === index).length / frame.pixels.length

describe('a picture in the colours of a panel', () => {
  it('is black and white as it is on a panel of one colour', () => {
    expect(rows(dither(greys(2, 0, 255, 255, 0), 'mono'))).toEqual(['0110', '0110'])
  })

  it('has as much light as the picture: half of the dots for half the light, which is 188 in sRGB', () => {
    expect(rows(dither(greys(4, 188, 188, 188, 188, 188, 188), 'amber'))).toEqual([
      '101010',
      '010101',
      '101010',
      '010101',
    ])
    expect(share(dither(flat(256, [188, 188, 188]), 'amber'), 1)).toBeCloseTo(0.5, 2)
    expect(share(dither(flat(256, [99, 99, 99]), 'amber'), 1)).toBeCloseTo(0.125, 2)
  })

  it('counts luminance on a panel of one colour: green is bright, blue is dark', () => {
    expect(share(dither(flat(256, [0, 255, 0]), 'mono'), 1)).toBeCloseTo(0.715, 2)
    expect(share(dither(flat(256, [0, 0, 255]), 'mono'), 1)).toBeCloseTo(0.072, 2)
  })

  it('keeps each of the classic colours, and mixes the others of them', () => {
    expect(share(dither(flat(16, [255, 255, 0]), 'classic'), 2)).toBe(1)
    expect(share(dither(flat(16, [0, 0, 0]), 'classic'), 0)).toBe(1)
    const pink = dither(flat(256, [255, 188, 188]), 'classic')
    const light = [0, 1, 2].map((channel) =>
      Array.from(pink.pixels).reduce(
        (sum, dot) =>
          sum + Number.parseInt(pink.palette[dot]?.slice(1 + channel * 2, 3 + channel * 2) ?? '', 16),
        0,
      ),
    )
    expect((light[0] ?? 0) / (256 * 256 * 255)).toBeGreaterThan(0.95)
  })

  it('is exact on an rgb panel in its 216 colours', () => {
    const frame = dither(flat(4, [204, 51, 153]), 'rgb')
    expect(frame.palette).toHaveLength(216)
    expect(new Set(Array.from(frame.pixels, (dot) => frame.palette[dot]))).toEqual(new Set(['#cc3399']))
  })

  it('gives the same dots everywhere', () => {
    const rgb = Uint8Array.from({ length: 40 * 30 * 3 }, (_, at) => (at * 7_919 + (at >> 3) * 31) % 256)
    const hash = (colours: 'mono' | 'classic' | 'rgb'): string =>
      createHash('sha256')
        .update(dither({ width: 40, height: 30, rgb }, colours).pixels)
        .digest('hex')
        .slice(0, 12)
    expect([hash('mono'), hash('classic'), hash('rgb')]).toMatchInlineSnapshot(`
      [
        "989da7fea927",
        "48a8bfe8ebd5",
        "c8064bd202ec",
      ]
    `)
  })
})

describe('contrast', () => {
  it('is spread from black to white, whatever the few dots at both ends are', () => {
    const { rgb } = greys(100, 10, ...Array<number>(100).fill(100), ...Array<number>(100).fill(150), 250)
    spreadContrast(rgb)
    expect([0, 1, 150, 201].map((column) => rgb[column * 3])).toEqual([0, 0, 255, 255])
  })

  it('keeps the hue of what is between', () => {
    const rgb = Uint8Array.of(50, 50, 50, 150, 150, 150, 100, 75, 75)
    spreadContrast(rgb)
    expect(Array.from(rgb.subarray(6))).toEqual([128, 64, 64])
  })

  it('stays as it is where there is none', () => {
    const { rgb } = greys(2, 90, 90)
    spreadContrast(rgb)
    expect(new Set(rgb)).toEqual(new Set([90]))
  })
})
