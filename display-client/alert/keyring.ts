import { generateKeyPairSync } from 'node:crypto'
import { z } from 'zod'
import { capTime, toCapTime } from './cap-time.ts'
import { capName, time } from './model.ts'

/**
 * The keys that a device trusts (`kijkuit-keyring/1`) and the private half that an issuer keeps (`kijkuit-key/1`),
 * DESIGN §5.2. Ed25519 keys are JSON Web Keys as in RFC 8037 §2.
 */

/**
 * What a key may sign. `issuer`: everything; `supervisor`: an Update or Cancel of anybody's incident; `test`: status
 * Test only; `drill`: status Exercise only.
 */
export const ROLES = ['issuer', 'supervisor', 'test', 'drill'] as const
export type Role = (typeof ROLES)[number]

/** Key ids are printed in logs and file names. */
export const KEY_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

const kid = z.string({ error: 'must be text' }).regex(KEY_ID, {
  error: 'must be 1 to 64 letters, digits, dots, hyphens and underscores',
})

/** 32 bytes in base64url without padding; the last character carries only four bits, so two are zero. */
const key32 = z.string({ error: 'must be text' }).regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/, {
  error: 'must be 32 bytes in base64url without padding: 43 characters (RFC 8037 §2)',
})

const keyType = {
  kty: z.literal('OKP', { error: 'must be OKP (an Ed25519 key, RFC 8037)' }),
  crv: z.literal('Ed25519', { error: 'must be Ed25519' }),
  x: key32,
}

/** The public half, RFC 8037 §2. */
const PublicKeySchema = z.strictObject(keyType)

const KeyringEntrySchema = z
  .strictObject({
    /** Key id; the header of a message names it. */
    kid,
    roles: z.array(z.enum(ROLES, { error: `must be one of ${ROLES.join(', ')}` })).min(1, {
      error: `needs at least one of ${ROLES.join(', ')}`,
    }),
    /** The CAP senders it may speak for. */
    senders: z
      .array(capName)
      .min(1, { error: 'needs at least one sender that this key may speak for' })
      .max(256),
    /** From this moment on. */
    notBefore: time,
    /** Up to and including this moment. */
    notAfter: time,
    publicKey: PublicKeySchema,
  })
  .superRefine((entry, context) => {
    const [from, until] = [capTime(entry.notBefore), capTime(entry.notAfter)]
    // A time that is none has a fault of its own already.
    if (from !== undefined && until !== undefined && until <= from) {
      context.addIssue({ code: 'custom', path: ['notAfter'], message: 'must be later than notBefore' })
    }
  })

/** One trusted key. */
export type KeyringEntry = Readonly<z.output<typeof KeyringEntrySchema>>

const unlikeKids = <Entry extends { readonly kid: string }>(
  entries: readonly Entry[],
  context: z.RefinementCtx<Entry[]>,
): void => {
  const seen = new Set<string>()
  entries.forEach((entry, index) => {
    if (seen.has(entry.kid)) {
      context.addIssue({ code: 'custom', path: [index, 'kid'], message: 'is the id of two keys' })
    }
    seen.add(entry.kid)
  })
}

/** Two keys of one issuer may stand in it during a roll-over. */
export const keys = z.array(KeyringEntrySchema).max(256).superRefine(unlikeKids)

/** Why a key is no longer to be believed. A key that only ran its time is left out of the keyring instead. */
export const REVOCATION_REASONS = ['stolen', 'lost', 'misused'] as const

const RevocationSchema = z.strictObject({
  kid,
  /** Since when it may have been in wrong hands, as far as is known; for people, see keyring-update.ts. */
  since: time,
  reason: z.enum(REVOCATION_REASONS, { error: `must be one of ${REVOCATION_REASONS.join(', ')}` }),
})

/** One key that is never believed again. */
export type Revocation = Readonly<z.output<typeof RevocationSchema>>

export const MOST_REVOKED = 1_024
export const revoked = z.array(RevocationSchema).max(MOST_REVOKED).superRefine(unlikeKids)

/** Counts the keyrings of one fleet; never beyond what a number holds exactly. */
export const sequence = z.int({ error: 'must be a whole number' }).min(1, { error: 'must be at least 1' })

