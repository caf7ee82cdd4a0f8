import type { BitmapFont, Glyph } from '../compose/bitmap-font.ts'
import type { LedColours } from './led-frame.ts'
import type { MultiColour, MultiRectangle, TagName } from './multi-tags.ts'

/** What a sign can do: the objects of NTCIP 1203 that bound its messages. */
export interface MultiSign {
  /** px; of a character matrix in dots too: columns x cell width. */
  readonly width: number
  /** px */
  readonly height: number
  /** px; dmsSignCharacterHeight and Width: both on a character matrix, height alone on a line matrix, none on a full matrix. */
  readonly cell: { readonly width: number; readonly height: number }
  /** dmsColorScheme */
  readonly colours: LedColours
  /** dmsSupportedMultiTags */
  readonly tags: ReadonlySet<TagName>
  /** dmsMaxNumberPages */
  readonly pages: number
  /** dmsMaxMultiStringLength, bytes */
  readonly bytes: number
  /** By font number. */
  readonly fonts: ReadonlyMap<number, MultiFont>
  readonly defaults: MultiDefaults
  /** Text of the fields that the sign has: time, temperature. */
  readonly fields: ReadonlyMap<number, string>
}

export interface MultiFont {
  readonly font: BitmapFont
  /** fontVersionID, 4 hex digits; absent = whatever a message asks for. */
  readonly version?: string
}

/** What holds where a message says nothing. Times in tenths of a second. */
export interface MultiDefaults {
  readonly on: number
  readonly off: number
  readonly line: number
  readonly page: number
  readonly font: number
  readonly foreground: MultiColour
  readonly background: MultiColour
}

/** The defaults that NTCIP 1203 gives its objects: 3 s pages, centred in the middle, amber on black. */
export const MULTI_DEFAULTS: MultiDefaults = {
  on: 30,
  off: 0,
  line: 3,
  page: 3,
  font: 1,
  foreground: 9,
  background: 0,
}

/** A glyph, where it stands. */
export interface PlacedGlyph {
  readonly glyph: Glyph
  /** px from the left edge of the sign, from 0 */
  readonly x: number
  /** px from its top to the top of the glyph's cell, from 0 */
  readonly y: number
  readonly colour: MultiColour
}

/** One page, laid out. */
export interface MultiPage {
  /** ms */
  readonly on: number
  /** ms of dark before the next */
  readonly off: number
  readonly background: MultiColour
  readonly fills: readonly (MultiRectangle & { readonly colour: MultiColour })[]
  readonly glyphs: readonly PlacedGlyph[]
  /** Each line as it reads, from the top. */
  readonly lines: readonly string[]
}
