import { describe, expect, it } from 'vitest'
import { plainWords } from '../base/plain-words.ts'
import { testKey } from '../testkit/keys.ts'
import { TEST_TIME } from '../testkit/test-clock.ts'
import { generateKey, KeyFileSchema, KeyringSchema, keyringOf } from './keyring.ts'

const key = testKey()

/** What is wrong with a keyring whose entries are these. */
function faultsOf(...keys: readonly unknown[]): readonly string[] {
  const read = KeyringSchema.safeParse({ schema: 'kijkuit-keyring/1', keys }, { error: plainWords })
  return read.success ? [] : read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
}

describe('generateKey', () => {
  it('makes an entry for the keyring and a key file, both of which are read back', () => {
    expect(faultsOf(key.entry)).toEqual([])
    expect(KeyFileSchema.safeParse(JSON.parse(JSON.stringify(key.file))).success).toBe(true)
  })

  it('gives the entry what was asked for and nothing of the private half', () => {
    const made = generateKey({
      kid: 'lms-2026',
      roles: ['issuer', 'supervisor'],
      senders: ['lms@example.org'],
      notBefore: TEST_TIME,
      notAfter: TEST_TIME + 1000,
    })
    expect(made.entry).toEqual({
      kid: 'lms-2026',
      roles: ['issuer', 'supervisor'],
      senders: ['lms@example.org'],
      notBefore: '2026-11-22T16:00:00+00:00',
      notAfter: '2026-11-22T16:00:01+00:00',
      publicKey: { kty: 'OKP', crv: 'Ed25519', x: made.file.privateKey.x },
    })
  })

  it('makes another key each time', () => {
    expect(testKey().entry.publicKey.x).not.toBe(key.entry.publicKey.x)
  })
})

describe('KeyringSchema', () => {
  it('takes two keys of one issuer, for a roll-over (DESIGN §5.2)', () => {
    const next = testKey({ kid: 'test-2' })
    expect(faultsOf(key.entry, next.entry)).toEqual([])
  })

  it.each([
    ['a private key', { publicKey: key.file.privateKey }, 'keys.0.publicKey: has a key that is not known'],
    [
      'a key of another curve',
      { publicKey: { ...key.entry.publicKey, crv: 'X25519' } },
      'keys.0.publicKey.crv: must be Ed25519',
    ],
    [
      'a key that is too short',
      { publicKey: { ...key.entry.publicKey, x: 'AAAA' } },
      'keys.0.publicKey.x: must be 32 bytes in base64url without padding: 43 characters (RFC 8037 §2)',
    ],
    [
      'a key id with a space',
      { kid: 'a b' },
      'keys.0.kid: must be 1 to 64 letters, digits, dots, hyphens and underscores',
    ],
    ['no role', { roles: [] }, 'keys.0.roles: needs at least one of issuer, supervisor, test, drill'],
    [
      'an unknown role',
      { roles: ['admin'] },
      'keys.0.roles.0: must be one of issuer, supervisor, test, drill',
    ],
    ['no sender', { senders: [] }, 'keys.0.senders: needs at least one sender that this key may speak for'],
    [
      'a window that is empty',
      { notAfter: key.entry.notBefore },
      'keys.0.notAfter: must be later than notBefore',
    ],
  ])('refuses %s', (_, changes, fault) => {
    expect(faultsOf({ ...key.entry, ...changes })).toEqual([fault])
  })

  it('refuses two keys of one id', () => {
    expect(faultsOf(key.entry, key.entry)).toEqual(['keys.1.kid: is the id of two keys'])
  })
})

describe('revoked keys', () => {
  const since = '2026-11-22T16:00:00+00:00'

  it('stand in the keyring file with since when and why', () => {
    const revoked = [{ kid: 'old', since, reason: 'stolen' }]
    const file = { schema: 'kijkuit-keyring/1', sequence: 3, keys: [key.entry], revoked }
    expect(KeyringSchema.parse(file)).toEqual(file)
  })

  it.each([
    ['are trusted no longer', { kid: 'test-1', since, reason: 'stolen' }, 'keys.0.kid'],
    [
      'have a reason out of a list, so that no name gets into logs',
      { kid: 'old', since, reason: 'Jan' },
      'revoked.0.reason',
    ],
  ])('%s', (_, one, path) => {
    const read = KeyringSchema.safeParse({ schema: 'kijkuit-keyring/1', keys: [key.entry], revoked: [one] })
    expect(read.error?.issues.map((issue) => issue.path.join('.'))).toEqual([path])
  })
})

describe('keyringOf', () => {
  it('finds a key by its id', () => {
    const keyring = keyringOf({ schema: 'kijkuit-keyring/1', keys: [key.entry] })
    expect(keyring.get('test-1')).toBe(key.entry)
    expect(keyring.get('test-2')).toBeUndefined()
  })
})
