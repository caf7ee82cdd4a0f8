import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import type { z } from 'zod'
import { plainWords } from '../base/plain-words.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { isValidAt, KEY_ID, type Keyring, type KeyringEntry, type PrivateKey } from './keyring.ts'
import type { Rejection, RejectionCode } from './rejection.ts'

/**
 * The one way in for everything signed (DESIGN §5.2): a flattened JWS in JSON (RFC 7515 §7.2.2) with EdDSA (RFC 8037 §3.1).
 *
 * RFC 7515 lets a reader ignore members it does not know; this one refuses them. Everything here is made by our own
 * issuers, so whatever is unknown is a mistake or an attempt.
 */

/** Bytes. The largest MQTT payload that every broker in the field carries (AWS IoT Core: 128 KiB). */
export const MAX_ENVELOPE_BYTES = 128 * 1024

/**
 * What a JWS is, as its `typ` says (RFC 7515 §4.1.9). It is under the signature, so what was signed as one thing never
 * passes for another (RFC 8725 §3.11).
 */
export type JwsType = 'alert+jws' | 'manifest+jws' | 'keyring+jws'

const ALGORITHM = 'EdDSA'

/** A payload that a trusted key signed. Says nothing yet about what is in it, or whether that key may say so. */
export interface OpenedJws {
  /** The bytes that were signed. */
  readonly payload: Uint8Array
  /** The key that signed them. */
  readonly key: KeyringEntry
  /** Lower-case hex SHA-256 of the JWS as it was received. */
  readonly digest: string
}

/** Signs `payload` as it is, byte for byte; does not look at it. The result may be larger than {@link MAX_ENVELOPE_BYTES}. */
export function sealJws(
  type: JwsType,
  payload: Uint8Array | string,
  privateKey: PrivateKey,
  kid: string,
): Uint8Array {
  const header = encode(JSON.stringify({ alg: ALGORITHM, kid, typ: type }))
  const members = { payload: encode(payload), protected: header }
  const key = createPrivateKey({ key: { ...privateKey }, format: 'jwk' })
  const signature = sign(null, signingInput(members), key).toString('base64url')
  return new TextEncoder().encode(JSON.stringify({ signature, ...members }))
}

/**
 * Opens a JWS as it came from the network, or says why it is refused. Never throws.
 *
 * The signature is verified over the payload exactly as it was carried, which is not read here.
 *
 * @param type what it has to be
 * @param bytes what was received; whatever a stranger may send
 * @param keyring the keys this device trusts
 * @param now ms since 1970; for the validity window of the key
 */
export function openJws(
  type: JwsType,
  bytes: Uint8Array,
  keyring: Keyring,
  now: number,
): Result<OpenedJws, Rejection> {
  if (bytes.length > MAX_ENVELOPE_BYTES) return refuse('envelope-too-large', `${bytes.length} bytes`)
  const jws = readMembers(bytes)
  if (!jws.ok) return jws
  const kid = readHeader(jws.value.protected, type)
  if (!kid.ok) return kid
  const key = keyring.get(kid.value)
  if (key === undefined) return refuse('key-unknown', nameOf(kid.value))
  // Its public half is not even kept: with a stolen key a good signature proves nothing.
  if ('revoked' in key) return refuse('key-revoked', nameOf(kid.value))
  if (!isSignedBy(jws.value, key)) return refuse('signature-wrong', nameOf(key.kid))
  if (!isValidAt(key, now)) return refuse('key-not-valid-now', nameOf(key.kid))
  const payload = Buffer.from(jws.value.payload, 'base64url')
  return ok({ payload, key, digest: createHash('sha256').update(bytes).digest('hex') })
}

/**
 * Reads a payload whose signature has been verified.
 *
 * @param code the rejection when it is not what `schema` says; its detail never repeats a value
 */
