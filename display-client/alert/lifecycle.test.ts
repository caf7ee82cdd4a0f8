import { describe, expect, it } from 'vitest'
import { amberAlert, type Changes, updateOf } from '../testkit/alerts.ts'
import {
  alert,
  at,
  cancel,
  DAY,
  Device,
  HOUR,
  INCIDENT,
  issuer,
  MINUTE,
  past,
  update,
} from '../testkit/lifecycle-device.ts'
import { TEST_TIME as T0 } from '../testkit/test-clock.ts'
import { incidentId } from './incident-id.ts'
import { advance, NO_INCIDENTS, nextDeadline, SENT_TOLERANCE } from './lifecycle.ts'

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
    expect(Object.fromEntries([...device.state].map(([id, one]) => [id, one.phase]))).toEqual({
      [INCIDENT]: 'ended',
      [incidentId(alert.sender, 'amber-2')]: 'live',
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
    expect(began).toMatchObject([{ id: INCIDENT, current: { phase: 'live', alert: later } }])
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
