import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { formatFault } from '../../base/document.ts'
import { transliterate } from '../../panel/repertoire.ts'
import { type BitmapFont, parseFont } from '../bitmap-font.ts'

/** Name, capitals, line, empty columns between letters and upright strokes, px. */
const TYPES: readonly (readonly [string, number, number, number, number])[] = [
  ['led-5', 5, 8, 1, 1],
  ['led-7', 7, 12, 1, 1],
  ['led-7-bold', 7, 12, 2, 2],
  ['led-9', 9, 14, 1, 1],
  ['led-9-bold', 9, 14, 2, 2],
  ['led-11', 11, 16, 2, 1],
  ['led-11-bold', 11, 16, 2, 2],
  ['led-14', 14, 22, 2, 2],
  ['led-18', 18, 28, 3, 2],
  ['led-18-bold', 18, 28, 3, 3],
]

const codes = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index))

/** Basic Latin, Latin-1 and Latin Extended-A without controls, and what Dutch, Romanian and typographers need beside. */
const CHARACTERS = [
  ...codes(0x20, 0x7e),
  ...codes(0xa0, 0xff),
  ...codes(0x100, 0x17f),
  ...'ȘșȚț€‘’‚“”„–—…•‹›',
]
const BLANK = [' ', '\u00a0']

/** Two characters that look the same in any type. */
const ALIKE = [' \u00a0', '-\u00ad', 'ÐĐ', ',‚']

/** What is mistaken for one another from afar. */
const MISTAKEN = [
  '0O',
  '1l',
  '1I',
  'lI',
  '5S',
  '8B',
  '6G',
  'ao',
  'ae',
  'ac',
  'oe',
  'oc',
  'ec',
  '08',
  '38',
  '68',
]

function load(name: string): BitmapFont {
  const read = parseFont(readFileSync(new URL(`${name}.font.txt`, import.meta.url), 'utf8'), name)
  if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
  return read.value
}

/** The lit dots of a character as `column,row`, rows counted up from the baseline. */
function dots(font: BitmapFont, character: string): readonly (readonly [number, number])[] {
  const glyph = font.glyphs.get(character)
  if (glyph === undefined) throw new Error(`no ${character}`)
  return glyph.rows.flatMap((row, y) =>
    Array.from({ length: glyph.width }, (_, x) => x)
      .filter((x) => (row >> (glyph.width - 1 - x)) & 1)
      .map((x) => [x, font.ascent - 1 - y] as const),
  )
}

/** Dots that differ between two characters when one is laid on the other as well as it goes, sideways. */
function difference(font: BitmapFont, one: string, other: string): number {
  const a = dots(font, one)
  const b = new Set(dots(font, other).map(String))
  const shifts = Array.from({ length: 25 }, (_, index) => index - 12)
  return Math.min(
    ...shifts.map((shift) => {
      const common = a.filter(([x, y]) => b.has(`${x + shift},${y}`)).length
      return a.length + b.size - 2 * common
    }),
  )
}

test('every type in the folder is one of these', () => {
  const files = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.font.txt'))
  expect(files.map((name) => name.slice(0, -'.font.txt'.length)).sort()).toEqual(
    TYPES.map(([name]) => name).sort(),
  )
})

test.each([7, 9, 11, 18])('no character of led-%i-bold is narrower than that of the lighter type', (size) => {
  const [light, bold] = [load(`led-${size}`), load(`led-${size}-bold`)]
  expect(CHARACTERS.filter((character) => bold.advance(character) < light.advance(character))).toEqual([])
})

