import { expect, it } from 'vitest'
import { openEnvelope } from '../alert/envelope.ts'
import { KeyringSchema, keyringOf } from '../alert/keyring.ts'
import { amberAlert } from './alerts.ts'
import { keyringText, sealed, testKey } from './keys.ts'
import { TEST_TIME } from './test-clock.ts'

it('seals an alert that a device with the keyring opens', () => {
  const key = testKey()
  const keyring = keyringOf(KeyringSchema.parse(JSON.parse(keyringText(key))))
  const opened = openEnvelope(sealed(amberAlert(), key), keyring, TEST_TIME)
  expect(opened).toMatchObject({ ok: true, value: { alert: { subject: { name: 'Zoë Müller-d’Oré' } } } })
})
