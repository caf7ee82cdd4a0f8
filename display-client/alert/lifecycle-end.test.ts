import { describe, expect, it } from 'vitest'
import { amberAlert, type Changes, cancelOf, updateOf } from '../testkit/alerts.ts'
import {
  alert,
  allClear,
  at,
  cancel,
  DAY,
  Device,
  HOUR,
  INCIDENT,
  issuer,
  MINUTE,
  past,
  supervisor,
  update,
} from '../testkit/lifecycle-device.ts'
import { TEST_TIME as T0 } from '../testkit/test-clock.ts'
import { LONGEST_CEILING, MEMORY } from './incident.ts'
import { advance, NO_INCIDENTS, nextDeadline, receive } from './lifecycle.ts'
import type { Alert } from './model.ts'

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
      id: INCIDENT,
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
    expect(ended).toMatchObject([{ id: INCIDENT, ended: { reason, endedAt: T0 + end } }])
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
