import { createHash } from 'node:crypto'
import sharp, { type Sharp } from 'sharp'
import { expect, it } from 'vitest'
import { preparePhoto } from './photo.ts'

/** A picture with noise, so that it does not compress to nothing. */
function picture(width: number, height: number): Sharp {
  return sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#808080',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  })
}

it('turns a photo upright, takes out what the camera wrote and makes it no larger than 1600 px', async () => {
  const original = await picture(3_000, 1_000)
    .withMetadata({ orientation: 6, exif: { IFD0: { Artist: 'Moeder van Zoë' } } })
    .jpeg()
    .toBuffer()
  const { media, bytes } = await preparePhoto(original)
  expect(media).toMatchObject({ width: 533, height: 1_600, mimeType: 'image/jpeg', role: 'subject' })
  expect(media.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
  expect(bytes.includes('Moeder van')).toBe(false)
  expect((await sharp(bytes).metadata()).exif).toBeUndefined()
})

it('sends a small photo with the alert and a large one beside it', async () => {
  const small = await preparePhoto(await picture(60, 80).png().toBuffer())
  const large = await preparePhoto(await picture(900, 1_200).png().toBuffer())
  expect(small.media.data).toBe(small.bytes.toString('base64'))
  expect(large.media.data).toBeUndefined()
})

it('refuses what is no picture', async () => {
  await expect(preparePhoto(Buffer.from('not a picture'))).rejects.toThrow()
})
