import { createHash } from 'node:crypto'
import type { Media } from '../../display-client/alert/model.ts'

/** A photo, ready to be published. */
export interface Photo {
  readonly media: Media
  /** JPEG */
  readonly bytes: Buffer
}

/** The longer side, px: more than any panel shows of it. */
const LARGEST_SIDE = 1_600
/** The alert stays one small packet: a larger photo goes by the media topic. Bytes. */
const LARGEST_INLINE = 16 * 1024

/**
 * Makes a photo fit to be published: upright, at most 1600 px, JPEG, and without what a camera adds (place, time, name).
 *
 * @param bytes any picture that sharp reads
 * @throws when it is no picture
 */
export async function preparePhoto(bytes: Buffer, focus?: Media['focus']): Promise<Photo> {
  // Loaded only here: no command without a photo needs it.
  const { default: sharp } = await import('sharp')
  const { data, info } = await sharp(bytes)
    .rotate()
    .resize({ width: LARGEST_SIDE, height: LARGEST_SIDE, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: 85, mozjpeg: true })
    .toBuffer({ resolveWithObject: true })
  return {
    media: {
      sha256: createHash('sha256').update(data).digest('hex'),
      mimeType: 'image/jpeg',
      width: info.width,
      height: info.height,
      role: 'subject',
      ...(focus !== undefined && { focus }),
      ...(data.length <= LARGEST_INLINE && { data: data.toString('base64') }),
    },
    bytes: data,
  }
}
