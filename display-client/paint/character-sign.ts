import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Fault } from '../base/document.ts'
import type { Result } from '../base/result.ts'
import { type BitmapFont, type Glyph, parseFont } from '../compose/bitmap-font.ts'
import type { PanelProfile } from '../panel/profile.ts'
import { AMBER, type LedFrame, UNLIT } from './led-frame.ts'

export type Characters = Pick<NonNullable<PanelProfile['characters']>, 'lines' | 'columns'>

/** The 5 x 7 type that ships with Kijkuit. */
export async function readCellFont(): Promise<Result<BitmapFont, readonly Fault[]>> {
  const file = fileURLToPath(new URL('../../display-client/paint/fonts/led-5x7.font.txt', import.meta.url))
  return parseFont(await readFile(file, 'utf8'), file)
}

/** The dot matrix of a character sign: every character has a cell as wide as the font's widest glyph with its spacing. */
export function characterFrameSize(
  { lines, columns }: Characters,
  font: BitmapFont,
): { width: number; height: number } {
  return { width: columns * cellWidth(font), height: lines * font.height }
}

/**
 * What a sign of characters lights: each character in the middle of its own cell.
 *
 * A character that the font does not have is an empty frame in its cell: the sign may know it, this picture does not.
 *
 * @throws RangeError when the lines do not fit the sign: a fault of the composer
 */
export function characterFrame(lines: readonly string[], characters: Characters, font: BitmapFont): LedFrame {
  const cell = cellWidth(font)
  const { width, height } = characterFrameSize(characters, font)
  const pixels = new Uint8Array(width * height)
  if (lines.length > characters.lines)
    throw new RangeError(`${lines.length} lines on a sign of ${characters.lines}`)
  lines.forEach((line, row) => {
    const letters = Array.from(line)
    if (letters.length > characters.columns) {
      throw new RangeError(
        `line ${row + 1} has ${letters.length} characters on a sign of ${characters.columns}`,
      )
    }
    letters.forEach((letter, column) => {
      const glyph = font.glyphs.get(letter) ?? missing(font, cell)
      const left = column * cell + Math.floor((cell - font.spacing - glyph.width) / 2)
      glyph.rows.forEach((bits, y) => {
        for (let x = 0; x < glyph.width; x += 1) {
          if ((bits >> (glyph.width - 1 - x)) & 1) pixels[(row * font.height + y) * width + left + x] = 1
        }
      })
    })
  })
  return { width, height, palette: [UNLIT, AMBER], pixels }
}

/**
 * A line that runs by: it, an empty sign, and its beginning once more, so that whoever moves a window of the sign's width over
 * this frame can begin anew without a jump.
 */
export function runningFrame(line: string, { columns }: Characters, font: BitmapFont): LedFrame {
  const letters = Array.from(line)
  const all = [...letters, ...Array.from({ length: columns }, () => ' '), ...letters.slice(0, columns)]
  return characterFrame([all.join('')], { lines: 1, columns: all.length }, font)
}

function cellWidth(font: BitmapFont): number {
  return Math.max(...Array.from(font.glyphs.values(), (glyph) => glyph.advance))
}

function missing(font: BitmapFont, cell: number): Glyph {
  const width = cell - font.spacing
  const full = 2 ** width - 1
  const sides = 2 ** (width - 1) + 1
  const top = font.ascent - font.capHeight
  const rows = Array.from({ length: font.height }, (_, y) => {
    if (y < top || y >= font.ascent) return 0
    return y === top || y === font.ascent - 1 ? full : sides
  })
  return { advance: cell, width, rows }
}
