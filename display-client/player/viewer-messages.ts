import { z } from 'zod'
import { type FromViewer, PHOTO_FAULTS } from './protocol.ts'

/** The longest text frame that is read from a viewer, bytes: the messages are tiny. */
export const LARGEST_VIEWER_MESSAGE = 4_096

const count = z.int().min(0)

const schema = z.discriminatedUnion('type', [
  // A minute: more than any page that still draws; a wild number must not date a receipt to last year.
  z.strictObject({
    ...{ type: z.literal('painted'), revision: count, ago: z.number().min(0).max(60_000) },
    at: z.number().min(0).exactOptional(),
  }),
  z.strictObject({ type: z.literal('failed'), revision: count, reason: z.string().max(400) }),
  z.strictObject({
    type: z.literal('photo'),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    fault: z.enum(PHOTO_FAULTS).nullable(),
  }),
  z.strictObject({ type: z.literal('pong'), sequence: count, hidden: z.literal(true).exactOptional() }),
  z.strictObject({ type: z.literal('touched') }),
  z.strictObject({ type: z.literal('idle-fault'), reason: z.string().max(400).nullable() }),
])

/** Reads one text frame of a viewer; undefined when it is no message of protocol.ts. */
export function readViewerMessage(text: string): FromViewer | undefined {
  try {
    const read = schema.safeParse(JSON.parse(text))
    return read.success ? read.data : undefined
  } catch {
    return undefined
  }
}
