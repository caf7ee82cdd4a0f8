import { toCapTime } from '../../display-client/alert/cap-time.ts'
import { type IncidentId, incidentId } from '../../display-client/alert/incident-id.ts'
import type { Alert } from '../../display-client/alert/model.ts'
import { amberAlert, cancelOf, updateOf } from '../../display-client/testkit/alerts.ts'
import type { Dice } from './soaking.ts'

/** Stands in every alert; must be in no file. */
export const SECRET = 'Wilmke Qvistra'

/** Who sends alerts, each by himself. */
export const SENDERS = ['politie@example.org', 'brandweer@example.org'] as const

/** What a message is meant to do. */
export interface Act {
  readonly alert: Alert
  /** What it is to the incident. */
  readonly does: 'begin' | 'update' | 'cancel' | 'nothing'
}

interface Case {
  /** The last message that was shown. */
  readonly alert: Alert
  readonly ended: boolean
}

/** Beyond it an incident is only cancelled: its references are full. */
const MOST_REVISIONS = 20

/**
 * What must be true of incidents, in the simplest words there are: begun, updated, ended. Nothing of the real reducer is in
 * it. Never changes: {@link after} gives another.
 */
export class KillModel {
  readonly #cases: ReadonlyMap<IncidentId, Case>

  constructor(cases: ReadonlyMap<IncidentId, Case> = new Map()) {
    this.#cases = cases
  }

  /** Names ({@link nameOf}) of what is live at `now` (ms since 1970). */
  live(now: number): readonly string[] {
    return [...this.#cases.values()]
      .filter(({ alert, ended }) => !ended && Date.parse(alert.expires) > now)
      .map(({ alert }) => nameOf(alert))
  }

  /** Names of what comes to its end within `margin` ms of `now`, so that nobody can say whether it has. */
  ending(now: number, margin: number): readonly string[] {
    return [...this.#cases.values()]
      .filter(({ alert }) => Math.abs(Date.parse(alert.expires) - now) < margin)
      .map(({ alert }) => nameOf(alert))
  }

  /** Incidents that somebody has ended. */
  get ended(): readonly IncidentId[] {
    return [...this.#cases].filter(([, { ended }]) => ended).map(([id]) => id)
  }

  /** An incident that has the key of another sender's. */
  #beside(dice: Dice): Begins | undefined {
    const free = [...this.#cases.values()].flatMap(({ alert: { incident } }) =>
      SENDERS.map((sender) => ({ sender, incident })).filter((one) => !this.#cases.has(idOf(one))),
    )
    return free.length === 0 ? undefined : dice.pick(free)
  }

  after({ alert, does }: Act): KillModel {
    if (does === 'nothing') return this
    const id = idOf(alert)
    const shown = does === 'cancel' ? (this.#cases.get(id)?.alert ?? alert) : alert
    return new KillModel(new Map(this.#cases).set(id, { alert: shown, ended: does === 'cancel' }))
  }

  /**
   * Something that could happen next.
   *
   * @param name key of an incident that begins @param shares it may also have the key of an incident of the other sender
   */
  act(dice: Dice, name: string, now: number, shares: boolean): Act {
    const cases = [...this.#cases.values()]
    const alive = cases.filter(({ alert, ended }) => !ended && Date.parse(alert.expires) > now + 5_000)
    const over = cases.filter(({ ended }) => ended)
    const roll = dice.roll()
    if (alive.length < 4 || roll < 0.2) {
      const begins = (shares && dice.chance(0.5) ? this.#beside(dice) : undefined) ?? begin(dice, name)
      return { alert: begun(dice, begins, now), does: 'begin' }
    }
    if (roll < 0.3 && over.length > 0) return { alert: dice.pick(over).alert, does: 'nothing' }
    const { alert } = dice.pick(alive)
    if (roll < 0.4) return { alert, does: 'nothing' }
    const sent = toCapTime(now)
    return roll < 0.75 && alert.revision < MOST_REVISIONS
      ? { alert: updateOf(alert, { sent }), does: 'update' }
      : { alert: cancelOf(alert, { sent }), does: 'cancel' }
  }
}

/** What a message is called here; no two have the same. */
export function nameOf({
  sender,
  incident,
  revision,
}: Pick<Alert, 'sender' | 'incident' | 'revision'>): string {
  return `${incidentId(sender, incident)} ${revision}`
}

export function idOf({ sender, incident }: Pick<Alert, 'sender' | 'incident'>): IncidentId {
  return incidentId(sender, incident)
}

type Begins = Pick<Alert, 'sender' | 'incident'>

function begin(dice: Dice, incident: string): Begins {
  return { sender: dice.pick(SENDERS), incident }
}

function begun(dice: Dice, { sender, incident }: Begins, now: number): Alert {
  return amberAlert({
    ...{ sender, incident, identifier: incident },
    sent: toCapTime(now - 1_000),
    // Some end by themselves, in the middle of it all.
    expires: toCapTime(now + (dice.chance(0.2) ? 2_000 + dice.below(4_000) : 3_600_000)),
    subject: { name: SECRET, age: 8, looks: { nl: SECRET.repeat(1 + dice.below(20)) } },
  })
}
