import { MAX_ENVELOPE_BYTES } from '../../display-client/alert/envelope.ts'
import { capName } from '../../display-client/alert/model.ts'

/**
 * Whose incidents an envelope may be about that this keeper could not open: nobody has verified it, and players with a newer
 * keyring may. Its sender, and the first other one that it refers to, because a supervisor may have signed it (`ownersOf` in
 * alert/lifecycle.ts). None when it cannot even be read: nobody believes that.
 */
export function claimsOf(bytes: Uint8Array): readonly string[] {
  if (bytes.length > MAX_ENVELOPE_BYTES) return []
  const { payload } = fieldsOf(Buffer.from(bytes).toString())
  const { sender, references } = fieldsOf(
    typeof payload === 'string' ? Buffer.from(payload, 'base64url').toString() : '',
  )
  const referred = Array.isArray(references) ? references.map((one) => readName(one?.sender)) : []
  const claimed = readName(sender)
  const other = referred.find((one) => one !== undefined && one !== claimed)
  return [claimed, other].filter((one) => one !== undefined)
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
