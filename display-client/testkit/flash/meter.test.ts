import { describe, expect, it } from 'vitest'
import { FlashMeter, type FlashReport } from './meter.ts'

type Colour = readonly [number, number, number]
const BLACK: Colour = [0, 0, 0]
const WHITE: Colour = [255, 255, 255]
const RED: Colour = [255, 0, 0]

const WIDTH = 16
const HEIGHT = 8
const SIDE = 2

/** Pictures a second: as many as divide the time of every blink here into whole ones. */
const RATE = 420

/** Pictures of `seconds`. @param colourAt of a px at a moment, s */
function film(seconds: number, colourAt: (second: number, x: number, y: number) => Colour): FlashReport {
  const meter = new FlashMeter(SIDE)
  for (let index = 0; index <= seconds * RATE; index += 1) {
    const rgb = new Uint8Array(WIDTH * HEIGHT * 3)
    for (let pixel = 0; pixel < WIDTH * HEIGHT; pixel += 1)
      rgb.set(colourAt(index / RATE, pixel % WIDTH, Math.floor(pixel / WIDTH)), pixel * 3)
    meter.add({ at: (index * 1_000) / RATE, width: WIDTH, height: HEIGHT, rgb })
  }
  return meter.report
}

/** `a` and `b` in turn, both so many times a second. */
const blink =
  (hertz: number, a: Colour, b: Colour) =>
  (second: number): Colour =>
    // A hair later, so that a change falls on the frame that it belongs to.
    (second + 1e-6) * hertz * 2 - 2 * Math.floor((second + 1e-6) * hertz) < 1 ? a : b

/** A grey of this relative luminance. */
function grey(luminance: number): Colour {
  const share = luminance <= 0.0031308 ? luminance * 12.92 : 1.055 * luminance ** (1 / 2.4) - 0.055
  const value = Math.round(share * 255)
  return [value, value, value]
}

describe('general flashes', () => {
  it.each([0.5, 1, 2, 3.5, 5, 10])('counts a blink of %s Hz', (hertz) => {
    const { general, red, step } = film(4, blink(hertz, BLACK, WHITE))
    expect(general.perSecond).toBe(Math.max(hertz, 0.5))
    expect(general.area).toBe(hertz < 1 ? 0 : 1)
    expect(red).toMatchObject({ perSecond: 0, area: 0 })
    expect(step).toBeCloseTo(1, 6)
  })

  it('finds nothing in a picture that stands', () => {
    expect(film(2, () => [200, 30, 90])).toEqual({
      pictures: 841,
      general: { perSecond: 0, at: 0, area: 0 },
      red: { perSecond: 0, at: 0, area: 0 },
      step: 0,
    })
  })

  it('counts a slow fade to white and back as two changes far apart, however many steps it has', () => {
    const { general, step } = film(8, (second) => grey(1 - Math.abs(second - 4) / 4))
    expect(general).toMatchObject({ perSecond: 0.5, area: 0 })
    expect(step).toBeLessThan(0.01)
  })

  it('counts a fade as a flash where it is fast enough', () => {
    const { general } = film(4, (second) => grey((1 - Math.cos(second * 2 * Math.PI * 3)) / 2))
    expect(general).toMatchObject({ perSecond: 3, area: 1 })
  })

  it.each([
    ['changes of less than a tenth', 0.5, 0.59, 0],
    ['changes of a tenth', 0.5, 0.61, 3],
    ['states of which the darker is light', 0.83, 0.98, 0],
    ['states of which the darker is just dark enough', 0.78, 0.9, 3],
  ])('judges %s', (_what, darker, lighter, expected) => {
    expect(film(3, blink(3, grey(darker), grey(lighter))).general.perSecond).toBe(expected)
  })

  it('counts a fall from white that passes 0.80 late', () => {
    const { general } = film(2, (second) => grey(Math.max(0.3, 1 - second)))
    expect(general.perSecond).toBe(0.5)
    expect(general.at).toBeGreaterThanOrEqual(190)
    expect(general.at).toBeLessThan(220)
  })

  it('says how much of the picture flashes together, not what flashed in another second', () => {
    const left = film(2, (second, x) => (x < 4 ? blink(3, BLACK, WHITE)(second) : BLACK))
    expect(left.general).toMatchObject({ perSecond: 3, area: 0.25 })
    const inTurn = film(4, (second, x) =>
      // Each quarter of the width has a second of its own.
      Math.floor(second) === Math.floor(x / 4) ? blink(3, BLACK, WHITE)(second) : BLACK,
    )
    expect(inTurn.general.perSecond).toBeGreaterThanOrEqual(2.5)
    expect(inTurn.general.area).toBeLessThanOrEqual(0.5)
  })

  it('passes over a pattern finer than a region', () => {
    const { general } = film(2, (second, x, y) => {
      return (x + y + Math.floor(second * 20)) % 2 === 0 ? BLACK : WHITE
    })
    expect(general.perSecond).toBe(0)
  })

  it('sees the letters of a running line pass, in no more than its part of the picture', () => {
    // Bars as wide as a region, on the lower half, four px a second: each region goes on and off once a second.
    const { general } = film(4, (second, x, y) => {
      return y >= 4 && Math.floor((x + Math.floor(second * 4)) / SIDE) % 2 === 0 ? [255, 176, 0] : BLACK
    })
    expect(general.perSecond).toBe(1)
    expect(general.area).toBe(0.5)
  })

  it('holds what stood between two pictures that are far apart', () => {
    const meter = new FlashMeter(1)
    const see = (at: number, value: number): void =>
      meter.add({ at, width: 1, height: 1, rgb: Uint8Array.from([value, value, value]) })
    see(0, 0)
    see(5_000, 255)
    see(5_990, 0)
    see(6_990, 255)
    expect(meter.report.general).toEqual({ perSecond: 1, at: 5_990, area: 1 })
  })
})

