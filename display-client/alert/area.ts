import type { Area } from './model.ts'

/** Where a panel is, as far as it is known. */
export interface Place {
  /** WGS-84 [latitude, longitude], degrees. */
  readonly position?: readonly [number, number] | undefined
  /** Every region it stands in, lower case: `nl`, `nl-vr13`, `nl-gm0363`. */
  readonly regions: readonly string[]
}

/** `unknown`: what is known of the place is not enough to tell; the panel's policy decides. */
export type Reach = 'inside' | 'outside' | 'unknown'

/**
 * Whether an alert for `areas` concerns `place` (DESIGN §5.1, CAP 1.2 §3.2.4: the union of all areas; none = everywhere).
 *
 * Within one area its polygons and circles decide when the position is known, its codes otherwise: an issuer who draws a
 * circle and names the municipality means the circle, and the live Dutch feed has circles only.
 */
export function reaches(areas: readonly Area[], place: Place): Reach {
  if (areas.length === 0) return 'inside'
  const each = areas.map((area) => reachesOne(area, place))
  if (each.includes('inside')) return 'inside'
  return each.includes('unknown') ? 'unknown' : 'outside'
}

function reachesOne(area: Area, place: Place): Reach {
  const { position, regions } = place
  if (position && area.polygon.length + area.circle.length > 0) {
    const inside =
      area.circle.some((circle) => distance(circle.center, position) <= circle.radius) ||
      area.polygon.some((ring) => surrounds(ring, position))
    return inside ? 'inside' : 'outside'
  }
  if (area.geocode.length === 0 || regions.length === 0) return 'unknown'
  const known = new Set(regions.map(regionCode))
  return area.geocode.some((code) => known.has(regionCode(code.value))) ? 'inside' : 'outside'
}

/**
 * A region as panels and topics name it. Statistics Netherlands writes `GM0363`, `PV27` and `NL00`, the safety regions
 * `VR13`: `nl-gm0363`, `nl-pv27`, `nl`, `nl-vr13`.
 */
export function regionCode(code: string): string {
  const lower = code.toLowerCase()
  if (lower === 'nl00') return 'nl'
  return /^(vr|gm|pv|wk|bu)\d+$/.test(lower) ? `nl-${lower}` : lower
}

/** Mean radius of the earth, km (IUGG). */
const EARTH = 6_371.008_8

type Point = readonly [number, number]

/** Along the great circle (haversine), km. On land within 0.5 % of the ellipsoid. */
function distance([latitudeA, longitudeA]: Point, [latitudeB, longitudeB]: Point): number {
  const rise = Math.sin(radians(latitudeB - latitudeA) / 2) ** 2
  const turn = Math.sin(radians(longitudeB - longitudeA) / 2) ** 2
  const half = rise + Math.cos(radians(latitudeA)) * Math.cos(radians(latitudeB)) * turn
  return 2 * EARTH * Math.asin(Math.sqrt(Math.min(1, half)))
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180
}

/** Degrees; a tenth of a millimetre, so that a rounded product still lies on its line. */
const ON_THE_LINE = 1e-9

/** Point in polygon on the plane of latitude and longitude, as CAP means it; the boundary is inside. */
function surrounds(ring: readonly Point[], [latitude, longitude]: Point): boolean {
  const unrolled = unroll(ring)
  return [longitude - 360, longitude, longitude + 360].some((x) => contains(unrolled, latitude, x))
}

/** The ring without the leap from 180 to -180 degrees: every side goes the short way round. */
function unroll(ring: readonly Point[]): readonly Point[] {
  let before: number | undefined
  return ring.map(([latitude, longitude]) => {
    const turns = before === undefined ? 0 : Math.round((before - longitude) / 360)
    before = longitude + 360 * turns
    return [latitude, before]
  })
}

function contains(ring: readonly Point[], y: number, x: number): boolean {
  let inside = false
  for (const [index, [y2, x2]] of ring.entries()) {
    const [y1, x1] = ring[index - 1] ?? [y2, x2]
    if (onSegment(x1, y1, x2, y2, x, y)) return true
    // Half-open in y, so that a corner on the ray counts once.
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside
  }
  return inside
}

function onSegment(x1: number, y1: number, x2: number, y2: number, x: number, y: number): boolean {
  const length = Math.hypot(x2 - x1, y2 - y1)
  if (length === 0) return Math.hypot(x - x1, y - y1) <= ON_THE_LINE
  const along = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length
  const aside = Math.abs((x - x1) * (y2 - y1) - (y - y1) * (x2 - x1)) / length
  return aside <= ON_THE_LINE && along >= -ON_THE_LINE && along <= length + ON_THE_LINE
}
