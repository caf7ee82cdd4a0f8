import { describe, expect, test } from 'vitest'
import { amberAlert } from '../testkit/alerts.ts'
import { sentencesOf, speechesOf } from './speech.ts'

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
