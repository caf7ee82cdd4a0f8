import { expect, test } from 'vitest'
import { formatFault } from '../base/document.ts'
import { readLibrary } from '../player/library-files.ts'
import { remembering } from './measure.ts'

const read = await readLibrary()
if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
const { outline } = read.value

test('a width is the sum of the advances in the font file: 626 + 678 thousandths for A in regular and bold', () => {
  expect(outline.advance('A', 1_000, 400)).toBe(626)
  expect(outline.advance('AA', 100, 700)).toBeCloseTo(135.6)
})

test('the width of a line is that of its words and spaces', () => {
  const words = ['Laatst', 'gezien:', 'Utrecht']
  const sum = words.reduce(
    (total, word) => total + outline.advance(word, 64, 400),
    2 * outline.advance(' ', 64, 400),
  )
  expect(outline.advance(words.join(' '), 64, 400)).toBeCloseTo(sum, 9)
})

test('a type that remembers measures the same to the last digit, the first time and the next', () => {
  const face = remembering(outline)
  for (const size of [12, 78, 110.5]) {
    for (const weight of [400, 700] as const)
      expect(face.advance('Zoë Müller', size, weight)).toBe(outline.advance('Zoë Müller', size, weight))
  }
})

test('letters of Dutch and its neighbours are there, of the second subset too; others are not', () => {
  for (const letter of 'ëéïüçÅßĳŞČő–’€') expect(outline.has(letter), letter).toBe(true)
  for (const letter of '王א') expect(outline.has(letter), letter).toBe(false)
})

test('the heights are those of the letters themselves', () => {
  expect(outline.capHeight).toBe(0.668)
  expect(outline.ascent).toBeGreaterThan(outline.capHeight)
  expect(outline.descent).toBeGreaterThan(0)
})
