import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Media } from '../../alert/model.ts'
import { cropFor, faceHeight, photoWidth } from './photo.ts'

const media = (changes: Partial<Media>): Media => ({
  sha256: 'd'.repeat(64),
  mimeType: 'image/jpeg',
  width: 1200,
  height: 1600,
  role: 'subject',
  ...changes,
})

test('the eyes stand at one third of the box and the face is about half of its height', () => {
  const focus = { x: 400, y: 600, width: 400, height: 500 }
  const crop = cropFor(media({ focus }), { width: 600, height: 800 })
  const eyes = focus.y + focus.height * 0.45
  expect((eyes - crop.y) / crop.height).toBeCloseTo(1 / 3, 1)
  expect(focus.height / crop.height).toBeGreaterThan(0.4)
  expect(faceHeight(media({ focus }), { width: 600, height: 800 })).toBeCloseTo(
    (800 * focus.height) / crop.height,
    6,
  )
})

test('a photo without a focus box is shown as large a part as fits', () => {
  expect(cropFor(media({}), { width: 600, height: 600 })).toMatchObject({ x: 0, width: 1200, height: 1200 })
})

test('a box is as near to the width wanted as shows the whole focus', () => {
  const tall = media({ focus: { x: 300, y: 200, width: 400, height: 1_200 } })
  expect(photoWidth(tall, 600, { wanted: 500, most: 900 })).toBe(500)
  // A crop as wide as the photo is 1,200 px, and the focus is as high.
  expect(photoWidth(tall, 600, { wanted: 900, most: 900 })).toBe(600)
  const broad = media({ focus: { x: 0, y: 600, width: 1_200, height: 400 } })
  expect(photoWidth(broad, 800, { wanted: 400, most: 900 })).toBe(600)
  expect(photoWidth(broad, 800, { wanted: 400, most: 500 })).toBeUndefined()
  expect(photoWidth(media({}), 800, { wanted: 400, most: 500 })).toBe(400)
})

test('for any box the crop is inside the photo, in the proportions of the box, with the whole focus when it can hold it', () => {
  const side = fc.integer({ min: 50, max: 4_000 })
  const part = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(
      side,
      side,
      side,
      side,
      part,
      part,
      part,
      part,
      (width, height, boxWidth, boxHeight, x, y, w, h) => {
        const focus = {
          x: Math.floor(x * (width - 1)),
          y: Math.floor(y * (height - 1)),
          width: 1,
          height: 1,
        }
        focus.width += Math.floor(w * (width - focus.x - 1))
        focus.height += Math.floor(h * (height - focus.y - 1))
        const aspect = boxWidth / boxHeight
        const crop = cropFor(media({ width, height, focus }), { width: boxWidth, height: boxHeight })
        expect(
          crop.x >= 0 &&
            crop.y >= 0 &&
            crop.x + crop.width <= width + 0.001 &&
            crop.y + crop.height <= height + 0.001,
        ).toBe(true)
        expect(Math.abs(crop.width - crop.height * aspect)).toBeLessThan(0.02 + 0.02 * aspect)
        const most = width / height > aspect ? height : width / aspect
        if (focus.height > most || focus.width > most * aspect) return
        expect(crop.x).toBeLessThanOrEqual(focus.x + 0.02)
        expect(crop.y).toBeLessThanOrEqual(focus.y + 0.02)
        expect(crop.x + crop.width).toBeGreaterThanOrEqual(focus.x + focus.width - 0.05)
        expect(crop.y + crop.height).toBeGreaterThanOrEqual(focus.y + focus.height - 0.05)
      },
    ),
    { numRuns: 500 },
  )
})
