import type { Alert, Info } from '../alert/model.ts'
import { primaryLanguage } from './placeholders.ts'

/** One language in which a panel can say an alert. */
export interface Speech {
  /** BCP 47 language without region. */
  readonly language: string
  /** The block of the alert in this language; undefined when it has none (a Cancel). */
  readonly info: Info | undefined
}

/** NL-Alert writes Dutch and English in one text with `***` between them; `###` was seen once. */
const DIVIDER = /\s*(?:\*{3,}|#{3,})\s*/

/**
 * In which languages an alert is said on a panel: those the panel wants, in its order, as far as the alert has them;
 * else the first that the alert has.
 *
 * @param wanted languages of the panel in order of preference
 */
export function speechesOf(alert: Alert, wanted: readonly string[]): readonly Speech[] {
  const all = alert.info.flatMap(divide)
  const found = wanted.flatMap(
    (language) => all.find((one) => one.language === primaryLanguage(language)) ?? [],
  )
  const distinct = found.filter((one, index) => found.indexOf(one) === index)
  return distinct.length > 0 ? distinct : all.slice(0, 1)
}

/** An info block, or two when its texts hold two languages. */
function divide(info: Info): readonly Speech[] {
  const own = primaryLanguage(info.language)
  const other = own === 'en' ? 'nl' : 'en'
  const first: Info = { ...info }
  const second: Info = { ...info, language: other }
  let divided = false
  for (const field of ['headline', 'description', 'instruction'] as const) {
    const [head, ...tail] = (info[field] ?? '').split(DIVIDER).filter((part) => part !== '')
    if (head === undefined || tail.length === 0) continue
    divided = true
    first[field] = head
    second[field] = tail.join(' ')
  }
  if (!divided) return [{ language: own, info }]
  // What was not divided is in the first language and must not pass for the second.
  second.event = ''
  for (const field of ['headline', 'description', 'instruction'] as const) {
    if (second[field] === info[field]) delete second[field]
  }
  return [
    { language: own, info: first },
    { language: other, info: second },
  ]
}

/** A segment shorter than this was cut at an abbreviation (`dhr.`, `ca.`), not at the end of a sentence. Characters. */
const SHORTEST_SENTENCE = 8

/** The sentences of a text, in order. */
export function sentencesOf(text: string, language: string): readonly string[] {
  const sentences: string[] = []
  let held = ''
  for (const { segment } of new Intl.Segmenter(language, { granularity: 'sentence' }).segment(text)) {
    held += segment
    if (held.trim().length < SHORTEST_SENTENCE) continue
    sentences.push(held.trim())
    held = ''
  }
  if (held.trim() !== '') sentences.push(held.trim())
  return sentences
}
