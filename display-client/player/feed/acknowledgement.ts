import { z } from 'zod'
import { fail, ok, type Result } from '../../base/result.ts'
import { MULTI_ERRORS } from '../../paint/multi.ts'

/** Bytes: 2000 signs acknowledged at once take some 240 kB. */
export const LARGEST_ACKNOWLEDGEMENTS = 512 * 1024

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

/** Whoever knows what was offered. */
export interface Acknowledged {
  /** @returns what is wrong with it, in one sentence */
  acknowledge(acknowledgement: Acknowledgement): string | undefined
}

/**
 * Takes what a controller has sent, by whatever carrier.
 *
 * @param panels by the names that controllers may use for them
 * @returns a sentence for each that could not be taken; or, of something of another form, one sentence, and nothing was taken
 */
export function takeAcknowledgements(
  bytes: Uint8Array,
  feed: Acknowledged,
  panels: ReadonlyMap<string, string>,
): Result<readonly string[], string> {
  const read = readAcknowledgements(bytes)
  if (!read.ok) return read
  return ok(
    read.value.flatMap((one) => feed.acknowledge({ ...one, sign: panels.get(one.sign) ?? one.sign }) ?? []),
  )
}
