import { type BitmapFont, glyphsOf } from '../compose/bitmap-font.ts'
import type { Box, Colour, FillBox, PixelContent, TextBox } from '../compose/composition.ts'
import type { PanelProfile } from '../panel/profile.ts'

/** What the dots of a matrix show: one byte for each, row by row, an index into the palette. */
export interface LedFrame {
  /** px */
  readonly width: number
  /** px */
  readonly height: number
  /** `#rrggbb`; index 0 is unlit. */
  readonly palette: readonly Colour[]
  /** `width` x `height` bytes. */
  readonly pixels: Uint8Array
}

export type LedColours = NonNullable<PanelProfile['pixels']>['colours']

export const UNLIT: Colour = '#000000'
/** The amber of a one-colour sign. */
export const AMBER: Colour = '#ffb000'

/**
 * The ten `classic` colours of NTCIP 1203 in the order of their numbers. The standard names them; orange and amber are
 * given the light of the usual LEDs (605 and 590 nm).
 */
export const CLASSIC_COLOURS: readonly Colour[] = [
  UNLIT,
  '#ff0000',
  '#ffff00',
  '#00ff00',
  '#00ffff',
  '#0000ff',
  '#ff00ff',
  '#ffffff',
  '#ff7e00',
  AMBER,
]

/** Nearer in contrast to white than to black: (L + 0.05) / 0.05 = 1.05 / (L + 0.05) (WCAG 2 contrast ratio). */
const LIT_FROM = Math.sqrt(1.05 * 0.05) - 0.05

/** One byte holds the index of a colour. */
const MOST_COLOURS = 256

/**
 * Draws a page dot by dot in the colours that the panel has: one-colour panels light what is nearer to white, `classic`
 * panels take the nearest of their ten, `rgb` panels every colour as it is.
 *
 * Exact: no smoothing, no rounding, the same bytes on every machine. Photos are left out; the composer puts none on a
 * matrix.
 *
 * @param fonts every bitmap font that the page uses
 * @throws RangeError when a box reaches outside the page or names a font that is not given: a fault of the composer,
 *   told without the text
 */
export function paintFrame(
  content: PixelContent,
  colours: LedColours,
  fonts: readonly BitmapFont[],
): LedFrame {
  const { width, height } = content
  const pixels = new Uint8Array(width * height)
  const ink = new Palette(colours)
  pixels.fill(ink.index(content.background))
  for (const box of content.boxes) {
    if (box.type === 'fill') fill(pixels, content, box, ink.index(box.colour))
    else if (box.type === 'text') write(pixels, content, box, ink.index(box.colour), fonts)
  }
  return { width, height, palette: ink.colours, pixels }
}

function fill(pixels: Uint8Array, page: PixelContent, box: FillBox, colour: number): void {
  const { x, y, width, height } = box
  if (x < 0 || y < 0 || x + width > page.width || y + height > page.height) throw outside(box, page)
  for (let row = y; row < y + height; row += 1) {
    pixels.fill(colour, row * page.width + x, row * page.width + x + width)
  }
}

function write(
  pixels: Uint8Array,
  page: PixelContent,
  box: TextBox,
  colour: number,
  fonts: readonly BitmapFont[],
): void {
  const font = fonts.find(({ name }) => name === box.font)
  if (font === undefined) throw new RangeError(`there is no bitmap font ${box.font} for ${box.fact}`)
  const top = box.baseline - font.ascent
  let left = box.x
  for (const glyph of glyphsOf(font, box.text)) {
    glyph.rows.forEach((row, y) => {
      if (row === 0) return
      if (top + y < 0 || top + y >= page.height || left < 0 || left + glyph.width > page.width)
        throw outside(box, page)
      for (let x = 0; x < glyph.width; x += 1) {
        if ((row >> (glyph.width - 1 - x)) & 1) pixels[(top + y) * page.width + left + x] = colour
      }
    })
    left += glyph.advance
  }
}

function outside(box: Box, page: PixelContent): RangeError {
  const what = box.type === 'text' ? `the text of ${box.fact}` : `a ${box.type} box`
  return new RangeError(`${what} reaches outside the page of ${page.width}x${page.height} px`)
}

/** The colours of a panel and the number of each. */
class Palette {
  readonly colours: Colour[]
  readonly #kind: LedColours
  readonly #numbers = new Map<Colour, number>()

  constructor(kind: LedColours) {
    this.#kind = kind
    if (kind === 'rgb') this.colours = [UNLIT]
    else this.colours = kind === 'classic' ? [...CLASSIC_COLOURS] : [UNLIT, AMBER]
  }

  index(colour: Colour): number {
    const known = this.#numbers.get(colour)
    if (known !== undefined) return known
    const number = this.#find(colour)
    this.#numbers.set(colour, number)
    return number
  }

  #find(colour: Colour): number {
    const wanted = channels(colour)
    if (this.#kind === 'mono' || this.#kind === 'amber') return luminance(wanted) >= LIT_FROM ? 1 : 0
    if (this.#kind === 'classic') return nearest(wanted, this.colours)
    const at = this.colours.indexOf(colour.toLowerCase())
    if (at !== -1) return at
    if (this.colours.length === MOST_COLOURS)
      throw new RangeError(`a page has more than ${MOST_COLOURS} colours`)
    return this.colours.push(colour.toLowerCase()) - 1
  }
}

type Channels = readonly [red: number, green: number, blue: number]

/** 0 to 255 each. */
function channels(colour: Colour): Channels {
  const value = Number.parseInt(colour.slice(1), 16)
  return [(value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff]
}

/** Relative luminance, 0 to 1 (WCAG 2). */
function luminance(colour: Channels): number {
  const [red, green, blue] = colour.map((channel) => {
    const share = channel / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0)
}

function nearest(wanted: Channels, colours: readonly Colour[]): number {
  const distances = colours.map((colour) =>
    channels(colour).reduce((sum, channel, index) => sum + (channel - (wanted[index] ?? 0)) ** 2, 0),
  )
  return distances.indexOf(Math.min(...distances))
}
