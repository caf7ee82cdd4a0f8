import { describe, expect, it } from 'vitest'
import { amberAlert, cancelOf, updateOf } from '../testkit/alerts.ts'
import { testKey } from '../testkit/keys.ts'
import { alert, at, DAY, HOUR, MINUTE } from '../testkit/lifecycle-device.ts'
import { TEST_TIME as T0 } from '../testkit/test-clock.ts'
import { toCapTime } from './cap-time.ts'
import { incidentId } from './incident-id.ts'
import type { KeyringEntry, KeyringFile } from './keyring.ts'
import type { KeyringUpdate } from './keyring-update.ts'
import { type Manifest, NO_MANIFESTS } from './manifest.ts'
import type { Alert } from './model.ts'
import {
  begin,
  live,
  nextLook,
  type Outcome,
  pass,
  type Standing,
  type Stored,
  takeAlert,
  takeKeyringUpdate,
  takeManifest,
} from './standing.ts'
import { clockOf, type Reading } from './time-trust.ts'

const BUILT = T0 - 30 * DAY

const window = { notBefore: BUILT, notAfter: T0 + 90 * DAY }
const { entry: issuer } = testKey(window)
const { entry: next } = testKey({ ...window, kid: 'test-2' })
const { entry: supervisor } = testKey({
  ...window,
  kid: 'lms',
  roles: ['supervisor'],
  senders: ['lms@example.org'],
})

const keyring: KeyringFile = { schema: 'kijkuit-keyring/1', keys: [issuer, next, supervisor] }
const nothing: Stored = { incidents: [], manifests: NO_MANIFESTS, keyring, newest: 0 }

/** A device with two clocks that a test moves by hand. */
class Device {
  wall: number
  monotonic = 500
  outcome: Outcome

  constructor(wall = T0 + MINUTE, stored: Stored = nothing) {
    this.wall = wall
    this.outcome = begin(stored, BUILT, this.clocks)
  }

  get clocks(): Reading {
    return { wall: this.wall, monotonic: this.monotonic }
  }

  get standing(): Standing {
    return this.outcome.standing
  }

  get shown(): readonly string[] {
    return live(this.standing).map((one) => `${one.alert.incident} ${one.alert.revision}`)
  }

  get effects(): readonly string[] {
    return this.outcome.effects.map((one) => {
      if (one.type === 'refused') return one.rejection.code
      return one.type === 'ended' ? `ended ${one.ended.reason}` : one.type
    })
  }

  get stored(): Stored {
    const { incidents, manifests, trust } = this.standing
    return { incidents: [...incidents], manifests, keyring: this.standing.keyring, newest: trust.newest }
  }

  take(message: Alert, key: KeyringEntry = issuer): this {
    const opened = { alert: message, key, digest: `${message.identifier} ${key.kid}`, area: 'nl' }
    this.outcome = takeAlert(this.standing, opened, this.clocks)
    return this
  }

  list(active: Manifest['active'], issuedAt: number, key: KeyringEntry = issuer, seq = issuedAt): string {
    const manifest: Manifest = {
      ...{ schema: 'kijkuit-manifest/2', area: 'nl', seq, ttl: 30 },
      ...{ issuedAt: toCapTime(issuedAt), active },
    }
    const outcome = takeManifest(this.standing, { manifest, key, digest: `${seq} ${key.kid}` }, this.clocks)
    this.outcome = outcome
    return outcome.result.ok ? `missing ${outcome.result.value.length}` : outcome.result.failure.code
  }

  change(
    keys: readonly KeyringEntry[],
    kids: readonly string[],
    changes: Partial<KeyringUpdate> = {},
  ): string {
    const update: KeyringUpdate = {
      ...{ schema: 'kijkuit-keyring-update/1', sequence: 1, issuedAt: at(0), keys: [...keys] },
      revoked: kids.map((kid) => ({ kid, since: at(0), reason: 'stolen' })),
      ...changes,
    }
    const outcome = takeKeyringUpdate(this.standing, { update, key: supervisor, digest: '' }, this.clocks)
    this.outcome = outcome
    return outcome.result.ok ? 'applied' : outcome.result.failure.code
  }

