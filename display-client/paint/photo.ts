import { createHash } from 'node:crypto'
import sharp, { type Sharp } from 'sharp'
import type { Media } from '../alert/model.ts'
import { fail, ok, type Result } from '../base/result.ts'
import type { PhotoBox } from '../compose/composition.ts'
import { dither, spreadContrast } from './dither.ts'
import type { LedColours, LedFrame } from './led-frame.ts'

/** Bounds on a photo that came over the network, checked before it is decoded. */
export const PHOTO_LIMITS = {
  /** Bytes as received. A telephone's photo of 12 MP is 3 to 6 MB; a missing-person photo is far below. */
  bytes: 8_000_000,
  /** Pixels once decoded: 24 MP is 72 MB of memory, which the smallest kiosk has to spare. */
  pixels: 24_000_000,
  /** Longer side of what is served, px: fills the photo's share (at most half) of a 4K screen. */
  servedSide: 1_600,
} as const

/** JPEG quality of what is served: no loss that is visible on a screen. */
const SERVED_QUALITY = 86

// libvips would keep the pixels of the last pictures for later, also of a child whose alert has ended.
sharp.cache(false)

/** Why a photo is not shown; the alert is shown without it. */
export const PHOTO_FAULTS = {
  'too-many-bytes': `is larger than ${PHOTO_LIMITS.bytes / 1_000_000} MB; send a smaller one`,
  'digest-wrong': 'does not have the digest that was signed; publish the very bytes that were hashed',
  'type-wrong': 'is not what mimeType says; correct mimeType or convert the photo',
  'size-wrong': 'does not have the width and height that were signed (as seen upright); correct them',
  'not-decodable': 'cannot be decoded, or has too many pixels; export it anew as a JPEG',
} as const
export type PhotoFault = keyof typeof PHOTO_FAULTS

/** A photo that may be served. */
export interface CleanPhoto {
  /** JPEG, upright, sRGB, without metadata. */
  readonly bytes: Buffer
  readonly mimeType: 'image/jpeg'
  /** px; the signed size, or smaller in the same proportions. */
  readonly width: number
  /** px */
  readonly height: number
}

/**
 * Checks photo bytes against what the alert's signature says of them and re-encodes them, so that nothing of the
 * sender's file (metadata, trailing data, a decoder's weak spot) reaches a screen.
 *
 * Cheapest check first; nothing is decoded before bytes, digest and content type are right.
 */
export async function checkPhoto(
  bytes: Uint8Array,
  media: Pick<Media, 'sha256' | 'mimeType' | 'width' | 'height'>,
): Promise<Result<CleanPhoto, PhotoFault>> {
  if (bytes.length > PHOTO_LIMITS.bytes) return fail('too-many-bytes')
  if (createHash('sha256').update(bytes).digest('hex') !== media.sha256) return fail('digest-wrong')
  if (contentType(bytes) !== media.mimeType) return fail('type-wrong')
  try {
    const { autoOrient: size } = await open(bytes).metadata()
    if (size.width !== media.width || size.height !== media.height) return fail('size-wrong')
    const side = PHOTO_LIMITS.servedSide
    const { data, info } = await open(bytes)
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .jpeg({ quality: SERVED_QUALITY })
      .toBuffer({ resolveWithObject: true })
    return ok({ bytes: data, mimeType: 'image/jpeg', width: info.width, height: info.height })
  } catch {
    return fail('not-decodable')
  }
}

/**
 * The dots of a photo on a matrix of LEDs: the crop of its box in the colours that the panel has. Where a dot is on or off, the
 * contrast is spread from black to white: a dark photo would be a dark panel.
 *
 * @param bytes of a {@link CleanPhoto}, which may be smaller than the signed photo
 */
export async function ledPhoto(bytes: Uint8Array, box: PhotoBox, colours: LedColours): Promise<LedFrame> {
  const { width: served = 0, height: high = 0 } = await open(bytes).metadata()
  const across = served / box.photo.width
  const down = high / box.photo.height
  const left = Math.min(Math.round(box.crop.x * across), served - 1)
  const top = Math.min(Math.round(box.crop.y * down), high - 1)
  const rgb = await open(bytes)
    .extract({
      left,
      top,
      width: Math.max(1, Math.min(Math.round(box.crop.width * across), served - left)),
      height: Math.max(1, Math.min(Math.round(box.crop.height * down), high - top)),
    })
    .resize({ width: box.width, height: box.height, fit: 'fill' })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer()
  if (colours !== 'rgb') spreadContrast(rgb)
  return dither({ width: box.width, height: box.height, rgb }, colours)
}

function open(bytes: Uint8Array): Sharp {
  return sharp(bytes, { limitInputPixels: PHOTO_LIMITS.pixels, failOn: 'error' })
}

/** The type by the first bytes, for the three types that an alert may have. */
function contentType(bytes: Uint8Array): Media['mimeType'] | undefined {
  const ascii = (start: number, end: number): string => String.fromCharCode(...bytes.subarray(start, end))
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'image/jpeg'
  if (ascii(0, 8) === '\x89PNG\r\n\x1a\n') return 'image/png'
  if (ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WEBP') return 'image/webp'
  return undefined
}
