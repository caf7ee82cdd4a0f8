import { expect, test } from 'vitest'
import { formatFault } from '../base/document.ts'
import { readLibrary } from '../player/library-files.ts'
import { outlineTypeface, remembering } from './measure.ts'

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

test('files that are no font, cut off or missing are named before anything is composed', () => {
  const woff = new Uint8Array(64)
  new DataView(woff.buffer).setUint32(0, 0x774f4646)
  new DataView(woff.buffer).setUint32(8, 64)
  const faultsOf = (bytes: Uint8Array): unknown => {
    const made = outlineTypeface({
      regular: [{ path: 'a.woff', bytes: woff }],
      bold: [{ path: 'b.woff', bytes }],
    })
    return made.ok ? [] : made.failure.map(formatFault)
  }
  expect(faultsOf(woff)).toEqual([])
  for (const bytes of [woff.subarray(0, 63), new TextEncoder().encode('no font'), new Uint8Array(64)])
    expect(faultsOf(bytes)).toEqual(['b.woff: is not a whole .woff font; install the packages anew'])
  const missing = outlineTypeface({ regular: [], bold: [] })
  expect(missing.ok ? [] : missing.failure.map(({ file }) => file)).toEqual([
    '*-400-normal.woff',
    '*-700-normal.woff',
  ])
})
