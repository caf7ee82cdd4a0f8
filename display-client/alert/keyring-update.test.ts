import { describe, expect, it } from 'vitest'
import { plainWords } from '../base/plain-words.ts'
import { amberAlert } from '../testkit/alerts.ts'
import { sealed, testKey } from '../testkit/keys.ts'
import { TEST_TIME as T0 } from '../testkit/test-clock.ts'
import { toCapTime } from './cap-time.ts'
import { openEnvelope } from './envelope.ts'
import { type KeyringEntry, type KeyringFile, keyringOf, type NewKey, type Revocation } from './keyring.ts'
import {
  applyUpdate,
  type KeyringUpdate,
  KeyringUpdateSchema,
  newerKeyring,
  openKeyringUpdate,
  sealKeyringUpdate,
} from './keyring-update.ts'
import { sealManifest } from './manifest.ts'

const DAY = 24 * 3_600_000
const at = (offset: number): string => toCapTime(T0 + offset)

const issuer = testKey()
const next = testKey({ kid: 'test-2' })
const supervisor = testKey({ kid: 'lms-1', roles: ['supervisor'], senders: ['lms@example.org'] })
const second = testKey({ kid: 'lms-2', roles: ['supervisor'], senders: ['lms@example.org'] })

const present: KeyringFile = { schema: 'kijkuit-keyring/1', keys: [issuer.entry, supervisor.entry] }

function revocation(kid: string): Revocation {
  return { kid, since: at(-DAY), reason: 'stolen' }
}

function updateTo(keys: readonly KeyringEntry[], changes: Partial<KeyringUpdate> = {}): KeyringUpdate {
  return {
    schema: 'kijkuit-keyring-update/1',
    sequence: 1,
    issuedAt: at(0),
    keys: [...keys],
    revoked: [],
    ...changes,
  }
}

const rollOver = updateTo([issuer.entry, next.entry, supervisor.entry])

function sign(update: unknown, key: NewKey): Uint8Array {
  return sealKeyringUpdate(JSON.stringify(update), key.file.privateKey, key.file.kid)
}

function codeOf(bytes: Uint8Array, keyring = present, now = T0): string {
  const opened = openKeyringUpdate(bytes, keyringOf(keyring), now)
  return opened.ok ? 'opened' : opened.failure.code
}

describe('openKeyringUpdate', () => {
  it('gives what a supervisor of the present keyring has signed', () => {
    const opened = openKeyringUpdate(sign(rollOver, supervisor), keyringOf(present), T0)
    expect(opened).toMatchObject({ ok: true, value: { update: rollOver, key: supervisor.entry } })
  })

  it('refuses everybody else, whoever the update itself makes supervisor', () => {
    const self = updateTo([{ ...issuer.entry, roles: ['supervisor'] }])
    expect(codeOf(sign(self, issuer))).toBe('role-forbidden')
    expect(codeOf(sign(updateTo([second.entry]), second))).toBe('key-unknown')
  })

  it('refuses a supervisor whose key has run out or was revoked', () => {
    const bytes = sign(rollOver, supervisor)
    expect(codeOf(bytes, present, T0 + 2 * DAY)).toBe('key-not-valid-now')
    const without = { ...present, keys: [issuer.entry], revoked: [revocation('lms-1')] }
    expect(codeOf(bytes, without)).toBe('key-revoked')
  })

  it('refuses what was signed as something else, and an update is nothing else', () => {
    const text = JSON.stringify(rollOver)
    const asManifest = sealManifest(text, supervisor.file.privateKey, 'lms-1')
    expect(codeOf(asManifest)).toBe('header-forbidden')
    const asAlert = openEnvelope(sign(amberAlert(), issuer), keyringOf(present), T0)
    expect(asAlert).toMatchObject({ failure: { code: 'header-forbidden', detail: 'typ is not alert+jws' } })
  })

  it.each<[string, object]>([
    ['another schema', { schema: 'kijkuit-keyring/1' }],
    ['no sequence', { sequence: undefined }],
    ['a sequence that is none', { sequence: 0 }],
    ['a key that is both trusted and revoked', { revoked: [revocation('test-1')] }],
    ['a revocation for later', { revoked: [{ ...revocation('x'), since: at(DAY) }] }],
    ['one revocation twice', { revoked: [revocation('x'), revocation('x')] }],
    ['a field that nobody knows', { extra: 1 }],
  ])('refuses %s', (_, changes) => {
    expect(codeOf(sign({ ...rollOver, ...changes }, supervisor))).toBe('keyring-update-malformed')
  })

  it('says in words what is wrong', () => {
    const read = KeyringUpdateSchema.safeParse(
      { ...rollOver, revoked: [revocation('test-1'), { ...revocation('x'), since: at(DAY) }] },
      { error: plainWords },
    )
    expect(read.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
      'keys.0.kid: is revoked; make a new key under a new id',
      'revoked.1.since: is later than issuedAt; a key is revoked at once or not at all',
    ])
  })
})

