import { type BitmapFont, glyphOf } from '../compose/bitmap-font.ts'
import type {
  Box,
  Colour,
  FillBox,
  PhotoBox,
  PixelContent,
  Rectangle,
  TextBox,
} from '../compose/composition.ts'
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

/** A frame as signs and feeds take it: one bit for each dot, 1 = lit. */
export interface PackedFrame {
  /** px */
  readonly width: number
  /** px */
  readonly height: number
  /** Bytes of a row: its dots, rounded up to whole bytes. */
  readonly stride: number
  /** `stride` x `height` bytes; the leftmost dot is the highest bit of its byte, unused bits are 0. */
  readonly bytes: Uint8Array
}

/**
 * Packs a frame to one bit for each dot; whatever is not unlit is lit.
 *
 * A byte is put together at once: setting its bits one by one took 25 µs, of a frame of 320 x 64, and this takes 17.
 */
export function packFrame({ width, height, pixels }: LedFrame): PackedFrame {
  const stride = Math.ceil(width / 8)
  const bytes = new Uint8Array(stride * height)
  for (let y = 0; y < height; y += 1) {
    const end = (y + 1) * width
    let at = y * width
    let to = y * stride
    for (; at + 8 <= end; at += 8, to += 1) {
      bytes[to] =
        (pixels[at] === 0 ? 0 : 0x80) |
        (pixels[at + 1] === 0 ? 0 : 0x40) |
        (pixels[at + 2] === 0 ? 0 : 0x20) |
        (pixels[at + 3] === 0 ? 0 : 0x10) |
        (pixels[at + 4] === 0 ? 0 : 0x08) |
        (pixels[at + 5] === 0 ? 0 : 0x04) |
        (pixels[at + 6] === 0 ? 0 : 0x02) |
        (pixels[at + 7] === 0 ? 0 : 0x01)
    }
    let last = 0
    for (let bit = 0x80; at < end; at += 1, bit >>= 1) last |= pixels[at] === 0 ? 0 : bit
    if (last !== 0) bytes[to] = last
  }
  return { width, height, stride, bytes }
}

/** The colours of a frame, three bytes for each dot (red, green, blue), row by row without padding. */
export function rgbOf({ palette, pixels }: LedFrame): Uint8Array {
  const colours = palette.map(channels)
  const bytes = new Uint8Array(pixels.length * 3)
  for (let at = 0; at < pixels.length; at += 1) {
    const colour = colours[pixels[at] as number]
    if (colour !== undefined) bytes.set(colour, at * 3)
  }
  return bytes
}

/**
 * Draws a page dot by dot in the colours that the panel has: one-colour panels light what is nearer to white, `classic`
 * panels take the nearest of their ten, `rgb` panels every colour as it is.
 *
 * Exact: no smoothing, no rounding, the same bytes on every machine.
 *
 * @param fonts every bitmap font that the page uses
 * @param photoOf the dots of a photo (`ledPhoto`), in the size of its box; the box of one that is not here yet stays as it is
 * @throws RangeError when a box reaches outside the page or names a font that is not given: a fault of the composer,
 *   told without the text
 */
export function paintFrame(
  content: PixelContent,
  colours: LedColours,
  fonts: readonly BitmapFont[],
  photoOf: (box: PhotoBox) => LedFrame | undefined = () => undefined,
): LedFrame {
  const { width, height } = content
  const pixels = new Uint8Array(width * height)
  const ink = new Palette(colours)
  const background = ink.index(content.background)
  if (background !== 0) pixels.fill(background)
  for (const box of content.boxes) {
    if (box.type === 'fill') fill(pixels, content, box, ink.index(box.colour))
    else if (box.type === 'text') write(pixels, content, box, ink.index(box.colour), fonts)
    else place(pixels, content, box, photoOf(box), ink)
  }
  return { width, height, palette: ink.colours, pixels }
}

function fill(pixels: Uint8Array, page: PixelContent, box: FillBox, colour: number): void {
  const { x, y, width, height } = box
  if (!isInside(box, page)) throw outside(box, page)
  for (let row = y; row < y + height; row += 1) {
    pixels.fill(colour, row * page.width + x, row * page.width + x + width)
  }
}

function place(
  pixels: Uint8Array,
  page: PixelContent,
  box: PhotoBox,
  photo: LedFrame | undefined,
  ink: Palette,
): void {
  const { x, y, width, height } = box
  if (!isInside(box, page)) throw outside(box, page)
  if (photo === undefined) return
  if (photo.width !== width || photo.height !== height) {
    throw new RangeError(`a photo of ${photo.width}x${photo.height} px for a box of ${width}x${height} px`)
  }
  const colours = photo.palette.map((colour) => ink.index(colour))
  for (let row = 0; row < height; row += 1) {
    const to = (y + row) * page.width + x
    for (let column = 0; column < width; column += 1) {
      pixels[to + column] = colours[photo.pixels[row * width + column] as number] as number
    }
  }
}

/** Touches no more than the dots that a glyph lights. */
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
  for (const character of box.text) {
    const { rows, width, advance } = glyphOf(font, character)
    const isWithin = left >= 0 && left + width <= page.width
    let last = top * page.width + left + width - 1
    for (let y = top; y < top + rows.length; y += 1, last += page.width) {
      let row = rows[y - top] as number
      if (row === 0) continue
      if (!isWithin || y < 0 || y >= page.height) throw outside(box, page)
      while (row !== 0) {
        const bit = 31 - Math.clz32(row)
        pixels[last - bit] = colour
        row ^= 1 << bit
      }
    }
    left += advance
  }
}

function isInside({ x, y, width, height }: Rectangle, page: PixelContent): boolean {
  return x >= 0 && y >= 0 && x + width <= page.width && y + height <= page.height
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
export function channels(colour: Colour): Channels {
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
