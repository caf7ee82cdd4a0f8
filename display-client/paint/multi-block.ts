import type { BitmapFont } from '../compose/bitmap-font.ts'
import type { MultiFault } from './multi.ts'
import type { MultiSign, PlacedGlyph } from './multi-sign.ts'
import type { MultiColour, MultiRectangle } from './multi-tags.ts'

/** Lines within a rectangle, as a sign places them (NTCIP 1203 v03, clause 6). */

/** Letters that look alike. */
export interface Span {
  readonly text: string
  readonly font: BitmapFont
  readonly spacing: number | undefined
  readonly colour: MultiColour
  readonly justify: number
  /** Where it is in the message, from 0. */
  readonly at: number
}

export interface Line {
  spans: Span[]
  /** Rows above this line, px; undefined = that of its font. */
  readonly spacing: number | undefined
  readonly justify: number
  /** Of an empty line. */
  font: BitmapFont
  readonly at: number
}

/** A line where it stands. @property y its uppermost row, px from 0 */
export interface PlacedText {
  readonly y: number
  readonly text: string
}

/** A fault on its way out of the layout of a message. */
export class Refusal extends Error {
  readonly error: MultiFault['error']
  readonly at: number

  constructor(error: MultiFault['error'], at: number, message: string) {
    super(message)
    this.error = error
    this.at = at
  }
}

/**
 * Places lines in a rectangle.
 *
 * @param justify of the page: 2 top, 3 middle, 4 bottom
 * @param cell of a sign that has such, px; 0 = every dot is its own
 * @throws Refusal where they do not fit
 */
export function placeBlock(
  lines: readonly Line[],
  { x, y, width, height }: MultiRectangle,
  justify: number,
  cell: MultiSign['cell'],
): { readonly glyphs: readonly PlacedGlyph[]; readonly texts: readonly PlacedText[] } {
  if (!lines.some(({ spans }) => spans.length > 0)) return { glyphs: [], texts: [] }
  const measured = lines.map((line, index) => {
    const tall = Math.max(
      ...line.spans.map(({ font }) => font.height),
      line.spans.length === 0 ? line.font.height : 0,
    )
    // The space of two lines is that of the tag, else none: our types bring their own.
    return { line, height: tall, above: index === 0 ? 0 : (line.spacing ?? 0) }
  })
  const total = measured.reduce((sum, one) => sum + one.height + one.above, 0)
  if (total > height)
    throw new Refusal('textTooBig', lines[0]?.at ?? 0, `has lines of ${total} px on ${height} px`)
  const glyphs: PlacedGlyph[] = []
  const texts: PlacedText[] = []
  let top = y - 1 + snap(offset(height - total, justify - 2), cell.height)
  for (const { line, height: tall, above } of measured) {
    top += above
    glyphs.push(...placeLine(line, { left: x - 1, width, top, tall }, cell))
    if (line.spans.length > 0) texts.push({ y: top, text: line.spans.map(({ text }) => text).join('') })
    top += tall
  }
  return { glyphs, texts }
}

/** Where a line has its room, px from 0. */
interface Row {
  readonly left: number
  readonly width: number
  readonly top: number
  /** From the top to the foot of its tallest letters. */
  readonly tall: number
}

function placeLine(
  line: Line,
  { left, width, top, tall }: Row,
  cell: MultiSign['cell'],
): readonly PlacedGlyph[] {
  const glyphs: PlacedGlyph[] = []
  let free = left
  for (const justify of [2, 3, 4, 5]) {
    const spans = line.spans.filter((span) => span.justify === justify)
    if (spans.length === 0) continue
    const cells = cellsOf(spans, cell.width)
    const ink = cells.reduce((sum, one) => sum + one.advance, 0) - (cells.at(-1)?.spacing ?? 0)
    const spaces = cells.filter(({ character }) => character === ' ').length
    const over = justify === 5 && spaces > 0 ? width - ink : 0
    let x = left + snap(justify === 5 ? 0 : offset(width - ink, justify - 2), cell.width)
    if (ink > width || x < free)
      throw new Refusal('textTooBig', spans[0]?.at ?? line.at, `has a line of ${ink} px on ${width} px`)
    let seen = 0
    for (const { glyph, advance, indent, colour, font, character } of cells) {
      glyphs.push({ glyph, x: x + indent, y: top + tall - font.height, colour })
      x += advance
      if (character === ' ' && over > 0) {
        x += Math.floor((over * (seen + 1)) / spaces) - Math.floor((over * seen) / spaces)
        seen += 1
      }
    }
    free = x
  }
  return glyphs
}

/** Letter by letter. @param width of a cell, px; 0 = as wide as each letter is */
function cellsOf(spans: readonly Span[], width: number) {
  return spans.flatMap(({ text, font, spacing, colour }) =>
    Array.from(text, (character) => {
      const glyph = font.glyphs.get(character)
      if (glyph === undefined) throw new Error(`font ${font.name} has lost a character`)
      const own = glyph.advance - glyph.width
      const after = spacing ?? own
      return width > 0
        ? {
            ...{ glyph, character, colour, font, advance: width, spacing: 0 },
            indent: Math.floor((width - font.spacing - glyph.width) / 2),
          }
        : { glyph, character, colour, font, advance: glyph.width + after, spacing: after, indent: 0 }
    }),
  )
}

/** @param step 0 = before, 1 = middle, 2 = after */
function offset(free: number, step: number): number {
  return step === 0 ? 0 : step === 1 ? Math.floor(free / 2) : free
}

function snap(value: number, cell: number): number {
  return cell > 0 ? Math.floor(value / cell) * cell : value
}
