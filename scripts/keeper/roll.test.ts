import { beforeAll, describe, expect, test } from 'vitest'
import { toCapTime } from '../../display-client/alert/cap-time.ts'
import { DEFAULT_LIMITS } from '../../display-client/alert/incident.ts'
import { incidentId } from '../../display-client/alert/incident-id.ts'
import type { NewKey } from '../../display-client/alert/keyring.ts'
import { type Incidents, NO_INCIDENTS, receive } from '../../display-client/alert/lifecycle.ts'
import type { Alert } from '../../display-client/alert/model.ts'
import { amberAlert, cancelOf, updateOf } from '../../display-client/testkit/alerts.ts'
import { testKey } from '../../display-client/testkit/keys.ts'
import { TEST_TIME } from '../../display-client/testkit/test-clock.ts'
import { type Judging, listOf, placeOf, pruned, type Roll, recalled, recorded } from './roll.ts'

const MINUTE = 60_000
const NONE: Roll = new Map()

let key: NewKey
beforeAll(() => {
  key = testKey()
})

/** What the lifecycle and the roll make of messages, one after the other. */
function made(
  messages: readonly (readonly [alert: Alert, area?: string, by?: NewKey])[],
  now = TEST_TIME,
): Roll {
  let state: Incidents = NO_INCIDENTS
  let roll = NONE
  for (const [alert, area = 'nl', by = key] of messages) {
    const opened = { alert, digest: `digest of ${alert.identifier}`, key: by.entry }
    const received = receive(state, { ...opened, area }, now, DEFAULT_LIMITS)
    state = received.state
    for (const effect of [received.effect, ...received.others]) {
      const one = state.get(effect.id)
      const current = one === undefined || one.phase === 'ended' ? undefined : one
      roll = recorded(roll, { area, opened, effect, current })
    }
  }
  return roll
}

const at = (now: number, revoked: readonly string[] = []): Judging => {
  return { now, isRevoked: (kid) => revoked.includes(kid) }
}
const names = (roll: Roll, judging = at(TEST_TIME), area = 'nl'): readonly string[] =>
  listOf(roll, area, judging).map(({ incident, revision }) => `${incident} ${revision}`)

const alert = amberAlert()

const { sender, incident, revision, expires } = alert
const active = [{ sender, incident, revision, expires, sha256: 'b'.repeat(64) }]
const manifest = {
  schema: 'kijkuit-manifest/2' as const,
  ...{ area: 'nl', seq: 1, issuedAt: toCapTime(TEST_TIME), ttl: 30 },
  active: [
    { sender, incident: 'case-2', revision: 3, sha256: 'a'.repeat(64), expires: alert.expires },
    ...active,
  ],
}

/** What a ledger that knows nothing makes of `one` at `now`. */
function fresh(one: Alert, now: number) {
  const opened = { alert: one, digest: `digest of ${one.identifier}`, key: key.entry }
  const { state, effect } = receive(NO_INCIDENTS, { ...opened, area: 'nl' }, now, DEFAULT_LIMITS)
  const known = state.get(effect.id)
  const current = known === undefined || known.phase === 'ended' ? undefined : known
  return { area: 'nl', opened, effect, current }
}

