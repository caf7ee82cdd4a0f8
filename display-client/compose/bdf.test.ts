import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { formatFault } from '../base/document.ts'
import { parseBdf } from './bdf.ts'
import { type BitmapFont, parseFont } from './bitmap-font.ts'

/** A font as an editor of bitmap fonts writes it: H, a g below the baseline, and one that reaches left of its origin. */
const SMALL = `STARTFONT 2.1
COMMENT of our own
FONT -own-small-medium-r-normal--7-70-75-75-p-50-iso10646-1
SIZE 7 75 75
FONTBOUNDINGBOX 5 7 0 -2
STARTPROPERTIES 4
FONT_ASCENT 6
FONT_DESCENT 2
CHARSET_REGISTRY "ISO10646"
CHARSET_ENCODING "1"
ENDPROPERTIES
CHARS 5
STARTCHAR space
ENCODING 32
SWIDTH 500 0
DWIDTH 3 0
BBX 0 0 0 0
BITMAP
ENDCHAR
STARTCHAR H
ENCODING 72
SWIDTH 500 0
DWIDTH 5 0
BBX 4 5 0 0
BITMAP
90
90
F0
90
90
ENDCHAR
STARTCHAR g
ENCODING 103
DWIDTH 5 0
BBX 3 5 1 -2
BITMAP
60
A0
60
20
C0
ENDCHAR
STARTCHAR j
ENCODING 106
DWIDTH 2 0
BBX 2 3 -1 -2
BITMAP
40
40
80
ENDCHAR
STARTCHAR unnamed
ENCODING -1
DWIDTH 3 0
BBX 1 1 0 0
BITMAP
80
ENDCHAR
ENDFONT
`

function font(text: string): BitmapFont {
  const read = parseBdf(text, 'own.bdf')
  if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
  return read.value
}

const faultsOf = (text: string): readonly string[] => {
  const read = parseBdf(text, 'own.bdf')
  return read.ok ? [] : read.failure.map(formatFault)
}

function drawing(from: BitmapFont, character: string): readonly string[] {
  const { rows = [], width = 0 } = from.glyphs.get(character) ?? {}
  return rows.map((row) => row.toString(2).padStart(width, '0').replaceAll('0', '.').replaceAll('1', '#'))
}

describe('a BDF font', () => {
  it('has the line that it says and the capitals that it draws', () => {
    expect(font(SMALL)).toMatchObject({ name: 'own.bdf', ascent: 6, height: 8, capHeight: 5 })
  })

  it('draws its characters where they stand, with the empty columns at their left', () => {
    const small = font(SMALL)
    expect(drawing(small, 'H')).toEqual(['....', '#..#', '#..#', '####', '#..#', '#..#', '....', '....'])
    expect(drawing(small, 'g')).toEqual(['....', '....', '....', '..##', '.#.#', '..##', '...#', '.##.'])
    expect(small.advance('H g')).toBe(5 + 3 + 5)
  })

  it('moves what reaches left of its origin to the right, so that letters never overlap', () => {
    const small = font(SMALL)
    expect(drawing(small, 'j').slice(5)).toEqual(['.#', '.#', '#.'])
    expect(small.advance('j')).toBe(3)
  })

  it('has as much room between letters as stands right of all of them', () => {
    expect(font(SMALL).spacing).toBe(1)
  })

  it('makes the line higher where ink is', () => {
    expect(font(SMALL.replace('FONT_ASCENT 6', 'FONT_ASCENT 3'))).toMatchObject({ ascent: 5, height: 7 })
    expect(font(SMALL.replace('FONT_DESCENT 2\n', ''))).toMatchObject({ height: 8 })
  })

  it('passes over what has no code, and controls', () => {
    const small = font(SMALL.replace('ENCODING 32\n', 'ENCODING 10\n'))
    expect([...small.glyphs.keys()].join('')).toBe('Hgj')
  })

  it('reads rows of more than a byte, upper and lower case, and lines that end with CR LF', () => {
    const wide = SMALL.replace(/BBX 4 5 0 0\nBITMAP\n90\n90\nF0/, 'BBX 12 5 0 0\nBITMAP\n8010\nffF0\n8010')
      .replace('8010\n90\n90', '8010\n8010\n8010')
      .replaceAll('\n', '\r\n')
    expect(drawing(font(wide), 'H')[2]).toBe('############')
    expect(font(wide).advance('H')).toBe(12)
  })

  it('takes ISO 8859-1, whose codes are those of Unicode', () => {
    expect(faultsOf(SMALL.replace('"ISO10646"', '"ISO8859"'))).toEqual([])
  })
})

/** One of our own types in the other form. */
function asBdf({ ascent, height, glyphs }: BitmapFont): string {
  const characters = [...glyphs].map(([character, { width, rows, advance }]) => {
    const bytes = Math.ceil(width / 8)
    const hex = rows.map((row) => (row * 2 ** (8 * bytes - width)).toString(16).padStart(2 * bytes, '0'))
    return [
      `STARTCHAR u${character.codePointAt(0)}\nENCODING ${character.codePointAt(0)}\nDWIDTH ${advance} 0`,
      `BBX ${width} ${height} 0 ${ascent - height}\nBITMAP\n${hex.join('\n')}\nENDCHAR\n`,
    ].join('\n')
  })
  const properties = `FONT_ASCENT ${ascent}\nFONT_DESCENT ${height - ascent}`
  return `STARTFONT 2.1\n${properties}\n${characters.join('')}ENDFONT\n`
}

