import { describe, expect, it } from 'vitest'
import { codesIn } from './codes.ts'

const found = (text: string): readonly string[] => codesIn(text).map(([from, to]) => text.slice(from, to))

describe('codes in running text', () => {
  // The sidecodes of the RDW, 1 to 14, in their order.
  it.each([
    'XX-99-99',
    '99-99-XX',
    '99-XX-99',
    'XX-99-XX',
    'XX-XX-99',
    '99-XX-XX',
    '99-XXX-9',
    '9-XXX-99',
    'XX-999-X',
    'X-999-XX',
    'XXX-99-X',
    'X-99-XXX',
    '9-XX-999',
    '999-XX-9',
  ])('finds a Dutch plate of the form %s', (plate) => {
    expect(found(`Rijdt in een grijze auto, ${plate}.`)).toEqual([plate])
    expect(found(`kenteken ${plate.toLowerCase()}`)).toContain(plate.toLowerCase())
  })

  it.each([
    '1-ABC-123',
    'B-MW 1234',
    'AB-123-CD',
    'AB 123 CD',
    'AB12 CDE',
    'WA 12345',
    '1234 BCD',
    'XX 12 34',
  ])('finds a plate of a neighbour: %s', (plate) =>
    expect(found(`grijze auto (${plate}), rijdt weg`)).toEqual([plate]),
  )

  it('believes the word before it', () => {
    expect(found('kenteken WZ 7J19X')).toEqual(['WZ 7J19X'])
    expect(found('Vervoermiddel kenteken xx-yy-99.')).toContain('xx-yy-99')
  })

  it.each([
    '0800-6070',
    '0900-8844',
    '06-12345678',
    '06 - 12345678',
    '0612345678',
    '088 123 45 67',
    '+31 88 123 45 67',
    '+31 (0)88 123 45 67',
    '(030) 1234567',
    '213 485-2389',
  ])('finds the number to call %s', (number) => {
    expect(found(`Gezien? Bel ${number}.`)).toEqual([number])
  })

  it.each([
    'op 22-11-2026 om 14.05 uur',
    'zondag 12.00 uur, 1,80 m lang, 83 jaar',
    '06/11/03, 1915 HRS',
    'LOCATION: 1200 ROE ST.',
    'A12 tussen Utrecht en Den Haag',
    'een T-shirt maat 140',
    'Volvo V60 D4',
    'NL-Alert om 12:00',
    'tussen 10 en 12 uur',
  ])('leaves alone what is none: %s', (text) => {
    expect(found(text)).toEqual([])
  })
})
