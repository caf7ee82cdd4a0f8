import { moment } from './cap-time.ts'
import type { SignedEnd } from './incident.ts'
import { EVERYBODY } from './incident-id.ts'
import type { KeyringEntry } from './keyring.ts'
import type { Alert } from './model.ts'

/** What a message says of itself, whatever came before it: whether it ends something, and whose. */

/** Why a message ends its incident, if it does; each of its languages must say so. */
export function signedEnd({ msgType, info }: Alert): SignedEnd | undefined {
  if (msgType === 'Cancel') return 'cancelled'
  const allClear = info.filter((one) => one.responseType.includes('AllClear'))
  if (!info.every((one) => allClear.includes(one) || one.urgency === 'Past')) return undefined
  return allClear.length > 0 ? 'all-clear' : 'past'
}

/**
 * Whose incidents of its key a message is about.
 *
 * An issuer's is about his own. A supervisor says by its references whom he means (CAP 1.2 §3.2.1: they carry the sender): an
 * Update is about the incident of whoever sent the earliest message that they name, an end about those of all whom they name. A
 * key that is a supervisor's only begins nothing; an end by it that names nobody else ends the incidents of {@link EVERYBODY},
 * because his word that it is over must never fail.
 */
export function ownersOf(
  alert: Alert,
  { roles }: Pick<KeyringEntry, 'roles'>,
): readonly [string, ...string[]] {
  const { sender, references } = alert
  if (!roles.includes('supervisor')) return [sender]
  const [first = sender, ...more] = new Set(
    references
      .toSorted((one, other) => moment(one.sent) - moment(other.sent))
      .map((reference) => reference.sender),
  )
  if (signedEnd(alert) === undefined) return [first]
  const isAmbiguous = first === sender && more.length === 0 && !roles.includes('issuer')
  return isAmbiguous ? [EVERYBODY] : [first, ...more]
}
