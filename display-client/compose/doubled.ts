import type { BitmapFont, Glyph } from './bitmap-font.ts'

/** The widest glyph that 32-bit rows hold ({@link Glyph}), px. */
const WIDEST = 30

/**
 * A type with four dots for every dot, under the name `<name>x2`: the large letters from which drivers get the seconds
 * that reading takes. What would be too wide it has not, and {@link BitmapFont.has} says so.
 */
export function doubled(font: BitmapFont): BitmapFont {
  // Made when they are first painted: most players never do, and they take a megabyte.
  let glyphs: ReadonlyMap<string, Glyph> | undefined
  const make = (): ReadonlyMap<string, Glyph> =>
    new Map(
      [...font.glyphs].flatMap(([character, glyph]) =>
        isNarrow(glyph) ? [[character, twice(glyph)] as const] : [],
      ),
    )
  return {
    name: `${font.name}x2`,
    height: 2 * font.height,
    ascent: 2 * font.ascent,
    capHeight: 2 * font.capHeight,
    spacing: 2 * font.spacing,
    get glyphs() {
      glyphs ??= make()
      return glyphs
    },
    has: (character) => isNarrow(font.glyphs.get(character)),
    advance: (text) => 2 * font.advance(text),
  }
}

function twice({ advance, width, rows }: Glyph): Glyph {
  const wide = rows.map((row) => {
    let bits = 0
    for (let column = 0; column < width; column += 1) if ((row >> column) & 1) bits |= 3 << (2 * column)
    return bits
  })
  return { advance: 2 * advance, width: 2 * width, rows: wide.flatMap((row) => [row, row]) }
}

function isNarrow(glyph: Glyph | undefined): boolean {
  return glyph !== undefined && 2 * glyph.width <= WIDEST
}
