import { expect, test } from 'vitest'
import { MAX_ENVELOPE_BYTES } from '../../display-client/alert/envelope.ts'
import { amberAlert, cancelOf } from '../../display-client/testkit/alerts.ts'
import { sealed, testKey } from '../../display-client/testkit/keys.ts'
import { claimsOf } from './claims.ts'

const key = testKey()
const envelope = (payload: unknown): Buffer => {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
  return Buffer.from(JSON.stringify({ payload: Buffer.from(text).toString('base64url') }))
}

test('an envelope claims to be about its sender, and about whom it refers to', () => {
  const alert = amberAlert()
  expect(claimsOf(sealed(alert, key))).toEqual([alert.sender])
  expect(claimsOf(sealed(cancelOf(alert), key))).toEqual([alert.sender])
  expect(claimsOf(sealed(cancelOf(alert, { sender: 'lms@example.org' }), key))).toEqual([
    'lms@example.org',
    alert.sender,
  ])
})

test('it claims no more than three, so that nobody can make a list too long', () => {
  const references = Array.from({ length: 64 }, (_, index) => ({ sender: `sender-${index}` }))
  expect(claimsOf(envelope({ sender: 'a', references }))).toEqual(['a', 'sender-0', 'sender-1'])
})

test.each<[what: string, bytes: Buffer]>([
  ['no JSON', Buffer.from('no envelope')],
  ['no object', Buffer.from('[]')],
  ['no payload', Buffer.from('{}')],
  ['a payload that is no JSON', envelope('{')],
  ['a payload that is no object', envelope('null')],
  ['a sender that is none', envelope({ sender: 'two words', references: [null, 1, { sender: '' }] })],
  ['references that are none', envelope({ references: { sender: 'a' } })],
  ['too much', Buffer.alloc(MAX_ENVELOPE_BYTES + 1, ' ')],
])('%s claims nothing', (_, bytes) => {
  expect(claimsOf(bytes)).toEqual([])
})
