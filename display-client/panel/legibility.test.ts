import { describe, expect, it } from 'vitest'
import {
  capHeightAt,
  letterHeights,
  mostPages,
  mostUnitsInMessage,
  mostUnitsOnPage,
  pageReadingTime,
  readingTime,
  unitsOf,
  type Viewing,
  viewingTime,
} from './legibility.ts'

const screen: Viewing = {
  pixels: { width: 1920, height: 1080, pitch: 0.63, colours: 'rgb', font: 'outline' },
  viewingDistance: 10,
  trafficSpeed: 0,
  pages: 4,
}
const road: Viewing = {
  pixels: { width: 192, height: 128, pitch: 20, colours: 'classic', font: 'led' },
  viewingDistance: 100,
  trafficSpeed: 100,
  pages: 4,
}
const characterRoad: Viewing = { ...road, pixels: undefined }

describe('letter heights', () => {
  it('is 22 arc minutes preferred and 16 at least, for people on foot', () => {
    expect(letterHeights(screen)).toEqual({ preferred: 102, floor: 74 })
  })

  it('agrees with the worked example: pitch 10 mm read from 30 m needs 20 px capitals', () => {
    expect(capHeightAt(30, 10, 22)).toBe(20)
  })

  it('is never below the 7 dots that capitals are made of', () => {
    expect(letterHeights({ ...screen, viewingDistance: 0.5 })).toEqual({ preferred: 7, floor: 7 })
    expect(letterHeights(characterRoad)).toEqual({ preferred: 7, floor: 7 })
  })

  it('is, for drivers, best what is legible from as far as the panel can be seen; smaller ones only cost time', () => {
    expect(letterHeights(road)).toEqual({ preferred: 14, floor: 7 })
  })
})

describe('limits for drivers', () => {
  it('is two phases of three units, four units in all at speed and five below 56 km/h', () => {
    expect(mostPages(road)).toBe(2)
    expect(mostUnitsOnPage(road)).toBe(3)
    expect(mostUnitsInMessage(road)).toBe(4)
    expect(mostUnitsInMessage({ ...road, trafficSpeed: 50 })).toBe(5)
  })

  it('counts only the time where traffic queues, because a driver may look twice', () => {
    const queue = { ...road, trafficSpeed: 30 }
    expect([mostUnitsOnPage(queue), mostUnitsInMessage(queue)]).toEqual([Infinity, Infinity])
    expect(mostUnitsOnPage({ ...road, trafficSpeed: 31 })).toBe(3)
    expect(mostPages(queue)).toBe(2)
  })

  it('respects a sign that cannot page', () => {
    expect(mostPages({ ...road, pages: 1 })).toBe(1)
  })

  it('does not hold for people on foot', () => {
    expect(mostPages(screen)).toBe(4)
    expect(mostUnitsOnPage(screen)).toBe(Number.POSITIVE_INFINITY)
    expect(mostUnitsInMessage(screen)).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('viewing time', () => {
  it('is 4.2 s for 320 mm letters at 100 km/h where the sight line is long enough', () => {
    expect(viewingTime({ ...road, viewingDistance: 500 }, 16)).toBe(4_262)
  })

  it('is shorter where the sight line is shorter than the letters would reach', () => {
    expect(viewingTime({ ...road, viewingDistance: 50 }, 16)).toBe(1_800)
  })

  it('follows the viewing distance for a sign of characters', () => {
    expect(viewingTime(characterRoad, 7)).toBe(3_600)
  })

  it('has no end for people on foot', () => {
    expect(viewingTime(screen, 60)).toBeNull()
  })
})

describe('units of information', () => {
  it('counts a plate and a long number as more than three, and 112 or an age as one', () => {
    expect(unitsOf('12-ABC-3', true)).toBe(4)
    expect(unitsOf('bel 0800-6070')).toBe(4)
    expect(unitsOf('bel +31 88 123 45 67')).toBe(4)
    expect(unitsOf('let op 12-ABC-3')).toBe(4)
    expect(unitsOf('bel 112')).toBe(1)
    expect(unitsOf('jongen, 12 jaar')).toBe(1)
  })
})

describe('reading time', () => {
  it('is, for drivers, the longer of 2 s a unit and 1 s a word that counts', () => {
    expect(pageReadingTime(road, { texts: ['AMBER ALERT', 'zwarte BMW'], units: 2 })).toBe(4_000)
    expect(pageReadingTime(road, { texts: ['AMBER ALERT'], units: 1 })).toBe(2_000)
    expect(pageReadingTime(road, { texts: ['luister naar de radio'], units: 1 })).toBe(3_000)
    expect(pageReadingTime(road, { texts: ['kindvermissing'], units: 0 })).toBe(2_000)
  })

  it('adds the 300 ms between the phases of a road panel', () => {
    const page = { texts: ['AMBER ALERT'], units: 1 }
    expect(readingTime(road, [page, page])).toBe(4_300)
    expect(readingTime(road, [page])).toBe(2_000)
    expect(readingTime(road, [])).toBe(0)
  })

  it('is at least 4 s a page on foot and grows with the words', () => {
    expect(pageReadingTime(screen, { texts: ['Bel 112'], units: 1 })).toBe(4_000)
    const forty = Array.from({ length: 40 }, () => 'kind').join(' ')
    expect(pageReadingTime(screen, { texts: [forty], units: 1 })).toBe(1_500 + 40 * 375)
  })

  it('goes by characters when the words are long', () => {
    const long = Array.from({ length: 10 }, () => 'kindvermissingszaken').join(' ')
    expect(pageReadingTime(screen, { texts: [long], units: 1 })).toBe(Math.ceil(1_500 + (210 * 1_000) / 17))
  })
})
