import { type CipherKey, createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** AES-256-GCM, NIST SP 800-38D. */
const ALGORITHM = 'aes-256-gcm'
/** Bytes. */
const NONCE = 12
const TAG = 16

/**
 * Encrypts `text`: nonce, tag, ciphertext.
 *
 * @param key of 32 bytes
 * @param place where the result will stand; it opens nowhere else
 */
export function seal(text: string, key: CipherKey, place: string): Uint8Array {
  const nonce = randomBytes(NONCE)
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG }).setAAD(Buffer.from(place))
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

/** What {@link seal} was given; undefined when it was changed since, stood elsewhere or was sealed with another key. */
export function unseal(sealed: Uint8Array, key: Uint8Array, place: string): string | undefined {
  if (sealed.length < NONCE + TAG) return undefined
  const nonce = sealed.subarray(0, NONCE)
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG })
  decipher.setAAD(Buffer.from(place)).setAuthTag(sealed.subarray(NONCE, NONCE + TAG))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE + TAG)), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}
