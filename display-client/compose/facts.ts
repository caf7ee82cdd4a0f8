import type { Alert } from '../alert/model.ts'
import type { DroppedFact } from './composition.ts'
import { isPlaceholder, placeholderValues, type Values } from './placeholders.ts'
import { type Speech, sentencesOf } from './speech.ts'
import type { Role, Template, TemplateFact, TemplateWording } from './template.ts'
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

/** Quality of a template's wordings by their place in its list, where it gives none. */
const QUALITY = [1000, 930, 860, 790, 720, 650] as const
/** A wording with abbreviations says the same a little less well, per mille. */
const ABBREVIATED = 940

/** Bounds of the fitter's work (DESIGN §6.8); the longest real alert seen has 9 sentences. */
export const MOST_FACTS = 24
const MOST_SENTENCES = 12
/** The characters of one wording; a sentence longer than this stands on no panel. */
const LONGEST_WORDING = 400

/** Each next sentence is worth this much less, in weight. */
const SENTENCE_STEP = 5

export interface FactOptions {
  /** Also offer wordings with the published abbreviations: for signs, not for screens. */
  readonly abbreviations: boolean
}

/** What an alert says in one language, as its template puts it. */
export function factsOf(
  alert: Alert,
  speech: Speech,
  template: Template,
  words: Words,
  options: FactOptions,
): FactList {
  const values = placeholderValues(alert, speech.info, words)
  const facts: Fact[] = []
  const dropped: DroppedFact[] = []
  const said = new Set<string>()
  const sentences = sentencesIn(speech)
  const speaks = (fact: TemplateFact): boolean =>
    sentences(fact).some((sentence) =>
      Object.values(fact.wordings).some(
        (texts) => fill(texts ?? [], withSentence(values, sentence)).length > 0,
      ),
    )
  for (const fact of template.facts) if (speaks(fact)) said.add(fact.fact)
  for (const [at, fact] of template.facts.entries()) {
    const before = template.facts[at - 1]?.fact
    if (!said.has(fact.fact) || fact.unless.some((other) => said.has(other))) continue
    const texts = fact.wordings[words.language]
    sentences(fact).forEach((sentence, index) => {
      const wordings = fill(texts ?? [], withSentence(values, sentence))
      const id = fact.each === undefined || index === 0 ? fact.fact : `${fact.fact}-${index + 1}`
      // A headline is often the first sentence of the description too.
      if (fact.each !== undefined && facts.some((other) => sameWords(other.wordings, wordings))) return
      if (wordings.length === 0) {
        dropped.push({ fact: id, reason: 'no-wording' })
      } else if (facts.length >= MOST_FACTS) {
        dropped.push({ fact: id, reason: 'does-not-fit' })
      } else {
        facts.push({
          id,
          role: fact.role,
          weight: Math.max(1, fact.weight - SENTENCE_STEP * index),
          keep: fact.keep && index === 0,
          whole: fact.whole,
          joined: fact.joined && facts.at(-1)?.id === before,
          wordings: options.abbreviations ? withAbbreviations(wordings, words) : wordings,
        })
      }
    })
  }
  return { facts, dropped }
}

/** The sentences a fact is repeated for; one empty one for a fact that is not repeated. */
function sentencesIn(speech: Speech): (fact: TemplateFact) => readonly string[] {
  const known = new Map<string, readonly string[]>()
  return ({ each }) => {
    if (each === undefined) return ['']
    const text = speech.info?.[each]
    if (text === undefined) return []
    const sentences = known.get(each) ?? sentencesOf(text, speech.language).slice(0, MOST_SENTENCES)
    known.set(each, sentences)
    return sentences
  }
}

function withSentence(values: Values, sentence: string): Values {
  return sentence === '' ? values : new Map(values).set('sentence', { text: sentence, atomic: false })
}

/** A space that may not become a line break, while a wording is put together. */
const TIE = '\u00a0'

/** The wordings of which every placeholder has a value, filled in. */
function fill(texts: readonly TemplateWording[], values: Values): readonly Wording[] {
  const wordings: Wording[] = []
  texts.forEach(({ text, quality, uses }, index) => {
    if (!uses.every((name) => values.has(name))) return
    const filled = text.replaceAll('~', TIE).replace(/\{([^{}]*)\}/g, (_, name: string) => {
      const value = isPlaceholder(name) ? values.get(name) : undefined
      return (value?.atomic ? value.text.replaceAll(' ', TIE) : value?.text) ?? ''
    })
    if (filled.length > LONGEST_WORDING) return
    const atoms = atomsOf(capitalized(filled))
    if (!wordings.some((other) => sameAtoms(other.atoms, atoms))) {
      const known = quality === undefined ? undefined : Math.round(quality * 1_000)
      wordings.push({ index, quality: known ?? QUALITY[index] ?? 650, atoms })
    }
  })
  return wordings.sort((a, b) => b.quality - a.quality)
}

/** A value may come first in a wording and was written to stand in the middle of one: `zwarte Golf`. Not web addresses. */
function capitalized(text: string): string {
  return text.replace(/^(?:ij|\p{Ll})(?!\S*:\/\/)/u, (letter) => letter.toLocaleUpperCase('und'))
}

/** Between a number and its unit: `1,20 m`, `14.05 uur`. */
const UNIT = /(?<=\d) (?=(?:[cmk]?m|km\/u|kg|jaar|uur|u|min|years?|hrs?|[ap]m)(?!\p{L}))/gu

/** The words of a text; spaces within an atom are ordinary spaces. */
export function atomsOf(text: string): readonly string[] {
  return text
    .replace(UNIT, TIE)
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
