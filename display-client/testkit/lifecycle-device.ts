import { expect } from 'vitest'
import { toCapTime } from '../alert/cap-time.ts'
import { DEFAULT_LIMITS } from '../alert/incident.ts'
import { type IncidentId, incidentId } from '../alert/incident-id.ts'
import type { KeyringEntry } from '../alert/keyring.ts'
import { advance, type Effect, type Incidents, NO_INCIDENTS, receive } from '../alert/lifecycle.ts'
import type { Alert } from '../alert/model.ts'
import { amberAlert, cancelOf, updateOf } from './alerts.ts'
import { testKey } from './keys.ts'
import { TEST_TIME as T0 } from './test-clock.ts'

/** A device that tests of alert/lifecycle.ts send messages to, and the messages. */

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export const { entry: issuer } = testKey()
export const { entry: supervisor } = testKey({
  kid: 'lms',
  roles: ['supervisor'],
  senders: ['lms@example.org'],
})
export const { entry: stranger } = testKey({ kid: 'other', senders: ['brandweer@example.org'] })

export const alert = amberAlert()
export const update = updateOf(alert)
export const cancel = cancelOf(update)
export const INCIDENT: IncidentId = incidentId(alert.sender, alert.incident)

export const at = (offset: number): string => toCapTime(T0 + offset)

/** The message with all its info blocks changed. */
function withInfo(message: Alert, changes: Partial<Alert['info'][number]>): Alert {
  return { ...message, info: message.info.map((info) => ({ ...info, ...changes })) }
}

export const allClear = withInfo(update, { responseType: ['AllClear'] })
export const past = withInfo(update, { urgency: 'Past' })

/** A device that receives one message after another and can let time pass; that time is proven as it passes. */
export class Device {
  state: Incidents = NO_INCIDENTS
  readonly effects: string[] = []
  last: Effect | undefined
  /** What the last message did besides. */
  others: readonly Effect[] = []
  #now: number

  constructor(now = T0 + 5 * MINUTE) {
    this.#now = now
  }

  take(message: Alert, key: KeyringEntry = issuer): this {
    const before = structuredClone([...this.state])
    const given = this.state
    const opened = { alert: message, key, digest: message.identifier }
    const { state, effect, others } = receive(given, opened, this.#now, DEFAULT_LIMITS, this.#now)
    expect([...given]).toEqual(before)
    this.state = state
    this.last = effect
    this.others = others
    this.effects.push(effect.type === 'refused' ? effect.rejection.code : effect.type)
    return this
  }

  until(now: number): this {
    this.#now = now
    this.state = advance(this.state, now, now).state
    return this
  }

  /** What is live, sorted. */
  get live(): readonly IncidentId[] {
    return [...this.state].flatMap(([id, one]) => (one.phase === 'live' ? [id] : [])).sort()
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
