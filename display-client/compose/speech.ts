import type { Alert, Info } from '../alert/model.ts'
import { primaryLanguage } from './placeholders.ts'
import { plainText } from './plain-text.ts'

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
    const [head, ...tail] = plainText(info[field] ?? '')
      .split(DIVIDER)
      .filter((part) => part !== '')
    if (head !== undefined) first[field] = head
    if (head === undefined || tail.length === 0) continue
    divided = true
    second[field] = tail.join(' ')
  }
  if (!divided) return [{ language: own, info: first }]
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

/** A segment shorter than this was cut at an abbreviation that nobody listed, not at the end of a sentence. Characters. */
const SHORTEST_SENTENCE = 8

/** Initials: `J.`, `J.P.`, `(Chr.`; a sentence does not end with them. */
const ENDS_WITH_INITIALS = /(?:^|[\s("'‘“])(?:\p{Lu}\p{Ll}{0,2}\.)*\p{Lu}\.$/u
const LAST_WORD = /([\p{L}.]*\p{L})\.$/u
/** Nothing that stands before a small letter or a digit was the end of a sentence: `ca. 1.80 m`, `e.o. bij`. */
const GOES_ON = /^["'‘“(]?[\p{Ll}\d]/u

/**
 * The sentences of a text, in order.
 *
 * Times, decimal numbers and addresses hold no white space after their stop, so the segmenter of ICU leaves them whole; what
 * it takes for an end and is none is put together again.
 *
 * @param dotted words that have a full stop of their own and are followed by more: `dhr`, `ca` (from templates/words)
 */
export function sentencesOf(
  text: string,
  language: string,
  dotted: readonly string[] = [],
): readonly string[] {
  const known = new Set(dotted)
  const sentences: string[] = []
  let held = ''
  for (const { segment } of segmenterOf(language).segment(text)) {
    if (held !== '' && !isWhole(held.trim(), segment, known)) held += segment
    else {
      if (held !== '') sentences.push(held.trim())
      held = segment
    }
  }
  if (held.trim() !== '') sentences.push(held.trim())
  return isTelegraphed(text) ? withScraps(sentences) : sentences
}

/** Making one takes longer than all that it then does. */
const segmenters = new Map<string, Intl.Segmenter>()

function segmenterOf(language: string): Intl.Segmenter {
  const known = segmenters.get(language) ?? new Intl.Segmenter(language, { granularity: 'sentence' })
  segmenters.set(language, known)
  return known
}

/** The style of American alerts: capitals only, with labels (`VICTIM(S): …`). */
function isTelegraphed(text: string): boolean {
  return /\p{Lu}\)?:/u.test(text) && !/\p{Ll}/u.test(text)
}

/** There a few words without a label (`LIGHT COMPLEXION.`) go on about whoever the sentence before is about. */
function withScraps(sentences: readonly string[]): readonly string[] {
  const whole: string[] = []
  for (const one of sentences) {
    const last = whole.at(-1)
    const isScrap = one.split(' ').length < 4 && !one.includes(':')
    if (isScrap && last !== undefined) whole[whole.length - 1] = `${last} ${one}`
    else whole.push(one)
  }
  return whole
}

function isWhole(sentence: string, next: string, dotted: ReadonlySet<string>): boolean {
  if (sentence.length < SHORTEST_SENTENCE) return false
  if (!sentence.endsWith('.')) return true
  if (GOES_ON.test(next) && !/\d\.$/.test(sentence)) return false
  const last = LAST_WORD.exec(sentence)?.[1]?.toLowerCase()
  return !ENDS_WITH_INITIALS.test(sentence) && (last === undefined || !dotted.has(last))
}