  /** Lets both clocks go on. */
  pass(milliseconds: number): this {
    this.wall += milliseconds
    this.monotonic += milliseconds
    return this.look()
  }

  /** Sets the wall clock. */
  set(wall: number): this {
    this.wall = wall
    return this.look()
  }

  look(): this {
    this.outcome = pass(this.standing, this.clocks)
    return this
  }
}

const entry = (message: Alert): Manifest['active'][number] => ({
  ...{ sender: message.sender, incident: message.incident, revision: message.revision },
  ...{ sha256: `${message.identifier} ${issuer.kid}`, expires: message.expires },
})

describe('what every message and every look does first', () => {
  it('is to let time pass: an alert ends although the message was about another', () => {
    const device = new Device().take(alert)
    device.wall = T0 + 2 * HOUR
    device.take(amberAlert({ incident: 'other', identifier: 'other', sent: at(HOUR), expires: at(5 * HOUR) }))
    expect([device.effects, device.shown]).toEqual([['ended expired', 'began'], ['other 1']])
    expect([...device.outcome.changed].sort()).toEqual([
      incidentId(alert.sender, alert.incident),
      incidentId(alert.sender, 'other'),
    ])
  })

  it('says exactly when to look next', () => {
    const device = new Device().take(amberAlert({ effective: at(HOUR) }))
    expect(nextLook(device.standing, device.clocks)).toBe(59 * MINUTE)
    device.pass(59 * MINUTE)
    expect([device.effects, device.shown]).toEqual([['began'], ['amber-2026-0001 1']])
    expect(nextLook(device.standing, device.clocks)).toBe(HOUR)
    expect(nextLook(device.pass(HOUR).standing, device.clocks)).toBeUndefined()
  })

  it('changes nothing, and gives the very same object, when nothing is due', () => {
    const device = new Device().take(alert)
    const { standing } = device
    expect(device.pass(MINUTE).standing).toBe(standing)
    expect([device.outcome.effects, device.outcome.changed]).toEqual([[], []])
  })
})

describe('after a restart', () => {
  const running = new Device().take(alert)

  it('what is live is shown again, with what is left of its time', () => {
    const device = new Device(T0 + HOUR, running.stored)
    expect(device.shown).toEqual(['amber-2026-0001 1'])
    expect(nextLook(device.standing, device.clocks)).toBe(HOUR)
  })

  it('nothing is shown of what has ended meanwhile', () => {
    const device = new Device(T0 + 2 * HOUR, running.stored)
    expect([device.shown, device.effects]).toEqual([[], ['ended expired']])
  })

  it('what was cancelled stays cancelled, and a manifest still keeps a ghost out', () => {
    const cancelled = new Device().take(alert).take(cancelOf(alert))
    expect(new Device(T0 + HOUR, cancelled.stored).take(alert).effects).toEqual(['incident-ended'])
    const listed = new Device(T0 + 10 * MINUTE)
    listed.list([], T0 + 10 * MINUTE)
    expect(new Device(T0 + HOUR, listed.stored).take(alert).effects).toEqual(['not-in-manifest'])
  })

  it('what a revoked key signed is ended, also when the power failed before that was stored', () => {
    const revoked = [{ kid: issuer.kid, since: at(0), reason: 'stolen' as const }]
    const torn = { ...running.stored, keyring: { ...keyring, keys: [next, supervisor], revoked } }
    const device = new Device(T0 + HOUR, torn)
    expect([device.shown, device.effects]).toEqual([[], ['ended key-revoked']])
  })
})