test.each(['led-5', 'led-11-bold', 'led-18'])('%s is the same font when it is written as BDF', (name) => {
  const ours = parseFont(readFileSync(new URL(`fonts/${name}.font.txt`, import.meta.url), 'utf8'), name)
  if (!ours.ok) throw new Error(ours.failure.map(formatFault).join('\n'))
  const { ascent, height, capHeight, glyphs, spacing } = ours.value
  const read = font(asBdf(ours.value))
  expect(read).toMatchObject({ ascent, height, capHeight, spacing })
  expect(read.glyphs).toEqual(glyphs)
})

describe('a BDF font is refused with its line for', () => {
  it.each([
    ['what is no BDF', 'PNG', 'own.bdf:1:1: is no BDF font: its first line must be STARTFONT 2.1'],
    ['nothing', '', 'own.bdf:1:1: is no BDF font: its first line must be STARTFONT 2.1'],
    [
      'a file that is cut off',
      SMALL.slice(0, SMALL.indexOf('STARTCHAR j')),
      'own.bdf:43:1: ends without ENDFONT: it was cut off; copy it again',
    ],
    [
      'other codes than those of Unicode',
      SMALL.replace('"ISO10646"', '"KOI8"'),
      'own.bdf:9:1: has the codes of "KOI8", not of Unicode; convert the font to ISO10646-1',
    ],
    [
      'the second part of ISO 8859',
      SMALL.replace('"ISO10646"', '"ISO8859"').replace('ENCODING "1"', 'ENCODING "2"'),
      'own.bdf:9:1: has the codes of "ISO8859", not of Unicode; convert the font to ISO10646-1',
    ],
    [
      'a row that is no number',
      SMALL.replace('F0', 'X0'),
      'own.bdf:28:1: is no row of 4 dots: 2 hexadecimal digits are needed',
    ],
    [
      'a row that is missing',
      SMALL.replace('F0\n', ''),
      'own.bdf:30:1: ends a character of 4 rows; its BBX says 5',
    ],
    [
      'a character without a box',
      SMALL.replace('BBX 4 5 0 0\n', ''),
      'own.bdf:20:1: begins a character without BBX or DWIDTH; both must stand before its BITMAP',
    ],
    [
      'a character without dots',
      SMALL.replace('STARTCHAR g', 'STARTCHAR f\nENCODING 102\nSTARTCHAR g'),
      'own.bdf:32:1: begins a character that has no BITMAP',
    ],
    [
      'a character drawn twice',
      SMALL.replace('ENCODING 103', 'ENCODING 72'),
      'own.bdf:32:1: draws H a second time; remove one',
    ],
    [
      'a box that is too wide',
      SMALL.replace('BBX 4 5', 'BBX 99 5'),
      'own.bdf:24:1: has 99 where a whole number from 0 to 30 is needed',
    ],
    [
      'a code that is no number',
      SMALL.replace('ENCODING 72', 'ENCODING seventy'),
      'own.bdf:21:1: has seventy where a whole number from -1 to 1114111 is needed',
    ],
    [
      'no H',
      SMALL.replace('ENCODING 72', 'ENCODING 73'),
      'own.bdf: has no H, on which capitals are measured',
    ],
  ])('%s', (_what, text, fault) => {
    expect(faultsOf(text)).toContain(fault)
  })

  it('never more than twenty lines', () => {
    const character = (index: number) =>
      `STARTCHAR u${index}\nENCODING ${100 + index}\nDWIDTH x 0\nBBX 1 1 0 0\nBITMAP\n80\nENDCHAR\n`
    const many = Array.from({ length: 200 }, (_, index) => character(index)).join('')
    expect(faultsOf(`STARTFONT 2.1\n${many}ENDFONT\n`)).toHaveLength(20)
  })

  it('whatever is wrong: with lines left out, doubled and changed it is a font or has faults', () => {
    const lines = SMALL.split('\n')
    const edits = fc.array(fc.tuple(fc.nat(lines.length), fc.nat(3), fc.string()), { maxLength: 8 })
    fc.assert(
      fc.property(edits, (all) => {
        const text = [...lines]
        for (const [at, left, put] of all) text.splice(at, left, put)
        const read = parseBdf(text.join('\n'), 'own.bdf')
        if (!read.ok) {
          expect(read.failure.length).toBeGreaterThan(0)
          return
        }
        for (const { rows, width, advance } of read.value.glyphs.values()) {
          expect(rows).toHaveLength(read.value.height)
          for (const row of rows) expect(row).toBeLessThan(2 ** width)
          expect(advance).toBeGreaterThanOrEqual(width)
        }
      }),
    )
  })
})
