import { type CanWrite, type Repertoire, type Transliteration, transliterate } from '../panel/repertoire.ts'
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

/** Writes facts with the characters a panel has; those that it cannot write at all are dropped with that reason. */
export function writeFacts(
  facts: readonly Fact[],
  hand: Hand,
  language: string,
): { readonly facts: readonly WrittenFact[]; readonly dropped: readonly DroppedFact[] } {
  const written: WrittenFact[] = []
  const dropped: DroppedFact[] = []
  const write = writer(hand, language)
  for (const fact of facts) {
    const wordings = fact.wordings.flatMap((wording) => writeWording(wording, write))
    if (wordings.length > 0) written.push({ ...fact, wordings })
    else dropped.push({ fact: fact.id, reason: 'not-in-repertoire' })
  }
  return { facts: written, dropped }
}

type Write = (atom: string) => Transliteration

/** Writes each different atom once: the wordings of a fact have most of their words in common. */
function writer({ target, capitals }: Hand, language: string): Write {
  const known = new Map<string, Transliteration>()
  return (atom) => {
    const written = known.get(atom) ?? transliterate(atom, target, language, { capitals })
    known.set(atom, written)
    return written
  }
}

function writeWording(wording: Wording, write: Write): readonly WrittenWording[] {
  const written = wording.atoms.map(write)
  if (written.some((one) => !one.complete)) return []
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