/** Says so of each key that is both trusted and revoked. */
export function refuseRevoked(
  file: { readonly keys: readonly KeyringEntry[]; readonly revoked?: readonly Revocation[] | undefined },
  wrong: (path: (string | number)[], message: string) => void,
): void {
  const gone = new Set(file.revoked?.map((one) => one.kid))
  file.keys.forEach((entry, index) => {
    if (gone.has(entry.kid)) wrong(['keys', index, 'kid'], 'is revoked; make a new key under a new id')
  })
}

/** The file a device is given, and what it becomes with each update (keyring-update.ts): `kijkuit-keyring/1`. */
export const KeyringSchema = z
  .strictObject({
    schema: z.literal('kijkuit-keyring/1', { error: 'must be kijkuit-keyring/1' }),
    /** Of the update that it stands at; absent when there was none. */
    sequence: sequence.optional(),
    keys,
    /** The keys that are never believed again; absent means none. */
    revoked: revoked.optional(),
  })
  .superRefine((file, context) => {
    refuseRevoked(file, (path, message) => context.addIssue({ code: 'custom', path, message }))
  })
export type KeyringFile = Readonly<z.output<typeof KeyringSchema>>

/** What is left of a key that was revoked: enough to know it by. */
export interface RevokedKey {
  readonly revoked: Revocation
}

/** The keys of a device by their id, and those that it must never believe again. */
export type Keyring = ReadonlyMap<string, KeyringEntry | RevokedKey>

/** @returns the keys of `file`, ready for use */
export function keyringOf(file: KeyringFile): Keyring {
  return new Map<string, KeyringEntry | RevokedKey>([
    ...file.keys.map((entry) => [entry.kid, entry] as const),
    // Last: whatever a file says, revoked wins.
    ...(file.revoked ?? []).map((one) => [one.kid, { revoked: one }] as const),
  ])
}

/** Whether `now` (ms since 1970) lies in the window of `key`, both ends included. */
export function isValidAt(key: KeyringEntry, now: number): boolean {
  const [from = Number.NaN, until = Number.NaN] = [capTime(key.notBefore), capTime(key.notAfter)]
  return from <= now && now <= until
}

/** Whether `key` may change or end what `sender` began (DESIGN §5.3.3). */
export function speaksFor(key: KeyringEntry, sender: string): boolean {
  return key.roles.includes('supervisor') || key.senders.includes(sender)
}

/** The private half as its owner keeps it: `kijkuit-key/1`. Never leaves the issuer. */
export const KeyFileSchema = z.strictObject({
  schema: z.literal('kijkuit-key/1', { error: 'must be kijkuit-key/1' }),
  kid,
  privateKey: z.strictObject({ ...keyType, d: key32 }),
})
export type KeyFile = Readonly<z.output<typeof KeyFileSchema>>
export type PrivateKey = KeyFile['privateKey']

/** What a new key is to be. */
export interface KeyPurpose {
  readonly kid: string
  readonly roles: readonly [Role, ...Role[]]
  /** The CAP senders it may speak for. */
  readonly senders: readonly [string, ...string[]]
  /** ms since 1970 */
  readonly notBefore: number
  /** ms since 1970; later than `notBefore` */
  readonly notAfter: number
}

/** A key pair: the entry is for the keyring of every device, the file for its owner alone. */
export interface NewKey {
  readonly entry: KeyringEntry
  readonly file: KeyFile
}

/** Makes an Ed25519 key pair; its randomness is that of OpenSSL. The caller has checked `purpose`. */
export function generateKey(purpose: KeyPurpose): NewKey {
  const { x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  if (x === undefined || d === undefined) throw new Error('OpenSSL made an Ed25519 key without x or d')
  const publicKey = { kty: 'OKP', crv: 'Ed25519', x } as const
  return {
    entry: {
      kid: purpose.kid,
      roles: [...purpose.roles],
      senders: [...purpose.senders],
      notBefore: toCapTime(purpose.notBefore),
      notAfter: toCapTime(purpose.notAfter),
      publicKey,
    },
    file: { schema: 'kijkuit-key/1', kid: purpose.kid, privateKey: { ...publicKey, d } },
  }
}
