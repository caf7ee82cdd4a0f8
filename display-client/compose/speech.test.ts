import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readDocument } from '../base/document.ts'
import { amberAlert } from '../testkit/alerts.ts'
import { sentencesOf, speechesOf } from './speech.ts'
import { WordsSchema } from './words.ts'

const info = amberAlert().info[0]
if (info === undefined) throw new Error('the sample has an info block')

describe('languages', () => {
  test('the panel decides the order, the alert what there is', () => {
    expect(speechesOf(amberAlert(), ['en', 'de', 'nl']).map((one) => one.language)).toEqual(['en', 'nl'])
  })

  test('a region in a tag is the same language', () => {
    const alert = amberAlert({ info: [{ ...info, language: 'nl-NL' }] })
    expect(speechesOf(alert, ['nl']).map((one) => one.language)).toEqual(['nl'])
  })

  test('an alert in none of the languages of the panel is said in its own', () => {
    expect(speechesOf(amberAlert(), ['fr']).map((one) => one.language)).toEqual(['nl'])
  })

  test('the two languages of one NL-Alert text are told apart', () => {
    const alert = amberAlert({
      info: [{ ...info, description: 'Sluit ramen. *** Close windows.', instruction: 'Blijf binnen.' }],
    })
    const [dutch, english] = speechesOf(alert, ['nl', 'en'])
    expect(dutch?.info).toMatchObject({
      description: 'Sluit ramen.',
      instruction: 'Blijf binnen.',
      event: info.event,
    })
    expect(english?.info).toMatchObject({ language: 'en', description: 'Close windows.', event: '' })
    expect(english?.info?.instruction).toBeUndefined()
  })
})

describe('sentences', () => {
  test('a text is cut after its sentences and nowhere else', () => {
    expect(sentencesOf('Zij is ca. 1,40 m lang. Ziet u haar? Bel direct!', 'nl')).toEqual([
      'Zij is ca. 1,40 m lang.',
      'Ziet u haar?',
      'Bel direct!',
    ])
  })

  test('an abbreviation before a name does not end a sentence', () => {
    expect(sentencesOf('Dhr. Jansen is weg.', 'nl')).toEqual(['Dhr. Jansen is weg.'])
  })
})

describe('sentences of real alerts', () => {
  const dutch = words('nl')
  const english = words('en')

  test.each([
    'Vermist sinds 12.00 uur in Zeist e.o. en omgeving.',
    'Bel 06-12345678 of kijk op www.politie.nl/vermist.',
    'Dhr. J.P. van der Berg, ca. 1.80 m lang, kalend, loopt gebogen.',
    'Gezien o.a. bij dr. Schaepmanlaan en de St. Jansbrug.',
    'De temperatuur is 3.5 graden. '.trim(),
    'Volg Rijnmond op 93.4 FM.',
    'Zijn naam is K. de Wit.',
  ])('one: %s', (text) => expect(sentencesOf(text, 'nl', dutch)).toEqual([text]))

  test('two stay two', () => {
    expect(
      sentencesOf('Zij woont in Zeist e.o. Bel 112. Hij is 12. Kom niet dichtbij!', 'nl', dutch),
    ).toEqual(['Zij woont in Zeist e.o.', 'Bel 112.', 'Hij is 12.', 'Kom niet dichtbij!'])
  })

  test('the telegraph style of American alerts', () => {
    const text =
      'DATE/TIME: 05/14/24, 1730 HRS.  VICTIM(S): JO ROE JR. W/F BRO/BLU 3\'4", 44 LBS. FAIR SKIN. WEARING BLUE SHORTS AND CAP. LOCATION: 12 ROE ST., ANYTOWN. VEHICLE: 04 FORD 2-DR, RED (9ZZZ000).'
    expect(sentencesOf(text, 'en', english)).toEqual([
      'DATE/TIME: 05/14/24, 1730 HRS.',
      'VICTIM(S): JO ROE JR. W/F BRO/BLU 3\'4", 44 LBS. FAIR SKIN.',
      'WEARING BLUE SHORTS AND CAP.',
      'LOCATION: 12 ROE ST., ANYTOWN.',
      'VEHICLE: 04 FORD 2-DR, RED (9ZZZ000).',
    ])
  })

  test('entities of HTML are read once, and hide nothing', () => {
    const alert = amberAlert({
      info: [{ ...info, description: 'Hij is be&#235;indigd &amp; weg&#8238;.', headline: 'A &amp;lt; B' }],
    })
    expect(speechesOf(alert, ['nl'])[0]?.info).toMatchObject({
      description: 'Hij is beëindigd & weg.',
      headline: 'A &lt; B',
    })
  })

  test('NL-Alert with ### between its languages', () => {
    const alert = amberAlert({ info: [{ ...info, description: 'Sluit ramen. ### Close windows.' }] })
    expect(speechesOf(alert, ['en'])[0]?.info?.description).toBe('Close windows.')
  })
})

function words(language: string): readonly string[] {
  const file = `../../templates/words/${language}.yaml`
  const read = readDocument(file, readFileSync(new URL(file, import.meta.url), 'utf8'), WordsSchema)
  if (!read.ok) throw new Error(file)
  return read.value.dotted
}
