import { describe, expect, test } from 'vitest'
import { formatFault, readDocument } from '../base/document.ts'
import { TemplateSchema } from './template.ts'

const KIND = `  - fact: kind
    role: kind
    weight: 100
    keep: true
    wordings:
      nl: ['AMBER ALERT']`

const END = `end:\n${KIND.replace('AMBER ALERT', 'BEËINDIGD')}`

const template = (facts: string): string =>
  `schema: kijkuit-template/1\nkind: amber\nfacts:\n${KIND}\n${facts}\n${END}`

function faultsOf(text: string): readonly string[] {
  const read = readDocument('amber.yaml', text, TemplateSchema)
  return read.ok ? [] : read.failure.map(formatFault)
}

const child = (wording: string): string => `  - fact: child
    role: who
    weight: 90
    wordings:
      nl:
        - ${wording}`

describe('a template is refused with its line and what to write instead', () => {
  test('for a placeholder that does not exist', () => {
    expect(faultsOf(template(child("'{subject.nmae} is weg'")))).toEqual([
      'amber.yaml:15:11 facts.1.wordings.nl.0.text: {subject.nmae} is not a placeholder; did you mean {subject.name}?',
    ])
  })

  test('for a brace without its partner', () => {
    expect(faultsOf(template(child("'{subject.name is weg'")))).toEqual([
      'amber.yaml:15:11 facts.1.wordings.nl.0.text: has a { or } without its partner; a placeholder is written {subject.name}',
    ])
  })

  test('for a sentence where nothing is repeated', () => {
    expect(faultsOf(template(child("'{sentence}'")))[0]).toContain('add e.g. each: description')
  })

  test('for a name used twice and a fact that is not there', () => {
    const faults = faultsOf(
      template(`${child("'{subject.name}'")}\n    unless: [chld]\n${child("'{subject.name}'")}`),
    )
    expect(faults[0]).toContain('chld is not another fact of this template; there are kind, child, child')
    expect(faults[1]).toContain('child is already the name of another fact')
  })

  test('for a weight, a key or a role that is not known', () => {
    const faults = faultsOf(
      template("  - fact: x\n    role: who\n    weight: 101\n    color: red\n    wordings: { nl: ['x'] }"),
    )
    expect(faults).toHaveLength(2)
    expect(
      faultsOf(template("  - fact: x\n    role: whom\n    weight: 1\n    wordings: { nl: ['x'] }"))[0],
    ).toContain('must be one of kind, who')
  })

  test('when nothing says what kind of alert it is', () => {
    const nameless = child("'{subject.name}'")
    const faults = faultsOf(
      `schema: kijkuit-template/1\nkind: amber\nfacts:\n${nameless}\nend:\n${child("'Voorbij'")}`,
    )
    expect(faults).toEqual([
      expect.stringMatching(/ facts: needs a fact with role: kind and keep: true/),
      expect.stringMatching(/ end: needs a fact with role: kind and keep: true/),
    ])
  })
})

describe('an end card', () => {
  test('holds nothing of the alert', () => {
    const extra = child("'{subject.name} is terug'")
    const faults = faultsOf(`${template(child("'{subject.sex}'"))}\n${extra}`)
    expect(faults).toEqual([
      expect.stringMatching(
        / end\.1\.wordings\.nl\.0: an end card holds nothing of the alert; leave out {subject\.name}$/,
      ),
    ])
  })

  test('is needed in every template', () => {
    expect(faultsOf(template(child("'x'")).replace(`\n${END}`, ''))).toEqual([
      expect.stringContaining('end: is missing'),
    ])
  })
})

test('a wording may carry its own quality', () => {
  expect(faultsOf(template(child("{ text: '{subject.sex}', quality: 0.5 }")))).toEqual([])
})
