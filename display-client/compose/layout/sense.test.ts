import { expect, test } from 'vitest'
import { senseLines } from './sense.ts'

/** Every character is one wide; `_` is a space at which nothing breaks. */
const lines = (text: string, room: number, most: number): string | undefined =>
  senseLines(
    text.split(' ').map((atom) => atom.replaceAll('_', ' ')),
    (one) => one.length,
    room,
    most,
  )?.join(' / ')

test('lines end where the sentence pauses, when that is nearly as even', () => {
  expect(lines('Kleding: groene regenjas, gele laarzen', 27, 2)).toBe(
    'Kleding: groene regenjas, / gele laarzen',
  )
  expect(lines('Laatst gezien: zwembad It_Rak in Sneek, 22 november om 15.15_uur', 30, 3)).toBe(
    'Laatst gezien: / zwembad It Rak in Sneek, / 22 november om 15.15 uur',
  )
  expect(lines('Mogelijk met een man van 40_jaar, baard, blauwe pet', 34, 2)).toBe(
    'Mogelijk met een man van 40 jaar, / baard, blauwe pet',
  )
})

test('a short word stands with what it leads to', () => {
  expect(lines('Grote brand in het havengebied van Vlissingen.', 32, 2)).toBe(
    'Grote brand in het havengebied / van Vlissingen.',
  )
  expect(lines('grijze joggingbroek en een felgele fietshelm', 26, 2)).toBe(
    'grijze joggingbroek / en een felgele fietshelm',
  )
})

test('no short word is left alone at the end', () => {
  expect(lines('Kleding: lichtblauwe jas', 21, 2)).toBe('Kleding: / lichtblauwe jas')
})

test('what fits only one way is broken that way, and what does not fit not at all', () => {
  expect(lines('Kleding: groene regenjas, gele laarzen', 24, 2)).toBe(
    'Kleding: groene / regenjas, gele laarzen',
  )
  expect(lines('Kleding: groene regenjas, gele laarzen', 20, 2)).toBeUndefined()
  expect(lines('Donaudampfschiff', 10, 1)).toBeUndefined()
})
