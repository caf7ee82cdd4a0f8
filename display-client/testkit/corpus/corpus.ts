import { type Alert, AlertSchema } from '../../alert/model.ts'
import { Dice } from '../dice.ts'
import { generatedAlert } from './generated.ts'
import { WRITTEN } from './written.ts'

/** How many are generated beside those that are written by hand. */
const GENERATED = 230
const SEED = 20_261_125

/** Those that the golden tests compose, by the end of their identifier. */
export const GOLDEN = WRITTEN.slice(0, 8).map(nameOf)

/** Varied alerts about nobody, the same each time: written by hand, then generated. Each has another identifier, `corpus-<name>`. */
export function corpus(): readonly Alert[] {
  const dice = new Dice(SEED)
  const generated = Array.from({ length: GENERATED }, (_, index) => generatedAlert(dice, index + 1))
  return [...WRITTEN, ...generated].map((one) => AlertSchema.parse(one))
}

export function nameOf({ identifier }: { readonly identifier: string }): string {
  return identifier.replace(/^corpus-/, '')
}

/** One of them by its name. @throws when there is none */
export function named(name: string): Alert {
  const found = corpus().find((one) => nameOf(one) === name)
  if (found === undefined) throw new Error(`the corpus has no ${name}`)
  return found
}
