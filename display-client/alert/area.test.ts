import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Place, type Reach, reaches, regionCode } from './area.ts'
import type { Area } from './model.ts'

const UTRECHT: readonly [number, number] = [52.0894, 5.1101]
const AMSTERDAM: readonly [number, number] = [52.3731, 4.8923]

function area(parts: Partial<Area>): Area {
  return { areaDesc: 'somewhere', polygon: [], circle: [], geocode: [], ...parts }
}

function circle(center: readonly [number, number], radius: number): Area {
  return area({ circle: [{ center: [...center], radius }] })
}

function polygon(...points: (readonly [number, number])[]): Area {
  const first = points[0]
  return area({ polygon: [[...points, ...(first ? [first] : [])].map(([lat, lon]) => [lat, lon])] })
}

function code(...values: readonly string[]): Area {
  return area({ geocode: values.map((value) => ({ valueName: 'kijkuit', value })) })
}

function at(position: readonly [number, number] | undefined, ...regions: readonly string[]): Place {
  return { position, regions }
}

const SQUARE = polygon([52, 5], [52, 6], [53, 6], [53, 5])

describe('reaches', () => {
  it('everywhere, when the alert names no area', () => {
    expect(reaches([], at(UTRECHT))).toBe('inside')
    expect(reaches([], at(undefined))).toBe('inside')
  })

  describe('a circle (CAP 1.2: radius in kilometres)', () => {
    it('is measured along the great circle: Utrecht to Amsterdam is 34.9 km', () => {
      expect(reaches([circle(AMSTERDAM, 34.8)], at(UTRECHT))).toBe('outside')
      expect(reaches([circle(AMSTERDAM, 35)], at(UTRECHT))).toBe('inside')
    })

    it('of radius 0 has its centre inside', () => {
      expect(reaches([circle(UTRECHT, 0)], at(UTRECHT))).toBe('inside')
    })

    it('crosses the 180th meridian', () => {
      expect(reaches([circle([-17, 179.9], 50)], at([-17, -179.9]))).toBe('inside')
    })

    it('of half the earth reaches the other side', () => {
      expect(reaches([circle([0, 0], 20_100)], at([0, 180]))).toBe('inside')
    })
  })

  describe('a polygon', () => {
    it.each<[string, [number, number], Reach]>([
      ['a point within', [52.5, 5.5], 'inside'],
      ['a point north of it', [53.1, 5.5], 'outside'],
      ['a point west of it', [52.5, 4.9], 'outside'],
      ['a point east of it, level with a corner', [52, 6.1], 'outside'],
      ['a point west of it, level with a corner', [53, 4.9], 'outside'],
      ['a corner', [52, 5], 'inside'],
      ['a point on a side', [52, 5.5], 'inside'],
      ['a point on another side', [52.5, 6], 'inside'],
    ])('has %s', (_, position, reach) => {
      expect(reaches([SQUARE], at(position))).toBe(reach)
    })

    it('may have a bay', () => {
      const bay = polygon([52, 5], [52, 6], [53, 6], [52.5, 5.5], [53, 5])
      expect(reaches([bay], at([52.8, 5.5]))).toBe('outside')
      expect(reaches([bay], at([52.8, 5.9]))).toBe('inside')
      expect(reaches([bay], at([52.5, 5.5]))).toBe('inside')
    })

    it('may cross the 180th meridian', () => {
      const fiji = polygon([-20, 177], [-20, -178], [-15, -178], [-15, 177])
      expect(reaches([fiji], at([-17, 179]))).toBe('inside')
      expect(reaches([fiji], at([-17, -179]))).toBe('inside')
      expect(reaches([fiji], at([-17, 0]))).toBe('outside')
      expect(reaches([fiji], at([-17, -177]))).toBe('outside')
    })

    it('is the same whichever way round and wherever it begins', () => {
      const corners: [number, number][] = [
        [52, 5],
        [52.2, 6],
        [53, 6.3],
        [52.4, 5.6],
        [52.9, 4.8],
      ]
      fc.assert(
        fc.property(
          fc.double({ min: 51.5, max: 53.5, noNaN: true }),
          fc.double({ min: 4.5, max: 6.5, noNaN: true }),
          fc.nat(4),
          (latitude, longitude, start) => {
            const place = at([latitude, longitude])
            const turned = [...corners.slice(start), ...corners.slice(0, start)]
            const expected = reaches([polygon(...corners)], place)
            expect(reaches([polygon(...turned)], place)).toBe(expected)
            expect(reaches([polygon(...turned.reverse())], place)).toBe(expected)
          },
        ),
      )
    })
  })

  describe('codes', () => {
    it('are equal to a region, whatever the case', () => {
      expect(reaches([code('NL-VR13')], at(undefined, 'nl', 'nl-vr13'))).toBe('inside')
      expect(reaches([code('nl-vr09')], at(undefined, 'nl', 'nl-vr13'))).toBe('outside')
    })

    it('may be written as Statistics Netherlands does', () => {
      expect(reaches([code('GM0363')], at(undefined, 'nl', 'nl-gm0363'))).toBe('inside')
      expect(reaches([code('VR13')], at(undefined, 'nl', 'nl-vr13'))).toBe('inside')
      expect(reaches([code('NL00')], at(undefined, 'nl'))).toBe('inside')
      expect([regionCode('PV27'), regionCode('006037')]).toEqual(['nl-pv27', '006037'])
    })

    it('do not match a region by its beginning', () => {
      expect(reaches([code('nl')], at(undefined, 'nl-vr13'))).toBe('outside')
      expect(reaches([code('nl-vr1')], at(undefined, 'nl-vr13'))).toBe('outside')
    })
  })

  describe('the union of all areas (CAP 1.2 §3.2.4)', () => {
    it('has what is in one of them', () => {
      expect(reaches([SQUARE, circle(AMSTERDAM, 5)], at(AMSTERDAM))).toBe('inside')
      expect(reaches([circle(UTRECHT, 5), code('nl-vr13')], at(AMSTERDAM, 'nl-vr13'))).toBe('inside')
      expect(reaches([SQUARE, circle(UTRECHT, 5)], at(AMSTERDAM))).toBe('outside')
    })
  })

  describe('a place and an area that are described in different ways', () => {
    const both: Area = { ...circle(AMSTERDAM, 5), ...code('nl-vr13'), circle: circle(AMSTERDAM, 5).circle }

    it('the shape decides when the position is known, also against the code', () => {
      expect(reaches([both], at(UTRECHT, 'nl-vr13'))).toBe('outside')
    })

    it('the code decides when it is not', () => {
      expect(reaches([both], at(undefined, 'nl-vr13'))).toBe('inside')
      expect(reaches([both], at(undefined, 'nl-vr09'))).toBe('outside')
    })

    it.each<[string, Area, Place]>([
      [
        'only a shape for a place of which only the regions are known',
        circle(AMSTERDAM, 5),
        at(undefined, 'nl-vr13'),
      ],
      ['only codes for a place of which only the position is known', code('nl-vr13'), at(AMSTERDAM)],
      ['a shape for a place of which nothing is known', SQUARE, at(undefined)],
      ['no more than a description', area({}), at(AMSTERDAM, 'nl-vr13')],
    ])('cannot tell: %s', (_, one, place) => {
      expect(reaches([one], place)).toBe('unknown')
    })

    it('one area that cannot be told makes the whole unknown, unless another reaches the place', () => {
      const place = at(undefined, 'nl-vr13')
      expect(reaches([SQUARE, code('nl-vr09')], place)).toBe('unknown')
      expect(reaches([SQUARE, code('nl-vr13')], place)).toBe('inside')
    })
  })
})
