import { describe, expect, it } from 'vitest'
import { amberAlert, type Changes, cancelOf, updateOf } from '../testkit/alerts.ts'
import { testKey } from '../testkit/keys.ts'
import { alert, at, HOUR, issuer, MINUTE, stranger, supervisor, update } from '../testkit/lifecycle-device.ts'
import { TEST_TIME as T0 } from '../testkit/test-clock.ts'
import { toCapTime } from './cap-time.ts'
import { DEFAULT_LIMITS } from './incident.ts'
import { incidentId } from './incident-id.ts'
import type { KeyringEntry } from './keyring.ts'
import { advance, type Incidents, NO_INCIDENTS, receive, revoke } from './lifecycle.ts'
import { adopt, type Manifest, type Manifests, NO_MANIFESTS, type OpenedManifest } from './manifest.ts'
import type { Alert } from './model.ts'
import { compare, type Missing, withdrawUnlisted } from './reconcile.ts'

const { entry: next } = testKey({ kid: 'test-2' })

/** The digest under which a message is sent and listed here. */
const digestOf = ({ incident, revision }: Alert, kid = issuer.kid): string => `${incident} ${revision} ${kid}`

function listed(message: Alert, kid = issuer.kid): Manifest['active'][number] {
  const { sender, incident, revision, expires } = message
  return { sender, incident, revision, sha256: digestOf(message, kid), expires }
}

/** A device that has heard alerts and manifests; ten minutes after the alert was sent unless told otherwise. */
class Device {
  state: Incidents = NO_INCIDENTS
  manifests: Manifests = NO_MANIFESTS
  missing: readonly Missing[] = []
  #now = T0 + 10 * MINUTE
  #seq = 0

  take(message: Alert, area: string | undefined = 'nl', key: KeyringEntry = issuer): this {
    const opened = { alert: message, key, digest: digestOf(message, key.kid), area }
    const { state } = receive(this.state, opened, this.#now, DEFAULT_LIMITS)
    this.state = withdrawUnlisted(state, this.manifests, this.#now, [
      incidentId(message.sender, message.incident),
    ]).state
    return this
  }