describe('the roll', () => {
  test('lists what is in force or will be, as it was published', () => {
    const later = amberAlert({
      ...{ incident: 'later', identifier: 'later' },
      effective: toCapTime(TEST_TIME + 30 * MINUTE),
    })
    expect(listOf(made([[later], [alert]]), 'nl', at(TEST_TIME))).toEqual([
      {
        ...{ sender: alert.sender, incident: 'amber-2026-0001', revision: 1 },
        ...{ sha256: 'digest of test-2026-0001', expires: alert.expires },
      },
      expect.objectContaining({ incident: 'later', revision: 1 }),
    ])
  })

  test('follows updates and signed ends, in whatever order they come', () => {
    const update = updateOf(alert)
    expect(names(made([[alert], [update]]))).toEqual(['amber-2026-0001 2'])
    expect(names(made([[update], [alert]]))).toEqual(['amber-2026-0001 2'])
    for (const order of [
      [alert, cancelOf(alert), update],
      [cancelOf(alert), alert],
      [alert, update, cancelOf(alert), cancelOf(alert)],
    ])
      expect(names(made(order.map((one) => [one])))).toEqual([])
  })

  test('has an incident once for each area that it is published in, and ends it in all of them', () => {
    const both = made([[alert], [alert, 'nl-vr09']])
    expect(names(both)).toEqual(['amber-2026-0001 1'])
    expect(names(both, at(TEST_TIME), 'nl-vr09')).toEqual(['amber-2026-0001 1'])
    const ended = made([[alert], [alert, 'nl-vr09'], [cancelOf(alert)]])
    expect(names(ended, at(TEST_TIME), 'nl-vr09')).toEqual([])
  })

  test('keeps apart what two senders announce under one key', () => {
    const theirs = testKey({ kid: 'other', senders: ['brandweer@example.org'] })
    const other = amberAlert({ sender: 'brandweer@example.org' })
    const both = made([[alert], [other, 'nl', theirs]])
    expect(listOf(both, 'nl', at(TEST_TIME)).map(({ sender }) => sender)).toEqual([
      other.sender,
      alert.sender,
    ])
    const one = made([[alert], [other, 'nl', theirs], [cancelOf(alert)]])
    expect(listOf(one, 'nl', at(TEST_TIME)).map(({ sender }) => sender)).toEqual([other.sender])
  })

  test('ends what a supervisor ends for all senders, in all areas, also what only a list has told of', () => {
    const watch = testKey({ kid: 'lms', roles: ['supervisor'], senders: ['lms@example.org'] })
    const lms = 'lms@example.org'
    const own = [{ sender: lms, identifier: 'x', sent: alert.sent }]
    const end = cancelOf(alert, { sender: lms, references: own })
    const other = amberAlert({ sender: 'brandweer@example.org' })
    const theirs = testKey({ kid: 'other', senders: [other.sender] })
    const ended = made([[alert], [other, 'nl-vr09', theirs], [end, 'nl', watch]])
    expect([names(ended), names(ended, at(TEST_TIME), 'nl-vr09')]).toEqual([[], []])
    // Nothing of it is in the ledger, and nothing that a list says later brings it back.
    const listed = { ...manifest, active: manifest.active.filter((one) => one.incident === incident) }
    const told = recalled(NONE, listed, 'test-1', TEST_TIME)
    const opened = { alert: end, digest: 'end', key: watch.entry }
    const { effect } = receive(NO_INCIDENTS, { ...opened, area: 'nl' }, TEST_TIME)
    const over = recorded(told, { area: 'nl', opened, effect, current: undefined })
    expect([names(told).length, names(over)]).toEqual([1, []])
    expect(names(recalled(made([[end, 'nl', watch]]), listed, 'test-1', TEST_TIME))).toEqual([])
  })

  test('has no tests and no exercises', () => {
    expect(made([[amberAlert({ status: 'Exercise' })]])).toEqual(NONE)
    expect(made([[amberAlert({ status: 'Test' })]])).toEqual(NONE)
  })

  test('lists an alert two minutes longer than it is shown, and again when the clock was wrong', () => {
    const roll = made([[alert]])
    const end = TEST_TIME + 120 * MINUTE
    expect(names(roll, at(end + 2 * MINUTE - 1))).toEqual(['amber-2026-0001 1'])
    expect(names(roll, at(end + 2 * MINUTE))).toEqual([])
    expect(names(roll)).toEqual(['amber-2026-0001 1'])
  })

  test('has what came while the clock ran ahead, and lists it when that is right again', () => {
    const ahead = TEST_TIME + 121 * MINUTE
    const late = made([[alert]], ahead)
    expect(names(late, at(ahead + 2 * MINUTE))).toEqual([])
    expect(names(late)).toEqual(['amber-2026-0001 1'])
    const longer = updateOf(alert, { expires: toCapTime(TEST_TIME + 180 * MINUTE) })
    const roll = made([[alert], [longer]], TEST_TIME + 181 * MINUTE)
    expect(names(roll, at(TEST_TIME + 179 * MINUTE))).toEqual(['amber-2026-0001 2'])
    const ended = recorded(made([[cancelOf(alert)]]), fresh(alert, ahead))
    expect(names(ended)).toEqual([])
  })

  test('has what was ended once as ended, also when the ledger was lost', () => {
    const roll = made([[alert], [cancelOf(alert)]])
    expect(recorded(roll, fresh(alert, TEST_TIME))).toBe(roll)
    const elsewhere = recorded(roll, { ...fresh(alert, TEST_TIME), area: 'nl-vr09' })
    expect(names(elsewhere, at(TEST_TIME), 'nl-vr09')).toEqual([])
  })

  test('ends an alert early when an update says so', () => {
    const shorter = updateOf(alert, { expires: toCapTime(TEST_TIME + 90_000) })
    expect(names(made([[alert], [shorter]], TEST_TIME + 95_000), at(TEST_TIME + 4 * MINUTE))).toEqual([])
  })

  test('lists nothing that a revoked key has signed', () => {
    expect(names(made([[alert]]), at(TEST_TIME, ['test-1']))).toEqual([])
  })

  test('is the very same object when a message says nothing new', () => {
    const roll = made([[alert]])
    const opened = { alert, digest: 'another', key: key.entry }
    const id = incidentId(alert.sender, alert.incident)
    const effect = { type: 'repeated', id } as const
    const current = receive(NO_INCIDENTS, { ...opened, area: 'nl' }, TEST_TIME).state.get(id)
    if (current === undefined || current.phase === 'ended') throw new Error('it is in force')
    expect(recorded(roll, { area: 'nl', opened, effect, current })).toBe(roll)
  })

  test('forgets by signed time alone, when nobody can be misled any more', () => {
    const roll = made([[alert]])
    expect(pruned(roll, TEST_TIME + 121 * MINUTE)).toBe(roll)
    expect(pruned(roll, TEST_TIME + 122 * MINUTE)).toEqual(NONE)
  })
})

describe('an earlier list', () => {
  test('brings back what is not known, until the alert itself comes', () => {
    const roll = recalled(NONE, manifest, 'test-1', TEST_TIME)
    expect(names(roll)).toContain('case-2 3')
    const opened = { alert, digest: 'digest of test-2026-0001', key: key.entry }
    const { state, effect } = receive(NO_INCIDENTS, { ...opened, area: 'nl' }, TEST_TIME)
    const one = state.get(effect.id)
    if (one === undefined || one.phase === 'ended') throw new Error('it is in force')
    const known = recorded(roll, { area: 'nl', opened, effect, current: one })
    expect(known.get(placeOf({ area: 'nl', sender, incident }))).toMatchObject({
      ...{ kid: 'test-1', isHearsay: false, sha256: 'digest of test-2026-0001' },
    })
  })

  test('brings back nothing that has ended or is over', () => {
    expect(names(recalled(made([[cancelOf(alert)]]), manifest, 'test-1', TEST_TIME))).toEqual(['case-2 3'])
    expect(recalled(NONE, manifest, 'test-1', TEST_TIME + 120 * MINUTE)).toBe(NONE)
  })
})