describe('when the clock leaps (DESIGN §5.3.7)', () => {
  it('back: an end comes no later than it was promised', () => {
    const device = new Device().take(alert).pass(HOUR).set(T0)
    expect(nextLook(device.standing, device.clocks)).toBe(59 * MINUTE)
    expect(device.pass(59 * MINUTE - 1).shown).toEqual(['amber-2026-0001 1'])
    expect(device.pass(1).effects).toEqual(['ended expired'])
  })

  it('back while an alert is pending: its end was promised when it came', () => {
    const device = new Device(T0)
      .take(amberAlert({ sent: at(-2 * HOUR), effective: at(HOUR) }))
      .pass(30 * MINUTE)
      .set(T0)
      .pass(HOUR)
    expect(device.shown).toEqual(['amber-2026-0001 1'])
    expect(nextLook(device.standing, device.clocks)).toBe(30 * MINUTE)
  })

  it('forward: what is over by the new time goes at once, and is cancelled no less when it leaps back', () => {
    const device = new Device().take(alert).take(cancelOf(alert))
    device.take(amberAlert({ incident: 'other', identifier: 'other' }))
    expect(device.set(T0 + 400 * DAY).effects).toEqual(['ended expired'])
    expect(device.set(T0 + 5 * MINUTE).take(alert).effects).toEqual(['incident-ended'])
  })

  it('forward and back: an alert that went too early comes back when a manifest lists it', () => {
    const device = new Device().take(alert).set(T0 + 400 * DAY)
    device.set(T0 + 10 * MINUTE)
    expect(device.list([entry(alert)], T0 + 10 * MINUTE)).toBe('missing 1')
    expect(device.outcome.changed).toEqual([incidentId(alert.sender, alert.incident)])
    expect([device.take(alert).effects, device.shown]).toEqual([['began'], ['amber-2026-0001 1']])
  })
})

describe('while the clock cannot be right (DESIGN §5.3.7)', () => {
  const running = new Device().take(alert)

  it('nothing that was stored is shown, and nothing is ended, until it is right', () => {
    const device = new Device(0, running.stored)
    expect([device.shown, device.effects]).toEqual([[], []])
    expect(clockOf(device.standing.trust, device.clocks)).toBe('behind')
    expect(device.set(T0 + HOUR).shown).toEqual(['amber-2026-0001 1'])
  })

  it('a new alert is taken up and not shown; no need to send it again when the clock is right', () => {
    const device = new Device(0).take(alert)
    expect([device.effects, device.shown]).toEqual([['began'], []])
    expect(device.set(T0 + MINUTE).shown).toEqual(['amber-2026-0001 1'])
  })

  it('what is on the panels stays there, is updated, and ends when it was promised', () => {
    const device = new Device().take(alert).pass(MINUTE).set(0)
    expect(device.shown).toEqual(['amber-2026-0001 1'])
    device.take(updateOf(alert, { sent: at(2 * MINUTE) }))
    expect([device.effects, device.shown]).toEqual([['updated'], ['amber-2026-0001 2']])
    expect(device.pass(2 * HOUR).shown).toEqual([])
  })

  it('an end is an end', () => {
    const shown = new Device().take(alert).set(0).take(cancelOf(alert))
    expect([shown.effects, shown.shown]).toEqual([['ended cancelled'], []])
    const held = new Device(0, running.stored).take(cancelOf(alert))
    expect(held.set(T0 + HOUR).shown).toEqual([])
  })

  it('what was signed tells the time: it ends what is over by then', () => {
    const device = new Device(0, running.stored)
    expect(device.list([], T0 + 3 * HOUR)).toBe('missing 0')
    expect(device.effects).toEqual(['ended expired'])
  })

  it('a signed time is remembered over a restart, so that nothing old can be shown by a worse clock', () => {
    const device = new Device(0)
    device.list([], T0 + 3 * HOUR)
    const worse = new Device(T0 + HOUR, device.stored)
    expect(clockOf(worse.standing.trust, worse.clocks)).toBe('behind')
    expect(worse.take(alert).effects).toEqual(['expired'])
  })
})

