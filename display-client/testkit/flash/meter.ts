/**
 * Measures flashing in a sequence of pictures, by WCAG 2.2 success criterion 2.3.1 and its definition "general flash and red
 * flash thresholds".
 *
 * A picture is cut into regions, and each is judged by its mean light. A region should be about 0.1 degrees of the reader's view:
 * the criterion excepts finer patterns. There is no exemption for small areas here; {@link Flashes.area} is there for whoever may
 * use one.
 */

/** A picture and the moment from which it stood. */
export interface TimedPicture {
  /** ms, rising */
  readonly at: number
  /** px */
  readonly width: number
  /** px */
  readonly height: number
  /** sRGB, three bytes for each px, row by row. */
  readonly rgb: Uint8Array
}

/** What of one sort of flash was seen. */
export interface Flashes {
  /** Pairs of opposing changes in the worst second of the worst region; a half = a change that none opposed. WCAG allows 3. */
  readonly perSecond: number
  /** When that second ended, ms. */
  readonly at: number
  /** Largest part of all regions that went through a pair in the same second, 0 to 1. */
  readonly area: number
}

export interface FlashReport {
  readonly pictures: number
  /** Changes of at least 10 % of the largest relative luminance, the darker state below 0.80. */
  readonly general: Flashes
  /** Changes to or from saturated red. */
  readonly red: Flashes
  /** Largest change of the relative luminance of a region from one picture to the next, 0 to 1: 1 is black to white at once. */
  readonly step: number
}

/** Of the largest relative luminance, which is 1. */
const GENERAL_CHANGE = 0.1
/** A state that is darker than this makes a change count. */
const DARKER_THAN = 0.8
/** R / (R + G + B) in linear light, from which a state is saturated red. */
const SATURATED = 0.8
/** Distance in the CIE 1976 UCS chromaticity diagram beyond which two states differ (ISO 9241-391). */
const RED_CHANGE = 0.2
/** Below this relative luminance there is no colour to see. */
const COLOURLESS = 0.001
/** In which pairs are counted, ms: a second, less what the time of a picture is uncertain by. */
const SECOND = 999
/** Of D65 in u′v′: what has no colour. */
const WHITE = { u: 0.1978, v: 0.4683 }

/** sRGB to linear light. */
const LINEAR = Float64Array.from({ length: 256 }, (_, value) => {
  const share = value / 255
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
})

/** The changes of one region that were counted, in the last second only. */
class Changes {
  readonly #times: number[] = []

  add(at: number): void {
    this.#times.push(at)
  }

