import { describe, expect, test } from 'vitest'
import type { Alert, AlertInput, Info } from '../alert/model.ts'
import { formatFault } from '../base/document.ts'
import { readLibrary } from '../player/library-files.ts'
import { amberAlert } from '../testkit/alerts.ts'
import { preset, runningText } from '../testkit/panels.ts'
import { compose } from './compose.ts'
import { type Fact, factsOf } from './facts.ts'
import { speechesOf } from './speech.ts'

/** Alerts that only tell: a headline and a description, as most of the world sends them. */

const read = await readLibrary()
if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
const library = read.value

const [sample] = amberAlert().info
if (sample === undefined) throw new Error('the sample speaks Dutch')
const { headline: _, description: __, instruction: ___, ...dutch } = sample

function told(kind: NonNullable<AlertInput['kind']>, info: Partial<Info>): Alert {
  const { subject: ____, vehicle: _____, place: ______, ...rest } = amberAlert({ kind, call: [] })
  return { ...rest, info: [{ ...dutch, ...info }] }
}

function factsIn(alert: Alert, language = 'nl'): readonly Fact[] {
  const speech = speechesOf(alert, [language])[0]
  const template = library.templates.get(alert.kind)
  const words = library.words.get(language)
  if (!speech || !template || !words) throw new Error(`no ${alert.kind} in ${language}`)
  return factsOf(alert, speech, template, words, { abbreviations: false }).facts
}

const said = (alert: Alert, language?: string): readonly string[] =>
  factsIn(alert, language)
    .filter((fact) => !['kind', 'source'].includes(fact.role))
    .map((fact) => fact.wordings[0]?.atoms.join(' ') ?? '')

describe('an NL-Alert', () => {
  const alert = told('public-warning', {
    event: 'Brand',
    description:
      'NL-Alert 22-11-2026 14:05: Grote brand op het industrieterrein. Er komt veel rook vrij. Sluit ramen en deuren. *** NL-Alert 22-11-2026 14:05: Large fire. Close windows and doors.',
  })

  test('says its sentences in each language, without the opening that the kind and the source say', () => {
    expect(said(alert).slice(0, 3)).toEqual([
      'Grote brand op het industrieterrein.',
      'Er komt veel rook vrij.',
      'Sluit ramen en deuren.',
    ])
    expect(said(alert, 'en').slice(0, 2)).toEqual(['Large fire.', 'Close windows and doors.'])
  })

  test('has its first sentence for its message, which is kept, and the event where that does not fit', () => {
    const [, first, second] = factsIn(alert)
    expect(first).toMatchObject({ id: 'warning', role: 'who', keep: true })
    expect(first?.wordings.map((one) => one.atoms.join(' '))).toEqual([
      'Grote brand op het industrieterrein.',
      'Brand',
    ])
    expect(second).toMatchObject({ id: 'warning-2', role: 'text', keep: false })
    expect(second?.wordings).toHaveLength(1)
    expect(runningText(compose(alert, preset('bus-interior-1x24'), library))).toContain('NL-ALERT  BRAND')
  })

  test('with a headline says that, and the description after it', () => {
    const facts = factsIn({
      ...alert,
      info: alert.info.map((one) => ({ ...one, headline: 'Brand in Botlek' })),
    })
    expect(facts.map((fact) => fact.id).slice(0, 4)).toEqual(['kind', 'headline', 'text', 'text-2'])
  })
})

describe('a description', () => {
  test('weighs a sentence with a plate or a number to call more, and a question least', () => {
    const alert = told('missing-person', {
      description: 'Hij is kaal. Hij rijdt in een Opel, 12-ABC-3. Hebt u hem gezien? Bel 0900-0000.',
    })
    const weights = factsIn(alert)
      .filter((fact) => fact.role === 'text')
      .map((fact) => fact.weight)
    const [bald, plate, question, call] = weights as [number, number, number, number]
    expect(plate).toBeGreaterThan(bald)
    expect(call).toBeGreaterThan(bald)
    expect(question).toBeLessThan(10)
  })

  test('does not say the kind a second time', () => {
    const alert = told('missing-person', {
      event: 'Vermist',
      description: 'Vermist. Een man van 83 jaar is weg.',
    })
    expect(said(alert)).toEqual(['Een man van 83 jaar is weg.'])
  })

  test('says at the end what was too long to look at', () => {
    const description = Array.from({ length: 30 }, (_one, index) => `Zin nummer ${index} staat hier.`).join(
      ' ',
    )
    const { dropped } = compose(told('missing-person', { description }), preset('station-landscape'), library)
    expect(dropped).toContainEqual({ fact: 'text-13+', reason: 'does-not-fit' })
  })

  test('with the entities of HTML is read, and never as HTML', () => {
    const alert = told('missing-person', {
      event: 'Vermist',
      description: 'Hij is be&#235;indigd &amp; weg &lt;b&gt;snel&lt;/b&gt;.',
    })
    expect(runningText(compose(alert, preset('station-portrait'), library))).toContain('beëindigd & weg')
    expect(said(alert)).toEqual(['Hij is beëindigd & weg <b>snel</b>.'])
  })
})
