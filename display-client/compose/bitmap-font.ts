import type { Fault } from '../base/document.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { type FontSource, type Mark, readFontSource, type Shape } from './bitmap-font-source.ts'

/** One character, dot by dot. */
export interface Glyph {
  /** Columns to the next glyph's first column, spacing included, px. */
  readonly advance: number
  /** Columns of ink, px, 0 to 30. */
  readonly width: number
  /** One number for each row of the cell from its top; bit `width - 1 - x` is column x. */
  readonly rows: readonly number[]
}

/** A type drawn dot by dot at one size. */
export interface BitmapFont {
  /** As in `TextBox.font`: `led-9-bold`, or the file name of an owner's own. */
  readonly name: string
  /** Rows of the cell, from the top of É to the bottom of g, px. */
  readonly height: number
  /** Rows above the baseline, accents included: the cell's top is at `baseline - ascent`, px. */
  readonly ascent: number
  /** Rows from the baseline to the top of H, px. */
  readonly capHeight: number
  /** Empty columns after every glyph, part of its advance, px. */
  readonly spacing: number
  readonly glyphs: ReadonlyMap<string, Glyph>
  /** Whether it can write this character. Pass it to `transliterate` before measuring or drawing. */
  has(character: string): boolean
  /**
   * Sum of the advance widths, px.
   * @throws RangeError for a character it has not: the caller did not transliterate
   */
  advance(text: string): number
}

/**
 * The glyph of one character. Text is composed (NFC), so that one code point is one glyph.
 * @throws RangeError for a character it has not: the caller did not transliterate
 */
export function glyphOf(font: BitmapFont, character: string): Glyph {
  const glyph = font.glyphs.get(character)
  if (glyph === undefined) {
    const code = character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')
    throw new RangeError(`font ${font.name} has no U+${code}; transliterate the text with font.has first`)
  }
  return glyph
}

/**
 * Reads a font drawn as text; `compose/fonts/README.md` describes the form.
 *
 * Refuses, with the line: a row of unequal length, ink outside the cell, an unknown base or mark, a character drawn
 * twice, digits of unequal width.
 *
 * @param file name to show in faults; nothing is opened
 */
export function parseFont(text: string, file: string): Result<BitmapFont, readonly Fault[]> {
  const read = readFontSource(text, file)
  if (!read.ok) return read
  const source = read.value
  const faults: Fault[] = []
  const fault = (line: number, message: string): void => {
    faults.push({ file, line, column: 1, path: '', message })
  }
  const height = source.ascent + source.descent
  const glyphs = new Map<string, Glyph>()
  for (const [character, shape] of allShapes(source, fault)) {
    if (glyphs.has(character)) fault(shape.line, `draws ${character} a second time; remove one`)
    const top = source.ascent + shape.bottom - shape.rows.length
    if (top < 0 || top + shape.rows.length > height) {
      fault(
        shape.line,
        `${character} reaches outside the ${height} rows of the cell (ascent ${source.ascent}, descent ${source.descent})`,
      )
      continue
    }
    const rows = Array.from({ length: height }, (_, y) => bits(shape.rows[y - top] ?? ''))
    glyphs.set(character, { advance: shape.width + source.spacing, width: shape.width, rows })
  }
  const digits = new Set(Array.from('0123456789', (digit) => glyphs.get(digit)?.width))
  if (digits.size > 1) fault(0, 'needs all ten digits in one width, so that numbers do not dance')
  if (faults.length > 0) return fail(faults)
  const { name, ascent, capHeight, spacing } = source
  return ok(bitmapFont({ name, height, ascent, capHeight, spacing, glyphs }))
}

/** Up to Latin Extended-A, which is nearly all that panels write. */
const LATIN = 0x180

/** A font of its measures and its glyphs. */
export function bitmapFont(parts: Omit<BitmapFont, 'has' | 'advance'>): BitmapFont {
  // Every word is measured in every type: to look each letter up in the map took a fifteenth of a composition.
  const advances = Int32Array.from(
    { length: LATIN },
    (_, code) => parts.glyphs.get(String.fromCharCode(code))?.advance ?? 0,
  )
  const font: BitmapFont = {
    ...parts,
    has: (character) => font.glyphs.has(character),
    advance: (line) => {
      let sum = 0
      for (let at = 0; at < line.length; at += 1) {
        const advance = advances[line.charCodeAt(at)]
        if (!advance) return sum + advanceOf(font, line.slice(at))
        sum += advance
      }
      return sum
    },
  }
  return font
}

function advanceOf(font: BitmapFont, line: string): number {
  let sum = 0
  for (const character of line) sum += glyphOf(font, character).advance
  return sum
}

/** What is drawn, then what is composed of a drawn letter and a mark. */
function* allShapes(
  source: FontSource,
  fault: (line: number, message: string) => void,
): Generator<readonly [string, Shape]> {
  yield* source.glyphs
  const drawn = new Map(source.glyphs)
  for (const { character, base, mark, shift, line } of source.compositions) {
    const letter = drawn.get(base)
    const sign = source.marks.get(mark)
    if (letter === undefined) fault(line, `${base} is not drawn in this file`)
    else if (sign === undefined) fault(line, `there is no mark ${mark} in this file`)
    else yield [character, { ...compose(letter, sign, shift), line }]
  }
}

/** A letter with a mark where its side says, `shift` columns to the right of that. */
function compose(letter: Shape, mark: Mark, shift: number): Shape {
  const centred = Math.floor((Math.max(letter.width, mark.width) - mark.width) / 2)
  const indent = Math.floor((Math.max(letter.width, mark.width) - letter.width) / 2)
  const left = {
    over: centred,
    under: centred,
    tail: indent + letter.width - mark.width,
    beside: indent + letter.width + mark.gap,
  }[mark.side]
  const bottom = {
    over: letter.bottom - letter.rows.length - mark.gap,
    under: letter.bottom + mark.gap + mark.rows.length,
    tail: letter.bottom + mark.gap + mark.rows.length,
    beside: mark.bottom,
  }[mark.side]
  return overlay(letter, indent, { ...mark, bottom }, left + shift)
}

/** Two shapes in one, each from its own column; what is left of column 0 makes room for itself. */
function overlay(one: Shape, oneLeft: number, other: Shape, otherLeft: number): Shape {
  const parts = [
    { ...one, left: oneLeft },
    { ...other, left: otherLeft },
  ]
  const left = Math.min(0, otherLeft)
  const width = Math.max(...parts.map((part) => part.left + part.width)) - left
  const top = Math.min(...parts.map((part) => part.bottom - part.rows.length))
  const bottom = Math.max(...parts.map((part) => part.bottom))
  const rows = Array.from({ length: bottom - top }, (_, y) =>
    Array.from({ length: width }, (_, x) =>
      parts.some((part) => {
        const row = part.rows[y + top - part.bottom + part.rows.length]
        return row?.[x + left - part.left] === '#'
      })
        ? '#'
        : '.',
    ).join(''),
  )
  return { rows, width, bottom, line: one.line }
}

function bits(row: string): number {
  return Array.from(row).reduce((value, dot) => value * 2 + (dot === '#' ? 1 : 0), 0)
}
