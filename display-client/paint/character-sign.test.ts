import { beforeAll, describe, expect, it } from 'vitest'
import type { BitmapFont } from '../compose/bitmap-font.ts'
import { characterFrame, characterFrameSize, readCellFont } from './character-sign.ts'

let font: BitmapFont

beforeAll(async () => {
  const read = await readCellFont()
  if (!read.ok) throw new Error('the cell font is wrong')
  font = read.value
})

/** One cell of the sign, row by row. */
const cell = (lines: readonly string[], line: number, column: number): readonly string[] => {
  const { width, pixels } = characterFrame(lines, { lines: 2, columns: 4 }, font)
  return Array.from({ length: 8 }, (_, y) => {
    const start = (line * 8 + y) * width + column * 6
    return Array.from(pixels.slice(start, start + 6), (dot) => (dot === 1 ? '#' : '.')).join('')
  })
}

describe('a sign of characters', () => {
  it('has a cell of 6 x 8 dots for every character', () => {
    expect(characterFrameSize({ lines: 3, columns: 16 }, font)).toEqual({ width: 96, height: 24 })
  })

  it('lights each character in its own cell', () => {
    expect(cell(['', '  E'], 1, 2)).toEqual([
      '#####.',
      '#.....',
      '#.....',
      '####..',
      '#.....',
      '#.....',
      '#####.',
      '......',
    ])
    expect(cell(['', '  E'], 1, 1).join('')).not.toContain('#')
  })

  it('draws letters with their accents within the seven rows', () => {
    expect(cell(['é'], 0, 0)).toEqual([
      '...#..',
      '..#...',
      '.###..',
      '#...#.',
      '#####.',
      '#.....',
      '.####.',
      '......',
    ])
  })

  it('shows an empty frame for a character that its type lacks, instead of another one', () => {
    expect(cell(['ש'], 0, 0)).toEqual([
      '#####.',
      '#...#.',
      '#...#.',
      '#...#.',
      '#...#.',
      '#...#.',
      '#####.',
      '......',
    ])
  })

  it('refuses what does not fit, rather than cut it', () => {
    expect(() => characterFrame(['12345'], { lines: 1, columns: 4 }, font)).toThrow(
      'line 1 has 5 characters on a sign of 4',
    )
    expect(() => characterFrame(['a', 'b'], { lines: 1, columns: 4 }, font)).toThrow('2 lines on a sign of 1')
  })

  it('has all of ASCII and the letters of Latin-1, each 5 dots wide', () => {
    for (const character of `~!AZaz09ÀÖØöøÿß`) expect(font.has(character)).toBe(true)
    for (let code = 0x20; code < 0x7f; code += 1)
      expect(font.glyphs.get(String.fromCharCode(code))?.width).toBe(5)
  })
})
