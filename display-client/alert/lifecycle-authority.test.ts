import { describe, expect, it } from 'vitest'
import { amberAlert, cancelOf, updateOf } from '../testkit/alerts.ts'
import { testKey } from '../testkit/keys.ts'
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
  SECOND,
  stranger,
  supervisor,
  update,
} from '../testkit/lifecycle-device.ts'
import { TEST_TIME as T0 } from '../testkit/test-clock.ts'
import { incidentId } from './incident-id.ts'
import { revoke } from './lifecycle.ts'

describe('who may change or end an incident (DESIGN §5.3.3)', () => {
  const foreign = { sender: 'brandweer@example.org' }
  const supervised = { sender: 'lms@example.org' }

  it('not another sender, whatever the revision: under the same key he speaks of an incident of his own', () => {
    const device = new Device()
      .take(alert)
      .take(updateOf(alert, { ...foreign, revision: 9 }), stranger)
      .take(cancelOf(alert, { ...foreign, revision: 9 }), stranger)
      .take(amberAlert({ ...foreign, revision: 9 }), stranger)
    expect(device.effects).toEqual(['began', 'began', 'ended', 'incident-ended'])
    expect([device.revision, device.live]).toEqual([1, [INCIDENT]])
  })

  it('nor does another sender keep it out, whoever comes first', () => {
    const their = amberAlert({ ...foreign, revision: 9 })
    const late = new Device().take(cancelOf(their, foreign), stranger).take(alert)
    expect([late.effects, late.revision]).toEqual([['ended', 'began'], 1])
    const ended = new Device().take(alert).take(cancel).take(their, stranger)
    expect([ended.effects, ended.reason, ended.live]).toEqual([
      ['began', 'ended', 'began'],
      'cancelled',
      [incidentId(foreign.sender, alert.incident)],
    ])
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

describe('a supervisor where several senders have one key', () => {
  const LMS = 'lms@example.org'
  const their = amberAlert({ sender: 'brandweer@example.org' })
  const naming = (...senders: readonly string[]) => ({
    ...{ sender: LMS, identifier: 'lms-1', revision: 4, sent: at(4 * MINUTE) },
    references: senders.map((sender, index) => ({
      ...{ sender, identifier: `earlier-${index}` },
      sent: at(index * SECOND),
    })),
  })
  const both = (): Device => new Device().take(alert).take(their, stranger)
  const { entry: alsoIssuer } = testKey({ kid: 'both', roles: ['supervisor', 'issuer'], senders: [LMS] })

  it('ends the incident of the sender whom he names, and no other', () => {
    expect(both().take(cancelOf(alert, naming(their.sender)), supervisor).live).toEqual([INCIDENT])
    expect(both().take(cancelOf(alert, naming(LMS, alert.sender)), supervisor).live).toEqual([
      incidentId(their.sender, alert.incident),
    ])
  })

  it('ends the incidents of all whom he names', () => {
    const device = both().take(cancelOf(alert, naming(alert.sender, their.sender)), supervisor)
    expect([device.effects.at(-1), device.live]).toEqual(['ended', []])
    expect(device.others.map(({ type }) => type)).toEqual(['ended'])
  })

  it('changes the incident of whoever sent the earliest message that he names, in whatever order he names them', () => {
    const { references, ...named } = naming(alert.sender, LMS, their.sender)
    for (const inOrder of [references, references.toReversed()]) {
      const device = both().take(updateOf(alert, { ...named, references: inOrder }), supervisor)
      expect([device.effects.at(-1), device.revision]).toEqual(['updated', 4])
      expect(device.live).toHaveLength(2)
    }
  })

  it('may be followed by the sender, also when his key is a supervisor’s as well', () => {
    const own = amberAlert({ sender: LMS })
    const { entry: other } = testKey({
      kid: 'other-lms',
      roles: ['supervisor'],
      senders: ['lcms@example.org'],
    })
    const changed = updateOf(own, { sender: 'lcms@example.org' })
    const again = updateOf(changed, { sender: LMS })
    const device = new Device().take(own, alsoIssuer).take(changed, other).take(again, alsoIssuer)
    expect([device.effects, device.live]).toEqual([
      ['began', 'updated', 'updated'],
      [incidentId(LMS, own.incident)],
    ])
    expect(device.take(cancelOf(again), alsoIssuer).live).toEqual([])
  })

  it.each([
    ['names nobody but himself', cancelOf(alert, naming(LMS))],
    // AlertSchema lets in no Cancel without references; whatever else may lead here ends as safely.
    ['names nobody', { ...cancelOf(alert, naming(LMS)), references: [] }],
  ])('ends the incidents of everybody when he %s: his word that it is over never fails', (_, end) => {
    const after = both().take(end, supervisor)
    expect([after.effects.at(-1), after.live]).toEqual(['ended', []])
    expect(after.others.map(({ type }) => type)).toEqual(['ended', 'ended'])
    expect(after.take(updateOf(alert), issuer).take(updateOf(their), stranger).effects.slice(-2)).toEqual([
      'incident-ended',
      'incident-ended',
    ])
    const before = new Device().take(end, supervisor).take(alert).take(their, stranger)
    expect([before.effects, before.live]).toEqual([['ended', 'incident-ended', 'incident-ended'], []])
    expect(before.take(end, supervisor).effects.at(-1)).toBe('repeated')
    expect(before.take(amberAlert({ incident: 'another' })).effects.at(-1)).toBe('began')
  })

  it('ends only his own when his key issues as well', () => {
    const own = amberAlert({ sender: LMS })
    const device = both().take(own, alsoIssuer)
    expect(device.live).toHaveLength(3)
    device.take(cancelOf(own, naming(LMS)), alsoIssuer)
    expect(device.live).toEqual([INCIDENT, incidentId(their.sender, alert.incident)].sort())
  })

  it('ends no real alert by a test, nor keeps one out', () => {
    const end = cancelOf(alert, { ...naming(LMS), status: 'Test' })
    const device = both().take(amberAlert({ sender: 'test@example.org', status: 'Test' }), stranger)
    expect(device.live).toHaveLength(3)
    expect(device.take(end, supervisor).live).toHaveLength(2)
    const first = new Device().take(end, supervisor).take(alert)
    expect(first.effects).toEqual(['ended', 'began'])
    expect(
      first.take(amberAlert({ sender: 'test@example.org', status: 'Test' }), stranger).effects.at(-1),
    ).toBe('incident-ended')
  })

  it('is remembered as long as any message could be held back', () => {
    const end = cancelOf(alert, naming(LMS))
    const device = new Device().take(end, supervisor).until(T0 + 9 * DAY)
    const held = { sent: at(3 * MINUTE), effective: at(7 * DAY + 3 * MINUTE), expires: at(30 * DAY) }
    expect(device.take(amberAlert(held)).effects.at(-1)).toBe('incident-ended')
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
    expect(revoked(device)).toEqual([
      `${INCIDENT} key-revoked`,
      `${incidentId(alert.sender, 'later')} key-revoked`,
    ])
    expect(device.live).toEqual([incidentId(alert.sender, 'other')])
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
