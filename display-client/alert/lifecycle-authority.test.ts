import { describe, expect, it } from 'vitest'
import { amberAlert, cancelOf, updateOf } from '../testkit/alerts.ts'
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
  stranger,
  supervisor,
  update,
} from '../testkit/lifecycle-device.ts'
import { TEST_TIME as T0 } from '../testkit/test-clock.ts'
import { revoke } from './lifecycle.ts'

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

describe('a key that is revoked', () => {
  const renewed = { ...issuer, kid: 'test-2' }
  const newer = updateOf(update)

  const revoked = (device: Device, kid = issuer.kid): string[] => {
    const { state, ended } = revoke(device.state, kid, T0 + HOUR)
    device.state = state
    return ended.map((one) => `${one.id} ${one.ended.reason}`)
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
