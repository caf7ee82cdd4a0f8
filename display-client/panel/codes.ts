/**
 * What people read and remember character by character: licence plates and telephone numbers, found in running text.
 *
 * Used to keep them on one line, and to count them for drivers.
 */

/** Letters that a plate may have; small ones too, because a description may write `xx-yy-99`. */
const L = '\\p{L}'

/**
 * Plates by their form. The Dutch sidecodes (RDW) are three groups of one to three letters or digits, six characters in all;
 * most of Europe writes two or three such groups (Belgium 1-ABC-123, Germany B-MW 1234, France AB-123-CD, Italy AB 123 CD,
 * United Kingdom AB12 CDE, Poland WA 12345, Spain 1234 BCD, never a vowel).
 */
const PLATE_FORMS = [
  // Groups with hyphens, letters and digits mixed: what no word and no date looks like.
  `(?=[\\p{L}\\d-]*${L})(?=[\\p{L}\\d-]*\\d)(?:\\d{1,4}|${L}{1,3})(?:-(?:\\d{1,4}|${L}{1,3})){2}`,
  // A German plate has a hyphen and a space.
  '\\p{Lu}{1,3}-\\p{Lu}{1,2} ?\\d{1,4}[EH]?',
  // Groups with spaces, in capitals only.
  '(?:\\p{Lu}{2} \\d{2,3} \\p{Lu}{2}|\\p{Lu}{2} \\d{2} \\d{2}|\\d{2} \\d{2} \\p{Lu}{2}|\\d{2} \\p{Lu}{2,3} \\d{1,2}|\\d \\p{Lu}{3} \\d{2,3}|\\d{1,2} \\p{Lu}{2,3} \\d{1,2})',
  // America: one group.
  '(?=[\\dA-Z]{0,6}[A-Z]{2})(?=[\\dA-Z]{0,6}\\d{3})[\\dA-Z]{6,7}',
  '(?:\\p{Lu}{2}\\d{2} \\p{Lu}{3}|\\p{Lu}{2,3} \\d{4,5}|\\d{4} (?!HRS)[B-DF-HJ-NP-TV-Z]{3})',
]

/** After one of these words, any short row of groups with a digit in it is a plate. */
const NAMED_PLATE =
  '(?<=(?:[Kk]enteken|[Nn]ummerplaat|[Pp]late|[Rr]egistration|[Kk]ennzeichen|[Ii]mmatriculée?|[Mm]atrícula)[: ]{1,2})(?=[^.,;:]{0,12}\\d)[\\p{L}\\d]{1,6}(?:[- ][\\p{Lu}\\d]{1,5}){0,2}'

/**
 * Telephone numbers: from + or 0 in groups (`+31 (0)88 123 45 67`, `0800-6070`, `06 - 12345678`), or the American form
 * (`213 485-2389`).
 */
const PHONE_FORMS = [
  // Between two groups there is always something: so no text makes it look back.
  '\\+\\d{1,12}(?:[ -]?\\(0\\) ?\\d{1,11})?(?:(?: ?- ?| )\\d{1,8}){0,5}',
  '\\(?0\\d{1,4}\\)?(?:(?: ?- ?| )\\d{2,8}){1,5}',
  '0\\d{9}',
  '\\(?\\d{3}\\)?[ -]\\d{3}-\\d{4}',
]

/** Neither within a word or number nor within a date or time. */
const alone = (forms: readonly string[]): RegExp =>
  new RegExp(`(?<![\\p{L}\\d.,:/-])(?:${forms.join('|')})(?![\\p{L}\\d]|[.,:/-]\\d)`, 'gu')

const CODES = [alone(PLATE_FORMS), alone([NAMED_PLATE]), alone(PHONE_FORMS)]

/** Where codes stand in a text, as [start, end) of each; plates and telephone numbers. */
export function codesIn(text: string): readonly (readonly [from: number, to: number])[] {
  // Nearly every text has none, and then one look is enough.
  if (!/\d/.test(text)) return []
  // `matchAll` makes a new expression each time, which takes longer than to look.
  return CODES.filter((form) => text.search(form) !== -1).flatMap((form) =>
    Array.from(text.matchAll(form), (match): readonly [number, number] => [
      match.index,
      match.index + match[0].length,
    ]),
  )
}
