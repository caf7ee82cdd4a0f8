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

describe('a template that is well-formed and wrong', () => {
  const fact = (name: string, rest: string): string =>
    `  - fact: ${name}\n    role: who\n    weight: 50\n${rest}`
  const nl = (...wordings: readonly string[]): string =>
    `    wordings:\n      nl:\n${wordings.map((one) => `        - ${one}`).join('\n')}`

  test.each([
    [
      'a wording that can never be used',
      fact('child', nl("'{subject.name}'", "'Het kind {subject.name} ({subject.age})'")),
      /:16:11 facts\.1\.wordings\.nl\.1: is never used: "{subject\.name}" before it is no longer and says more; shorten it, or take it out$/,
    ],
    [
      'the same wording twice',
      fact('child', nl("'Kind'", "'Kind'")),
      /facts\.1\.wordings\.nl\.1: is never used: "Kind"/,
    ],
    [
      'a language that only some facts have',
      fact('child', "    wordings: { nl: ['Kind'], en: ['Child'] }"),
      /facts\.0\.wordings: has no wordings in en, which other facts of this template have; add them$/,
    ],
    [
      'a telephone number',
      fact('child', nl("'Bel 0800-6070'")),
      /facts\.1\.wordings\.nl\.0\.text: has a number in it; numbers to call come from the alert and are written {call\.0}$/,
    ],
    [
      'a quality of nothing',
      fact('child', nl("{ text: 'Kind', quality: 0 }")),
      /facts\.1\.wordings\.nl\.0\.quality: must be more than 0; take out a wording that says nothing$/,
    ],
    [
      'two facts that leave each other out',
      `${fact('one', `    unless: [two]\n${nl("'Een'")}`)}\n${fact('two', `    unless: [one]\n${nl("'Twee'")}`)}`,
      /facts\.1\.unless\.0: two is left out for one as well, so neither would be said; take one of the two out$/,
    ],
    [
      'a sentence that is never said',
      fact('child', `    each: description\n${nl("'Kind'")}`),
      /facts\.1\.wordings\.nl: needs a wording with {sentence}, because this fact has `each`$/,
    ],
    [
      'a weight for drivers that is none',
      fact('child', `    drivers: { weight: -1 }\n${nl("'Kind'")}`),
      /facts\.1\.drivers\.weight: must be at least 0/,
    ],
  ])('is refused for %s', (_, facts, fault) => {
    expect(faultsOf(template(facts))).toContainEqual(expect.stringMatching(fault))
  })

  test('is refused for too many facts that are kept', () => {
    const kept = ['a', 'b', 'c'].map((name) => fact(name, `    keep: true\n${nl(`'Feit ${name}'`)}`))
    expect(faultsOf(template(kept.join('\n')))).toEqual([
      expect.stringMatching(
        / facts: keeps 4 facts \(kind, a, b, c\); at most 3, because a small panel shows no more/,
      ),
    ])
  })

  test('is refused for a kind that not every alert can say', () => {
    const named = template(fact('child', nl("'Kind'"))).replaceAll(
      "['AMBER ALERT']",
      "['AMBER {subject.name}']",
    )
    expect(faultsOf(named)).toContainEqual(
      expect.stringMatching(
        /facts\.0\.wordings\.nl\.0: the kind must be sayable of every alert; add a wording without/,
      ),
    )
  })

  test('is refused for what is joined to nothing', () => {
    const joined = template(fact('child', nl("'Kind'"))).replace(
      '    weight: 100',
      '    weight: 100\n    joined: true',
    )
    expect(faultsOf(joined)).toEqual([
      expect.stringMatching(/facts\.0\.joined: there is no fact before this one/),
    ])
  })

  test('has its faults named also when a wording has one of its own', () => {
    expect(faultsOf(template(fact('child', nl("'{subject.nmae}'", "'{subject.nmae} en'"))))).toHaveLength(3)
  })
})
