import type { Fault } from '../base/document.ts'
import { fail, ok, type Result } from '../base/result.ts'

/** Rows of dots as they stand in the file. */
export interface Shape {
  /** Each of `width` dots, `#` lit and `.` not. */
  readonly rows: readonly string[]
  /** px */
  readonly width: number
  /** Rows that its last row is below the baseline; negative = above it. */
  readonly bottom: number
  /** 1-based line of its header. */
  readonly line: number
}

export interface Mark extends Shape {
  /** Empty rows between the letter and the mark; empty columns for one that stands beside it. */
  readonly gap: number
  readonly side: Side
}

/** Over or under the ink of a letter and centred on it; under its right edge; at its right, on the mark's own rows. */
export type Side = 'over' | 'under' | 'tail' | 'beside'

/** A letter made of another and a mark. */
export interface Composed {
  readonly character: string
  readonly base: string
  readonly mark: string
  /** px to the right of the place that the side gives; negative = to the left. */
  readonly shift: number
  /** 1-based */
  readonly line: number
}

export interface FontSource {
  readonly name: string
  readonly capHeight: number
  readonly ascent: number
  readonly descent: number
  readonly spacing: number
  /** A list, not a map: a character drawn twice is a fault to be found. */
  readonly glyphs: readonly (readonly [string, Shape])[]
  readonly marks: ReadonlyMap<string, Mark>
  readonly compositions: readonly Composed[]
}

/** Columns of one glyph that fit a row of bits. */
export const WIDEST = 30
/** Taller is no LED type; bounds what a wrong file can ask for. */
export const TALLEST = 64
/** Ten times those of Latin; bounds the work that a wrong file can ask for. */
const MOST_CHARACTERS = 5_000

const NUMBERS = ['capitals', 'ascent', 'descent', 'spacing'] as const

/** Splits a font file into its parts. */
export function readFontSource(text: string, file: string): Result<FontSource, readonly Fault[]> {
  const faults: Fault[] = []
  const fault = (line: number, message: string): void => {
    faults.push({ file, line, column: 1, path: '', message })
  }
  const numbers = new Map<string, number>()
  const glyphs: [string, Shape][] = []
  const marks = new Map<string, Mark>()
  const compositions: Composed[] = []
  let name = ''

  const lines = text.split(/\r?\n/)
  for (let index = 0; index < lines.length; index += 1) {
    const line = index + 1
    const words = (lines[index] ?? '').trim().split(/\s+/)
    const [first = '', second = ''] = words
    if (first === '' || first === '//') continue
    const number = NUMBERS.find((key) => key === first)
    if (first === 'font') name = second
    else if (number !== undefined) numbers.set(number, Number(second))
    else if (first === 'glyph' || first === 'mark') {
      const drawn: string[] = []
      for (let row = dotsOf(lines[line]); row !== ''; row = dotsOf(lines[line + drawn.length]))
        drawn.push(row)
      index += drawn.length
      const width = drawn[0]?.length ?? 0
      const uneven = drawn.findIndex((row) => row.length !== width)
      const character = first === 'glyph' ? characterOf(second) : ''
      const shape = { rows: drawn, width, bottom: option(words, 'below') - option(words, 'above'), line }
      if (first === 'glyph' && Array.from(character).length !== 1)
        fault(line, 'names no single character; write it itself or as U+0020')
      else if (marks.has(second)) fault(line, `draws the mark ${second} a second time; remove one`)
      else if (!Number.isInteger(shape.bottom))
        fault(line, 'needs a whole number of rows after below or above')
      else if (width === 0) fault(line, `${second} has no rows of . and # below it`)
      else if (uneven !== -1)
        fault(line + 1 + uneven, `has ${drawn[uneven]?.length} dots where the row above has ${width}`)
      else if (width > WIDEST) fault(line, `is ${width} dots wide; the most is ${WIDEST}`)
      else if (first === 'glyph') glyphs.push([character, shape])
      else marks.set(second, { ...shape, gap: option(words, 'gap'), side: sideOf(words) })
    } else if (second === '=' && words[3] === '+' && words.length >= 5) {
      const [, , third = '', , mark = ''] = words
      const characters = Array.from(characterOf(first))
      const bases = Array.from(characterOf(third))
      const shift = option(words, 'right') - option(words, 'left')
      if (characters.length !== bases.length)
        fault(line, `makes ${characters.length} characters of ${bases.length} letters; write one for each`)
      else if (!Number.isInteger(shift)) fault(line, 'needs a whole number of columns after left or right')
      else
        characters.forEach((character, at) => {
          compositions.push({ character, base: bases[at] ?? '', mark, shift, line })
        })
    } else {
      fault(
        line,
        'is none of: font, capitals, ascent, descent, spacing, glyph, mark, "é = e + acute", // a remark',
      )
    }
  }

  if (glyphs.length + compositions.length > MOST_CHARACTERS)
    fault(0, `has more than ${MOST_CHARACTERS} characters; leave out what no text needs`)
  for (const key of NUMBERS) {
    const value = numbers.get(key)
    if (value === undefined || !Number.isInteger(value) || value < 0 || value > TALLEST) {
      fault(0, `needs a line "${key} N" with a whole number from 0 to ${TALLEST}`)
    }
  }
  if (!/^[a-z0-9-]+$/.test(name))
    fault(0, 'needs a line "font name" of lower-case letters, digits and hyphens')
  if (faults.length > 0) return fail(faults)
  const [capHeight = 0, ascent = 0, descent = 0, spacing = 0] = NUMBERS.map((key) => numbers.get(key))
  return ok({ name, capHeight, ascent, descent, spacing, glyphs, marks, compositions })
}

/** A row of dots; empty when the line is none. */
function dotsOf(line: string | undefined): string {
  const row = line?.trim() ?? ''
  return /^[.#]+$/.test(row) ? row : ''
}

/** The number after a word of a line: 2 in `glyph g below 2`; 0 where it is not. */
function option(words: readonly string[], key: string): number {
  const at = words.indexOf(key, 2)
  return at === -1 ? 0 : Number(words[at + 1] ?? 0)
}

function sideOf(words: readonly string[]): Side {
  return (['under', 'tail', 'beside'] as const).find((side) => words.includes(side, 2)) ?? 'over'
}

/** `U+0020` for what cannot stand in a line by itself. */
function characterOf(word: string): string {
  const code = /^U\+([0-9A-F]{4,6})$/.exec(word)?.[1]
  return (code === undefined ? word : String.fromCodePoint(Number.parseInt(code, 16))).normalize('NFC')
}
