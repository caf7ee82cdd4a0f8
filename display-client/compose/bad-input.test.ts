import { expect, test } from 'vitest'
import type { Alert, Info } from '../alert/model.ts'
import { formatFault } from '../base/document.ts'
import { readLibrary } from '../player/library-files.ts'
import { amberAlert } from '../testkit/alerts.ts'
import { allPresets, runningText as running, sign } from '../testkit/panels.ts'
import { compose } from './compose.ts'

const read = await readLibrary()
if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
const library = read.value
const presets = allPresets()

/** What nobody should send: a named outcome each, and never an exception. */

const [sample] = amberAlert().info
if (sample === undefined) throw new Error('the sample speaks Dutch')
const dutch: Info = sample
const { subject: _, vehicle: __, place: ___, suspect: ____, ...rest } = amberAlert({ kind: 'missing-child' })
const bare: Alert = { ...rest, info: [dutch] }

test.each([
  ['in sentences', Array.from({ length: 2_000 }, (_, index) => `Zin nummer ${index} staat hier.`).join(' ')],
  ['without a stop', Array.from({ length: 10_000 }, (_, index) => `woord${index}`).join(' ')],
  ['in one word', 'a'.repeat(60_000)],
  ['of digits', '+1 '.repeat(20_000)],
  ['of initials', 'A.'.repeat(30_000)],
])('an alert of ten thousand words %s is composed too, and says what was left out', (_, description) => {
  const long = { ...bare, info: [{ ...dutch, description }] }
  for (const panel of presets) {
    const composition = compose(long, panel, library)
    expect(composition.chosen.map((one) => one.fact)).toContain('kind')
    const { trafficSpeed } = panel
    expect(composition.dropped.some(({ reason }) => trafficSpeed > 0 || reason === 'does-not-fit')).toBe(true)
  }
})

test('an alert that says nothing shows its kind', () => {
  const { headline: _, description: __, instruction: ___, senderName: ____, ...silent } = dutch
  const empty = { ...bare, call: [], info: [silent] }
  for (const panel of presets) {
    const composition = compose(empty, panel, library)
    expect(running(composition)).toMatch(/VERMIST|KIND/)
    expect(composition.cannotFit).toEqual([])
  }
})

test('a template whose wordings never fit gives a blank page, and the names of what is missing', () => {
  const vast =
    'Dit is een heel lange zin die nergens op een bord van deze maat past, ook niet op vier regels. '
  const template = library.templates.get('missing-child')
  if (template === undefined) throw new Error('no template')
  const facts = template.facts.map((fact) => {
    const one = { text: `${vast.repeat(3)} ${fact.fact}`, uses: [] }
    return { ...fact, each: undefined, unless: [], wordings: { nl: [one], en: [one] } }
  })
  const templates = new Map([['missing-child' as const, { ...template, facts }]])
  const composition = compose(bare, sign(3, 18), { ...library, templates })
  expect(composition.chosen).toEqual([])
  expect(composition.cannotFit).toEqual(['kind', 'call'])
  expect(composition.pages).toHaveLength(1)
})
