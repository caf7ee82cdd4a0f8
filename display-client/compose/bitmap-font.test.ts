import { describe, expect, it } from 'vitest'
import { formatFault } from '../base/document.ts'
import { type BitmapFont, glyphOf, parseFont } from './bitmap-font.ts'

const SMALL = `
// a remark
font tiny-3
capitals 3
ascent 5
descent 1
spacing 1

glyph U+0020
..
glyph e
##
##
glyph g below 1
##
##
.#
glyph ’ above 2
#
mark acute gap 1
.#
mark cedilla under
#
é = e + acute
ȩ = e + cedilla
`

function font(text: string): BitmapFont {
  const read = parseFont(text, 'tiny.font.txt')
  if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
  return read.value
}

/** A glyph as it is drawn, row by row. */
function drawing(from: BitmapFont, character: string): readonly string[] {
  const glyph = from.glyphs.get(character)
  if (glyph === undefined) throw new Error(`no ${character}`)
  return glyph.rows.map((row) =>
    row.toString(2).padStart(glyph.width, '0').replaceAll('0', '.').replaceAll('1', '#'),
  )
}

const faultsOf = (text: string): readonly string[] => {
  const read = parseFont(text, 'tiny.font.txt')
  return read.ok ? [] : read.failure.map(formatFault)
}

describe('a font file', () => {
  it('puts each glyph on the baseline, below it or above it, in a cell of one height', () => {
    const tiny = font(SMALL)
    expect(tiny).toMatchObject({ name: 'tiny-3', height: 6, ascent: 5, capHeight: 3, spacing: 1 })
    expect(drawing(tiny, 'e')).toEqual(['..', '..', '..', '##', '##', '..'])
    expect(drawing(tiny, 'g')).toEqual(['..', '..', '..', '##', '##', '.#'])
    expect(drawing(tiny, '’')).toEqual(['.', '.', '#', '.', '.', '.'])
  })

  it('composes letters of a base and a mark, over and under', () => {
    const tiny = font(SMALL)
    expect(drawing(tiny, 'é')).toEqual(['..', '.#', '..', '##', '##', '..'])
    expect(drawing(tiny, 'ȩ')).toEqual(['..', '..', '..', '##', '##', '#.'])
  })

  it('composes many letters in one line, one for each', () => {
    const tiny = font(`${SMALL}mark dot\n#.\néė = ee + dot\n`.replace('é = e + acute\n', ''))
    expect(drawing(tiny, 'é')).toEqual(['..', '..', '#.', '##', '##', '..'])
    expect(drawing(tiny, 'ė')).toEqual(['..', '..', '#.', '##', '##', '..'])
  })

  it('puts a mark beside a letter on rows of its own, and moves a mark to the left or the right', () => {
    const hook = `${SMALL}mark hook beside gap 1 above 1\n#\nmark dot gap 1\n#\n`
    const tiny = font(`${hook}ě = e + hook\në = e + hook left 1\nė = e + dot right 1\nê = e + dot left 1\n`)
    expect(drawing(tiny, 'ě').slice(3)).toEqual(['##.#', '##..', '....'])
    expect(drawing(tiny, 'ë').slice(3)).toEqual(['###', '##.', '...'])
    expect(drawing(tiny, 'ė').slice(1, 4)).toEqual(['.#', '..', '##'])
    expect(drawing(tiny, 'ê').slice(1, 4)).toEqual(['#..', '...', '.##'])
  })

  it('adds up advance widths, spacing included', () => {
    expect(font(SMALL).advance('e g')).toBe(3 + 3 + 3)
    expect(font(SMALL).advance('')).toBe(0)
  })

  it('says what it cannot write, and refuses to measure or draw it', () => {
    const tiny = font(SMALL)
    expect(tiny.has('é')).toBe(true)
    expect(tiny.has('x')).toBe(false)
    expect(() => tiny.advance('ex')).toThrow('font tiny-3 has no U+0078')
    expect(() => glyphOf(tiny, 'x')).toThrow(RangeError)
  })

  it.each([
    [
      'a row of another length',
      SMALL.replace('##\n##\n.#', '##\n#\n.#'),
      'tiny.font.txt:16:1: has 1 dots where the row above has 2',
    ],
    ['a glyph without rows', `${SMALL}glyph x\n`, 'tiny.font.txt:26:1: x has no rows of . and # below it'],
    [
      'two characters in one glyph',
      `${SMALL}glyph ab\n#\n`,
      'tiny.font.txt:26:1: names no single character; write it itself or as U+0020',
    ],
    [
      'a character drawn twice',
      `${SMALL}glyph e\n#\n`,
      'tiny.font.txt:26:1: draws e a second time; remove one',
    ],
    [
      'a mark drawn twice',
      `${SMALL}mark acute\n#\n`,
      'tiny.font.txt:26:1: draws the mark acute a second time; remove one',
    ],
    [
      'ink outside the cell',
      SMALL.replace('below 1', 'below 2'),
      'tiny.font.txt:14:1: g reaches outside the 6 rows of the cell (ascent 5, descent 1)',
    ],
    ['an unknown mark', `${SMALL}è = e + grave\n`, 'tiny.font.txt:26:1: there is no mark grave in this file'],
    ['an unknown base', `${SMALL}á = a + acute\n`, 'tiny.font.txt:26:1: a is not drawn in this file'],
    [
      'letters and marked letters of unequal number',
      `${SMALL}áà = a + acute\n`,
      'tiny.font.txt:26:1: makes 2 characters of 1 letters; write one for each',
    ],
    [
      'a mark moved by no number',
      `${SMALL}á = e + acute left side\n`,
      'tiny.font.txt:26:1: needs a whole number of columns after left or right',
    ],
    [
      'more characters than a text has',
      `${SMALL}${'á = e + acute\n'.repeat(5_000)}`,
      'tiny.font.txt: has more than 5000 characters; leave out what no text needs',
    ],
    [
      'an unknown line',
      SMALL.replace('// a remark', 'a remark'),
      'tiny.font.txt:2:1: is none of: font, capitals, ascent, descent, spacing, glyph, mark, "é = e + acute", // a remark',
    ],
    [
      'no spacing',
      SMALL.replace('spacing 1', ''),
      'tiny.font.txt: needs a line "spacing N" with a whole number from 0 to 64',
    ],
    [
      'no name',
      SMALL.replace('font tiny-3', ''),
      'tiny.font.txt: needs a line "font name" of lower-case letters, digits and hyphens',
    ],
    [
      'digits of unequal width',
      `${SMALL}glyph 1\n#\n`,
      'tiny.font.txt: needs all ten digits in one width, so that numbers do not dance',
    ],
  ])('is refused with its line for %s', (_what, text, fault) => {
    expect(faultsOf(text)).toContain(fault)
  })
})
