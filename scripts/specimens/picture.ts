import sharp from 'sharp'
import type { LedFrame } from '../../display-client/paint/led-frame.ts'

/** A picture as `sharp` takes it. */
export interface Raw {
  /** Three bytes for each px. */
  readonly rgb: Buffer
  /** px */
  readonly width: number
  /** px */
  readonly height: number
}

/** One dot of a picture, 8 x 8 px: how much of it is lit, 0 to 2. Round, a quarter less wide than the pitch. */
const DOT = ['00000000', '00122100', '01222210', '02222220', '02222220', '01222210', '00122100', '00000000']
/** One dot at true size. */
const PIXEL = ['2']

/** Colours by how much of a px is lit, of a lit dot and of one that is not. */
const LIT = [0x0b0b0c, 0x8a6007, 0xffb000]
const DARK = [0x0b0b0c, 0x0b0b0c, 0x1f1d1a]

/** A frame of one colour, one px for each dot or (`scale` 8) each dot round, as the eye sees it from near by. */
export function dotsOf(frame: LedFrame, scale: 1 | 8): Raw {
  const stamp = scale === 1 ? PIXEL : DOT
  const strips = [scale === 1 ? [0x0b0b0c, 0x0b0b0c, 0x0b0b0c] : DARK, LIT].map((colours) =>
    stamp.map((row) => {
      const strip = Buffer.alloc(3 * scale)
      Array.from(row).forEach((level, x) => {
        strip.writeUIntBE(colours[Number(level)] ?? 0, 3 * x, 3)
      })
      return strip
    }),
  )
  const width = frame.width * scale
  const height = frame.height * scale
  const rgb = Buffer.alloc(width * height * 3)
  for (let y = 0; y < height; y += 1) {
    for (let column = 0; column < frame.width; column += 1) {
      const dot = frame.pixels[Math.floor(y / scale) * frame.width + column] ?? 0
      strips[dot]?.[y % scale]?.copy(rgb, (y * width + column * scale) * 3)
    }
  }
  return { rgb, width, height }
}

/** PNG of a few colours. */
export function pngOf({ rgb, width, height }: Raw): Promise<Buffer> {
  const image = sharp(rgb, { raw: { width, height, channels: 3 } })
  return image.png({ palette: true, colours: 4, dither: 0, compressionLevel: 9, effort: 10 }).toBuffer()
}
