import { z } from 'zod'
import { fail, ok, type Result } from '../base/result.ts'
import { moment } from './cap-time.ts'
import { nameOf, openJws, readPayload, sealJws } from './jws.ts'
import {
  isValidAt,
  type Keyring,
  type KeyringEntry,
  type KeyringFile,
  keyringOf,
  keys,
  MOST_REVOKED,
  type PrivateKey,
  type Revocation,
  refuseRevoked,
  revoked,
  sequence,
} from './keyring.ts'
import { time } from './model.ts'
import type { Rejection } from './rejection.ts'

/**
 * Changing the keys of devices in the field (DESIGN §5.2): a JWS of `typ: keyring+jws`, signed by a supervisor whom the
 * device trusts already. How to work with it: docs/keys.md.
 *
 * An update holds the whole of what is to be, so a device that missed some is right again with the newest. Revocations
 * are not even undone by leaving them out.
 */

/** `kijkuit-keyring-update/1` */
export const KeyringUpdateSchema = z
  .strictObject({
    schema: z.literal('kijkuit-keyring-update/1', { error: 'must be kijkuit-keyring-update/1' }),
    /** Strictly rising over all supervisors of a fleet. */
    sequence,
    issuedAt: time,
    /** All keys that are trusted from now on. */
    keys,
    /** All keys that were ever revoked. */
    revoked,
  })
  .superRefine((update, context) => {
    const wrong = (path: (string | number)[], message: string): void => {
      context.addIssue({ code: 'custom', path, message })
    }
    refuseRevoked(update, wrong)
    update.revoked.forEach((one, index) => {
      // False when either is no time at all: that has a fault of its own already.
      if (Date.parse(one.since) > Date.parse(update.issuedAt)) {
        wrong(['revoked', index, 'since'], 'is later than issuedAt; a key is revoked at once or not at all')
      }
    })
  })
export type KeyringUpdate = Readonly<z.output<typeof KeyringUpdateSchema>>

/** An update whose signature, key and content are all in order. */
export interface OpenedKeyringUpdate {
  readonly update: KeyringUpdate
  /** The supervisor's key that signed it. */
  readonly key: KeyringEntry
  readonly digest: string
}

/** Signs the JSON text of an update as it is; check it against {@link KeyringUpdateSchema} and with {@link applyUpdate}. */
export function sealKeyringUpdate(payload: string, privateKey: PrivateKey, kid: string): Uint8Array {
  return sealJws('keyring+jws', payload, privateKey, kid)
}

/**
 * Opens an update as it came from the network, or says why it is refused. Never throws.
 *
 * @param now ms since 1970; for the validity window of the key
 */
export function openKeyringUpdate(
  bytes: Uint8Array,
  keyring: Keyring,
  now: number,
): Result<OpenedKeyringUpdate, Rejection> {
  const opened = openJws('keyring+jws', bytes, keyring, now)
  if (!opened.ok) return opened
  const { payload, key, digest } = opened.value
  if (!key.roles.includes('supervisor')) return fail({ code: 'role-forbidden', detail: nameOf(key.kid) })
  const update = readPayload(payload, KeyringUpdateSchema, 'keyring-update-malformed')
  return update.ok ? ok({ update: update.value, key, digest }) : update
}

/**
 * The keyring after `update`, or why the device keeps the one it has. Issuers call it before they sign.
 *
 * @param file the present keyring, with every update until now in it
 */
export function applyUpdate(file: KeyringFile, update: KeyringUpdate): Result<KeyringFile, Rejection> {
  const present = file.sequence ?? 0
  if (update.sequence <= present) {
    return fail({ code: 'keyring-update-old', detail: `${update.sequence} after ${present}` })
  }
  const known = keyringOf(file)
  for (const entry of update.keys) {
    const before = known.get(entry.kid)
    if (before === undefined) continue
    if ('revoked' in before) return forbidden(`${nameOf(entry.kid)} is revoked`)
    if (before.publicKey.x !== entry.publicKey.x) return forbidden(`${nameOf(entry.kid)} names another key`)
  }
  const issuedAt = moment(update.issuedAt)
  if (!update.keys.some((one) => one.roles.includes('supervisor') && isValidAt(one, issuedAt))) {
    // Nobody could ever change this keyring again.
    return forbidden('leaves no supervisor whose key is valid')
  }
  const all = union(file.revoked ?? [], update.revoked)
  if (all.length > MOST_REVOKED) return forbidden(`more than ${MOST_REVOKED} revoked keys`)
  return ok({ schema: 'kijkuit-keyring/1', sequence: update.sequence, keys: update.keys, revoked: all })
}

/**
 * The keyring to start with: what the owner has installed, or what updates have made of an earlier one.
 *
 * The higher sequence counts; the installed one when they are equal, so that an owner can always put things right by
 * hand. Whatever either has revoked stays revoked.
 */
export function newerKeyring(installed: KeyringFile, stored: KeyringFile): KeyringFile {
  const [newer, older] =
    (installed.sequence ?? 0) >= (stored.sequence ?? 0) ? [installed, stored] : [stored, installed]
  const all = union(newer.revoked ?? [], older.revoked ?? [])
  const gone = new Set(all.map(({ kid }) => kid))
  return { ...newer, keys: newer.keys.filter(({ kid }) => !gone.has(kid)), revoked: all }
}

function union(first: readonly Revocation[], second: readonly Revocation[]): Revocation[] {
  const known = new Set(first.map(({ kid }) => kid))
  return [...first, ...second.filter(({ kid }) => !known.has(kid))]
}

function forbidden(detail: string): Result<never, Rejection> {
  return fail({ code: 'keyring-update-forbidden', detail })
}
