import { describe, expect, test } from 'vitest'
import type { Alert } from '../alert/model.ts'
import { formatFault } from '../base/document.ts'
import { readLibrary } from '../player/library-files.ts'
import { amberAlert } from '../testkit/alerts.ts'
import { atomsOf, type Fact, factsOf } from './facts.ts'
import { speechesOf } from './speech.ts'

const read = await readLibrary()
if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
const library = read.value

function factsIn(alert: Alert, language = 'nl', abbreviations = false): readonly Fact[] {
  const speech = speechesOf(alert, [language])[0]
  const template = library.templates.get(alert.kind)
  const words = library.words.get(language)
  if (!speech || !template || !words) throw new Error(`no ${alert.kind} in ${language}`)
  return factsOf(alert, speech, template, words, { abbreviations }).facts
}

const wordingsOf = (facts: readonly Fact[], id: string): readonly string[] =>
  facts.find((fact) => fact.id === id)?.wordings.map((one) => one.atoms.join(' ')) ?? []

describe('an alert with structured fields', () => {
  const facts = factsIn(amberAlert())

  test('says its facts in the order of the template', () => {
    expect(facts.map((fact) => fact.id)).toEqual([
      'kind',
      'child',
      'vehicle',
      'plate',
      'place',
      'clothes',
      'looks',
      'call',
      'source',
    ])
  })

  test('offers wordings from full to short, only those of which every value is known', () => {
    expect(wordingsOf(facts, 'vehicle')).toEqual([
      'Grijze Volvo V60',
      'Grijze Volvo',
      'Volvo V60',
      'Grijze auto',
      'Volvo',
    ])
    const unnamed = factsIn(amberAlert({ subject: { age: 8, sex: 'female' } }))
    expect(wordingsOf(unnamed, 'child')).toEqual(['Meisje van 8 jaar', 'Meisje (8)', 'Meisje'])
  })

  test('never divides a name, a plate, a number to call or a number from its unit', () => {
    const atoms = facts.flatMap((fact) => fact.wordings.flatMap((one) => one.atoms))
    expect(atoms).toEqual(expect.arrayContaining(['Zoë Müller-d’Oré', 'XX-123-X', '0800-0000']))
    expect(atoms.some((atom) => atom.endsWith(' uur,') || atom.endsWith(' uur'))).toBe(true)
  })

  test('ties a number to its unit, and two numbers to call only to the word between them', () => {
    const two = factsIn(amberAlert({ call: ['0800-6070', '112'] }), 'nl')
    expect(two.find((fact) => fact.id === 'call')?.wordings[0]?.atoms).toEqual([
      'Gezien?',
      'Bel',
      '0800-6070',
      'of 112',
    ])
    expect(atomsOf('1,20 m lang, 8 jaar, om 14.05 uur')).toEqual([
      '1,20 m',
      'lang,',
      '8 jaar,',
      'om',
      '14.05 uur',
    ])
  })

  test('leaves its free text to the fields that say the same', () => {
    expect(facts.some((fact) => fact.role === 'text')).toBe(false)
  })

  test('is said in English where the alert has English', () => {
    const english = factsIn(amberAlert(), 'en')
    expect(wordingsOf(english, 'clothes')[0]).toBe('Wearing: red coat, blue backpack')
    expect(wordingsOf(english, 'call')[0]).toBe('Seen? Call 0800-0000')
  })

  test('has no number to call unless the issuer gave one', () => {
    expect(factsIn(amberAlert({ call: [] })).some((fact) => fact.role === 'call')).toBe(false)
  })
})

test('an alert with only a headline and a description says its sentences, each worth a little less than the one before', () => {
  const { info, subject: _, vehicle: __, place: ___, ...rest } = amberAlert()
  const facts = factsIn({
    ...rest,
    info: info.map((one) => ({
      ...one,
      description: 'Zij is 8 jaar. Zij draagt een rode jas. Heeft u haar gezien?',
    })),
  })
  const sentences = facts.filter((fact) => fact.role === 'text')
  expect(sentences.map((fact) => fact.wordings[0]?.atoms.join(' '))).toEqual([
    'Zij is 8 jaar.',
    'Zij draagt een rode jas.',
    'Heeft u haar gezien?',
  ])
  // A question tells nothing.
  expect(sentences.map((fact) => fact.weight)).toEqual([60, 55, 5])
  expect(wordingsOf(facts, 'headline')[0]).toBe('Zoë (8) vermist in Utrecht')
})

test('signs may shorten words by the published list, at a lower quality; screens do not', () => {
  expect(wordingsOf(factsIn(amberAlert()), 'place').some((text) => text.includes('stn'))).toBe(false)
  const place = factsIn(amberAlert(), 'nl', true).find((fact) => fact.id === 'place')
  const short = place?.wordings.find((one) => one.atoms.join(' ') === 'Laatst gezien: stn Utrecht C.')
  const full = place?.wordings.find(
    (one) => one.atoms.join(' ') === 'Laatst gezien: station Utrecht Centraal',
  )
  expect(short?.quality).toBeLessThan(full?.quality ?? 0)
})

test('a fact that the template cannot say in this language is reported', () => {
  const template = library.templates.get('amber')
  const words = library.words.get('en')
  const speech = speechesOf(amberAlert(), ['en'])[0]
  if (!template || !words || !speech) throw new Error('no amber in en')
  const dutchOnly = template.facts.map((fact) =>
    fact.fact === 'plate' ? { ...fact, wordings: { nl: fact.wordings.nl ?? [] } } : fact,
  )
  const { dropped } = factsOf(amberAlert(), speech, { ...template, facts: dutchOnly }, words, {
    abbreviations: false,
  })
  expect(dropped).toEqual([{ fact: 'plate', reason: 'no-wording' }])
})

test('a description that begins with the headline does not say it twice', () => {
  const { info, ...rest } = amberAlert({ kind: 'public-warning' })
  const facts = factsIn({
    ...rest,
    info: info.map((one) => ({
      ...one,
      headline: 'Grote brand.',
      description: 'Grote brand. Blijf binnen.',
    })),
  })
  expect(
    facts.filter((fact) => fact.role === 'text').map((fact) => fact.wordings[0]?.atoms.join(' ')),
  ).toEqual(['Blijf binnen.'])
})
