import { z } from 'zod'
import { fail, ok, type Result } from '../../base/result.ts'
import { MULTI_ERRORS } from '../../paint/multi.ts'

/** Why a controller does not show what it is offered: what NTCIP 1203 says of a message, or of its activation. */
export const REFUSALS = [
  ...(Object.keys(MULTI_ERRORS) as (keyof typeof MULTI_ERRORS)[]),
  'priority',
  'localMode',
  'blank',
  'stale',
] as const

const acknowledgement = z
  .strictObject({
    /** Its name in the feed. */
    sign: z.string().min(1).max(64),
    /** Of the record that it is about. */
    epoch: z.int().min(0),
    sequence: z.int().min(1),
    state: z.enum(['accepted', 'refused', 'shown', 'cleared']),
    reason: z.enum(REFUSALS).optional(),
  })
  .refine(({ state, reason }) => (state === 'refused') === (reason !== undefined), {
    error: 'reason belongs to refused, and refused needs one',
  })

const AcknowledgementsSchema = z.strictObject({
  schema: z.literal('kijkuit-acknowledgements/1'),
  /** Every sign of the largest gateway at once. */
  acknowledgements: z.array(acknowledgement).min(1).max(4_000),
})

/** What the controller of a sign has done with a record. Only its word makes a receipt. */
export type Acknowledgement = z.output<typeof acknowledgement>

/** Reads what a controller has sent. @returns or one sentence */
export function readAcknowledgements(bytes: Uint8Array): Result<readonly Acknowledgement[], string> {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return fail('that is no JSON in UTF-8')
  }
  const read = AcknowledgementsSchema.safeParse(value)
  if (read.success) return ok(read.data.acknowledgements)
  const [issue] = read.error.issues
  return fail(`${issue?.path.join('.') || 'the body'}: ${issue?.message ?? 'is wrong'}`)
}
