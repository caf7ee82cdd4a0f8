import { sealAlert } from '../alert/envelope.ts'
import { generateKey, type KeyPurpose, type NewKey } from '../alert/keyring.ts'
import type { Alert } from '../alert/model.ts'
import { TEST_TIME } from './test-clock.ts'

const DAY = 24 * 60 * 60_000

/** A new key pair: an issuer's, that may speak for the sender of `amberAlert()` from a day before to a day after test time. */
export function testKey(purpose: Partial<KeyPurpose> = {}): NewKey {
  return generateKey({
    kid: 'test-1',
    roles: ['issuer'],
    senders: ['politie@example.org'],
    notBefore: TEST_TIME - DAY,
    notAfter: TEST_TIME + DAY,
    ...purpose,
  })
}

/** The signed envelope of `alert`, as it goes over the network. */
export function sealed(alert: Alert, key: NewKey): Uint8Array {
  return sealAlert(JSON.stringify(alert), key.file.privateKey, key.file.kid)
}

/** The text of a keyring file with these keys. */
export function keyringText(...keys: readonly NewKey[]): string {
  return JSON.stringify({ schema: 'kijkuit-keyring/1', keys: keys.map(({ entry }) => entry) })
}
