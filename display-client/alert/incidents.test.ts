import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { amberAlert } from '../testkit/alerts.ts'
import { TEST_TIME as T0 } from '../testkit/test-clock.ts'
import { currentOf, DEFAULT_LIMITS, type Incident, revokedAt } from './incident.ts'
import { type IncidentId, incidentId } from './incident-id.ts'
import { IncidentMap } from './incidents.ts'

const alert = amberAlert()
const current = currentOf(alert, alert.sender, T0, DEFAULT_LIMITS, undefined, { kid: 'test-1' })
const ended = revokedAt(current, T0)

/** More keys than parts are taken by chance, so that some share one. */
const id = fc.integer({ min: 0, max: 40 }).map((number) => incidentId('sender', `incident-${number}`))
const incident: fc.Arbitrary<Incident | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.integer({ min: 0, max: 9 }).map((revision) => ({ ...current, alert: { ...alert, revision } })),
  fc.integer({ min: 0, max: 9 }).map((hours) => ({ ...ended, forgetAt: hours })),
)
const changes = fc.array(
  fc.uniqueArray(fc.tuple(id, incident), { selector: ([one]) => one, maxLength: 12 }),
  { maxLength: 8 },
)

function applied(all: readonly (readonly (readonly [IncidentId, Incident | undefined])[])[]): {
  readonly plain: Map<IncidentId, Incident>
  readonly map: IncidentMap
} {
  const plain = new Map<IncidentId, Incident>()
  let map = new IncidentMap()
  for (const some of all) {
    for (const [key, one] of some) one === undefined ? plain.delete(key) : plain.set(key, one)
    const before = [...map]
    const next = map.with(some)
    expect([...map]).toEqual(before)
    map = next
  }
  return { plain, map }
}

const sorted = (entries: Iterable<readonly [string, Incident]>): unknown =>
  [...entries].sort(([a], [b]) => (a < b ? -1 : 1))

describe('IncidentMap', () => {
  it('holds what a Map holds after the same changes, and never changes itself', () => {
    fc.assert(
      fc.property(changes, (all) => {
        const { plain, map } = applied(all)
        expect(sorted(map)).toEqual(sorted(plain))
        expect(map.size).toBe(plain.size)
        expect([...map.keys()].sort()).toEqual([...plain.keys()].sort())
        expect(sorted(map.current)).toEqual(sorted([...plain].filter(([, one]) => one.phase !== 'ended')))
        for (const [key, one] of plain) expect([map.get(key), map.has(key)]).toEqual([one, true])
      }),
    )
  })

  it('forgets exactly the tombstones whose time has come', () => {
    fc.assert(
      fc.property(changes, fc.array(fc.integer({ min: 0, max: 9 })), (all, moments) => {
        let { plain, map } = applied(all)
        for (const proven of moments) {
          const gone = [...plain].filter(([, one]) => one.phase === 'ended' && one.forgetAt <= proven)
          plain = new Map([...plain].filter((entry) => !gone.some(([key]) => key === entry[0])))
          const { incidents, forgotten } = map.forget(proven)
          expect([...forgotten].sort()).toEqual(gone.map(([key]) => key).sort())
          map = incidents
          expect(sorted(map)).toEqual(sorted(plain))
        }
      }),
    )
  })

  it('is the very same object when nothing changes', () => {
    const map = IncidentMap.of(
      new Map<IncidentId, Incident>([
        ['a s', current],
        ['b s', ended],
      ]),
    )
    expect(IncidentMap.of(map)).toBe(map)
    expect(
      map.with([
        ['a s', current],
        ['c s', undefined],
      ]),
    ).toBe(map)
    expect(map.forget(ended.forgetAt - 1).incidents).toBe(map)
    expect(map.get('c s')).toBeUndefined()
  })
})
