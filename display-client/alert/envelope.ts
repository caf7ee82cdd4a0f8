import { fail, ok, type Result } from '../base/result.ts'
import { nameOf, openJws, readPayload, sealJws } from './jws.ts'
import type { Keyring, KeyringEntry, PrivateKey } from './keyring.ts'
import { type Alert, AlertSchema } from './model.ts'
import type { Rejection } from './rejection.ts'

export { MAX_ENVELOPE_BYTES } from './jws.ts'

/** The signed envelope of an alert, DESIGN §5.2: a JWS of `typ: alert+jws`. */

/** A message whose signature, key and content are all in order. */
export interface OpenedEnvelope {
  readonly alert: Alert
  /** The key that signed it. */
  readonly key: KeyringEntry
  /** Lower-case hex SHA-256 of the envelope as it was received. */
  readonly digest: string
}

/**
 * Signs `payload` (the JSON text of an alert) as it is, byte for byte.
 *
 * Does not look at what it signs: check it against `AlertSchema`, and the result against {@link MAX_ENVELOPE_BYTES}.
 */
export function sealAlert(payload: Uint8Array | string, privateKey: PrivateKey, kid: string): Uint8Array {
  return sealJws('alert+jws', payload, privateKey, kid)
}

/**
 * Opens a message as it came from the network and says who signed what, or why it is refused. Never throws.
 *
 * @param bytes what was received; whatever a stranger may send
 * @param keyring the keys this device trusts
 * @param now ms since 1970; for the validity window of the key
 */
export function openEnvelope(
  bytes: Uint8Array,
  keyring: Keyring,
  now: number,
): Result<OpenedEnvelope, Rejection> {
  const opened = openJws('alert+jws', bytes, keyring, now)
  if (!opened.ok) return opened
  const { payload, key, digest } = opened.value
  const alert = readPayload(payload, AlertSchema, 'alert-malformed')
  if (!alert.ok) return alert
  const overreach = overreachOf(key, alert.value)
  return overreach === undefined ? ok({ alert: alert.value, key, digest }) : fail(overreach)
}

/** Why `key` may not sign `alert`: by its senders or its roles; undefined when it may. */
export function overreachOf(key: KeyringEntry, alert: Alert): Rejection | undefined {
  const { sender, status, msgType } = alert
  if (!key.senders.includes(sender)) return { code: 'sender-forbidden', detail: nameOf(key.kid) }
  if (maySign(key, alert)) return undefined
  return { code: 'role-forbidden', detail: `${nameOf(key.kid)}, ${status} ${msgType}` }
}

function maySign(key: KeyringEntry, { status, msgType }: Alert): boolean {
  if (key.roles.includes('issuer')) return true
  if (key.roles.includes('supervisor') && (msgType === 'Update' || msgType === 'Cancel')) return true
  if (status === 'Test') return key.roles.includes('test')
  if (status === 'Exercise') return key.roles.includes('drill')
  return false
}
