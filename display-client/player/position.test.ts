import { beforeEach, describe, expect, test } from 'vitest'
import { currentOf, DEFAULT_LIMITS } from '../alert/incident.ts'
import type { Area } from '../alert/model.ts'
import { amberAlert } from '../testkit/alerts.ts'
import { TEST_TIME, TestClock } from '../testkit/test-clock.ts'
import { POSITION_AGE, Positions, reachesMoving, readPosition } from './position.ts'
import { positionTopic } from './topics.ts'

/** Utrecht Centraal. */
const HERE = { lat: 52.0893, lon: 5.1101 }
/** One km around it. */
const CIRCLE: Area = {
  areaDesc: 'Utrecht',
  circle: [{ center: [HERE.lat, HERE.lon], radius: 1 }],
  polygon: [],
  geocode: [],
}
/** m north of it. */
const north = (metres: number) => ({ lat: HERE.lat + metres / 111_195, lon: HERE.lon })
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value))
const fix = (changes: object = {}) => ({ ...HERE, accuracy: 5, at: TEST_TIME, ...changes })

describe('a position', () => {
  test('is read as it is', () => {
    expect(readPosition(bytes(fix()), TEST_TIME)).toEqual({ ok: true, value: fix() })
  })

  test.each<[string, Uint8Array, string]>([
    [
      'no JSON',
      Buffer.from('52.1, 5.1'),
      'a position is JSON: {"lat": 52.09, "lon": 5.11, "accuracy": 5, "at": 1700000000000}',
    ],
    ['too long', Buffer.alloc(2_000, 32), 'a position has at most 1024 bytes'],
    ['a list', bytes([1, 2]), 'a position Invalid input: expected object, received array'],
    ['off the earth', bytes(fix({ lat: 91 })), 'lat must be a latitude in degrees, -90 to 90'],
    ['text', bytes(fix({ lon: '5.1' })), 'lon must be a longitude in degrees, -180 to 180'],
    ['nothing', bytes(fix({ lon: null })), 'lon must be a longitude in degrees, -180 to 180'],
    ['no accuracy', bytes({ ...HERE, at: TEST_TIME }), 'accuracy must be an accuracy in m, 0 to 100000'],
    ['more', bytes(fix({ speed: 3 })), 'a position has lat, lon, accuracy and at, and nothing else'],
    ['a time in words', bytes(fix({ at: '2026-11-22T16:00:00Z' })), 'at must be a time in ms since 1970'],
    [
      'tomorrow',
      bytes(fix({ at: TEST_TIME + 86_400_000 })),
      'at is in the future; set the clock of whoever sends it, in ms since 1970',
    ],
    [
      'old',
      bytes(fix({ at: TEST_TIME - POSITION_AGE })),
      'at is more than 120 s ago; send it as it is measured',
    ],
    [
      'in seconds',
      bytes(fix({ at: Math.floor(TEST_TIME / 1_000) })),
      'at is more than 120 s ago; send it as it is measured',
    ],
  ])('that is %s is refused in one sentence', (_what, text, failure) => {
    expect(readPosition(text, TEST_TIME)).toEqual({ ok: false, failure })
  })
})

describe('the border of an area', () => {
  const reach = (metres: number, wasInside: boolean, margin = 50) => {
    const { lat, lon } = north(metres)
    return reachesMoving([CIRCLE], { regions: ['nl'], position: [lat, lon] }, wasInside, margin)
  }
  test.each([
    [0, false, 'inside'],
    [999, false, 'inside'],
    [1_001, false, 'outside'],
    [1_001, true, 'inside'],
    [1_045, true, 'inside'],
    [1_055, true, 'outside'],
    [1_055, false, 'outside'],
    [5_000, true, 'outside'],
  ])('%i m away, inside before: %s', (metres, wasInside, expected) => {
    expect(reach(metres, wasInside)).toBe(expected)
  })

  test('is as wide as the position is uncertain', () => {
    expect(reach(1_200, true, 250)).toBe('inside')
    expect(reach(1_300, true, 250)).toBe('outside')
  })

  test('changes nothing for areas of codes', () => {
    const area = { ...CIRCLE, circle: [], geocode: [{ valueName: 'x', value: 'GM0344' }] }
    const place = { regions: ['nl'], position: [52, 5] as [number, number] }
    expect(reachesMoving([area], place, true, 50)).toBe('outside')
  })
})

describe('the position of a player', () => {
  let clock: TestClock
  let positions: Positions
  let changes: number
  let lines: string[]
  const alert = amberAlert({ area: [CIRCLE] })
  const current = currentOf(alert, alert.sender, TEST_TIME, DEFAULT_LIMITS, undefined)
  const reach = () => positions.judge([current])({ regions: ['nl'] }, current)

  beforeEach(() => {
    clock = new TestClock()
    changes = 0
    lines = []
    const log = { info: () => {}, warn: (line: string) => void lines.push(line) }
    const onChange = (): void => {
      changes += 1
    }
    positions = new Positions({ player: 'bus-7', clock, log, onChange })
  })

  test('is unknown at first, known when it is told, and unknown again when it is old', () => {
    expect(reach()).toBe('unknown')
    expect(positions.receive(bytes(fix())).ok).toBe(true)
    expect([reach(), changes, positions.status.known]).toEqual(['inside', 1, true])
    clock.advance(POSITION_AGE - 1)
    expect([reach(), changes]).toEqual(['inside', 1])
    clock.advance(1)
    expect([reach(), changes, positions.status.known]).toEqual(['unknown', 2, false])
    positions.dispose()
    expect(clock.waiting).toBe(0)
  })

  test('does not flicker while a vehicle stands on a border', () => {
    const seen = [990, 1_010, 995, 1_030, 1_005, 1_049, 1_060, 1_040, 1_010, 999].map((metres) => {
      clock.advance(1_000)
      positions.receive(bytes(fix({ ...north(metres), at: clock.now() })))
      return reach()
    })
    expect(seen).toEqual([...Array(6).fill('inside'), ...Array(3).fill('outside'), 'inside'])
    positions.dispose()
  })

  test('forgets that it was inside when the area of an alert is another', () => {
    positions.receive(bytes(fix(north(990))))
    expect(reach()).toBe('inside')
    clock.advance(1_000)
    positions.receive(bytes(fix({ ...north(1_020), at: clock.now() })))
    const next = currentOf({ ...alert, revision: 2 }, alert.sender, TEST_TIME, DEFAULT_LIMITS, undefined)
    expect(positions.judge([next])({ regions: ['nl'] }, next)).toBe('outside')
    positions.dispose()
  })

  test('is no position when it is too uncertain', () => {
    positions.receive(bytes(fix({ accuracy: 1_001 })))
    expect(reach()).toBe('unknown')
    positions.dispose()
  })

  test('takes the newest, in whatever order brokers bring them', () => {
    positions.receive(bytes(fix()))
    positions.receive(bytes(fix({ ...north(9_000), at: TEST_TIME - 1_000 })))
    expect([reach(), changes]).toEqual(['inside', 1])
    positions.dispose()
  })

  test('is taken from its own topic only, and a wrong one is counted and said once', () => {
    const other = { topic: positionTopic('bus-8'), bytes: bytes(fix()) }
    expect([positions.take(other), positions.status.known]).toEqual([false, false])
    for (let count = 0; count < 3; count += 1)
      expect(positions.take({ topic: positionTopic('bus-7'), bytes: Buffer.from('x') })).toBe(true)
    expect(positions.status).toMatchObject({ known: false, refused: 3 })
    expect(lines).toHaveLength(1)
  })
})
