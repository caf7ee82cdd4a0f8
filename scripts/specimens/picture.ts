import sharp from 'sharp'
import type { LedFrame } from '../../display-client/paint/led-frame.ts'

/** One dot of a picture, 8 x 8 px: how much of it is lit, 0 to 2. Round, a quarter less wide than the pitch. */
const DOT = ['00000000', '00122100', '01222210', '02222220', '02222220', '01222210', '00122100', '00000000']

/** By how much of a px is lit: of a lit dot, and of one that is not, RGB. */
const LIT = [0x0b0b0c, 0x8a6007, 0xffb000]
const DARK = [0x0b0b0c, 0x0b0b0c, 0x1f1d1a]

/** A frame as PNG: one px for each dot, or (`scale` 8) each dot round, as the eye sees it from near by. */
export async function picture(frame: LedFrame, scale: 1 | 8): Promise<Buffer> {
  const width = frame.width * scale
  const height = frame.height * scale
  const rgb = Buffer.alloc(width * height * 3)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const lit = frame.pixels[Math.floor(y / scale) * frame.width + Math.floor(x / scale)] === 1
      const level = scale === 1 ? 2 * Number(lit) : Number(DOT[y % scale]?.[x % scale])
      rgb.writeUIntBE((lit ? LIT : DARK)[level] ?? 0, (y * width + x) * 3, 3)
    }
  }
  const image = sharp(rgb, { raw: { width, height, channels: 3 } })
  return image.png({ palette: true, colours: 4, dither: 0, compressionLevel: 9, effort: 10 }).toBuffer()
}
