import fc from 'fast-check'
import { expect, test } from 'vitest'
import { breakLines } from './breaking.ts'

const cells = (text: string): number => text.length

test('lines are as even as they can be, so that no word is left alone', () => {
  expect(breakLines(['aaa', 'bbb', 'ccc', 'd'], 11, cells)?.lines).toEqual(['aaa bbb', 'ccc d'])
})

test('it uses no more lines than needed', () => {
  expect(breakLines(['Laatst', 'gezien:', 'station', 'Utrecht'], 30, cells)?.lines).toEqual([
    'Laatst gezien: station Utrecht',
  ])
})

test('an atom that is wider than the line is not cut: there is no way to break', () => {
  expect(breakLines(['0800-6070'], 8, cells)).toBeUndefined()
})

test('there is no way to break into more lines than there may be', () => {
  expect(breakLines(['aaa', 'bbb', 'ccc'], 7, cells, 2)?.lines).toEqual(['aaa bbb', 'ccc'])
  expect(breakLines(['aaa', 'bbb', 'ccc'], 7, cells, 1)).toBeUndefined()
})

test('a line that is exactly as wide as there is room is one line, in whatever order its widths are added', () => {
  const widths: Readonly<Record<string, number>> = {
    ...{ ' ': 20.28, Kook: 154.05, het: 98.15, water: 169.455, drie: 119.275, minuten: 248.95 },
    ...{ voordat: 232.83, u: 36.855, 'drinkt.': 197.99 },
  }
  const text = 'Kook het water drie minuten voordat u het drinkt.'
  const { lines = [], unevenness } = breakLines(text.split(' '), 871, (one) => widths[one] ?? 0) ?? {}
  expect(lines.join(' ')).toBe(text)
  expect(lines).toHaveLength(2)
  expect(Number.isInteger(unevenness)).toBe(true)
})

test('every word is there once, in order, and no line is too wide', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ minLength: 1, maxLength: 9, unit: fc.constantFrom('x', 'y') }), {
        minLength: 1,
        maxLength: 12,
      }),
      fc.integer({ min: 9, max: 25 }),
      (atoms, width) => {
        const broken = breakLines(atoms, width, cells)
        expect(broken?.lines.join(' ')).toBe(atoms.join(' '))
        expect(broken?.lines.every((line) => line.length <= width)).toBe(true)
      },
    ),
  )
})