describe('applyUpdate', () => {
  it('adds a key beside the old one: both are believed (roll-over, DESIGN §5.2)', () => {
    const applied = applyUpdate(present, rollOver)
    if (!applied.ok) throw new Error(applied.failure.code)
    const keyring = keyringOf(applied.value)
    for (const key of [issuer, next]) {
      expect(openEnvelope(sealed(amberAlert(), key), keyring, T0)).toMatchObject({ ok: true })
    }
  })

  it('leaves out a key that has served its time: it is unknown then, not revoked', () => {
    const applied = applyUpdate(present, updateTo([next.entry, supervisor.entry]))
    if (!applied.ok) throw new Error(applied.failure.code)
    const opened = openEnvelope(sealed(amberAlert(), issuer), keyringOf(applied.value), T0)
    expect(opened).toMatchObject({ failure: { code: 'key-unknown' } })
  })

  it('revokes a key, whose messages are then refused as such', () => {
    const update = updateTo([next.entry, supervisor.entry], { revoked: [revocation('test-1')] })
    const applied = applyUpdate(present, update)
    if (!applied.ok) throw new Error(applied.failure.code)
    expect(applied.value.revoked).toEqual([revocation('test-1')])
    const opened = openEnvelope(sealed(amberAlert(), issuer), keyringOf(applied.value), T0)
    expect(opened).toEqual({ ok: false, failure: { code: 'key-revoked', detail: 'kid test-1' } })
  })

  it('takes only what is newer, and may skip what was missed', () => {
    const stands = { ...present, sequence: 5 }
    for (const sequence of [1, 4, 5]) {
      expect(applyUpdate(stands, { ...rollOver, sequence })).toEqual({
        ok: false,
        failure: { code: 'keyring-update-old', detail: `${sequence} after 5` },
      })
    }
    expect(applyUpdate(stands, { ...rollOver, sequence: 9 })).toMatchObject({
      ok: true,
      value: { sequence: 9 },
    })
  })

  it('never brings a revoked key back, and remembers it also when an update leaves it out', () => {
    const stands = { ...present, keys: [supervisor.entry], sequence: 1, revoked: [revocation('test-1')] }
    expect(applyUpdate(stands, { ...rollOver, sequence: 2 })).toEqual({
      ok: false,
      failure: { code: 'keyring-update-forbidden', detail: 'kid test-1 is revoked' },
    })
    const silent = updateTo([next.entry, supervisor.entry], { sequence: 2 })
    expect(applyUpdate(stands, silent)).toMatchObject({ value: { revoked: [revocation('test-1')] } })
  })

  it('never gives the id of one key to another', () => {
    const impostor = { ...issuer.entry, publicKey: next.entry.publicKey }
    expect(applyUpdate(present, updateTo([impostor, supervisor.entry]))).toMatchObject({
      failure: { code: 'keyring-update-forbidden', detail: 'kid test-1 names another key' },
    })
  })

  it.each<[string, KeyringUpdate]>([
    ['no supervisor', updateTo([issuer.entry])],
    ['no key at all', updateTo([])],
    [
      'only a supervisor whose key has run out',
      updateTo([{ ...supervisor.entry, notBefore: at(-2 * DAY), notAfter: at(-1000) }]),
    ],
    [
      'only a supervisor whose key is not valid yet',
      updateTo([{ ...supervisor.entry, notBefore: at(1000) }]),
    ],
  ])('never locks everybody out: %s', (_, update) => {
    expect(applyUpdate(present, update)).toEqual({
      ok: false,
      failure: { code: 'keyring-update-forbidden', detail: 'leaves no supervisor whose key is valid' },
    })
  })

  it('lets one supervisor take the place of another', () => {
    const update = updateTo([issuer.entry, second.entry], { revoked: [revocation('lms-1')] })
    expect(applyUpdate(present, update)).toMatchObject({ ok: true })
  })
})

describe('newerKeyring', () => {
  const updated: KeyringFile = { ...present, sequence: 3, revoked: [revocation('test-2')] }

  it('is what updates have made, until the owner installs a newer one', () => {
    expect(newerKeyring(present, updated)).toEqual(updated)
    expect(newerKeyring({ ...present, sequence: 4 }, updated)).toMatchObject({ sequence: 4 })
  })

  it('is the installed one when both count the same: the owner has the last word', () => {
    const installed: KeyringFile = { ...present, keys: [second.entry], sequence: 3 }
    expect(newerKeyring(installed, updated).keys).toEqual([second.entry])
  })

  it('keeps revoked what either has revoked', () => {
    const installed: KeyringFile = { ...present, keys: [issuer.entry, next.entry], sequence: 4 }
    const { keys, revoked } = newerKeyring(installed, updated)
    expect([keys, revoked]).toEqual([[issuer.entry], [revocation('test-2')]])
  })
})
