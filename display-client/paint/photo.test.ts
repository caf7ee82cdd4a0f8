import { createHash } from 'node:crypto'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import type { PhotoBox } from '../compose/composition.ts'
import type { LedFrame } from './led-frame.ts'
import { checkPhoto, ledPhoto, PHOTO_LIMITS } from './photo.ts'

type Signed = Parameters<typeof checkPhoto>[1]

/** A picture whose left half is red and right half blue. */
const halves = (width: number, height: number): Sharp =>
  sharp({ create: { width, height, channels: 3, background: '#0000ff' } }).composite([
    { input: { create: { width: width / 2, height, channels: 3, background: '#ff0000' } }, left: 0, top: 0 },
  ])

const signed = (bytes: Uint8Array, change: Partial<Signed> = {}): Signed => ({
  sha256: createHash('sha256').update(bytes).digest('hex'),
  mimeType: 'image/jpeg',
  width: 40,
  height: 20,
  ...change,
})

describe('a photo from the network', () => {
  it.each(['jpeg', 'png', 'webp'] as const)('becomes a clean JPEG of its size from %s', async (format) => {
    const bytes = await halves(40, 20).toFormat(format).toBuffer()
    const checked = await checkPhoto(bytes, signed(bytes, { mimeType: `image/${format}` }))
    expect(checked).toMatchObject({ ok: true, value: { mimeType: 'image/jpeg', width: 40, height: 20 } })
  })

  it('loses its metadata, and stands upright', async () => {
    const bytes = await halves(40, 20)
      .withMetadata({ orientation: 6 })
      .withExif({ IFD0: { Artist: 'a name' } })
      .jpeg()
      .toBuffer()
    const lying = await checkPhoto(bytes, signed(bytes))
    expect(lying).toEqual({ ok: false, failure: 'size-wrong' })
    const upright = await checkPhoto(bytes, signed(bytes, { width: 20, height: 40 }))
    if (!upright.ok) throw new Error(upright.failure)
    const metadata = await sharp(upright.value.bytes).metadata()
    expect(metadata).toMatchObject({ width: 20, height: 40 })
    expect(metadata.exif).toBeUndefined()
    expect(metadata.orientation).toBeUndefined()
    expect(upright.value.bytes.includes('a name')).toBe(false)
  })

  it('is served no larger than a screen can use, in the same proportions', async () => {
    const bytes = await halves(4_000, 2_000).jpeg().toBuffer()
    const checked = await checkPhoto(bytes, signed(bytes, { width: 4_000, height: 2_000 }))
    expect(checked).toMatchObject({ ok: true, value: { width: PHOTO_LIMITS.servedSide, height: 800 } })
  })

  it('is refused when a single byte differs from what was signed', async () => {
    const bytes = await halves(40, 20).jpeg().toBuffer()
    const changed = Uint8Array.from(bytes)
    changed[changed.length - 10] = (changed[changed.length - 10] ?? 0) ^ 1
    expect(await checkPhoto(changed, signed(bytes))).toEqual({ ok: false, failure: 'digest-wrong' })
  })

  it('is refused when it is another kind of file than it says', async () => {
    const png = await halves(40, 20).png().toBuffer()
    expect(await checkPhoto(png, signed(png))).toEqual({ ok: false, failure: 'type-wrong' })
    const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"/>')
    expect(await checkPhoto(svg, signed(svg))).toEqual({ ok: false, failure: 'type-wrong' })
  })

  it('is refused when its size is not the signed one', async () => {
    const bytes = await halves(40, 20).jpeg().toBuffer()
    expect(await checkPhoto(bytes, signed(bytes, { width: 41 }))).toEqual({
      ok: false,
      failure: 'size-wrong',
    })
  })

  it('is refused before decoding when it is too large in bytes', async () => {
    const bytes = new Uint8Array(PHOTO_LIMITS.bytes + 1)
    expect(await checkPhoto(bytes, signed(bytes))).toEqual({ ok: false, failure: 'too-many-bytes' })
  })

  it('is refused when a small file would unfold into too many pixels', async () => {
    const bytes = await sharp({ create: { width: 6_000, height: 5_000, channels: 3, background: '#fff' } })
      .png()
      .toBuffer()
    const promise = checkPhoto(bytes, signed(bytes, { mimeType: 'image/png', width: 6_000, height: 5_000 }))
    expect(await promise).toEqual({ ok: false, failure: 'not-decodable' })
  })

  it('is refused when it ends in the middle', async () => {
    const whole = await halves(400, 200).jpeg().toBuffer()
    const cut = whole.subarray(0, whole.length / 2)
    expect(await checkPhoto(cut, signed(cut, { width: 400, height: 200 }))).toEqual({
      ok: false,
      failure: 'not-decodable',
    })
  })
})

describe('the dots of a photo', () => {
  const box = (crop: PhotoBox['crop'], photo = { width: 40, height: 20 }): PhotoBox => ({
    ...{ type: 'photo', x: 0, y: 0, width: 12, height: 12 },
    sha256: '0'.repeat(64),
    ...{ photo, crop },
  })
  const coloursOf = (
    { palette, pixels }: LedFrame,
    from: number,
    to: number,
  ): ReadonlySet<string | undefined> =>
    new Set(Array.from(pixels).flatMap((dot, at) => (at % 12 >= from && at % 12 < to ? [palette[dot]] : [])))

  it('are the crop in the size of the box', async () => {
    const bytes = await halves(40, 20).png().toBuffer()
    const dots = await ledPhoto(bytes, box({ x: 10, y: 0, width: 20, height: 20 }), 'rgb')
    expect(dots).toMatchObject({ width: 12, height: 12 })
    expect(coloursOf(dots, 0, 5)).toEqual(new Set(['#ff0000']))
    expect(coloursOf(dots, 7, 12)).toEqual(new Set(['#0000ff']))
  })

  it('are the same part of a photo that is served smaller than it was signed', async () => {
    const bytes = await halves(40, 20).png().toBuffer()
    const large = box({ x: 220, y: 0, width: 160, height: 160 }, { width: 400, height: 200 })
    expect(coloursOf(await ledPhoto(bytes, large, 'classic'), 0, 12)).toEqual(new Set(['#0000ff']))
  })

  it('spread the contrast of a flat photo over what a panel can show', async () => {
    const grey = sharp({ create: { width: 40, height: 20, channels: 3, background: '#606060' } })
    const bytes = await grey
      .composite([
        {
          input: { create: { width: 20, height: 20, channels: 3, background: '#909090' } },
          left: 20,
          top: 0,
        },
      ])
      .png()
      .toBuffer()
    const dots = await ledPhoto(bytes, box({ x: 10, y: 0, width: 20, height: 20 }), 'mono')
    const lit = (from: number, to: number): number =>
      dots.pixels.filter((dot, at) => dot === 1 && at % 12 >= from && at % 12 < to).length /
      (12 * (to - from))
    expect(lit(0, 5)).toBeLessThan(0.05)
    expect(lit(7, 12)).toBeGreaterThan(0.9)
  })
})