  list(active: readonly Manifest['active'][number][], changes: Partial<Manifest> = {}, key = issuer): this {
    this.#seq += 1
    const manifest: Manifest = {
      ...{ schema: 'kijkuit-manifest/2', area: 'nl', seq: this.#seq, ttl: 30 },
      issuedAt: toCapTime(this.#now),
      active: [...active],
      ...changes,
    }
    const opened: OpenedManifest = { manifest, key, digest: `${this.#seq}` }
    const adopted = adopt(this.manifests, opened, this.#now)
    if (!adopted.ok) throw new Error(adopted.failure.code)
    this.manifests = adopted.value
    const withdrawn = withdrawUnlisted(this.state, this.manifests, this.#now)
    const compared = compare(withdrawn.state, opened, this.#now)
    this.state = compared.state
    this.missing = compared.missing
    return this
  }

  until(now: number): this {
    this.#now = now
    this.state = advance(this.state, now).state
    return this
  }

  revoke(kid: string): this {
    this.state = revoke(this.state, kid, this.#now).state
    return this
  }

  /** The revision that is live, or why none is. */
  get now(): number | string | undefined {
    const one = this.state.get(incidentId(alert.sender, alert.incident))
    return one?.phase === 'ended' ? one.reason : one?.alert.revision
  }
}

describe('an alert that a newer manifest does not list (DESIGN §5.8)', () => {
  it('goes: the Cancel was lost', () => {
    expect(new Device().take(alert).list([]).now).toBe('not-in-manifest')
  })

  it('stays when it is listed, also with another revision', () => {
    expect(new Device().take(alert).list([listed(alert)]).now).toBe(1)
    expect(new Device().take(update).list([listed(alert)]).now).toBe(2)
  })

  it('is that of its sender: another’s of the same key neither keeps nor ends it', () => {
    const their = amberAlert({ sender: 'brandweer@example.org' })
    const { entry: both } = testKey({ kid: 'both', senders: [alert.sender, their.sender] })
    const live = (active: readonly Alert[]): readonly string[] => {
      const device = new Device().take(alert).take(their, 'nl', stranger)
      const { state } = device.list(
        active.map((one) => listed(one)),
        {},
        both,
      )
      return [...state].flatMap(([, one]) => (one.phase === 'live' ? [one.sender] : []))
    }
    expect(live([alert])).toEqual([alert.sender])
    expect(live([their])).toEqual([their.sender])
    expect(live([alert, their])).toHaveLength(2)
  })

  it('is missing here by sender and key', () => {
    const their = amberAlert({ sender: 'brandweer@example.org' })
    const device = new Device().take(alert).list([listed(alert), listed(their)])
    expect(device.missing).toHaveLength(1)
  })

  it('leaves nothing personal behind', () => {
    const { state } = new Device().take(alert).list([])
    expect(JSON.stringify([...state])).not.toMatch(/Zoë|Müller|XX-123-X|jas/)
  })

  it('stays when it was sent at most 120 s before: the list has another clock and hears later', () => {
    expect(new Device().take(alert).list([], { issuedAt: at(2 * MINUTE) }).now).toBe(1)
    expect(new Device().take(alert).list([], { issuedAt: at(2 * MINUTE + 1000) }).now).toBe('not-in-manifest')
  })

  it('stays when the manifest is of another area than its topic was', () => {
    expect(new Device().take(alert, 'nl-vr13').list([]).now).toBe(1)
  })

  it('stays when it came on no topic', () => {
    const device = new Device()
    device.state = receive(NO_INCIDENTS, { alert, key: issuer, digest: '' }, T0 + 10 * MINUTE).state
    expect(device.list([]).now).toBe(1)
  })

  it('stays when the key of the manifest may not speak for its sender', () => {
    expect(new Device().take(alert).list([], {}, stranger).now).toBe(1)
    expect(new Device().take(alert).list([], {}, supervisor).now).toBe('not-in-manifest')
  })

  it('stays when a newer manifest of another key lists it (roll-over)', () => {
    const device = new Device().take(alert).list([listed(alert)], {}, next)
    expect(device.list([], { issuedAt: at(9 * MINUTE) }).now).toBe(1)
    expect(device.list([], { issuedAt: at(11 * MINUTE) }).now).toBe('not-in-manifest')
  })

  it.each(['Test', 'Exercise'] as const)(
    'stays when it is a %s: who makes the list need not know',
    (status) => {
      expect(new Device().take(amberAlert({ status })).list([]).now).toBe(1)
    },
  )

  it('does not even begin when the manifest came first, so that the order does not matter', () => {
    expect(new Device().list([]).take(alert).now).toBe('not-in-manifest')
  })

  it('does not come back by a replay, nor by a lost Update that was sent before the manifest', () => {
    const device = new Device().take(alert).list([]).take(alert)
    expect(device.now).toBe('not-in-manifest')
    expect(device.take(updateOf(alert, { sent: at(7 * MINUTE) })).now).toBe('not-in-manifest')
  })

  it('comes back by an Update that the manifest could not know of', () => {
    const renewed: Changes = { sent: at(9 * MINUTE) }
    expect(new Device().take(alert).list([]).take(updateOf(alert, renewed)).now).toBe(2)
    expect(new Device().take(alert).take(updateOf(alert, renewed)).list([]).now).toBe(2)
  })

  it('is ended for good by a Cancel that comes late', () => {
    const device = new Device().take(alert).list([]).take(cancelOf(alert))
    expect(device.now).toBe('cancelled')
  })
})

describe('an alert that a manifest lists and that is not here', () => {
  const wanted = (message: Alert): Missing => ({
    ...{ area: 'nl', incident: message.incident, revision: message.revision },
    sha256: digestOf(message),
  })

  it('is missing when it is unknown, or known with a lower revision', () => {
    expect(new Device().list([listed(alert)]).missing).toEqual([wanted(alert)])
    expect(new Device().take(alert).list([listed(update)]).missing).toEqual([wanted(update)])
  })

  it('is not missing when it is known, or a newer one is', () => {
    expect(new Device().take(alert).list([listed(alert)]).missing).toEqual([])
    expect(new Device().take(update).list([listed(alert)]).missing).toEqual([])
  })

  it('is not missing when it is over', () => {
    expect(new Device().list([listed(amberAlert({ expires: at(10 * MINUTE) }))]).missing).toEqual([])
  })

  it('is not missing when it was cancelled: a list brings nothing back', () => {
    const device = new Device()
      .take(alert)
      .take(cancelOf(alert))
      .list([listed(alert)])
    expect([device.missing, device.take(alert).now]).toEqual([[], 'cancelled'])
  })

  it('is not missing when it expired here', () => {
    const device = new Device()
      .take(alert)
      .until(T0 + 2 * HOUR)
      .list([{ ...listed(alert), expires: at(3 * HOUR) }])
    expect([device.missing, device.take(alert).now]).toEqual([[], 'expired'])
  })

  it('is missing when it was renewed after it expired here', () => {
    const renewal = updateOf(alert, { sent: at(HOUR), expires: at(4 * HOUR) })
    const device = new Device()
      .take(alert)
      .until(T0 + 2 * HOUR)
      .list([listed(renewal)])
    expect([device.missing, device.take(renewal).now]).toEqual([[wanted(renewal)], 2])
  })
})

describe('what left without anybody having ended it comes back when a manifest lists it', () => {
  it('after a manifest that had left it out by mistake', () => {
    const device = new Device()
      .take(alert)
      .list([])
      .until(T0 + 11 * MINUTE)
      .list([listed(alert)])
    expect(device.missing).toHaveLength(1)
    expect(device.take(alert).now).toBe(1)
  })

  it('as exactly that envelope, and no other of the same name', () => {
    const device = new Device()
      .take(alert)
      .list([])
      .until(T0 + 11 * MINUTE)
      .list([listed(alert)])
    expect(device.take(alert, 'nl', next).now).toBe('not-in-manifest')
  })

  it('not when the next manifest leaves it out again', () => {
    const device = new Device()
      .take(alert)
      .list([])
      .until(T0 + 11 * MINUTE)
      .list([listed(alert)])
      .until(T0 + 12 * MINUTE)
      .list([])
    expect(device.take(alert).now).toBe('not-in-manifest')
  })

  it('not by a manifest that is older than the one that left it out', () => {
    const device = new Device()
      .take(alert)
      .list([])
      .list([listed(alert)], { issuedAt: at(9 * MINUTE) }, next)
    expect([device.missing, device.take(alert).now]).toEqual([[], 'not-in-manifest'])
  })

  it('not by the manifest of somebody else', () => {
    const device = new Device()
      .take(alert)
      .list([])
      .until(T0 + 11 * MINUTE)
      .list([listed(alert)], {}, stranger)
    expect([device.missing, device.take(alert).now]).toEqual([[], 'not-in-manifest'])
  })

  it('after its key was revoked, signed anew by another key', () => {
    const device = new Device()
      .take(alert)
      .revoke(issuer.kid)
      .list([listed(alert, next.kid)], {}, next)
    expect(device.take(alert, 'nl', next).now).toBe(1)
  })

  it('after a clock that ran ahead had ended it', () => {
    const device = new Device()
      .take(alert)
      .until(T0 + 400 * 24 * HOUR)
      .until(T0 + 10 * MINUTE)
    expect(device.take(alert).now).toBe('expired')
    expect(device.list([listed(alert)]).take(alert).now).toBe(1)
  })
})
