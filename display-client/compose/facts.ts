import type { Alert } from '../alert/model.ts'
import { codesIn } from '../panel/codes.ts'
import type { DroppedFact } from './composition.ts'
import { isPlaceholder, placeholderValues, type Values } from './placeholders.ts'
import { type Speech, sentencesOf } from './speech.ts'
import type { Role, Template, TemplateFact, TemplateWording } from './template.ts'
import { qualityOf } from './template-faults.ts'
import { TIE, tied } from './ties.ts'
import { abbreviate, type Words } from './words.ts'

/** One way to say a fact. */
export interface Wording {
  /** Index in the template, 0 = the fullest; -1 = a text by the issuer. */
  readonly index: number
  /** What is left of the fact in this wording, 0 to 1000. */
  readonly quality: number
  /** Its words; a line may break between two of them and nowhere else. A name, plate or number is one. */
  readonly atoms: readonly string[]
}

/** One thing that an alert says. */
export interface Fact {
  readonly id: string
  readonly role: Role
  /** 1 to 100 */
  readonly weight: number
  /** A message without it is worthless. */
  readonly keep: boolean
  /** Only ever whole on one line. */
  readonly whole: boolean
  /** Belongs to the fact before it and should stand on its page. */
  readonly joined: boolean
  /** Best first; never empty. */
  readonly wordings: readonly Wording[]
}

export interface FactList {
  /** In reading order. */
  readonly facts: readonly Fact[]
  readonly dropped: readonly DroppedFact[]
}

/** A wording with abbreviations says the same a little less well, per mille. */
const ABBREVIATED = 940

/** Bounds of the fitter's work (DESIGN §6.8); the longest real alert seen has 9 sentences. */
export const MOST_FACTS = 24
const MOST_SENTENCES = 12
/** The characters of one wording; a sentence longer than this stands on no panel. */
const LONGEST_WORDING = 400

/** Each next sentence is worth this much less, in weight. */
const SENTENCE_STEP = 5
/** A sentence with a plate or a number to call is what people can act on, wherever it stands; in weight. */
const CODE_BONUS = 25
/** A question ("Hebt u hem gezien?") tells nothing: it fills what is left, and earns no page. */
const QUESTION_WEIGHT = 5

export interface FactOptions {
  /** Also offer wordings with the published abbreviations: for signs, not for screens. */
  readonly abbreviations: boolean
  /** The readers drive past: what the template says of `drivers` holds. */
  readonly drivers?: boolean
}

/** What an alert says in one language, as its template puts it. */
export function factsOf(
  alert: Alert,
  speech: Speech,
  template: Pick<Template, 'facts'>,
  words: Words,
  options: FactOptions,
): FactList {
  const values = placeholderValues(alert, speech.info, words)
  const facts: Fact[] = []
  const dropped: DroppedFact[] = []
  const sentences = sentencesIn(speech, words)
  const kind = wordsOfKind(template, words)
  const speaks = (fact: TemplateFact): boolean =>
    sentences(fact).some((sentence) => sentence !== '') ||
    Object.values(fact.wordings).some((texts) => texts?.some((one) => isKnown(one, values)))
  const said = saidOf(template.facts, speaks)
  for (const [at, fact] of template.facts.entries()) {
    const before = template.facts[at - 1]?.fact
    if (!said(fact.fact)) continue
    const texts = fact.wordings[words.language]
    const rest = sentences(fact)[MOST_SENTENCES]
    if (rest !== undefined) {
      dropped.push({ fact: `${fact.fact}-${MOST_SENTENCES + 1}+`, reason: 'does-not-fit' })
    }
    const { weight, keep } = (options.drivers ? fact.drivers : undefined) ?? fact
    sentences(fact)
      .slice(0, MOST_SENTENCES)
      .forEach((sentence, index) => {
        const filled = fill(texts ?? [], values, sentence, index)
        const news = fact.role === 'kind' ? filled : filled.filter((one) => !repeats(one, kind))
        const wordings = options.drivers ? news.filter((one) => texts?.[one.index]?.drivers !== false) : news
        const id = fact.each === undefined || index === 0 ? fact.fact : `${fact.fact}-${index + 1}`
        // A headline is often the first sentence of the description too, and an event the kind.
        if (fact.each !== undefined && facts.some((other) => sameWords(other.wordings, wordings))) return
        if (news.length === 0 && filled.length > 0) return
        if (news.length === 0) {
          dropped.push({ fact: id, reason: texts === undefined ? 'no-wording' : 'does-not-fit' })
        } else if (weight === 0 || wordings.length === 0) {
          dropped.push({ fact: id, reason: 'not-for-drivers' })
        } else if (facts.length >= MOST_FACTS) {
          dropped.push({ fact: id, reason: 'does-not-fit' })
        } else {
          facts.push({
            id,
            // What comes after the message itself is told in smaller letters.
            role: fact.role === 'who' && index > 0 ? 'text' : fact.role,
            weight: fact.each === undefined ? weight : weightOf(sentence, weight, index),
            keep: keep && index === 0,
            whole: fact.whole,
            joined: fact.joined && facts.at(-1)?.id === before,
            wordings: options.abbreviations ? withAbbreviations(wordings, words) : wordings,
          })
        }
      })
  }
  return { facts, dropped }
}

