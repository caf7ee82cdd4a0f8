import sharp from 'sharp'
import type { Rectangle } from '../compose/composition.ts'
import { type LedFrame, rgbOf } from '../paint/led-frame.ts'
import type { Sample } from './screenshot-cover.ts'

// libvips would keep the pixels of the last pictures for later, also of a child whose alert has ended.
sharp.cache(false)

/** The largest picture that is decoded, px: four screens of 4K. */
const MOST_PIXELS = 4 * 3_840 * 2_160
/** What lies over a person. Neither black nor white: it is to be seen on every page. */
const COVER = [128, 128, 128] as const
/** Between the dots and the pages of a matrix, and a dot that is off. */
const HOUSING = [11, 12, 13] as const
const UNLIT = [27, 26, 24] as const
/** Width that the picture of a matrix is drawn up to, px, and the most px for a dot. */
const ROOM = 1_600
const LARGEST_DOT = 8
/** From this many px on, a dot stands apart from the next. */
const APART = 4
/** Of each channel, between a colour and how a browser paints it. */
const TOLERANCE = 3

/** A picture whose px can be looked at and painted over. */
export interface Picture {
  /** px */
  readonly width: number
  /** px */
  readonly height: number
  /** Three bytes for each px, row by row. */
  readonly rgb: Uint8Array
}

/** @returns undefined when it is no picture that can be decoded, or too large a one */
export async function decodePng(png: Uint8Array): Promise<Picture | undefined> {
  try {
    const picture = sharp(png, { limitInputPixels: MOST_PIXELS })
    const { data, info } = await picture
      .flatten({ background: '#000000' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true })
    return info.channels === 3 ? { width: info.width, height: info.height, rgb: data } : undefined
  } catch {
    return undefined
  }
}

/** Nothing is left of `picture` afterwards. */
export async function encodePng({ width, height, rgb }: Picture): Promise<Buffer> {
  try {
    return await sharp(rgb, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer()
  } finally {
    rgb.fill(0)
  }
}

/** Paints over these parts of a picture. */
export function cover({ width, height, rgb }: Picture, covers: readonly Rectangle[]): void {
  for (const one of covers) {
    const left = Math.max(0, one.x)
    const right = Math.min(width, one.x + one.width)
    for (let y = Math.max(0, one.y); y < Math.min(height, one.y + one.height); y += 1)
      for (let x = left; x < right; x += 1) rgb.set(COVER, (y * width + x) * 3)
  }
}

/** Whether a picture has all these colours at their places. */
export function shows({ width, height, rgb }: Picture, samples: readonly Sample[]): boolean {
  return samples.every(({ x, y, colour }) => {
    if (x >= width || y >= height) return false
    const at = (y * width + x) * 3
    return [1, 3, 5].every((digit, channel) => {
      const wanted = Number.parseInt(colour.slice(digit, digit + 2), 16)
      return Math.abs((rgb[at + channel] ?? -255) - wanted) <= TOLERANCE
    })
  })
}

/** The frame of a matrix, and what must be covered of it, px. */
export interface CoveredFrame {
  readonly frame: LedFrame
  readonly covers: readonly Rectangle[]
}

/** The pages of a matrix below each other, dot by dot. @throws RangeError when there are none */
export function drawFrames(pages: readonly CoveredFrame[]): Picture {
  const widest = Math.max(...pages.map(({ frame }) => frame.width))
  const dot = Math.max(1, Math.min(LARGEST_DOT, Math.floor(ROOM / widest)))
  if (pages.length === 0) throw new RangeError('no frames to draw')
  const rows = pages.reduce((sum, { frame }) => sum + frame.height, pages.length - 1)
  const picture = {
    width: widest * dot,
    height: rows * dot,
    rgb: new Uint8Array(widest * rows * dot * dot * 3),
  }
  for (let pixel = 0; pixel < picture.width * picture.height; pixel += 1) picture.rgb.set(HOUSING, pixel * 3)
  let top = 0
  for (const { frame, covers } of pages) {
    const lights = { width: frame.width, height: frame.height, rgb: rgbOf(frame) }
    for (let pixel = 0; pixel < frame.pixels.length; pixel += 1)
      if (frame.pixels[pixel] === 0) lights.rgb.set(UNLIT, pixel * 3)
    cover(lights, covers)
    drawDots(picture, lights, top, dot)
    lights.rgb.fill(0)
    top += frame.height + 1
  }
  return picture
}

/** @param top row of the picture, in dots */
function drawDots(picture: Picture, { width, height, rgb }: Picture, top: number, dot: number): void {
  const side = dot < APART ? dot : dot - 1
  for (let index = 0; index < width * height; index += 1) {
    const colour = rgb.subarray(index * 3, index * 3 + 3)
    const left = (index % width) * dot
    const high = (top + Math.floor(index / width)) * dot
    for (let y = high; y < high + side; y += 1)
      for (let x = left; x < left + side; x += 1) picture.rgb.set(colour, (y * picture.width + x) * 3)
  }
}
