import type { FrameContent } from '../player/protocol.ts'

/** A finished frame, unpacked. */
export interface Frame {
  /** px */
  readonly width: number
  /** px */
  readonly height: number
  /** Index into the palette of every pixel, row by row. */
  readonly pixels: Uint8Array
  /** `#rrggbb`; index 0 is unlit. */
  readonly palette: readonly string[]
}

/** The board between the dots, and a dot that is off: just visible against it. */
const HOUSING = [11, 12, 13] as const
const UNLIT = [25, 26, 28] as const

/** Radius of a dot as a part of the pitch. */
const RADIUS = 0.43
/** Samples along each side of a pixel when the edge of a dot is smoothed. */
const SAMPLES = 6
/** Share of a lit dot's light that falls on the board around it. */
const BLOOM = 0.2

/** A dark board of this size: what a matrix panel shows when it shows nothing. */
export function darkFrame(width: number, height: number): Frame {
  return { width, height, pixels: new Uint8Array(width * height), palette: ['#000000'] }
}

export function unpackFrame(content: FrameContent): Frame {
  return { ...content, pixels: Uint8Array.from(atob(content.pixels), (character) => character.charCodeAt(0)) }
}

/**
 * Draws a frame as a board of round dots. Every dot is the same to the pixel: nothing is resized, so nothing blurs or
 * shimmers.
 *
 * @param canvas gets the size `frame` x `pitch`
 * @param pitch distance between dots, whole device px; at 1 the frame is drawn pixel for pixel
 */
export function drawFrame(canvas: HTMLCanvasElement, frame: Frame, pitch: number): void {
  const width = frame.width * pitch
  const height = frame.height * pitch
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
  const context = canvas.getContext('2d')
  if (context === null) return
  const image = context.createImageData(width, height)
  const target = new Uint32Array(image.data.buffer)
  const dots = frame.palette.map((colour, index) =>
    pitch === 1 ? Uint32Array.of(packed(rgb(colour))) : dot(index === 0 ? UNLIT : rgb(colour), pitch),
  )
  let at = 0
  for (let y = 0; y < height; y += 1) {
    const row = Math.floor(y / pitch) * frame.width
    const line = (y % pitch) * pitch
    for (let x = 0; x < frame.width; x += 1) {
      const source = dots[frame.pixels[row + x] ?? 0] ?? dots[0]
      for (let column = 0; column < pitch; column += 1) {
        target[at] = source?.[line + column] ?? 0
        at += 1
      }
    }
  }
  context.putImageData(image, 0, 0)
  if (pitch > 1) addBloom(context, frame, width, height)
}

/** One round dot on its piece of housing: pitch x pitch pixels. */
function dot(colour: readonly [number, number, number], pitch: number): Uint32Array<ArrayBuffer> {
  const pixels = new Uint32Array(pitch * pitch)
  for (let y = 0; y < pitch; y += 1) {
    for (let x = 0; x < pitch; x += 1) {
      const part = roundness(x, y, pitch)
      const mix = (index: 0 | 1 | 2): number => HOUSING[index] + (colour[index] - HOUSING[index]) * part
      pixels[y * pitch + x] = packed([mix(0), mix(1), mix(2)])
    }
  }
  return pixels
}

/**
 * The part of pixel (x, y) of a cell that its dot covers, 0 to 1; the brightest is always 1, so that small dots are as
 * bright as large ones.
 */
function roundness(x: number, y: number, pitch: number): number {
  const middle = Math.floor(pitch / 2)
  return coverage(x, y, pitch) / coverage(middle, middle, pitch)
}

function coverage(x: number, y: number, pitch: number): number {
  const centre = pitch / 2
  let inside = 0
  for (let row = 0; row < SAMPLES; row += 1) {
    for (let column = 0; column < SAMPLES; column += 1) {
      const dx = x + (column + 0.5) / SAMPLES - centre
      const dy = y + (row + 0.5) / SAMPLES - centre
      if (Math.hypot(dx, dy) <= RADIUS * pitch) inside += 1
    }
  }
  return inside / SAMPLES ** 2
}

/** Adds the frame itself, stretched smoothly, as the light around its dots. */
function addBloom(context: CanvasRenderingContext2D, frame: Frame, width: number, height: number): void {
  const light = document.createElement('canvas')
  light.width = frame.width
  light.height = frame.height
  const small = light.getContext('2d')
  if (small === null) return
  const image = small.createImageData(frame.width, frame.height)
  const colours = frame.palette.map((colour, index) =>
    index === 0 ? packed([0, 0, 0]) : packed(rgb(colour)),
  )
  new Uint32Array(image.data.buffer).set(Array.from(frame.pixels, (index) => colours[index] ?? 0))
  small.putImageData(image, 0, 0)
  // Not `lighter`: adding light to the dots themselves would turn amber into yellow.
  context.globalCompositeOperation = 'lighten'
  context.globalAlpha = BLOOM
  context.imageSmoothingEnabled = true
  context.drawImage(light, 0, 0, width, height)
  context.globalAlpha = 1
  context.globalCompositeOperation = 'source-over'
}

function rgb(colour: string): [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16)
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255]
}

/** Opaque, in the byte order of ImageData on every machine a browser runs on. */
function packed([red, green, blue]: readonly [number, number, number]): number {
  return ((255 << 24) | (Math.round(blue) << 16) | (Math.round(green) << 8) | Math.round(red)) >>> 0
}