describe('a manifest', () => {
  it('ends what it does not list, and says which rows have changed', () => {
    const device = new Device().take(alert).pass(10 * MINUTE)
    expect(device.list([], T0 + 10 * MINUTE)).toBe('missing 0')
    expect([device.effects, device.outcome.changed]).toEqual([
      ['ended not-in-manifest'],
      [incidentId(alert.sender, alert.incident)],
    ])
  })

  it('that came before over the other broker is neither news nor a fault', () => {
    const device = new Device()
    expect(device.list([entry(alert)], T0)).toBe('missing 1')
    expect(device.list([entry(alert)], T0)).toBe('missing 0')
  })

  it('that is old, or from the future, changes nothing', () => {
    const device = new Device(T0 + 10 * MINUTE).take(alert)
    device.list([entry(alert)], T0 + 10 * MINUTE)
    const { manifests } = device.standing
    expect(device.list([], T0 + 9 * MINUTE)).toBe('manifest-old')
    expect(device.list([], T0 + HOUR)).toBe('sent-in-future')
    expect([device.standing.manifests, device.shown]).toEqual([manifests, ['amber-2026-0001 1']])
  })

  it('ends an alert also when an Update that it should list comes after it', () => {
    const device = new Device(T0 + 10 * MINUTE).take(alert)
    device.list([], T0 + MINUTE)
    device.list([], T0 + 4 * MINUTE, next)
    expect(device.shown).toEqual([])
  })
})

describe('a keyring update', () => {
  const rest = [next, supervisor]

  it('ends what a revoked key signed, and refuses it from then on, also when it was opened just before', () => {
    const device = new Device().take(alert)
    expect(device.change(rest, [issuer.kid])).toBe('applied')
    expect([device.effects, device.shown]).toEqual([['ended key-revoked'], []])
    expect(device.take(updateOf(alert)).effects).toEqual(['key-revoked'])
    expect(device.list([entry(alert)], T0)).toBe('key-revoked')
  })

  it('ends nothing of a key that has only served its time', () => {
    const device = new Device().take(alert)
    expect(device.change(rest, [])).toBe('applied')
    expect(device.shown).toEqual(['amber-2026-0001 1'])
  })

  it('lets the new key go on with what the old one began (roll-over with two live keys)', () => {
    const device = new Device().take(alert)
    device.change([issuer, next, supervisor], [])
    expect(device.take(updateOf(alert), next).effects).toEqual(['updated'])
    expect(device.take(updateOf(updateOf(alert)), issuer).effects).toEqual(['updated'])
    expect(device.take(cancelOf(updateOf(updateOf(alert))), next).effects).toEqual(['ended cancelled'])
  })

  it('drops the manifests of a revoked key: what they say was the word of a thief', () => {
    const device = new Device(T0 + 10 * MINUTE).take(alert, next)
    device.list([], T0 + 10 * MINUTE)
    expect(device.shown).toEqual([])
    device.change(rest, [issuer.kid])
    expect(device.standing.manifests.size).toBe(0)
    const update = updateOf(alert, { sent: at(9 * MINUTE) })
    expect(device.take(update, next).shown).toEqual(['amber-2026-0001 2'])
  })

  it('lets an older manifest count again when the newer was the word of a thief', () => {
    const device = new Device(T0 + 20 * MINUTE)
    device.list([], T0 + 10 * MINUTE, next)
    device.list([entry(alert)], T0 + 20 * MINUTE, issuer)
    expect(device.take(alert, next).shown).toEqual(['amber-2026-0001 1'])
    device.change(rest, [issuer.kid])
    expect([device.effects, device.shown]).toEqual([['ended not-in-manifest'], []])
  })

  it('that is refused changes nothing', () => {
    const device = new Device().take(alert)
    expect(device.change([issuer], [])).toBe('keyring-update-forbidden')
    expect(device.change(rest, [issuer.kid], { issuedAt: at(HOUR) })).toBe('sent-in-future')
    expect([device.standing.keyring, device.shown]).toEqual([keyring, ['amber-2026-0001 1']])
    device.change(rest, [])
    expect(device.change(rest, [])).toBe('keyring-update-old')
  })

  it('of a supervisor whose key was revoked just before is refused', () => {
    const device = new Device()
    const { entry: second } = { entry: { ...supervisor, kid: 'lms-2' } }
    expect(device.change([issuer, second], ['lms'])).toBe('applied')
    expect(device.change([issuer, second], [], { sequence: 2 })).toBe('key-revoked')
  })
})