describe('red flashes', () => {
  it.each([
    ['black', BLACK],
    ['white', WHITE],
    ['blue', [0, 0, 255]],
    ['the near-black of a page', [14, 17, 22]],
  ] as const)('counts saturated red in turn with %s', (_name, other) => {
    expect(film(3, blink(2, RED, other)).red).toMatchObject({ perSecond: 2, area: 1 })
    // The red of public warnings.
    expect(film(3, blink(2, [176, 0, 32], other)).red.perSecond).toBe(2)
  })

  it.each([
    ['amber in turn with black', [255, 176, 0], BLACK],
    ['two reds', RED, [176, 0, 32]],
    ['blue in turn with white', [0, 58, 112], WHITE],
  ] as const)('does not count %s', (_name, one, other) => {
    expect(film(2, blink(3, one, other)).red.perSecond).toBe(0)
  })

  it('counts a red that comes and goes by a fade', () => {
    const { red } = film(4, (second) => {
      const share = (1 - Math.cos(second * 2 * Math.PI)) / 2
      const rest = Math.round(255 * (1 - share))
      return [255, rest, rest]
    })
    expect(red).toMatchObject({ perSecond: 1, area: 1 })
  })

  it('counts red of which the luminance hardly changes', () => {
    // A green and a red of about the same luminance.
    const { general, red } = film(3, blink(3, RED, [0, 147, 0]))
    expect(general.perSecond).toBe(0)
    expect(red.perSecond).toBe(3)
  })
})

describe('what it is given', () => {
  it('refuses pictures of another size and regions of no size', () => {
    const meter = new FlashMeter(2)
    meter.add({ at: 0, width: 2, height: 1, rgb: new Uint8Array(6) })
    expect(() => meter.add({ at: 1, width: 1, height: 2, rgb: new Uint8Array(6) })).toThrow(
      '1x2 px after 2x1',
    )
    expect(() => meter.add({ at: 1, width: 2, height: 1, rgb: new Uint8Array(5) })).toThrow('5 bytes')
    expect(() => new FlashMeter(0)).toThrow(RangeError)
  })
})
