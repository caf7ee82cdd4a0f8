import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { FlattenedSign } from 'jose'
import { describe, expect, it } from 'vitest'
import { amberAlert, cancelOf, updateOf } from '../testkit/alerts.ts'
import { sealed, testKey } from '../testkit/keys.ts'
import { TEST_TIME } from '../testkit/test-clock.ts'
import { MAX_ENVELOPE_BYTES, openEnvelope, sealAlert } from './envelope.ts'
import { type Keyring, keyringOf, type NewKey, type Role } from './keyring.ts'
import type { Alert } from './model.ts'
import type { RejectionCode } from './rejection.ts'

const key = testKey()
const keyring = ringOf(key)
const alert = amberAlert()
const good = sealed(alert, key)

function ringOf(...keys: readonly NewKey[]): Keyring {
  return keyringOf({ schema: 'kijkuit-keyring/1', keys: keys.map((one) => one.entry) })
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function members(envelope: Uint8Array): Record<string, unknown> {
  return JSON.parse(new TextDecoder().decode(envelope))
}

/** The good envelope with other members. */
function changed(changes: Readonly<Record<string, unknown>>): Uint8Array {
  return bytes(JSON.stringify({ ...members(good), ...changes }))
}

/** A truly signed envelope with whatever header. */
async function signedWith(header: Readonly<Record<string, unknown>>): Promise<Uint8Array> {
  const jws = await new FlattenedSign(bytes(JSON.stringify(alert)))
    .setProtectedHeader({ alg: 'EdDSA', kid: key.file.kid, typ: 'alert+jws', ...header })
    .sign({ ...key.file.privateKey }, { crit: { b64: true, secret: true } })
  return bytes(JSON.stringify(jws))
}

function codeOf(envelope: Uint8Array, trusted = keyring, now = TEST_TIME): RejectionCode | 'opened' {
  const opened = openEnvelope(envelope, trusted, now)
  return opened.ok ? 'opened' : opened.failure.code
}

describe('sealAlert', () => {
  it('makes a flattened JWS with exactly three members (RFC 7515 §7.2.2)', () => {
    expect(Object.keys(members(good)).sort()).toEqual(['payload', 'protected', 'signature'])
  })

  it('protects exactly alg, kid and typ (DESIGN §5.2)', () => {
    const header = JSON.parse(Buffer.from(String(members(good)['protected']), 'base64url').toString())
    expect(header).toEqual({ alg: 'EdDSA', kid: 'test-1', typ: 'alert+jws' })
  })

  it('carries the payload byte for byte', () => {
    const payload = bytes(`${JSON.stringify(alert)} \n`)
    const jws = members(sealAlert(payload, key.file.privateKey, key.file.kid))
    expect(Buffer.from(String(jws['payload']), 'base64url')).toEqual(Buffer.from(payload))
  })

  it('makes the very bytes that another implementation makes: Ed25519 has one signature (RFC 8032 §5.1.6)', async () => {
    const theirs = members(await signedWith({}))
    expect(members(good)).toEqual(theirs)
  })
})

describe('openEnvelope', () => {
  it('gives the alert, the key that signed it and the digest of the bytes received', () => {
    expect(openEnvelope(good, keyring, TEST_TIME)).toEqual({
      ok: true,
      value: { alert, key: key.entry, digest: createHash('sha256').update(good).digest('hex') },
    })
  })

  it('accepts both keys during a roll-over (DESIGN §5.2)', () => {
    const next = testKey({ kid: 'test-2' })
    const both = ringOf(key, next)
    expect(codeOf(good, both)).toBe('opened')
    expect(codeOf(sealed(alert, next), both)).toBe('opened')
  })

  describe('refuses what is no envelope', () => {
    it.each([
      ['nothing', ''],
      ['a bare alert, unsigned', JSON.stringify(alert)],
      ['a list', '[]'],
      ['null', 'null'],
      ['compact serialization (RFC 7515 §7.1)', 'eyJhbGciOiJFZERTQSJ9.e30.AAAA'],
      ['general serialization (RFC 7515 §7.2.1)', '{"payload":"e30","signatures":[]}'],
      ['a byte order mark (RFC 8259 §8.1)', '\ufeff{}'],
      ['nesting that would exhaust a stack', '['.repeat(100_000)],
    ])('%s', (_, text) => {
      expect(codeOf(bytes(text))).toBe('envelope-malformed')
    })

    it('bytes that are not UTF-8', () => {
      expect(codeOf(Uint8Array.of(0x22, 0xff, 0x22))).toBe('envelope-malformed')
    })

    it('a JWS with a member that nobody knows', () => {
      expect(codeOf(changed({ extra: 1 }))).toBe('envelope-malformed')
      const text = JSON.stringify(members(good)).replace('{', '{"__proto__":{},')
      expect(codeOf(bytes(text))).toBe('envelope-malformed')
    })

    it.each(['payload', 'protected', 'signature'])('a JWS without %s, or where it is no text', (name) => {
      expect(codeOf(changed({ [name]: undefined }))).toBe('envelope-malformed')
      expect(codeOf(changed({ [name]: 5 }))).toBe('envelope-malformed')
    })

    it('a protected header that is not base64url of a JSON object', () => {
      expect(codeOf(changed({ protected: '!!' }))).toBe('envelope-malformed')
      expect(codeOf(changed({ protected: '' }))).toBe('envelope-malformed')
      expect(codeOf(changed({ protected: encoded(['EdDSA']) }))).toBe('envelope-malformed')
    })

    it('more bytes than the largest message in the field carries, and reads that many', () => {
      const padded = (size: number): Uint8Array => {
        const all = new Uint8Array(size).fill(0x20)
        all.set(good)
        return all
      }
      expect(codeOf(padded(MAX_ENVELOPE_BYTES))).toBe('opened')
      expect(codeOf(padded(MAX_ENVELOPE_BYTES + 1))).toBe('envelope-too-large')
    })
  })

  describe('honours no other algorithm (RFC 8725 §3.1)', () => {
    it.each(['none', 'HS256', 'ES256', 'Ed25519', 'eddsa', '', 5, undefined])('%s', (alg) => {
      const header = encoded({ alg, kid: 'test-1', typ: 'alert+jws' })
      expect(codeOf(changed({ protected: header }))).toBe('algorithm-forbidden')
      expect(codeOf(changed({ protected: header, signature: '' }))).toBe('algorithm-forbidden')
    })
  })

  describe('honours no header but alg, kid and typ, even when it is truly signed (DESIGN §5.2)', () => {
    it.each([
      ['jwk (RFC 7515 §4.1.3)', { jwk: key.entry.publicKey }],
      ['jku (RFC 7515 §4.1.2)', { jku: 'https://example.org/keys' }],
      ['x5u (RFC 7515 §4.1.5)', { x5u: 'https://example.org/cert' }],
      ['x5c (RFC 7515 §4.1.6)', { x5c: ['AAAA'] }],
      ['cty (RFC 7515 §4.1.10)', { cty: 'json' }],
      ['an unknown crit (RFC 7515 §4.1.11)', { crit: ['secret'], secret: 1 }],
      ['an unencoded payload (RFC 7797 §3)', { crit: ['b64'], b64: true }],
      ['another typ', { typ: 'JWT' }],
      ['the typ of a manifest', { typ: 'manifest+jws' }],
      ['the typ of a keyring update', { typ: 'keyring+jws' }],
      ['a longer form of typ (RFC 7515 §4.1.9)', { typ: 'application/alert+jws' }],
      ['no typ', { typ: undefined }],
      ['no kid', { kid: undefined }],
      ['a kid that is no text', { kid: 5 }],
    ])('%s', async (_, header) => {
      expect(codeOf(await signedWith(header))).toBe('header-forbidden')
    })

    it('an unprotected header (RFC 7515 §7.2.1), whatever it says', () => {
      expect(codeOf(changed({ header: {} }))).toBe('header-forbidden')
      expect(codeOf(changed({ header: { kid: 'test-1' } }))).toBe('header-forbidden')
    })
  })

  describe('trusts only the keyring', () => {
    it('refuses a key that is not in it', () => {
      expect(codeOf(good, ringOf())).toBe('key-unknown')
    })

    it('refuses a key that was revoked, however good its signature', () => {
      const revoked = [{ kid: 'test-1', since: alert.sent, reason: 'stolen' as const }]
      const without = keyringOf({ schema: 'kijkuit-keyring/1', keys: [], revoked })
      expect(codeOf(good, without)).toBe('key-revoked')
      const both = keyringOf({ schema: 'kijkuit-keyring/1', keys: [key.entry], revoked })
      expect(codeOf(good, both)).toBe('key-revoked')
    })

    it('names an unknown key in the detail only when it looks like one', async () => {
      const named = openEnvelope(sealed(alert, testKey({ kid: 'other-1' })), keyring, TEST_TIME)
      expect(named).toMatchObject({ failure: { code: 'key-unknown', detail: 'kid other-1' } })
      const foul = openEnvelope(await signedWith({ kid: 'Zoë\nMüller' }), keyring, TEST_TIME)
      expect(foul).toMatchObject({ failure: { code: 'key-unknown', detail: 'kid is no key id' } })
    })

    it('refuses an envelope whose signature is empty', () => {
      expect(codeOf(changed({ signature: '' }))).toBe('signature-wrong')
    })

    it('refuses a stranger who uses the id of a trusted key', () => {
      expect(codeOf(sealed(alert, testKey()))).toBe('signature-wrong')
    })

    it('refuses a key that is no point on the curve, instead of failing', () => {
      const broken = { ...key.entry, publicKey: { ...key.entry.publicKey, x: `${'_'.repeat(42)}8` } }
      expect(codeOf(good, new Map([[broken.kid, broken]]))).toBe('signature-wrong')
    })

    it('refuses another payload under the same signature', () => {
      expect(codeOf(changed({ payload: encoded(amberAlert({ call: ['0900-0000'] })) }))).toBe(
        'signature-wrong',
      )
    })

    it('refuses a second spelling of the same signature (RFC 4648 §3.5)', () => {
      const signature = String(members(good)['signature'])
      const last = 'AQgw'.indexOf(signature.slice(-1))
      const other = 'BRhx'.charAt(last)
      expect(Buffer.from(signature.slice(0, -1) + other, 'base64url')).toEqual(
        Buffer.from(signature, 'base64url'),
      )
      expect(codeOf(changed({ signature: signature.slice(0, -1) + other }))).toBe('signature-wrong')
      expect(codeOf(changed({ signature: `${signature}==` }))).toBe('signature-wrong')
    })

    it('honours a key from the first to the last moment of its window, and not beyond', () => {
      const short = testKey({ notBefore: TEST_TIME, notAfter: TEST_TIME + 1000 })
      const envelope = sealed(alert, short)
      expect(codeOf(envelope, ringOf(short), TEST_TIME)).toBe('opened')
      expect(codeOf(envelope, ringOf(short), TEST_TIME + 1000)).toBe('opened')
      expect(codeOf(envelope, ringOf(short), TEST_TIME - 1)).toBe('key-not-valid-now')
      expect(codeOf(envelope, ringOf(short), TEST_TIME + 1001)).toBe('key-not-valid-now')
      expect(codeOf(envelope, ringOf(short), Number.NaN)).toBe('key-not-valid-now')
    })

    it('refuses a key that speaks for somebody else', () => {
      const other = testKey({ senders: ['brandweer@example.org'] })
      expect(codeOf(sealed(alert, other), ringOf(other))).toBe('sender-forbidden')
    })
  })

  describe('lets a key sign only what its roles allow (DESIGN §5.2)', () => {
    const asTest = amberAlert({ status: 'Test' })
    const asExercise = amberAlert({ status: 'Exercise' })
    const asDraft = amberAlert({ status: 'Draft' })
    const every = { alert, update: updateOf(alert), cancel: cancelOf(alert), asTest, asExercise, asDraft }
    const testCancel = cancelOf(asTest)

    it.each<[Role, Partial<Record<keyof typeof every, true>>]>([
      ['issuer', { alert: true, update: true, cancel: true, asTest: true, asExercise: true, asDraft: true }],
      ['supervisor', { update: true, cancel: true }],
      ['test', { asTest: true }],
      ['drill', { asExercise: true }],
    ])('%s', (role, allowed) => {
      const one = testKey({ roles: [role] })
      for (const [name, message] of Object.entries(every)) {
        const code = codeOf(sealed(message, one), ringOf(one))
        expect([name, code]).toEqual([name, name in allowed ? 'opened' : 'role-forbidden'])
      }
    })

    it('a test key can never produce Actual, whatever the message', () => {
      const one = testKey({ roles: ['test', 'drill'] })
      for (const message of [alert, updateOf(alert), cancelOf(alert)]) {
        expect(codeOf(sealed(message, one), ringOf(one))).toBe('role-forbidden')
      }
      expect(codeOf(sealed(testCancel, one), ringOf(one))).toBe('opened')
    })
  })

  describe('refuses a signed payload that is no alert', () => {
    function detailOf(payload: Uint8Array | string): string {
      const opened = openEnvelope(sealAlert(payload, key.file.privateKey, 'test-1'), keyring, TEST_TIME)
      expect(opened).toMatchObject({ ok: false, failure: { code: 'alert-malformed' } })
      return opened.ok ? '' : opened.failure.detail
    }

    it('because it is not JSON in UTF-8', () => {
      expect(detailOf('')).toBe('not JSON in UTF-8')
      expect(detailOf('{"schema":')).toBe('not JSON in UTF-8')
      expect(detailOf(Uint8Array.of(0x22, 0xc3, 0x28, 0x22))).toBe('not JSON in UTF-8')
      expect(detailOf(`\ufeff${JSON.stringify(alert)}`)).toBe('not JSON in UTF-8')
    })

    it('because a field is wrong, and says which', () => {
      expect(detailOf(JSON.stringify({ ...alert, revision: 0 }))).toBe('revision: must be at least 1')
      expect(detailOf(JSON.stringify({ ...alert, extra: 1 }))).toBe('has a key that is not known')
    })

    it('without repeating anything that may be personal (DESIGN §5.3.6)', () => {
      expect(detailOf(JSON.stringify({ ...alert, Zoë: 'Zoë' }))).not.toContain('Zoë')
      expect(detailOf(JSON.stringify({ ...alert, subject: { looks: { Zoë: 'Zoë' } } }))).not.toContain('Zoë')
      expect(detailOf(JSON.stringify({ ...alert, subject: { sex: 'Zoë' } }))).not.toContain('Zoë')
    })
  })

  describe('whatever a stranger sends', () => {
    it('never throws and opens nothing: random bytes', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 400 }), (random) => {
          expect(codeOf(random)).toBe('envelope-malformed')
        }),
        { numRuns: 300 },
      )
    })

    it('never throws and opens nothing: random JSON, also with the members of an envelope', () => {
      const part = fc.oneof(fc.string(), fc.base64String(), fc.json().map(encodedText), fc.jsonValue())
      const envelope = fc.oneof(
        fc.jsonValue(),
        fc.record({ payload: part, protected: part, signature: part, header: part }, { requiredKeys: [] }),
      )
      fc.assert(
        fc.property(envelope, (value) => {
          expect(codeOf(bytes(JSON.stringify(value)))).not.toBe('opened')
        }),
        { numRuns: 300 },
      )
    })

    it('never throws and never opens: a good envelope with one byte replaced', () => {
      fc.assert(
        fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, difference) => {
          const mutated = Uint8Array.from(good)
          mutated[at] = (mutated[at] ?? 0) ^ difference
          expect(codeOf(mutated)).not.toBe('opened')
        }),
        { numRuns: 1000 },
      )
    })

    it('never throws and never opens: a good envelope cut short, or with bytes taken out', () => {
      fc.assert(
        fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 40 }), (at, length) => {
          const shortened = Uint8Array.from([...good.subarray(0, at), ...good.subarray(at + length)])
          expect(codeOf(shortened)).not.toBe('opened')
          expect(codeOf(good.subarray(0, at))).not.toBe('opened')
        }),
        { numRuns: 300 },
      )
    })

    it('never throws and never opens: the parts of two good envelopes mixed', () => {
      const other = members(sealed(updateOf(alert) satisfies Alert, key))
      expect(codeOf(changed({ payload: other['payload'] }))).toBe('signature-wrong')
      expect(codeOf(changed({ signature: other['signature'] }))).toBe('signature-wrong')
    })
  })
})

function encodedText(json: string): string {
  return Buffer.from(json).toString('base64url')
}
