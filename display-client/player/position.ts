import { z } from 'zod'
import { type Place, type Reach, reaches } from '../alert/area.ts'
import type { Current } from '../alert/incident.ts'
import type { CancelTimer, Clock } from '../base/clock.ts'
import type { Disposable } from '../base/disposal.ts'
import { fail, ok, type Result } from '../base/result.ts'
import type { Delivery } from './connection.ts'
import type { Log } from './log.ts'
import { positionTopic } from './topics.ts'

/**
 * Where a player is, and with it every panel of its that moves: told over MQTT (`players/<player>/position`) or HTTP
 * (`POST /position`), by whatever in the vehicle knows it.
 */

/** ms: at 100 km/h a vehicle is 3 km further by then. An older position is none. */
export const POSITION_AGE = 120_000
/** ms: how far the clock of who tells the position may be ahead. */
const AHEAD = 30_000
/** m: a worse fix says nothing about a neighbourhood, and is none. */
const WORST_ACCURACY = 1_000
/** m: so far outside an area a vehicle that was inside still counts as inside, so that nothing flickers at its border. */
const LEAST_MARGIN = 50
/** Bytes of a message; a real one has 80. */
const LARGEST_POSITION = 1_024

const number = (what: string, least: number, most: number) => {
  const error = `must be ${what}, ${least} to ${most}`
  return z.number({ error }).min(least, { error }).max(most, { error })
}

const PositionSchema = z.strictObject({
  /** WGS-84, degrees. */
  lat: number('a latitude in degrees', -90, 90),
  lon: number('a longitude in degrees', -180, 180),
  /** Radius within which it is true, m. */
  accuracy: number('an accuracy in m', 0, 100_000),
  /** When it was measured, ms since 1970. */
  at: z
    .int({ error: 'must be a time in ms since 1970' })
    .min(0, { error: 'must be a time in ms since 1970' }),
})
export type Position = z.output<typeof PositionSchema>

/**
 * Reads a position. The failure is one sentence that names the fix.
 *
 * @param now ms since 1970
 */
export function readPosition(bytes: Uint8Array, now: number): Result<Position, string> {
  if (bytes.length > LARGEST_POSITION) return fail(`a position has at most ${LARGEST_POSITION} bytes`)
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(bytes).toString())
  } catch {
    return fail('a position is JSON: {"lat": 52.09, "lon": 5.11, "accuracy": 5, "at": 1700000000000}')
  }
  const read = PositionSchema.safeParse(value)
  if (!read.success) {
    const issue = read.error.issues[0]
    if (issue?.code === 'unrecognized_keys')
      return fail('a position has lat, lon, accuracy and at, and nothing else')
    return fail(`${issue?.path.join('.') || 'a position'} ${issue?.message}`)
  }
  const { at } = read.data
  if (at > now + AHEAD)
    return fail('at is in the future; set the clock of whoever sends it, in ms since 1970')
  if (at <= now - POSITION_AGE)
    return fail(`at is more than ${POSITION_AGE / 1_000} s ago; send it as it is measured`)
  return ok(read.data)
}

/**
 * Whether an alert concerns a panel that moves.
 *
 * Entering an area counts at once. Who was inside counts as inside until the accuracy of the position, and 50 m at least,
 * lies between it and the border.
 *
 * @param place with the position, when that is known
 * @param margin m
 */
export function reachesMoving(
  areas: Parameters<typeof reaches>[0],
  place: Place,
  wasInside: boolean,
  margin: number,
): Reach {
  const now = reaches(areas, place)
  const { position } = place
  if (now !== 'outside' || !wasInside || position === undefined) return now
  return around(position, margin).some((point) => reaches(areas, { ...place, position: point }) === 'inside')
    ? 'inside'
    : 'outside'
}

/** m to a degree of latitude. */
const DEGREE = 111_195

/** Points of a circle around a point: enough for a border that is straight over the length of the circle. */
function around([latitude, longitude]: readonly [number, number], radius: number): [number, number][] {
  const shrink = Math.max(Math.cos((latitude * Math.PI) / 180), 0.01)
  return Array.from({ length: 16 }, (_, index) => {
    const angle = (index * Math.PI) / 8
    const north = (Math.cos(angle) * radius) / DEGREE
    const east = (Math.sin(angle) * radius) / DEGREE / shrink
    return [Math.max(-90, Math.min(90, latitude + north)), wrapped(longitude + east)]
  })
}

function wrapped(longitude: number): number {
  return longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude
}

export interface PositionsOptions {
  readonly player: string
  readonly clock: Clock
  readonly log: Log
  /** The position is another, or is known no longer. */
  onChange(): void
}

/** The position of a player, for as long as it is worth something. */
export class Positions implements Disposable {
  readonly #options: PositionsOptions
  readonly #topic: string
  #position: Position | undefined
  /** Alerts of which the area was entered, by incident and revision. */
  #inside = new Set<string>()
  #refused = 0
  #cancelTimer: CancelTimer | undefined

  constructor(options: PositionsOptions) {
    this.#options = options
    this.#topic = positionTopic(options.player)
  }

  /** How it is, for the health record: no place, which is nobody's business. */
  get status(): { readonly known: boolean; readonly at: number | undefined; readonly refused: number } {
    return { known: this.#current() !== undefined, at: this.#position?.at, refused: this.#refused }
  }

  /** Takes a message from a broker. @returns false when it is none of a position */
  take({ topic, bytes }: Pick<Delivery, 'topic' | 'bytes'>): boolean {
    if (topic !== this.#topic) return false
    const taken = this.receive(bytes)
    if (!taken.ok) {
      this.#refused += 1
      // Once: a receiver that is set wrongly sends one every second.
      if (this.#refused === 1) this.#options.log.warn(`a position is refused: ${taken.failure}`)
    }
    return true
  }

  /** Takes a position in. An older one than is known changes nothing: several brokers bring the same. */
  receive(bytes: Uint8Array): Result<Position, string> {
    const { clock, onChange } = this.#options
    const now = clock.now()
    const read = readPosition(bytes, now)
    if (!read.ok) return read
    if (
      this.#position !== undefined &&
      read.value.at <= this.#position.at &&
      this.#position.at <= now + AHEAD
    )
      return read
    this.#position = read.value
    this.#cancelTimer?.()
    this.#cancelTimer = clock.after(read.value.at + POSITION_AGE - now, onChange)
    onChange()
    return read
  }

  /** Judges anew, for one look at all panels, where they are with regard to what is alive. */
  judge(live: readonly Current[]): (place: Place, current: Current) => Reach {
    const position = this.#current()
    const before = this.#inside
    const keys = new Map(live.map((one) => [one, `${one.alert.incident} ${one.alert.revision}`]))
    const inside = new Set<string>()
    this.#inside = inside
    return ({ regions }, current) => {
      const key = keys.get(current) ?? ''
      if (position === undefined) {
        // It may be inside still: whoever lost its satellites in a tunnel has not left the area.
        if (before.has(key)) inside.add(key)
        return reaches(current.alert.area, { regions })
      }
      const margin = Math.max(LEAST_MARGIN, position.accuracy)
      const point: [number, number] = [position.lat, position.lon]
      const place = { regions, position: point }
      const reach = reachesMoving(current.alert.area, place, before.has(key), margin)
      if (reach === 'inside') inside.add(key)
      return reach
    }
  }

  dispose(): void {
    this.#cancelTimer?.()
  }

  #current(): Position | undefined {
    const position = this.#position
    if (position === undefined || position.accuracy > WORST_ACCURACY) return undefined
    return this.#options.clock.now() < position.at + POSITION_AGE ? position : undefined
  }
}
