import { formatFault } from '../../display-client/base/document.ts'
import { type BitmapFont, glyphOf } from '../../display-client/compose/bitmap-font.ts'
import { doubled } from '../../display-client/compose/doubled.ts'
import { AMBER, type LedFrame, UNLIT } from '../../display-client/paint/led-frame.ts'
import { readLibrary } from '../../display-client/player/library-files.ts'

/** The types that there are sheets of: all but the doubled ones, which show nothing new. */
export async function drawnTypes(): Promise<readonly BitmapFont[]> {
  const library = await readLibrary()
  if (!library.ok) throw new Error(library.failure.map(formatFault).join('\n'))
  const { bitmaps } = library.value
  return bitmaps.filter((font) => !bitmaps.some((other) => font.name === doubled(other).name))
}

/** Lines in which a type shows whether it is any good: names, numbers, plates, all the letters. */
const SAMPLES = [
  'AMBER ALERT',
  'Vermist: Zoë 7 jaar',
  'Zwarte Volkswagen Golf',
  '12-ABC-3',
  'Bel 0800-6070',
  'België IJsselstein €',
  '0O 1lI 5S 8B 6G aoec',
  'Pa’s wijze lynx bezag vroom het fikse aquaduct.',
  'Příliš žluťoučký kůň úpěl ďábelské ódy.',
  'Pijamalı hasta yağız şoföre çabucak güvendi.',
  'Zażółć gęślą jaźń. Árvíztűrő tükörfúrógép.',
  'Ĳs, Łódź, Đurđa, Ħamrun, „ĳ” – ‘één’ … 20°',
] as const

/** Empty rows between the lines and columns at their sides, dots. */
const ROOM = 3
/** Width of a sheet in widths of 0. */
const COLUMNS = 30

/** Every character that a type has in the order of the codes, then the sample lines; broken where they are too long. */
export function specimen(font: BitmapFont): LedFrame {
  const limit = font.advance('0'.repeat(COLUMNS))
  const drawn = [...font.glyphs].filter(([, glyph]) => glyph.rows.some((row) => row !== 0))
  const characters = drawn.map(([character]) => character).sort()
  const lines = [
    ...broken(characters, '', font, limit),
    '',
    ...SAMPLES.flatMap((sample) => broken(sample.split(' '), ' ', font, limit)),
  ]
  const width = Math.max(...lines.map((line) => font.advance(line))) + 2 * ROOM
  const height = lines.length * (font.height + ROOM) + ROOM
  const pixels = new Uint8Array(width * height)
  lines.forEach((line, index) => {
    const top = ROOM + index * (font.height + ROOM)
    let left = ROOM
    for (const character of line) {
      const glyph = glyphOf(font, character)
      glyph.rows.forEach((row, y) => {
        for (let x = 0; x < glyph.width; x += 1)
          if ((row >> (glyph.width - 1 - x)) & 1) pixels[(top + y) * width + left + x] = 1
      })
      left += glyph.advance
    }
  })
  return { width, height, palette: [UNLIT, AMBER], pixels }
}

function broken(
  parts: readonly string[],
  between: string,
  font: BitmapFont,
  limit: number,
): readonly string[] {
  const lines: string[] = []
  for (const part of parts) {
    const longer = lines.length === 0 ? undefined : `${lines.at(-1)}${between}${part}`
    if (longer !== undefined && font.advance(longer) <= limit) lines[lines.length - 1] = longer
    else lines.push(part)
  }
  return lines
}
