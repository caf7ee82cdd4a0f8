import { describe, expect, it } from 'vitest'
import { amberAlert, type Changes, cancelOf, updateOf } from '../testkit/alerts.ts'
import { testKey } from '../testkit/keys.ts'
import { TEST_TIME as T0 } from '../testkit/test-clock.ts'
import { toCapTime } from './cap-time.ts'
import { DEFAULT_LIMITS, LONGEST_CEILING, MEMORY } from './incident.ts'
import type { KeyringEntry } from './keyring.ts'
import {
  advance,
  type Effect,
  type Incidents,
  NO_INCIDENTS,
  nextDeadline,
  receive,
  revoke,
  SENT_TOLERANCE,
} from './lifecycle.ts'
import type { Alert } from './model.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const { entry: issuer } = testKey()
const { entry: supervisor } = testKey({
  kid: 'lms',
  roles: ['supervisor'],
  senders: ['lms@example.org'],
})
const { entry: stranger } = testKey({ kid: 'other', senders: ['brandweer@example.org'] })

const alert = amberAlert()
const update = updateOf(alert)
const cancel = cancelOf(update)
const INCIDENT = alert.incident

const at = (offset: number): string => toCapTime(T0 + offset)

/** The message with all its info blocks changed. */
function withInfo(message: Alert, changes: Partial<Alert['info'][number]>): Alert {
  return { ...message, info: message.info.map((info) => ({ ...info, ...changes })) }
}

const allClear = withInfo(update, { responseType: ['AllClear'] })
const past = withInfo(update, { urgency: 'Past' })

/** A device that receives one message after another and can let time pass; that time is proven as it passes. */
class Device {
  state: Incidents = NO_INCIDENTS
  readonly effects: string[] = []
  last: Effect | undefined
  #now: number

  constructor(now = T0 + 5 * MINUTE) {
    this.#now = now
  }

