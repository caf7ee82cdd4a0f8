import type { Colour } from '../compose/composition.ts'
import { CLASSIC_COLOURS, channels, type LedColours, type LedFrame, UNLIT } from './led-frame.ts'

/** A picture: three bytes for each px (sRGB), row by row. */
export interface RgbPicture {
  /** px */
  readonly width: number
  /** px */
  readonly height: number
  readonly rgb: Uint8Array
}

/** White stands for whatever the one colour of the panel is. */
const LIT: Colour = '#ffffff'

/** Levels of each colour of a photo on an rgb panel: 216 of the 256 colours of a frame, the others are for what is beside it. */
const LEVELS = [0, 51, 102, 153, 204, 255] as const

/** Light is counted in whole numbers up to this, so that every machine gives the same dots. */
const FULL = 4_095

/** Colours are looked up by 32 levels of each channel. */
const BINS = 32

/** Relative luminance, of 10,000 (ITU-R BT.709). */
const LUMINANCE = [2_126, 7_152, 722] as const

/**
 * The dots of a picture in the few colours of a panel (Floyd-Steinberg, every second row from right to left): what a dot shows
 * too much or too little of is taken from or given to its neighbours.
 *
 * In linear light: a dot is on or off, and an eye that is too far away to part dots adds up their light. On a panel of one colour
 * the luminance counts, and all three channels are the same.
 */
export function dither({ width, height, rgb }: RgbPicture, colours: LedColours): LedFrame {
  const { palette, nearest } = INKS[colours]
  const light = palette.flatMap((colour) => channels(colour).map(toLight))
  const isGrey = colours === 'mono' || colours === 'amber'
  const pixels = new Uint8Array(width * height)
  // The rest of this row and of the next, three channels, with a dot at each side that nobody looks at.
  let here = new Int32Array((width + 2) * 3)
  let below = new Int32Array((width + 2) * 3)
  for (let y = 0; y < height; y += 1) {
    const step = y % 2 === 0 ? 1 : -1
    below.fill(0)
    for (let x = step === 1 ? 0 : width - 1; x >= 0 && x < width; x += step) {
      const at = (y * width + x) * 3
      const cell = (x + 1) * 3
      let red = LIGHT[rgb[at] as number] as number
      let green = LIGHT[rgb[at + 1] as number] as number
      let blue = LIGHT[rgb[at + 2] as number] as number
      if (isGrey) {
        red = Math.round((red * LUMINANCE[0] + green * LUMINANCE[1] + blue * LUMINANCE[2]) / 10_000)
        green = red
        blue = red
      }
      red += ((here[cell] as number) + 8) >> 4
      green += ((here[cell + 1] as number) + 8) >> 4
      blue += ((here[cell + 2] as number) + 8) >> 4
      const index = nearest(red, green, blue)
      pixels[y * width + x] = index
      spread(here, below, cell, step * 3, red - (light[index * 3] as number))
      spread(here, below, cell + 1, step * 3, green - (light[index * 3 + 1] as number))
      spread(here, below, cell + 2, step * 3, blue - (light[index * 3 + 2] as number))
    }
    const free = here
    here = below
    below = free
  }
  return { width, height, palette, pixels }
}

/** In sixteenths, so that nothing is lost by rounding before it is used. */
function spread(here: Int32Array, below: Int32Array, cell: number, step: number, error: number): void {
  here[cell + step] = (here[cell + step] as number) + error * 7
  below[cell - step] = (below[cell - step] as number) + error * 3
  below[cell] = (below[cell] as number) + error * 5
  below[cell + step] = (below[cell + step] as number) + error
}

/** Share of the dots that become black, and as many white, when contrast is spread; per mille. */
const CLIPPED = 10

/** The same picture with its contrast spread from black to white, for dots that are on or off. Changes `rgb`. */
export function spreadContrast(rgb: Uint8Array): void {
  const counts = new Uint32Array(256)
  for (let at = 0; at < rgb.length; at += 3) {
    const value =
      ((rgb[at] as number) * LUMINANCE[0] +
        (rgb[at + 1] as number) * LUMINANCE[1] +
        (rgb[at + 2] as number) * LUMINANCE[2]) /
      10_000
    counts[Math.floor(value)] = (counts[Math.floor(value)] as number) + 1
  }
  const clipped = (rgb.length / 3) * (CLIPPED / 1_000)
  const darkest = edge(counts, clipped)
  const brightest = 255 - edge(counts.toReversed(), clipped)
  // A picture of one grey has no contrast to spread.
  if (brightest <= darkest) return
  const spread = Uint8ClampedArray.from(
    { length: 256 },
    (_, value) => ((value - darkest) * 255) / (brightest - darkest),
  )
  for (let at = 0; at < rgb.length; at += 1) rgb[at] = spread[rgb[at] as number] as number
}

/** The first value up to which there are more than `share` dots. */
function edge(counts: Uint32Array, share: number): number {
  let sum = 0
  return counts.findIndex((count) => {
    sum += count
    return sum > share
  })
}

interface Ink {
  readonly palette: readonly Colour[]
  /** The index of the colour whose light is the nearest. */
  nearest(red: number, green: number, blue: number): number
}

function toLight(channel: number): number {
  const share = channel / 255
  return Math.round(FULL * (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4))
}

/** The light of each of the 256 values of a channel (sRGB, IEC 61966-2-1). */
const LIGHT = Int32Array.from({ length: 256 }, (_, value) => toLight(value))

const ONE_COLOUR: Ink = { palette: [UNLIT, LIT], nearest: (light) => (light * 2 > FULL ? 1 : 0) }

const INKS: Readonly<Record<LedColours, Ink>> = {
  mono: ONE_COLOUR,
  amber: ONE_COLOUR,
  classic: fewColours(CLASSIC_COLOURS),
  rgb: cube(),
}

/** Looked up: a photo has many dots and few different colours. */
function fewColours(palette: readonly Colour[]): Ink {
  const lights = palette.map((colour) => channels(colour).map(toLight))
  const known = new Int16Array(BINS ** 3).fill(-1)
  const find = (wanted: readonly number[]): number => {
    const distances = lights.map((one) =>
      one.reduce((sum, channel, index) => sum + (channel - (wanted[index] as number)) ** 2, 0),
    )
    return distances.indexOf(Math.min(...distances))
  }
  return {
    palette,
    nearest: (red, green, blue) => {
      const [r, g, b] = [bin(red), bin(green), bin(blue)]
      const at = (r * BINS + g) * BINS + b
      if (known[at] === -1) known[at] = find([r, g, b].map((one) => ((one + 0.5) * (FULL + 1)) / BINS))
      return known[at] as number
    },
  }
}

function bin(light: number): number {
  return light <= 0 ? 0 : light >= FULL ? BINS - 1 : light >> 7
}

/** Every channel by itself. */
function cube(): Ink {
  const hex = (level: number): string => level.toString(16).padStart(2, '0')
  const palette = LEVELS.flatMap((red) =>
    LEVELS.flatMap((green) => LEVELS.map((blue) => `#${hex(red)}${hex(green)}${hex(blue)}`)),
  )
  const lights = LEVELS.map(toLight)
  const level = Uint8Array.from({ length: FULL + 1 }, (_, light) => {
    const distances = lights.map((one) => Math.abs(one - light))
    return distances.indexOf(Math.min(...distances))
  })
  const levelOf = (light: number): number => level[Math.min(FULL, Math.max(0, light))] as number
  const { length } = LEVELS
  return {
    palette,
    nearest: (red, green, blue) => (levelOf(red) * length + levelOf(green)) * length + levelOf(blue),
  }
}
