import { describe, expect, test } from 'vitest'
import { formatFault } from '../base/document.ts'
import { readLibrary } from '../player/library-files.ts'
import { amberAlert } from '../testkit/alerts.ts'
import { allPresets, preset, runningText, sign, textsOf } from '../testkit/panels.ts'
import { compose } from './compose.ts'
import type { Composition } from './composition.ts'

/** Texts that the issuer wrote for small panels go before everything composed, in each language, where they fit. */

const read = await readLibrary()
if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
const library = read.value

const short = {
  nl: {
    line90: 'AMBER ALERT Zoë (8), Utrecht. Grijze Volvo V60, QX-417-C. Bel 0800-0000.',
    line360:
      'AMBER ALERT. Zoë (8) is ontvoerd in Utrecht. Zij zit in een grijze Volvo V60, kenteken QX-417-C. Zij draagt een rode jas. Gezien? Bel 0800-0000.',
    panels: ['AMBER ALERT', 'GRIJZE VOLVO'],
  },
  en: { line90: 'AMBER ALERT Zoë (8), Utrecht. Grey Volvo V60, QX-417-C. Call 0800-0000.' },
}
const alert = amberAlert({ short })

const isByIssuer = ({ chosen }: Composition): boolean => chosen.every((one) => one.wording === -1)

test('the longest that fits is taken', () => {
  expect(runningText(compose(alert, sign(8, 30), library))).toBe(short.nl.line360.replace('ë', 'e'))
  expect(runningText(compose(alert, sign(1, 90), library))).toBe(short.nl.line90.replace('ë', 'e'))
  expect(compose(alert, { ...sign(2, 12), pages: 1 }, library).pages.map(textsOf)).toEqual([
    ['AMBER ALERT', 'GRIJZE VOLVO'],
  ])
})

test('each language of the panel gets its own', () => {
  const composition = compose(
    alert,
    { ...preset('stop-board-90'), languages: ['nl', 'en'], pages: 2 },
    library,
  )
  expect(composition.languages).toEqual(['nl', 'en'])
  expect(composition.pages.map(textsOf)).toEqual([[short.nl.line90], [short.en.line90]])
})

test('a language without one is composed', () => {
  const only = amberAlert({ short: { en: short.en } })
  expect(isByIssuer(compose(only, preset('stop-board-90'), library))).toBe(false)
})

test('entities of HTML are read in them too', () => {
  const coded = amberAlert({ short: { nl: { line90: 'Zo&euml; &amp; auto gezocht.' } } })
  expect(runningText(compose(coded, preset('stop-board-90'), library))).toBe('Zoë & auto gezocht.')
})

describe('drivers', () => {
  test('get the lines for panels and no running text', () => {
    expect(compose(alert, preset('character-3x16'), library).pages.map(textsOf)).toEqual([short.nl.panels])
  })

  test('get no line that they cannot read in the time: a plate is four units', () => {
    const codes = amberAlert({ short: { nl: { panels: ['AMBER ALERT', 'VOLVO QX-417-C'] } } })
    for (const panel of allPresets().filter((one) => one.trafficSpeed > 56)) {
      const composition = compose(codes, panel, library)
      expect(isByIssuer(composition), panel.id).toBe(false)
      expect(runningText(composition)).not.toContain('QX-417-C')
    }
  })
})

test('no plate or number is divided over two lines, however narrow', () => {
  const spaced = amberAlert({
    short: {
      nl: { line360: 'Zoek de auto B-MW 1234 van J.P. van der Berg. Bel 088 123 45 67 of +31 6 12345678.' },
    },
  })
  let seen = 0
  for (let columns = 17; columns < 40; columns += 1) {
    const { pages, chosen } = compose(spaced, { ...sign(8, columns), pages: 1 }, library)
    if (!chosen.some((one) => one.wording === -1)) continue
    seen += 1
    const lines = pages.flatMap(textsOf)
    for (const code of ['B-MW 1234', 'J.P. van der Berg', '088 123 45 67', '+31 6 12345678']) {
      expect(
        lines.filter((line) => line.includes(code)),
        `${columns}: ${code}`,
      ).toHaveLength(1)
    }
  }
  expect(seen).toBeGreaterThan(15)
})
