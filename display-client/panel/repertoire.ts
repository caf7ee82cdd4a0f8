/** The characters that a panel can show, by the name of the standard that lists them. */
export const REPERTOIRES = ['ascii', 'latin1', 'cp437', 'alpha', 'din66003', 'unicode'] as const
export type Repertoire = (typeof REPERTOIRES)[number]

/** A character that the panel cannot show, and what stands in its place; the empty text for one that says nothing. */
export interface Substitution {
  readonly from: string
  readonly to: string
}

/** Whether something can write a character (one grapheme); a bitmap font's `has` is one. */
export type CanWrite = (character: string) => boolean

export interface Transliteration {
  readonly text: string
  /** Each different substitution once, in the order in which it first occurred. Upper-casing is not a substitution. */
  readonly substitutions: readonly Substitution[]
  /**
   * False when something that people read (a letter, a digit, a sign of currency or of arithmetic) cannot be written with these
   * characters. It is left out of `text`, which then says something else and must not be shown.
   */
  readonly complete: boolean
}

export interface TransliterationOptions {
  /** The sign has no lower case. */
  readonly capitals?: boolean
}

const ASCII = /^[\x20-\x7e]$/

/** Code page 437, 0x80 to 0xFE, as Unicode's CP437.TXT maps it; 0xFF is a no-break space and written as a space. */
const CP437_UPPER = new Set(
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■',
)

/**
 * Extended letters of Alpha signs, 0x80 to 0x9A: those of code page 437. Null where descriptions of the protocol disagree (82H is é or
 * è): whoever writes that may put another letter into a name.
 */
export const ALPHA_LETTERS: readonly (string | null)[] = Array.from(
  'Çü-âäàåçêë-ïîìÄÅÉæÆôöòûùÿÖÜ',
  (letter) => (letter === '-' ? null : letter),
)

const WRITES: Readonly<Record<Repertoire, CanWrite>> = {
  ascii: (character) => ASCII.test(character),
  /** ISO 8859-1 without its no-break space and soft hyphen, which no sign draws as such. */
  latin1: (character) => /^[\x20-\x7e\xa1-\xac\xae-\xff]$/.test(character),
  cp437: (character) => ASCII.test(character) || CP437_UPPER.has(character),
  alpha: (character) => ASCII.test(character) || ALPHA_LETTERS.includes(character),
  /** ISO 646-DE: the German letters stand where ASCII has `@[\]{|}~` (IBIS, VDV 300). */
  din66003: (character) => /^[\x20-\x3f\x41-\x5a\x5e-\x60\x61-\x7a§ÄÖÜäöüß]$/.test(character),
  /**
   * What a sign of cells that takes UTF-8 can be trusted to draw: the scripts of Europe (as in MES-2, CWA 13873), one letter to
   * a cell from left to right. Arabic joins, Hebrew runs the other way, and emoji have no dots.
   */
  unicode: (character) =>
    /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}]\p{M}*$/u.test(character) &&
    !/[\p{C}\p{Extended_Pictographic}\p{Regional_Indicator}]/u.test(character),
}

/** What may stand for a character in any language. */
const COMMON = new Map(
  Object.entries({
    '‘': "'",
    '’': "'",
    '‚': "'",
    '‛': "'",
    '′': "'",
    '´': "'",
    '‹': "'",
    '›': "'",
    '“': '"',
    '”': '"',
    '„': '"',
    '‟': '"',
    '″': '"',
    '«': '"',
    '»': '"',
    '‐': '-',
    '‑': '-',
    '‒': '-',
    '–': '-',
    '—': '-',
    '―': '-',
    '−': '-',
    '•': '-',
    '·': '.',
    '…': '...',
    '€': 'EUR',
    '£': 'GBP',
    '¥': 'JPY',
    '©': '(c)',
    '®': '(r)',
    '×': 'x',
    '÷': '/',
    '⁄': '/',
    '¡': '!',
    '¿': '?',
    ß: 'ss',
    ẞ: 'SS',
    æ: 'ae',
    Æ: 'AE',
    œ: 'oe',
    Œ: 'OE',
    ø: 'o',
    Ø: 'O',
    đ: 'd',
    Đ: 'D',
    ð: 'd',
    Ð: 'D',
    þ: 'th',
    Þ: 'Th',
    ł: 'l',
    Ł: 'L',
    ħ: 'h',
    Ħ: 'H',
    ı: 'i',
    ŋ: 'ng',
    Ŋ: 'Ng',
    ŧ: 't',
    Ŧ: 'T',
    µ: 'u',
    Ĳ: 'IJ',
    ĳ: 'ij',
    '°': 'gr.',
    '±': '+/-',
    '→': '->',
    '←': '<-',
    // Where a national set has another letter in the place of an ASCII sign.
    '[': '(',
    ']': ')',
    '{': '(',
    '}': ')',
    '|': '/',
    '\\': '/',
    '~': '-',
    '@': '(at)',
    '`': "'",
    '§': 'par.',
  }),
)

