import sharp from 'sharp'
import { fail, ok, type Result } from '../base/result.ts'

/** Bounds on an image that the owner of a screen shows between alerts, checked before it is decoded. */
const IDLE_IMAGE_LIMITS = {
  /** Bytes of the file. */
  bytes: 20_000_000,
  /** Pixels once decoded: 8K is 33 MP, and 150 MB of memory for a moment. */
  pixels: 50_000_000,
} as const

/** Why an image is left out. */
export const IDLE_IMAGE_FAULTS = {
  'too-many-bytes': `is larger than ${IDLE_IMAGE_LIMITS.bytes / 1_000_000} MB; export a smaller one`,
  'type-wrong': 'is no JPEG, PNG, WebP, AVIF or GIF, whatever its name says; export it as one of these',
  'not-decodable': `cannot be decoded, or has more than ${IDLE_IMAGE_LIMITS.pixels / 1_000_000} megapixels; export it anew`,
} as const
export type IdleImageFault = keyof typeof IDLE_IMAGE_FAULTS

/**
 * The image as a JPEG that is at most as large as its screen: whatever is in the owner's file, a browser gets a plain picture that
 * it can draw in a few ms. An animation becomes its first frame.
 *
 * @param room px of the screen
 */
export async function idleImage(
  bytes: Uint8Array,
  room: { readonly width: number; readonly height: number },
): Promise<Result<Buffer, IdleImageFault>> {
  if (bytes.length > IDLE_IMAGE_LIMITS.bytes) return fail('too-many-bytes')
  if (!isRaster(bytes)) return fail('type-wrong')
  try {
    const picture = sharp(bytes, { limitInputPixels: IDLE_IMAGE_LIMITS.pixels, failOn: 'error' })
    return ok(
      await picture
        .autoOrient()
        .flatten({ background: '#000000' })
        .resize({ ...room, fit: 'inside', withoutEnlargement: true })
        .toColourspace('srgb')
        .jpeg({ quality: 90 })
        .toBuffer(),
    )
  } catch {
    return fail('not-decodable')
  }
}

/** By the first bytes: libvips would read much more than these, SVG with its references among it. */
function isRaster(bytes: Uint8Array): boolean {
  const ascii = (start: number, end: number): string => String.fromCharCode(...bytes.subarray(start, end))
  return (
    ascii(0, 3) === '\xff\xd8\xff' ||
    ascii(0, 8) === '\x89PNG\r\n\x1a\n' ||
    /^GIF8[79]a$/.test(ascii(0, 6)) ||
    (ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WEBP') ||
    /^ftyp(avif|avis)$/.test(ascii(4, 12))
  )
}
