import { z } from 'zod'
import { type FromShell, LONGEST_SHELL_TEXT, SHELL_CAUSES, SHELL_STEPS } from './protocol.ts'

const count = z.int().min(0)
const words = z.string().max(LONGEST_SHELL_TEXT)

const schema = z.discriminatedUnion('type', [
  // The length is that of the frame (LARGEST_SHELL_MESSAGE).
  z.strictObject({ type: z.literal('captured'), sequence: count, png: z.base64() }),
  z.strictObject({ type: z.literal('refused'), sequence: count, reason: words }),
  z.strictObject({
    type: z.literal('step'),
    step: z.enum(SHELL_STEPS),
    cause: z.enum(SHELL_CAUSES),
    text: words,
    at: z.number().min(0).max(Number.MAX_SAFE_INTEGER),
  }),
])

/** Reads one text frame of a shell; undefined when it is no message of protocol.ts. */
export function readShellMessage(text: string): FromShell | undefined {
  try {
    const read = schema.safeParse(JSON.parse(text))
    return read.success ? read.data : undefined
  } catch {
    return undefined
  }
}
