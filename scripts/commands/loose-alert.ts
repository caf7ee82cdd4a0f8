import { z } from 'zod'
import { readDocument } from '../../display-client/base/document.ts'
import { orMistake } from './input.ts'

const LooseSchema = z.looseObject({
  incident: z.string().optional(),
  sender: z.string().optional(),
  identifier: z.string().optional(),
  sent: z.string().optional(),
})

/** What an alert file says of itself, before it is known to be one. @throws Mistake when it is no document at all */
export function looseAlert(file: string, text: string): z.output<typeof LooseSchema> {
  return orMistake(readDocument(file, text, LooseSchema))
}
