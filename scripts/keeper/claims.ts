import { MAX_ENVELOPE_BYTES } from '../../display-client/alert/envelope.ts'
import { capName } from '../../display-client/alert/model.ts'

/** A stranger could name many, and a list that is too long is not published. */
const MOST_CLAIMS = 3

/**
 * Whose incidents an envelope may be about that this keeper could not open: nobody has verified it, and players with a newer
 * keyring may. Its sender, and whoever it refers to, because a supervisor may have signed it (`ownersOf` in
 * alert/purport.ts). None when it cannot even be read: nobody believes that.
 */
export function claimsOf(bytes: Uint8Array): readonly string[] {
  if (bytes.length > MAX_ENVELOPE_BYTES) return []
  const { payload } = fieldsOf(Buffer.from(bytes).toString())
  const { sender, references } = fieldsOf(
    typeof payload === 'string' ? Buffer.from(payload, 'base64url').toString() : '',
  )
  const referred = Array.isArray(references) ? references.map((one) => one?.sender) : []
  const claimed = new Set([sender, ...referred].map(readName).filter((one) => one !== undefined))
  return [...claimed].slice(0, MOST_CLAIMS)
}

function readName(value: unknown): string | undefined {
  return capName.safeParse(value).data
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