/** Which facts are said: those that have something to say, unless another that is said takes their place. */
function saidOf(
  facts: readonly TemplateFact[],
  speaks: (fact: TemplateFact) => boolean,
): (name: string) => boolean {
  const known = new Map<string, boolean>()
  const said = (name: string): boolean => {
    const before = known.get(name)
    if (before !== undefined) return before
    // In a circle, which a template may not have, the first one is said.
    known.set(name, false)
    const fact = facts.find((one) => one.fact === name)
    const answer = fact !== undefined && speaks(fact) && !fact.unless.some(said)
    known.set(name, answer)
    return answer
  }
  return said
}

/** What a sentence is worth in its text: the first ones most, unless a later one has what people can act on. */
function weightOf(sentence: string, weight: number, index: number): number {
  if (sentence.endsWith('?')) return Math.min(weight, QUESTION_WEIGHT)
  const place = codesIn(sentence).length > 0 ? CODE_BONUS : -SENTENCE_STEP * index
  return Math.min(100, Math.max(1, weight + place))
}

/** The words of the kind of alert, in small letters: `burgernet`, `vermist`. */
function wordsOfKind(template: Pick<Template, 'facts'>, words: Words): ReadonlySet<string> {
  const texts = template.facts
    .filter((fact) => fact.role === 'kind')
    .flatMap((fact) => fact.wordings[words.language]?.map((one) => one.text) ?? [])
  return new Set(texts.flatMap(bareWords))
}

/** Whether a wording says nothing beside the kind, which stands above it: `AMBER ALERT` / `AMBER Alert`. */
function repeats(wording: Wording, kind: ReadonlySet<string>): boolean {
  return bareWords(wording.atoms.join(' ')).every((word) => kind.has(word))
}

function bareWords(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}

/** How NL-Alert begins: the kind stands above it, and the template says when it was sent. */
const OPENING = /^NL-Alert,? \d{1,2}-\d{1,2}-\d{4},? \d{1,2}[:.]\d{2}(?: uur)? ?: +/i

/** The sentences a fact is repeated for; one empty one for a fact that is not repeated. */
function sentencesIn(speech: Speech, words: Words): (fact: TemplateFact) => readonly string[] {
  const known = new Map<string, readonly string[]>()
  return ({ each }) => {
    if (each === undefined) return ['']
    const text = speech.info?.[each]
    if (text === undefined) return []
    const sentences = known.get(each) ?? sentencesOf(text.replace(OPENING, ''), speech.language, words.dotted)
    known.set(each, sentences)
    return sentences
  }
}

function isKnown({ uses }: TemplateWording, values: Values): boolean {
  return uses.every((name) => values.has(name))
}

/** The wordings of which every placeholder has a value, filled in. */
function fill(
  texts: readonly TemplateWording[],
  known: Values,
  sentence: string,
  at: number,
): readonly Wording[] {
  const wordings: Wording[] = []
  const names = namesIn(known)
  // What is too long for a wording is not looked at closely.
  const running = sentence.length > LONGEST_WORDING ? sentence : tied(sentence, names, true)
  const values: Values =
    sentence === '' ? known : new Map(known).set('sentence', { text: running, atomic: false })
  texts.forEach((one, index) => {
    const { text, uses } = one
    if (!isKnown(one, values)) return
    // What can be said without its sentence is said once.
    if (at > 0 && !uses.includes('sentence')) return
    const filled = text.replaceAll('~', TIE).replace(/\{([^{}]*)\}/g, (_, name: string) => {
      const value = isPlaceholder(name) ? values.get(name) : undefined
      return (value?.atomic ? value.text.replaceAll(' ', TIE) : value?.text) ?? ''
    })
    if (filled.length > LONGEST_WORDING) return
    const atoms = atomsOf(capitalized(filled), names)
    if (!wordings.some((other) => sameAtoms(other.atoms, atoms))) {
      wordings.push({ index, quality: Math.round(qualityOf(one, index) * 1_000), atoms })
    }
  })
  return wordings.sort((a, b) => b.quality - a.quality)
}

/** A value may come first in a wording and was written to stand in the middle of one: `zwarte Golf`. Not web addresses. */
function capitalized(text: string): string {
  return text.replace(/^(?:ij|\p{Ll})(?!\S*:\/\/)/u, (letter) => letter.toUpperCase())
}

function namesIn(values: Values): readonly string[] {
  return [values.get('subject.name'), values.get('suspect.name')].flatMap((one) => one?.text ?? [])
}

/** The words of a text; spaces within an atom are ordinary spaces. @param names persons who may be named in it */
export function atomsOf(text: string, names: readonly string[] = []): readonly string[] {
  return tied(text, names)
    .split(/ +/)
    .filter((atom) => atom !== '')
    .map((atom) => atom.replaceAll(TIE, ' '))
}

function withAbbreviations(wordings: readonly Wording[], words: Words): readonly Wording[] {
  const all = wordings.flatMap((wording) => {
    const atoms = abbreviate(wording.atoms, words)
    const shorter = atoms && {
      ...wording,
      atoms,
      quality: Math.floor((wording.quality * ABBREVIATED) / 1000),
    }
    return shorter ? [wording, shorter] : [wording]
  })
  return all.sort((a, b) => b.quality - a.quality)
}

function sameWords(one: readonly Wording[], other: readonly Wording[]): boolean {
  return sameAtoms(one[0]?.atoms ?? [], other[0]?.atoms ?? [])
}

function sameAtoms(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((atom, index) => atom === other[index])
}