  take(message: Alert, key: KeyringEntry = issuer): this {
    const before = structuredClone([...this.state])
    const given = this.state
    const opened = { alert: message, key, digest: message.identifier }
    const { state, effect } = receive(given, opened, this.#now, DEFAULT_LIMITS, this.#now)
    expect([...given]).toEqual(before)
    this.state = state
    this.last = effect
    this.effects.push(effect.type === 'refused' ? effect.rejection.code : effect.type)
    return this
  }

  until(now: number): this {
    this.#now = now
    this.state = advance(this.state, now, now).state
    return this
  }

  get phase(): string | undefined {
    return this.state.get(INCIDENT)?.phase
  }

  get revision(): number | undefined {
    const one = this.state.get(INCIDENT)
    return one && one.phase !== 'ended' ? one.alert.revision : undefined
  }

  /** When its tombstone may go. */
  get forgetAt(): number | undefined {
    const one = this.state.get(INCIDENT)
    return one?.phase === 'ended' ? one.forgetAt : undefined
  }

  get reason(): string | undefined {
    const one = this.state.get(INCIDENT)
    return one?.phase === 'ended' ? one.reason : undefined
  }
}

describe('what becomes live (DESIGN §5.3.1)', () => {
  it('an Actual, Public Alert', () => {
    const device = new Device().take(alert)
    expect(device.effects).toEqual(['began'])
    expect(device.state.get(INCIDENT)).toEqual({
      phase: 'live',
      alert,
      sender: alert.sender,
      kid: issuer.kid,
      from: T0,
      until: T0 + 2 * HOUR,
      untilReason: 'expired',
      horizon: T0 + 2 * HOUR,
    })
  })

  it.each(['Test', 'Exercise'] as const)('a %s too: the panel decides whether to show it', (status) => {
    expect(new Device().take(amberAlert({ status })).phase).toBe('live')
  })

  it.each<[string, Changes]>([
    ['status System', { status: 'System' }],
    ['status Draft', { status: 'Draft' }],
    ['msgType Ack', { msgType: 'Ack' }],
    ['msgType Error', { msgType: 'Error' }],
    ['scope Restricted', { scope: 'Restricted' }],
    ['scope Private', { scope: 'Private' }],
  ])('never %s', (_, changes) => {
    const device = new Device().take(amberAlert(changes))
    expect([device.effects, device.state]).toEqual([['not-for-display'], NO_INCIDENTS])
  })

  it('never a Cancel or Update that is not for display, which ends and changes nothing', () => {
    const device = new Device()
      .take(alert)
      .take({ ...cancel, scope: 'Private' })
      .take({ ...update, status: 'Draft' })
    expect([device.effects, device.revision]).toEqual([['began', 'not-for-display', 'not-for-display'], 1])
  })

  it('incidents live beside one another', () => {
    const device = new Device()
      .take(alert)
      .take(amberAlert({ incident: 'amber-2', identifier: 'b' }))
      .take(cancel)
    expect(Object.fromEntries([...device.state].map(([incident, one]) => [incident, one.phase]))).toEqual({
      [INCIDENT]: 'ended',
      'amber-2': 'live',
    })
  })
})

describe('times on arrival', () => {
  it('sent up to 120 s in the future is a clock that is a little off: live at once', () => {
    const early = new Device(T0 - SENT_TOLERANCE).take(alert)
    expect([early.effects, early.phase]).toEqual([['began'], 'live'])
  })

  it('sent further in the future is refused', () => {
    const device = new Device(T0 - SENT_TOLERANCE - 1).take(alert)
    expect([device.effects, device.phase]).toEqual([['sent-in-future'], undefined])
  })

  it('expired at the very moment of expires', () => {
    expect(new Device(T0 + 2 * HOUR - 1).take(alert).effects).toEqual(['began'])
    expect(new Device(T0 + 2 * HOUR).take(alert).effects).toEqual(['expired'])
  })

  it('what came too late to be shown still makes older messages stale', () => {
    const short = updateOf(alert, { expires: at(3 * MINUTE) })
    const device = new Device().take(short).take(alert)
    expect([device.effects, device.phase]).toEqual([['expired', 'incident-ended'], 'ended'])
  })

  it('an Update that is over already takes away what it replaces', () => {
    const short = updateOf(alert, { expires: at(3 * MINUTE) })
    const device = new Device().take(alert).take(short)
    expect([device.effects, device.reason]).toEqual([['began', 'ended'], 'expired'])
  })

  it('a message from long ago leaves nothing behind', () => {
    expect(new Device(T0 + 10 * DAY).take(alert).state.size).toBe(0)
  })
})

describe('effective in the future', () => {
  const later = amberAlert({ effective: at(HOUR) })

  it('is pending until then, and live from then on', () => {
    const device = new Device().take(later)
    expect([device.effects, device.phase, nextDeadline(device.state)]).toEqual([
      ['began'],
      'pending',
      T0 + HOUR,
    ])
    expect(device.until(T0 + HOUR - 1).phase).toBe('pending')
    const { began, state } = advance(device.state, T0 + HOUR)
    expect(began).toMatchObject([{ incident: INCIDENT, current: { phase: 'live', alert: later } }])
    expect(nextDeadline(state)).toBe(T0 + 2 * HOUR)
  })

  it('is live at once when it has passed', () => {
    expect(new Device(T0 + HOUR).take(later).phase).toBe('live')
  })

  it('of an Update takes away at once what the Update replaces', () => {
    const device = new Device().take(alert).take(updateOf(alert, { effective: at(HOUR) }))
    expect([device.effects, device.phase]).toEqual([['began', 'updated'], 'pending'])
  })

  it('can be cancelled before it comes', () => {
    expect(
      new Device()
        .take(later)
        .take(cancel)
        .until(T0 + HOUR).phase,
    ).toBe('ended')
  })

  it('has its ceiling counted from then', () => {
    const far = amberAlert({ effective: at(3 * DAY), expires: at(10 * DAY) })
    const device = new Device().take(far).until(T0 + 3 * DAY)
    expect([device.phase, nextDeadline(device.state)]).toEqual(['live', T0 + 4 * DAY])
  })
})

describe('Update (DESIGN §5.3.2)', () => {
  it('replaces what was, at once', () => {
    const device = new Device().take(alert).take(update)
    expect([device.effects, device.revision]).toEqual([['began', 'updated'], 2])
  })

  it('before its Alert is the current state, and the Alert then is old', () => {
    const device = new Device().take(update).take(alert)
    expect([device.effects, device.revision]).toEqual([['began', 'revision-old'], 2])
  })

  it('of the same revision but another identifier is old', () => {
    const twin = updateOf(alert, { identifier: 'twin' })
    expect(new Device().take(update).take(twin).effects).toEqual(['began', 'revision-old'])
  })

  it('renews the ceiling', () => {
    const long = amberAlert({ expires: at(7 * DAY) })
    const renewal = updateOf(long, { sent: at(20 * HOUR) })
    const device = new Device()
      .take(long)
      .until(T0 + 20 * HOUR)
      .take(renewal)
    expect(nextDeadline(device.state)).toBe(T0 + 44 * HOUR)
  })

  it('can bring the end forward', () => {
    const device = new Device().take(alert).take(updateOf(alert, { expires: at(HOUR) }))
    expect(nextDeadline(device.state)).toBe(T0 + HOUR)
  })
})

describe('a second delivery', () => {
  it('under the name of what is live, but saying that it is over, is an end', () => {
    const device = new Device().take(update).take(past)
    expect([past.identifier, device.effects, device.phase]).toEqual([
      update.identifier,
      ['began', 'ended'],
      'ended',
    ])
  })

  it('of what is live is no news and no fault', () => {
    const device = new Device().take(alert)
    const state = device.state
    expect(device.take(alert).effects).toEqual(['began', 'repeated'])
    expect(device.state).toBe(state)
  })

  it('of the Cancel is no news and no fault', () => {
    const device = new Device().take(alert).take(cancel)
    const state = device.state
    expect(device.take(cancel).effects).toEqual(['began', 'ended', 'repeated'])
    expect(device.state).toBe(state)
  })

  it('of what has expired since is no news, and stays ended', () => {
    const device = new Device()
      .take(alert)
      .until(T0 + 2 * HOUR)
      .take(alert)
    expect([device.effects, device.phase]).toEqual([['began', 'repeated'], 'ended'])
  })

  it('does not renew the ceiling', () => {
    const long = amberAlert({ expires: at(7 * DAY) })
    const device = new Device()
      .take(long)
      .until(T0 + 20 * HOUR)
      .take(long)
    expect(nextDeadline(device.state)).toBe(T0 + DAY)
  })
})

describe('an end (DESIGN §5.3.3)', () => {
  it.each([
    ['Cancel', cancel, 'cancelled'],
    ['Cancel that has info', updateOf(alert, { msgType: 'Cancel' }), 'cancelled'],
    ['responseType AllClear', allClear, 'all-clear'],
    ['urgency Past', past, 'past'],
  ] as const)('%s ends the incident', (_, end, reason) => {
    const device = new Device().take(alert).take(end)
    expect([device.effects, device.reason]).toEqual([['began', 'ended'], reason])
    expect(device.last).toMatchObject({
      type: 'ended',
      incident: INCIDENT,
      ended: { endedAt: T0 + 5 * MINUTE },
    })
  })

  it('some languages say AllClear and the others Past: ended', () => {
    const [dutch, english] = update.info
    const mixed = {
      ...update,
      info: [
        { ...dutch, urgency: 'Past' },
        { ...english, responseType: ['AllClear'] },
      ],
    } as Alert
    expect(new Device().take(alert).take(mixed).reason).toBe('all-clear')
  })

  it('only one of two languages says Past: not ended', () => {
    const [dutch, ...others] = update.info
    const half = { ...update, info: [{ ...dutch, urgency: 'Past' }, ...others] } as Alert
    expect(new Device().take(alert).take(half).phase).toBe('live')
  })

  it('keeps nothing personal in the tombstone', () => {
    const { state } = new Device().take(alert).take(cancel)
    expect(JSON.stringify([...state])).not.toMatch(/Zoë|Müller|XX-123-X|jas/)
  })

  it('for an incident that was never heard of leaves a tombstone', () => {
    const device = new Device().take(cancel).take(alert).take(update)
    expect([device.effects, device.reason]).toEqual([
      ['ended', 'incident-ended', 'incident-ended'],
      'cancelled',
    ])
  })

  it('works when it comes late, after its own expires', () => {
    const brief = cancelOf(alert, { expires: at(2 * MINUTE) })
    expect(new Device(T0 + HOUR).take(alert).take(brief).phase).toBe('ended')
  })

  it('works when the clock of the device lags far behind', () => {
    const device = new Device()
      .take(alert)
      .until(T0 - DAY)
      .take(cancel)
    expect([device.effects, device.phase]).toEqual([['began', 'ended'], 'ended'])
  })

  it('works when a higher revision overtook it, so that every device ends alike', () => {
    const overtaking = updateOf(update)
    const inOrder = new Device().take(alert).take(cancelOf(alert)).take(overtaking)
    const overtaken = new Device().take(alert).take(overtaking).take(cancelOf(alert))
    expect([inOrder.phase, overtaken.phase]).toEqual(['ended', 'ended'])
  })

  it('of one that had merely expired makes it final', () => {
    const device = new Device()
      .take(alert)
      .until(T0 + 3 * HOUR)
      .take(cancel)
    expect([device.effects, device.reason]).toEqual([['began', 'ended'], 'cancelled'])
  })

  it('said twice in other words is still one end', () => {
    const device = new Device()
      .take(alert)
      .take(allClear)
      .until(T0 + HOUR)
      .take(cancelOf(allClear))
    expect(device.effects).toEqual(['began', 'ended', 'repeated'])
    expect(device.state.get(INCIDENT)).toMatchObject({
      reason: 'all-clear',
      endedAt: T0 + 5 * MINUTE,
      revision: 3,
    })
  })
})

describe('an end by time (DESIGN §5.3.3)', () => {
  it.each<[string, Changes, number, string]>([
    ['expires', {}, 2 * HOUR, 'expired'],
    ['the ceiling of 24 h after it was sent', { expires: at(7 * DAY) }, DAY, 'ceiling'],
    ['purgeAt', { purgeAt: at(HOUR) }, HOUR, 'purged'],
    ['purgeAt that is also expires', { purgeAt: at(2 * HOUR) }, 2 * HOUR, 'purged'],
  ])('comes at the very moment of %s', (_, changes, end, reason) => {
    const device = new Device().take(amberAlert(changes))
    expect(nextDeadline(device.state)).toBe(T0 + end)
    expect(device.until(T0 + end - 1).phase).toBe('live')
    const { state, ended } = advance(device.state, T0 + end)
    expect(ended).toMatchObject([{ incident: INCIDENT, ended: { reason, endedAt: T0 + end } }])
    expect(state.get(INCIDENT)?.phase).toBe('ended')
  })

  it('has a ceiling that the device may set lower, and not higher than tombstones can outlive', () => {
    const long = amberAlert({ expires: at(7 * DAY) })
    const endWith = (ceiling: number): number | undefined =>
      nextDeadline(receive(NO_INCIDENTS, { alert: long, key: issuer, digest: '' }, T0, { ceiling }).state)
    expect(endWith(HOUR)).toBe(T0 + HOUR)
    expect(endWith(7 * DAY)).toBe(T0 + LONGEST_CEILING)
  })

  it('comes also when nobody told the reducer in time, before any message is judged', () => {
    const { state } = receive(NO_INCIDENTS, { alert, key: issuer, digest: '' }, T0)
    const unsent = updateOf(alert, { sent: at(0), expires: at(6 * HOUR) })
    const late = receive(state, { alert: unsent, key: issuer, digest: '' }, T0 + 2 * HOUR)
    expect(late.effect).toMatchObject({
      type: 'refused',
      rejection: { code: 'incident-ended', detail: 'expired' },
    })
    expect(advance(late.state, T0 + 2 * HOUR).ended).toHaveLength(1)
  })
})

describe('after an end (DESIGN §5.3.4, §6.3)', () => {
  const newer = updateOf(update, { sent: at(4 * MINUTE), expires: at(6 * HOUR) })

  it.each([
    ['Cancel', cancelOf(alert)],
    ['AllClear', allClear],
    ['Past', past],
  ])('by %s nothing brings it back, however new', (_, end) => {
    const device = new Device().take(alert).take(end).take(alert).take(updateOf(update)).take(newer)
    expect(device.effects.slice(2)).toEqual(['incident-ended', 'incident-ended', 'incident-ended'])
    expect(device.take(newer, supervisor).phase).toBe('ended')
  })

  it('by expiry a newer message with a higher revision begins again', () => {
    const renewal = updateOf(alert, { sent: at(3 * HOUR), expires: at(5 * HOUR) })
    const device = new Device()
      .take(alert)
      .until(T0 + 3 * HOUR)
      .take(renewal)
    expect([device.effects, device.phase]).toEqual([['began', 'began'], 'live'])
  })

  it('by the ceiling a newer message with a higher revision begins again', () => {
    const long = amberAlert({ expires: at(7 * DAY) })
    const renewal = updateOf(long, { sent: at(2 * DAY) })
    expect(
      new Device()
        .take(long)
        .until(T0 + 2 * DAY)
        .take(renewal).phase,
    ).toBe('live')
  })

  it('by purgeAt a newer message with a higher revision begins again, under its own purgeAt', () => {
    const renewal = updateOf(alert, { sent: at(HOUR), purgeAt: at(90 * MINUTE) })
    const device = new Device()
      .take(amberAlert({ purgeAt: at(HOUR) }))
      .until(T0 + HOUR)
      .take(renewal)
    expect([device.effects, nextDeadline(device.state)]).toEqual([['began', 'began'], T0 + 90 * MINUTE])
  })

  it.each<[string, Changes]>([
    ['a revision that is not higher', { revision: 1, identifier: 'b' }],
    ['sent that is not later', { sent: at(0), references: [], msgType: 'Alert' }],
  ])('by expiry %s begins nothing', (_, changes) => {
    const renewal = updateOf(alert, { sent: at(3 * HOUR), expires: at(5 * HOUR), ...changes })
    const device = new Device()
      .take(alert)
      .until(T0 + 3 * HOUR)
      .take(renewal)
    expect(device.effects).toEqual(['began', 'incident-ended'])
  })

  it('the tombstone stays long beyond the latest expires that was known, then goes', () => {
    const device = new Device()
      .take(amberAlert({ expires: at(7 * DAY) }))
      .take(updateOf(alert))
      .take(cancel)
    const forgetAt = T0 + 7 * DAY + MEMORY
    expect(device.forgetAt).toBe(forgetAt)
    expect(device.until(forgetAt - 1).phase).toBe('ended')
    expect(device.until(forgetAt).state.size).toBe(0)
  })

  it('the tombstone also remembers the expires from before a renewal', () => {
    const long = amberAlert({ expires: at(7 * DAY) })
    const renewal = updateOf(long, { sent: at(2 * DAY), expires: at(3 * DAY) })
    const device = new Device()
      .take(long)
      .until(T0 + 2 * DAY)
      .take(renewal)
      .until(T0 + 3 * DAY)
    expect(device.forgetAt).toBe(T0 + 7 * DAY + MEMORY)
  })

  it('the tombstone outlives every message that it must keep out, also of an incident never heard of', () => {
    const long = amberAlert({ effective: at(7 * DAY), expires: at(30 * DAY) })
    const device = new Device().take(cancelOf(long, { expires: at(10 * MINUTE) }))
    const forgetAt = device.forgetAt ?? Number.NaN
    expect(
      device
        .until(forgetAt - 1)
        .take(long)
        .effects.at(-1),
    ).toBe('incident-ended')
    expect(device.until(forgetAt).take(long).effects.at(-1)).toBe('expired')
  })
})

describe('who may change or end an incident (DESIGN §5.3.3)', () => {
  const foreign = { sender: 'brandweer@example.org' }
  const supervised = { sender: 'lms@example.org' }

  it('not another sender, whatever the revision', () => {
    const device = new Device()
      .take(alert)
      .take(updateOf(alert, { ...foreign, revision: 9 }), stranger)
      .take(cancelOf(alert, { ...foreign, revision: 9 }), stranger)
      .take(amberAlert({ ...foreign, revision: 9 }), stranger)
    expect(device.effects).toEqual(['began', 'sender-changed', 'sender-changed', 'sender-changed'])
    expect(device.revision).toBe(1)
  })

  it('not another sender after it has ended either', () => {
    const device = new Device()
      .take(alert)
      .take(cancel)
      .take(amberAlert({ ...foreign, revision: 9 }), stranger)
    expect(device.effects.at(-1)).toBe('sender-changed')
  })

  it('a supervisor, after whom the sender still may', () => {
    const device = new Device()
      .take(alert)
      .take(updateOf(alert, supervised), supervisor)
      .take(updateOf(update))
      .take(cancelOf(update, { ...supervised, revision: 4 }), supervisor)
    expect([device.effects, device.reason]).toEqual([['began', 'updated', 'updated', 'ended'], 'cancelled'])
  })

  it('a supervisor who comes first speaks about the sender that is referred to', () => {
    const first = new Device().take(updateOf(alert, supervised), supervisor).take(updateOf(update))
    expect([first.effects, first.revision]).toEqual([['began', 'updated'], 3])
    const ended = new Device().take(cancelOf(alert, supervised), supervisor).take(alert)
    expect(ended.effects).toEqual(['ended', 'incident-ended'])
  })
})

describe('a test is no part of the real thing', () => {
  const test = amberAlert({ status: 'Test' })

  it('it can neither change nor end an Actual incident', () => {
    const device = new Device()
      .take(alert)
      .take(updateOf(test, { revision: 9 }))
      .take(cancelOf(test, { revision: 9 }))
    expect([device.effects, device.revision]).toEqual([['began', 'status-changed', 'status-changed'], 1])
    expect(
      device
        .take(cancel)
        .take(updateOf(test, { revision: 9 }))
        .effects.at(-1),
    ).toBe('status-changed')
  })

  it('it does not stand in the way of an Actual incident, live or ended, with whatever revision', () => {
    const high = amberAlert({ status: 'Test', revision: 9 })
    const live = new Device().take(high).take(alert)
    expect([live.effects, live.revision]).toEqual([['began', 'updated'], 1])
    const ended = new Device().take(high).take(cancelOf(high)).take(alert)
    expect([ended.effects, ended.revision]).toEqual([['began', 'ended', 'began'], 1])
  })

  it('it does not become an Exercise on the way', () => {
    expect(new Device().take(test).take(updateOf(test, { status: 'Exercise' })).effects).toEqual([
      'began',
      'status-changed',
    ])
  })

  it('it goes when the real thing that takes its place is over already', () => {
    const device = new Device(T0 + HOUR).take(test).take(amberAlert({ expires: at(HOUR), identifier: 'b' }))
    expect([device.effects, device.phase]).toEqual([['began', 'ended'], 'ended'])
  })
})

describe('advance and nextDeadline', () => {
  it('give back the very same state when nothing changes', () => {
    const { state } = new Device().take(alert)
    expect(advance(state, T0 + HOUR)).toEqual({ state, began: [], ended: [], forgotten: [] })
    expect(advance(state, T0 + HOUR).state).toBe(state)
  })

  it('have nothing to wait for without incidents', () => {
    expect(nextDeadline(NO_INCIDENTS)).toBeUndefined()
  })

  it('wait for the first of several', () => {
    const device = new Device().take(alert).take(amberAlert({ incident: 'b', expires: at(HOUR) }))
    expect(nextDeadline(device.state)).toBe(T0 + HOUR)
  })

  it('end after a long sleep as of the true end, without ever having been live when it was all over', () => {
    const device = new Device().take(amberAlert({ effective: at(HOUR) }))
    const { began, ended, state } = advance(device.state, T0 + 30 * DAY)
    expect([began, state.get(INCIDENT)?.phase]).toEqual([[], 'ended'])
    expect(ended).toMatchObject([{ ended: { endedAt: T0 + 2 * HOUR } }])
  })

  it('have nothing to wait for when only tombstones are left: these go with the next change', () => {
    expect(nextDeadline(new Device().take(alert).take(cancel).state)).toBeUndefined()
  })

  it('forget a tombstone by proven time only, so that a clock that ran ahead brings nothing back (§6.3)', () => {
    const { state } = new Device().take(alert).take(cancel)
    const ahead = advance(state, T0 + 365 * DAY, T0 + HOUR)
    expect([ahead.state, ahead.forgotten]).toEqual([state, []])
    const replay = { alert, key: issuer, digest: '' }
    expect(receive(ahead.state, replay, T0 + HOUR).effect.type).toBe('refused')
    const proven = advance(state, T0 + 365 * DAY, T0 + 365 * DAY)
    expect([proven.state.size, proven.forgotten]).toEqual([0, [INCIDENT]])
  })

  it('bring nothing back when the clock goes back', () => {
    const device = new Device()
      .take(alert)
      .until(T0 + 2 * HOUR)
      .until(T0)
    expect(device.phase).toBe('ended')
    const pending = new Device()
      .take(amberAlert({ effective: at(HOUR) }))
      .until(T0 + HOUR)
      .until(T0)
    expect(pending.phase).toBe('live')
  })
})

describe('a key that is revoked', () => {
  const renewed = { ...issuer, kid: 'test-2' }
  const newer = updateOf(update)

  const revoked = (device: Device, kid = issuer.kid): string[] => {
    const { state, ended } = revoke(device.state, kid, T0 + HOUR)
    device.state = state
    return ended.map((one) => `${one.incident} ${one.ended.reason}`)
  }

  it('takes down what it signed, live or pending, and nothing else', () => {
    const device = new Device()
      .take(alert)
      .take(amberAlert({ incident: 'later', effective: at(HOUR) }))
      .take(amberAlert({ incident: 'other' }), renewed)
    expect(revoked(device)).toEqual([`${INCIDENT} key-revoked`, 'later key-revoked'])
    expect([...device.state].filter(([, one]) => one.phase === 'live').map(([id]) => id)).toEqual(['other'])
  })

  it('takes down also what says that it was sent before the theft: a thief may write any time', () => {
    const device = new Device().take(amberAlert({ sent: at(-3 * DAY), effective: at(0) }))
    expect(revoked(device)).toEqual([`${INCIDENT} key-revoked`])
  })

  it('leaves what another key has confirmed with a later revision (roll-over)', () => {
    const device = new Device().take(alert).take(update, renewed)
    expect(device.effects).toEqual(['began', 'updated'])
    expect([revoked(device), device.revision]).toEqual([[], 2])
  })

  it('leaves nothing personal', () => {
    const device = new Device().take(alert)
    revoked(device)
    expect(JSON.stringify([...device.state])).not.toMatch(/Zoë|Müller|XX-123-X|jas/)
  })

  it('is confirmed afterwards by a higher revision, whatever sent the thief has written', () => {
    const device = new Device().take(updateOf(alert, { sent: at(6 * MINUTE) }))
    revoked(device)
    expect(device.take(alert, renewed).effects.at(-1)).toBe('incident-ended')
    expect(device.take({ ...newer, sent: at(2 * MINUTE) }, renewed).effects.at(-1)).toBe('began')
  })

  it('does not undo an end that it signed, nor keep a later Cancel from being final', () => {
    const cancelled = new Device().take(alert).take(cancel)
    expect([revoked(cancelled), cancelled.reason]).toEqual([[], 'cancelled'])
    const stolen = new Device().take(update)
    revoked(stolen)
    expect(stolen.take(cancelOf(alert), renewed).effects.at(-1)).toBe('ended')
    expect([stolen.reason, stolen.take(updateOf(newer), renewed).effects.at(-1)]).toEqual([
      'cancelled',
      'incident-ended',
    ])
  })

  it('that signed nothing here changes nothing', () => {
    const { state } = new Device().take(alert)
    expect(revoke(state, 'other', T0)).toEqual({ state, ended: [] })
    expect(revoke(state, 'other', T0).state).toBe(state)
  })
})