const GERMAN = { ä: 'ae', ö: 'oe', ü: 'ue', Ä: 'Ae', Ö: 'Oe', Ü: 'Ue' }
const NORDIC = { å: 'aa', Å: 'Aa', ø: 'oe', Ø: 'Oe', æ: 'ae', Æ: 'Ae' }

/**
 * What a language writes differently from dropping the marks. Dutch is not here on purpose: its diaeresis only divides
 * vowels, so `België` is `Belgie`.
 */
const BY_LANGUAGE: Readonly<Partial<Record<string, ReadonlyMap<string, string>>>> = {
  de: new Map(Object.entries(GERMAN)),
  da: new Map(Object.entries(NORDIC)),
  nb: new Map(Object.entries(NORDIC)),
  nn: new Map(Object.entries(NORDIC)),
  no: new Map(Object.entries(NORDIC)),
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/**
 * Writes `text` with the characters that a panel has.
 *
 * Every character that the panel has stays. Any other becomes what its language writes instead (`ä` is `ae` in German,
 * `a` in Dutch), else its letter without marks. What says nothing by itself (an emoji, a mark, a joiner) is left out; what
 * people would miss makes the whole text incomplete, for half a name is another name and `?` is nobody's. Nothing is dropped in
 * silence: each change is reported. Works on what a reader sees as one character, so nothing leaves a broken half.
 *
 * @param target what the panel can show: a repertoire, or a test such as a font's `has`
 * @param language BCP 47 tag of the text
 */
export function transliterate(
  text: string,
  target: Repertoire | CanWrite,
  language: string,
  options: TransliterationOptions = {},
): Transliteration {
  const canWrite = typeof target === 'string' ? WRITES[target] : target
  // Nearly always it is one letter, which need not be split.
  const writable = (characters: string): boolean =>
    characters.length === 1 ? canWrite(characters) : split(characters).every(canWrite)
  const byLanguage = BY_LANGUAGE[language.split('-', 1)[0] ?? language]
  const found = new Map<string, Substitution>()
  let complete = true
  const characters = split(text.normalize('NFC'))
  const written = characters.map((character, index) => {
    const cased = (value: string): string => (options.capitals ? value.toLocaleUpperCase(language) : value)
    const wanted = cased(character)
    if (writable(wanted)) return wanted
    const candidates = [character, wanted].flatMap((from) => substitutes(from, byLanguage, writable))
    const candidate = candidates.map(cased).find(writable)
    if (candidate === undefined && says(character)) complete = false
    const fitting = candidate ?? ''
    const to =
      isCapital(characters[index + 1]) && isCapital(character) ? fitting.toLocaleUpperCase(language) : fitting
    found.set(`${character}\n${to}`, { from: character, to })
    return to
  })
  return { text: written.join(''), substitutions: [...found.values()], complete }
}

/** Whether a reader would miss it. Pictures and marks only go with words. */
function says(character: string): boolean {
  return /[\p{L}\p{N}\p{Sc}\p{Sm}]/u.test(character) && !/\p{Extended_Pictographic}/u.test(character)
}

/** What could stand for one character, best first. */
function substitutes(
  character: string,
  byLanguage: ReadonlyMap<string, string> | undefined,
  writable: (characters: string) => boolean,
): readonly string[] {
  const listed = [byLanguage?.get(character), COMMON.get(character)].filter((one) => one !== undefined)
  // Without the joiners that hang on it, it may be a letter that the panel has.
  const seen = character.replace(/\p{Default_Ignorable_Code_Point}/gu, '')
  if (seen !== character && seen !== '') return [seen, ...substitutes(seen, byLanguage, writable)]
  if (/^\p{Zs}$/u.test(character)) return [' ']
  if (/^\p{Default_Ignorable_Code_Point}+$/u.test(character)) return ['']
  const bare = character.normalize('NFKD').replace(/[\p{M}\p{Default_Ignorable_Code_Point}]/gu, '')
  const letters = split(bare).map((one) => (writable(one) ? one : (COMMON.get(one) ?? one)))
  // A mark alone has no letter left.
  return bare === '' ? listed : [...listed, letters.join('')]
}

/** Basic Latin to IPA: one character each, and segmenting costs a hundred times as much. */
const SIMPLE = /^[\x20-\x7e\xa0-\u02af]*$/

function split(text: string): readonly string[] {
  return SIMPLE.test(text) ? text.split('') : Array.from(graphemes.segment(text), (part) => part.segment)
}

function isCapital(character: string | undefined): boolean {
  return character !== undefined && /^\p{Lu}/u.test(character)
}
