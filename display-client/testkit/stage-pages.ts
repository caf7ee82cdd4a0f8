import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parse } from 'opentype.js/dist/opentype.mjs'
import type { PixelContent, TextBox } from '../compose/composition.ts'
import type { FrameContent, StagePage } from '../player/protocol.ts'

/** Pages made by hand, for tests of what draws them. Screens are 800x600 px, frames 32x16. */

export const SCREEN_SIZE = { width: 800, height: 600 } as const
export const FRAME_SIZE = { width: 32, height: 16 } as const

const require = createRequire(import.meta.url)
const faces = new Map(
  ([400, 700] as const).map((weight) => [
    weight,
    ['latin', 'latin-ext'].map((subset) => {
      const file = `@fontsource/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-${subset}-${weight}-normal.woff`
      const bytes = readFileSync(require.resolve(file))
      return parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
    }),
  ]),
)

/** Sum of the advance widths of a text, px, measured without a browser. */
function advances(text: string, weight: 400 | 700, size: number): number {
  let sum = 0
  for (const character of text) {
    const face = faces.get(weight)?.find((candidate) => candidate.charToGlyphIndex(character) > 0)
    if (face === undefined) throw new Error(`no face has ${character}`)
    sum += ((face.charToGlyph(character).advanceWidth ?? 0) * size) / face.unitsPerEm
  }
  return sum
}

/** White words on one line, as wide as their advance widths. */
export function text(
  words: string,
  place: { x: number; baseline: number; size: number; weight?: 400 | 700 },
): TextBox {
  const weight = place.weight ?? 400
  return {
    type: 'text',
    text: words,
    language: 'nl',
    font: 'outline',
    colour: '#ffffff',
    fact: 'name',
    ...place,
    weight,
    width: advances(words, weight, place.size),
  }
}

/** A page of a screen, near-black. */
export function page(boxes: PixelContent['boxes'], dwell = 8_000): StagePage {
  return { dwell, content: { type: 'pixels', ...SCREEN_SIZE, background: '#0e1116', boxes } }
}

/** A frame of amber dots, lit where `lit` says so. @param width dots; that of the sign where it does not run by */
export function frame(
  lit: (x: number, y: number) => boolean,
  width: number = FRAME_SIZE.width,
): FrameContent {
  const { height } = FRAME_SIZE
  const pixels = Uint8Array.from({ length: width * height }, (_, index) =>
    lit(index % width, Math.floor(index / width)) ? 1 : 0,
  )
  const palette = ['#000000', '#ffb000']
  return { type: 'frame', width, height, palette, pixels: Buffer.from(pixels).toString('base64') }
}