describe.each(TYPES)('the type %s', (name, capHeight, height, spacing, stroke) => {
  const font = load(name)

  it('has its sizes, and capitals from the baseline to their full height', () => {
    expect(font).toMatchObject({ name, capHeight, height, spacing })
    for (const capital of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') {
      const rows = dots(font, capital).map(([, y]) => y)
      expect([capital, Math.min(...rows), Math.max(...rows)]).toEqual([capital, 0, capHeight - 1])
    }
  })

  it('has every character of Latin-1 and Latin Extended-A, and draws it', () => {
    expect(CHARACTERS.filter((character) => !font.has(character))).toEqual([])
    const empty = CHARACTERS.filter((character) => dots(font, character).length === 0)
    expect(empty).toEqual(BLANK)
  })

  it('keeps a Dutch text as it is, accents and all', () => {
    const text = 'Kind vermist: Zoë (8), ’s-Hertogenbosch – coördinatie één ĳ €'
    expect(transliterate(text, font.has, 'nl').substitutions).toEqual([])
  })

  it('gives all digits one width', () => {
    expect(new Set(Array.from('0123456789', (digit) => font.advance(digit))).size).toBe(1)
  })

  it('has strokes of one width, and at least as much room between letters', () => {
    expect(font.glyphs.get('ı')?.width).toBe(stroke)
    expect(spacing).toBeGreaterThanOrEqual(stroke)
    for (const glyph of font.glyphs.values()) expect(glyph.advance).toBe(glyph.width + spacing)
    for (const letter of 'FHKNPR') {
      const columns = dots(font, letter)
        .filter(([, y]) => y === 0)
        .map(([x]) => x)
      expect([letter, columns.filter((x, index) => x === index).length]).toEqual([letter, stroke])
    }
  })

  it('draws no two characters alike but those that are', () => {
    const seen = new Map<string, string>()
    const alike: string[] = []
    for (const character of CHARACTERS) {
      const drawn = `${font.glyphs.get(character)?.rows} ${font.glyphs.get(character)?.width}`
      const other = seen.get(drawn)
      if (other === undefined) seen.set(drawn, character)
      else alike.push(`${other}${character}`)
    }
    expect(alike).toEqual(ALIKE)
  })

  it('keeps apart what is mistaken for one another', () => {
    // A third of the height of capitals, in dots: in 5 x 7 that is all that tells an 8 from a B.
    const least = Math.ceil(capHeight / 3)
    expect(MISTAKEN.filter(([one = '', other = '']) => difference(font, one, other) < least)).toEqual([])
  })

  it('shows every mark: the letter with it differs from the letter without', () => {
    const faint = CHARACTERS.filter((character) => {
      const [base = '', mark] = character.normalize('NFD')
      return mark !== undefined && font.has(base) && difference(font, character, base) < 1
    })
    expect(faint).toEqual([])
  })

  it('tells the marks apart', () => {
    // Not ï and î: over a stem of one dot they have three columns, and differ in one dot.
    const pairs = [
      'ëê',
      'äâ',
      'öô',
      'öő',
      'üű',
      'éè',
      'ìí',
      'ñň',
      'ãâ',
      'ăå',
      'ğĝ',
      'ëě',
      'ëė',

      'ÖŐ',
      'ÁÀ',
      'ÑŇ',
    ]
    expect(pairs.filter(([one = '', other = '']) => difference(font, one, other) < 2)).toEqual([])
  })

  it('leaves capitals their height and their shape under a mark', () => {
    const changed = CHARACTERS.filter((character) => {
      const [base = '', mark] = character.normalize('NFD')
      if (mark === undefined || !/^[A-Z]$/.test(base)) return false
      return difference(font, character, base) !== dots(font, character).length - dots(font, base).length
    })
    // A line of 8 rows has no room for a mark of two rows over five: those capitals are four rows high, all of them.
    const squeezed = capHeight < 7 ? TWO_ROWS : []
    expect(changed).toEqual(squeezed)
  })
})

/** Capitals under a mark of two rows or more; the caron of Ľ stands beside it. */
const TWO_ROWS = CHARACTERS.filter((character) => {
  const [base = '', mark = ''] = character.normalize('NFD')
  return character !== 'Ľ' && /^[A-Z]$/.test(base) && /[\u0300-\u0303\u0306\u030a-\u030c]/.test(mark)
})