export function readPayload<Schema extends z.ZodType>(
  payload: Uint8Array,
  schema: Schema,
  code: RejectionCode,
): Result<z.output<Schema>, Rejection> {
  const value = parseJson(payload)
  if (value === undefined) return refuse(code, 'not JSON in UTF-8')
  const read = schema.safeParse(value, { error: plainWords })
  if (read.success) return ok(read.data)
  const issue = read.error.issues[0]
  if (issue === undefined) return refuse(code, '')
  // A key that somebody made up may be a name: it is not repeated.
  const path = issue.code === 'invalid_key' ? issue.path.slice(0, -1) : issue.path
  return refuse(code, [path.join('.'), issue.message].filter((part) => part !== '').join(': '))
}

/** The members of a flattened JWS, RFC 7515 §7.2.2. */
interface Members {
  readonly payload: string
  readonly protected: string
  readonly signature: string
}

function readMembers(bytes: Uint8Array): Result<Members, Rejection> {
  const value = parseJson(bytes)
  if (!isRecord(value)) return refuse('envelope-malformed', 'not a JSON object')
  if (Object.hasOwn(value, 'header')) return refuse('header-forbidden', 'unprotected header')
  const { payload, protected: header, signature } = value
  if (typeof payload !== 'string' || typeof header !== 'string' || typeof signature !== 'string') {
    return refuse('envelope-malformed', 'payload, protected or signature is missing or not text')
  }
  if (Object.keys(value).length !== 3) return refuse('envelope-malformed', 'unknown member')
  return ok({ payload, protected: header, signature })
}

/** @returns the key id of a header that says exactly what it may say */
function readHeader(encoded: string, type: JwsType): Result<string, Rejection> {
  const bytes = BASE64URL.test(encoded) ? Buffer.from(encoded, 'base64url') : undefined
  const header = bytes && parseJson(bytes)
  if (!isRecord(header)) return refuse('envelope-malformed', 'the protected header is not a JSON object')
  if (header.alg !== ALGORITHM) return refuse('algorithm-forbidden', '')
  if (header.typ !== type) return refuse('header-forbidden', `typ is not ${type}`)
  // Nothing is ever read from jwk, jku, x5u, x5c, crit or b64: a header that has more than these three is refused.
  if (Object.keys(header).some((name) => name !== 'alg' && name !== 'typ' && name !== 'kid')) {
    return refuse('header-forbidden', 'unknown parameter')
  }
  return typeof header.kid === 'string' ? ok(header.kid) : refuse('header-forbidden', 'no kid')
}

const BASE64URL = /^[A-Za-z0-9_-]*$/

/** 64 bytes (RFC 8032 §5.1.6) in base64url without padding; the last character carries only two bits. */
const SIGNATURE = /^[A-Za-z0-9_-]{85}[AQgw]$/

function isSignedBy(jws: Members, entry: KeyringEntry): boolean {
  // Buffer's decoder forgives spare bits and foreign characters: others would pass for the same signature.
  if (!SIGNATURE.test(jws.signature) || !BASE64URL.test(jws.payload)) return false
  try {
    return verify(null, signingInput(jws), keyOf(entry), Buffer.from(jws.signature, 'base64url'))
  } catch {
    // A key that is no point on the curve: nothing verifies under it.
    return false
  }
}

/** What is signed, RFC 7515 §5.1: the two members as they are carried, all ASCII. */
function signingInput({ protected: header, payload }: Omit<Members, 'signature'>): Uint8Array {
  return Buffer.from(`${header}.${payload}`, 'latin1')
}

/** Keys ready for use: making one takes a quarter as long as verifying with it. */
const made = new WeakMap<KeyringEntry, KeyObject>()

function keyOf(entry: KeyringEntry): KeyObject {
  const known = made.get(entry) ?? createPublicKey({ key: { ...entry.publicKey }, format: 'jwk' })
  made.set(entry, known)
  return known
}

function encode(content: Uint8Array | string): string {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  return Buffer.from(bytes).toString('base64url')
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** @returns undefined when `bytes` are not JSON in well-formed UTF-8 without a byte order mark (RFC 8259 §8.1) */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(UTF_8.decode(bytes))
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A key id as it may stand in a log; a stranger may have written anything there. */
export function nameOf(kid: string): string {
  return KEY_ID.test(kid) ? `kid ${kid}` : 'kid is no key id'
}

function refuse(code: RejectionCode, detail: string): Result<never, Rejection> {
  return fail({ code, detail })
}
