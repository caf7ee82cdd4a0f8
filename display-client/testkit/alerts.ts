import { toCapTime } from '../alert/cap-time.ts'
import { type Alert, type AlertInput, AlertSchema } from '../alert/model.ts'
import { TEST_TIME } from './test-clock.ts'

const MINUTE = 60_000

/** What a test wants to be otherwise than in the sample; whole fields are replaced. */
export type Changes = Partial<AlertInput>

/**
 * A valid AMBER Alert about a fictional child, sent at {@link TEST_TIME} and valid for two hours, in Dutch and English:
 * name with a diaeresis, Dutch plate, a number to call, no photo.
 */
export function amberAlert(changes: Changes = {}): Alert {
  return AlertSchema.parse({ ...SAMPLE, ...changes })
}

/** An Update of `alert`, a minute later, with the next revision. */
export function updateOf(alert: Alert, changes: Changes = {}): Alert {
  return AlertSchema.parse({ ...alert, ...following(alert, 'Update'), ...changes })
}

/** A Cancel of `alert`, a minute later, with the next revision: no texts, no facts, no photo. */
export function cancelOf(alert: Alert, changes: Changes = {}): Alert {
  const { schema, sender, status, scope, incident, kind, expires } = alert
  return AlertSchema.parse({
    ...{ schema, sender, status, scope, incident, kind, expires },
    ...following(alert, 'Cancel'),
    ...changes,
  })
}

function following(alert: Alert, msgType: 'Update' | 'Cancel'): Changes {
  const { sender, identifier, sent } = alert
  return {
    msgType,
    identifier: `${identifier}.${alert.revision + 1}`,
    sent: toCapTime(Date.parse(sent) + MINUTE),
    revision: alert.revision + 1,
    references: [...alert.references, { sender, identifier, sent }],
  }
}

const SAMPLE: AlertInput = {
  schema: 'kijkuit-alert/1',
  identifier: 'test-2026-0001',
  sender: 'politie@example.org',
  sent: toCapTime(TEST_TIME),
  status: 'Actual',
  msgType: 'Alert',
  scope: 'Public',
  incident: 'amber-2026-0001',
  revision: 1,
  kind: 'amber',
  expires: toCapTime(TEST_TIME + 120 * MINUTE),
  info: [
    {
      language: 'nl',
      category: ['Rescue'],
      event: 'AMBER Alert',
      urgency: 'Immediate',
      severity: 'Extreme',
      certainty: 'Likely',
      senderName: 'Politie',
      headline: 'Zoë (8) vermist in Utrecht',
      description: 'Zoë Müller-d’Oré is 8 jaar. Zij is voor het laatst gezien bij station Utrecht Centraal.',
      instruction: 'Zie je haar of de auto? Bel direct.',
    },
    {
      language: 'en',
      category: ['Rescue'],
      event: 'AMBER Alert',
      urgency: 'Immediate',
      severity: 'Extreme',
      certainty: 'Likely',
      senderName: 'Police',
      headline: 'Zoë (8) missing in Utrecht',
      description: 'Zoë Müller-d’Oré is 8 years old. She was last seen at Utrecht Centraal station.',
      instruction: 'Have you seen her or the car? Call at once.',
    },
  ],
  subject: {
    name: 'Zoë Müller-d’Oré',
    age: 8,
    sex: 'female',
    looks: { nl: 'lang blond haar, bril', en: 'long fair hair, glasses' },
    clothes: { nl: 'rode jas, blauwe rugzak', en: 'red coat, blue backpack' },
  },
  vehicle: {
    make: 'Volvo',
    model: 'V60',
    colour: { nl: 'grijze', en: 'grey' },
    plate: 'XX-123-X',
    country: 'NL',
  },
  place: {
    description: { nl: 'station Utrecht Centraal', en: 'Utrecht Centraal station' },
    time: toCapTime(TEST_TIME - 45 * MINUTE),
  },
  call: ['0800-0000'],
}
