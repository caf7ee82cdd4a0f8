import type * as Canvas from 'canvas'
import { fail, ok, type Result } from '../base/result.ts'
import type { LedFrame } from './led-frame.ts'

/** Why there is no picture, with the fix. */
export const CANVAS_MISSING =
  'LED previews need the optional package canvas, which is not installed or was not compiled here; install the libraries that it compiles against and run npm rebuild canvas'

/** Colours of what is not light. */
const HOUSING = '#0b0b0c'
const UNLIT_DOT = '#1b1a18'
/** Diameter of a dot as a share of the pitch: a 5 mm LED at 6.5 mm. */
const DOT = 0.77
/** How far the light of a dot spills, in pitches, and how strong it is beside it. */
const BLOOM = { reach: 1.2, strength: 0.42 } as const
/** Housing around the dots, in pitches. */
const MARGIN = 2
/** Below this a dot cannot be round: it is a crisp square instead, px. */
const SMALLEST_ROUND = 4
/** A picture is one buffer of 4 bytes a pixel; 64 million are 256 MB. */
const MOST_PIXELS = 64_000_000

type CanvasModule = typeof Canvas
type Sprite = InstanceType<CanvasModule['Canvas']>

/**
 * A photograph-like picture of a matrix: round dots at their true pitch on a dark housing, lit ones with a slight bloom,
 * unlit ones just visible.
 *
 * @param scale px of the picture for one dot, whole, 1 to 32
 * @returns PNG, or the sentence that says what is missing
 */
export async function ledPreview(frame: LedFrame, scale: number): Promise<Result<Buffer, string>> {
  const width = (frame.width + 2 * MARGIN) * scale
  const height = (frame.height + 2 * MARGIN) * scale
  if (!Number.isInteger(scale) || scale < 1 || scale > 32 || width * height > MOST_PIXELS) {
    throw new RangeError(
      `scale ${scale} is not from 1 to 32, or gives a picture of more than ${MOST_PIXELS} px`,
    )
  }
  const canvas = await loadCanvas()
  if (canvas === undefined) return fail(CANVAS_MISSING)
  const picture = canvas.createCanvas(width, height)
  const context = picture.getContext('2d')
  context.fillStyle = HOUSING
  context.fillRect(0, 0, width, height)
  const stamp = (sprite: Sprite, index: number): void => {
    const x = (MARGIN + (index % frame.width) + 0.5) * scale
    const y = (MARGIN + Math.floor(index / frame.width) + 0.5) * scale
    context.drawImage(sprite, Math.round(x - sprite.width / 2), Math.round(y - sprite.height / 2))
  }
  const dots = frame.palette.map((colour, index) => dot(canvas, index === 0 ? UNLIT_DOT : colour, scale))
  const blooms = frame.palette.map((colour) => bloom(canvas, colour, scale))
  const unlit = dots[0]
  frame.pixels.forEach((colour, index) => {
    if (colour === 0 && unlit) stamp(unlit, index)
  })
  // Light adds up between the dots; the dots themselves come last, in their exact colour.
  context.globalCompositeOperation = 'lighter'
  stampLit(frame, blooms, stamp)
  context.globalCompositeOperation = 'source-over'
  stampLit(frame, dots, stamp)
  return ok(picture.toBuffer('image/png'))
}

function stampLit(
  frame: LedFrame,
  sprites: readonly Sprite[],
  stamp: (sprite: Sprite, index: number) => void,
): void {
  frame.pixels.forEach((colour, index) => {
    const sprite = sprites[colour]
    if (colour !== 0 && sprite) stamp(sprite, index)
  })
}

function dot(canvas: CanvasModule, colour: string, scale: number): Sprite {
  const sprite = canvas.createCanvas(scale, scale)
  const context = sprite.getContext('2d')
  context.fillStyle = colour
  if (scale < SMALLEST_ROUND) {
    const side = Math.max(1, scale - 1)
    context.fillRect(0, 0, side, side)
  } else {
    context.beginPath()
    context.arc(scale / 2, scale / 2, (scale * DOT) / 2, 0, 2 * Math.PI)
    context.fill()
  }
  return sprite
}

/** Light only: it is added to what is there. */
function bloom(canvas: CanvasModule, colour: string, scale: number): Sprite {
  const radius = scale * BLOOM.reach
  const side = 2 * Math.ceil(radius) + (scale % 2)
  const sprite = canvas.createCanvas(side, side)
  if (scale < SMALLEST_ROUND) return sprite
  const context = sprite.getContext('2d')
  const light = context.createRadialGradient(side / 2, side / 2, 0, side / 2, side / 2, radius)
  const alpha = (share: number): string =>
    Math.round(share * 255)
      .toString(16)
      .padStart(2, '0')
  light.addColorStop(0, `${colour}${alpha(BLOOM.strength)}`)
  light.addColorStop(1, `${colour}00`)
  context.fillStyle = light
  context.fillRect(0, 0, side, side)
  return sprite
}

/** `canvas` compiles native code and is optional; nothing but this picture needs it. */
async function loadCanvas(): Promise<CanvasModule | undefined> {
  try {
    return await import('canvas')
  } catch {
    return undefined
  }
}
