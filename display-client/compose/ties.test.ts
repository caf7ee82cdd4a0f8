import { describe, expect, it } from 'vitest'
import { TIE, tied } from './ties.ts'

/** What is kept on one line, with ordinary spaces. */
const kept = (text: string, names: readonly string[] = []): readonly string[] =>
  tied(text, names, true)
    .split(' ')
    .filter((atom) => atom.includes(TIE))
    .map((atom) => atom.replaceAll(TIE, ' '))

describe('what stays on one line in running text', () => {
  it.each([
    ['Hij heet J.P. van der Berg en is kaal.', ['J.P. van der Berg']],
    ['De politie zoekt Jan-Willem van den Ploeg sinds gisteren.', ['Jan-Willem van den Ploeg']],
    ['Zij is met Youssef el-Idrissi weg.', ['Youssef el-Idrissi']],
    ['Daan Jansen is weg.', ['Daan Jansen']],
    ['Zoë Müller-d’Oré is 8 jaar.', ['Zoë Müller-d’Oré', '8 jaar.']],
    ["Kees in 't Veld, om 12.00 uur.", ["Kees in 't Veld,", '12.00 uur.']],
    ['Bel +31 88 123 45 67 of 06 - 12345678.', ['+31 88 123 45 67', '06 - 12345678.']],
    ['Een BMW, kenteken B-MW 1234, rijdt weg.', ['B-MW 1234,']],
  ])('%s', (text, atoms) => expect(kept(text)).toEqual(atoms))

  it('keeps a known name whole, however it is written', () => {
    expect(kept('zij heet anna maria de wit en', ['anna maria de wit'])).toEqual(['anna maria de wit'])
  })

  it.each([
    'Hij reed in Utrecht weg.',
    'Vermist in Zeist.',
    'Brand op het dak.',
    'Laatst gezien bij het station.',
  ])('ties nothing in: %s', (text) => expect(kept(text)).toEqual([]))

  it('lets a place be divided where it is a field', () => {
    expect(tied('station Utrecht Centraal')).toBe('station Utrecht Centraal')
  })
})
