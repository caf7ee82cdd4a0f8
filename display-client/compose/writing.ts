import { type CanWrite, type Repertoire, transliterate } from '../panel/repertoire.ts'
import type { DroppedFact, Substitution } from './composition.ts'
import type { Fact, Wording } from './facts.ts'

/** What a panel can write, and how. */
export interface Hand {
  readonly target: Repertoire | CanWrite
  readonly capitals: boolean
}

/** A wording in the characters of a panel. */
export interface WrittenWording extends Wording {
  readonly substitutions: readonly Substitution[]
}

export interface WrittenFact extends Fact {
  readonly wordings: readonly WrittenWording[]
}

/** Of the letters and digits of a wording, this share may be unknown to the panel before it says nothing any more. */
const MOST_UNKNOWN = 1 / 3

/** Writes facts with the characters a panel has; those that it cannot write at all are dropped with that reason. */
export function writeFacts(
  facts: readonly Fact[],
  hand: Hand,
  language: string,
): { readonly facts: readonly WrittenFact[]; readonly dropped: readonly DroppedFact[] } {
  const written: WrittenFact[] = []
  const dropped: DroppedFact[] = []
  for (const fact of facts) {
    const wordings = fact.wordings.flatMap((wording) => writeWording(wording, hand, language))
    if (wordings.length > 0) written.push({ ...fact, wordings })
    else dropped.push({ fact: fact.id, reason: 'not-in-repertoire' })
  }
  return { facts: written, dropped }
}

function writeWording(wording: Wording, hand: Hand, language: string): readonly WrittenWording[] {
  const written = wording.atoms.map((atom) =>
    transliterate(atom, hand.target, language, { capitals: hand.capitals }),
  )
  const letters = wording.atoms.join('').match(/[\p{L}\p{N}]/gu)?.length ?? 0
  const asked = (text: string): number => text.split('?').length - 1
  const unknown = written.reduce(
    (sum, one, index) => sum + asked(one.text) - asked(wording.atoms[index] ?? ''),
    0,
  )
  if (unknown > letters * MOST_UNKNOWN) return []
  // A lone sign may come out as nothing, or as several words.
  const atoms = written.map((one) => one.text.trim()).filter((text) => text !== '')
  if (atoms.length === 0) return []
  return [{ ...wording, atoms, substitutions: distinct(written.flatMap((one) => one.substitutions)) }]
}

/** Each substitution once, in order. */
export function distinct(substitutions: readonly Substitution[]): readonly Substitution[] {
  const seen = new Map(substitutions.map((one) => [`${one.from}\n${one.to}`, one]))
  return [...seen.values()]
}
