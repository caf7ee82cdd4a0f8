import sharp from 'sharp'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { AMBER, type LedFrame, UNLIT } from './led-frame.ts'
import { CANVAS_MISSING, ledPreview } from './led-preview.ts'

/** Three dots in a row: lit, unlit, unlit. */
const frame: LedFrame = { width: 3, height: 1, palette: [UNLIT, AMBER], pixels: Uint8Array.from([1, 0, 0]) }

const hasCanvas = await import('canvas').then(
  () => true,
  () => false,
)

async function pixelsOf(scale: number): Promise<(x: number, y: number) => readonly number[]> {
  const picture = await ledPreview(frame, scale)
  if (!picture.ok) throw new Error(picture.failure)
  const { data, info } = await sharp(picture.value).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return (x, y) => Array.from(data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3))
}

const brightness = (pixel: readonly number[]): number => pixel.reduce((sum, channel) => sum + channel, 0)

// node-canvas is optional and compiled at set-up; npm test says so where that failed.
describe.runIf(hasCanvas)('an LED picture', () => {
  it('has the dots at their pitch with a housing of two pitches around them', async () => {
    const picture = await ledPreview(frame, 10)
    const { width, height } = await sharp(picture.ok ? picture.value : undefined).metadata()
    expect({ width, height }).toEqual({ width: 70, height: 50 })
  })

  it('shows lit dots in their colour, unlit ones just visible, the housing darkest', async () => {
    const at = await pixelsOf(16)
    const lit = at(40, 40)
    const unlit = at(72, 40)
    const housing = at(2, 2)
    expect(lit).toEqual([255, 176, 0])
    expect(brightness(unlit)).toBeGreaterThan(brightness(housing))
    expect(brightness(unlit)).toBeLessThan(120)
  })

  it('draws round dots with a little light around lit ones', async () => {
    const at = await pixelsOf(16)
    const corner = at(33, 33)
    expect(brightness(corner)).toBeLessThan(brightness(at(40, 40)) / 2)
    expect(brightness(corner)).toBeGreaterThan(brightness(at(79, 33)))
  })

  it('is crisp squares at a small scale', async () => {
    const at = await pixelsOf(2)
    expect(at(4, 4)).toEqual([255, 176, 0])
    expect(at(5, 4)).toEqual(at(0, 0))
  })

  it('refuses a scale that would take all memory', async () => {
    await expect(ledPreview({ ...frame, width: 10_000, height: 10_000 }, 32)).rejects.toThrow(RangeError)
    await expect(ledPreview(frame, 1.5)).rejects.toThrow(RangeError)
  })
})

describe('without canvas', () => {
  afterEach(() => {
    vi.doUnmock('canvas')
  })

  it('says in one sentence what to install', async () => {
    vi.doMock('canvas', () => {
      throw new Error('was not compiled')
    })
    expect(await ledPreview(frame, 4)).toEqual({ ok: false, failure: CANVAS_MISSING })
  })
})