  /** How many of them lie in the second that ends at `at`. */
  inSecond(at: number): number {
    while ((this.#times[0] ?? at) <= at - SECOND) this.#times.shift()
    return this.#times.length
  }
}

/** Counts the swings of the luminance of one region: each from one turning point to the next. */
class Luminance {
  readonly changes = new Changes()
  /** 1 = it has become lighter, -1 = darker, 0 = it has not changed yet. */
  #direction = 0
  /** Where the swing began and how far it has come; before the first one, the least and the most there was. */
  #from: number
  #to: number
  #counted = false

  constructor(first: number) {
    this.#from = first
    this.#to = first
  }

  see(value: number, at: number): void {
    if (this.#direction === 0) this.#begin(value)
    else if ((value - this.#to) * this.#direction > 0) this.#to = value
    else if ((this.#to - value) * this.#direction >= GENERAL_CHANGE) this.#swing(this.#to, value)
    if (this.#direction === 0 || this.#counted || Math.min(this.#from, this.#to) >= DARKER_THAN) return
    this.#counted = true
    this.changes.add(at)
  }

  #begin(value: number): void {
    const least = Math.min(this.#from, value)
    const most = Math.max(this.#to, value)
    if (value - least >= GENERAL_CHANGE) this.#swing(least, value)
    else if (most - value >= GENERAL_CHANGE) this.#swing(most, value)
    else {
      this.#from = least
      this.#to = most
    }
  }

  #swing(from: number, to: number): void {
    this.#direction = to > from ? 1 : -1
    this.#from = from
    this.#to = to
    this.#counted = false
  }
}

interface Chromaticity {
  readonly u: number
  readonly v: number
}

/** Counts how often one region becomes saturated red, or ceases to be it. */
class Redness {
  readonly changes = new Changes()
  #isRed = false
  /** The reddest it has been while it is red, the least red while it is not. */
  #extreme: Chromaticity | undefined

  see(red: number, green: number, blue: number, at: number): void {
    const sum = red + green + blue
    const now = chromaticity(red, green, blue)
    const saturated = now !== WHITE && red / sum >= SATURATED
    if (this.#extreme === undefined) {
      this.#isRed = saturated
      this.#extreme = now
      return
    }
    const differs = distance(now, this.#extreme) > RED_CHANGE
    if (differs && (this.#isRed || saturated)) {
      this.#isRed = !this.#isRed
      this.#extreme = now
      this.changes.add(at)
      return
    }
    const redder = now.u > this.#extreme.u
    if (redder === this.#isRed) this.#extreme = now
  }
}

/** @returns {@link WHITE} itself where there is no colour to see */
function chromaticity(red: number, green: number, blue: number): Chromaticity {
  const x = 0.4124 * red + 0.3576 * green + 0.1805 * blue
  const y = luminance(red, green, blue)
  const z = 0.0193 * red + 0.1192 * green + 0.9505 * blue
  if (y < COLOURLESS) return WHITE
  const sum = x + 15 * y + 3 * z
  return { u: (4 * x) / sum, v: (9 * y) / sum }
}

/** Relative luminance of linear light, 0 to 1. */
function luminance(red: number, green: number, blue: number): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function distance(one: Chromaticity, other: Chromaticity): number {
  return Math.hypot(one.u - other.u, one.v - other.v)
}

class Region {
  readonly luminance: Luminance
  readonly redness = new Redness()
  /** Of the picture before. */
  last: number

  constructor(first: number) {
    this.luminance = new Luminance(first)
    this.last = first
  }
}

/** The worst of one sort of flash so far. */
class Worst {
  #changes = 0
  #at = 0
  #area = 0

  /** @param counts changes in the last second, for each region */
  see(counts: readonly number[], at: number): void {
    const most = counts.reduce((one, other) => Math.max(one, other), 0)
    if (most > this.#changes) {
      this.#changes = most
      this.#at = at
    }
    const flashing = counts.filter((count) => count >= 2).length
    this.#area = Math.max(this.#area, flashing / counts.length)
  }

  get flashes(): Flashes {
    return { perSecond: this.#changes / 2, at: this.#at, area: this.#area }
  }
}

/** Measures a sequence picture by picture, so that a long one need not be held. */
export class FlashMeter {
  readonly #side: number
  readonly #general = new Worst()
  readonly #red = new Worst()
  #regions: readonly Region[] | undefined
  #size = ''
  #pictures = 0
  #step = 0

  /** @param side of a region, px; what is left at the right and lower edges makes smaller regions */
  constructor(side: number) {
    if (!Number.isInteger(side) || side < 1) throw new RangeError(`a region of ${side} px`)
    this.#side = side
  }

  /** @throws RangeError when the picture has another size than the first */
  add(picture: TimedPicture): void {
    const { at, width, height, rgb } = picture
    const size = `${width}x${height}`
    if (rgb.length !== width * height * 3) throw new RangeError(`${rgb.length} bytes for ${size} px`)
    if (this.#regions !== undefined && size !== this.#size)
      throw new RangeError(`${size} px after ${this.#size} px`)
    this.#size = size
    this.#pictures += 1
    const light = meanLight(picture, this.#side)
    this.#regions ??= light.map(([red, green, blue]) => new Region(luminance(red, green, blue)))
    for (const [index, region] of this.#regions.entries()) {
      const [red, green, blue] = light[index] ?? [0, 0, 0]
      const value = luminance(red, green, blue)
      this.#step = Math.max(this.#step, Math.abs(value - region.last))
      region.last = value
      region.luminance.see(value, at)
      region.redness.see(red, green, blue, at)
    }
    this.#general.see(
      this.#regions.map((region) => region.luminance.changes.inSecond(at)),
      at,
    )
    this.#red.see(
      this.#regions.map((region) => region.redness.changes.inSecond(at)),
      at,
    )
  }

  get report(): FlashReport {
    return {
      pictures: this.#pictures,
      general: this.#general.flashes,
      red: this.#red.flashes,
      step: this.#step,
    }
  }
}

/** Red, green and blue of each region in linear light, 0 to 1. */
function meanLight(
  { width, height, rgb }: TimedPicture,
  side: number,
): readonly (readonly [number, number, number])[] {
  const columns = Math.ceil(width / side)
  const rows = Math.ceil(height / side)
  const sums = new Float64Array(columns * rows * 3)
  for (let y = 0; y < height; y += 1) {
    const row = Math.floor(y / side) * columns
    for (let x = 0; x < width; x += 1) {
      const region = (row + Math.floor(x / side)) * 3
      const pixel = (y * width + x) * 3
      for (let channel = 0; channel < 3; channel += 1)
        sums[region + channel] = (sums[region + channel] ?? 0) + (LINEAR[rgb[pixel + channel] ?? 0] ?? 0)
    }
  }
  return Array.from({ length: columns * rows }, (_, index) => {
    const across = Math.min(side, width - (index % columns) * side)
    const down = Math.min(side, height - Math.floor(index / columns) * side)
    const mean = (channel: number): number => (sums[index * 3 + channel] ?? 0) / (across * down)
    return [mean(0), mean(1), mean(2)]
  })
}
