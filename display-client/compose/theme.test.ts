import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { AlertSchema } from '../alert/model.ts'
import { formatFault, readDocument } from '../base/document.ts'
import type { Panel } from '../panel/profile.ts'
import { readLibrary } from '../player/library-files.ts'
import { amberAlert } from '../testkit/alerts.ts'
import { preset } from '../testkit/panels.ts'
import { compose, composeEnd } from './compose.ts'
import type { Composition } from './composition.ts'
import { contrastRatio, isSaturatedRed, LEAST_CONTRAST, ThemeSchema } from './theme.ts'

test('contrast is that of WCAG: black on white is 21, #767676 on white 4.54', () => {
  expect(contrastRatio('#000000', '#ffffff')).toBe(21)
  expect(contrastRatio('#ffffff', '#767676')).toBeCloseTo(4.54, 2)
})

test('every pair of colours on screens has a contrast of at least 7', async () => {
  const library = await readLibrary()
  if (!library.ok) throw new Error(library.failure.map(formatFault).join('\n'))
  const pairs = [...library.value.themes.values()].flatMap(({ banner, end, kinds, plate }) => [
    ...[banner, plate, end.band, end.page],
    ...Object.values(kinds).flatMap((look) => [look.band, look.page]),
  ])
  expect(pairs.length).toBe(5 * 16)
  for (const { background, text } of pairs)
    expect(contrastRatio(background, text)).toBeGreaterThanOrEqual(LEAST_CONTRAST)
})

test('a theme with too little contrast is refused, and told how much there is', () => {
  const look =
    "{ band: { background: '#ffb000', text: '#ffffff' }, page: { background: '#ffffff', text: '#000000' } }"
  const kinds = ['amber', 'missing-child', 'missing-person', 'public-warning', 'community', 'drill']
  const text = `schema: kijkuit-theme/1\nkinds:\n${kinds.map((kind) => `  ${kind}: ${look}`).join('\n')}
banner: { background: '#000000', text: '#ffffff' }\nplate: { background: '#ffffff', text: '#000000' }`
  const read = readDocument('dim.yaml', text, ThemeSchema)
  expect(read.ok ? [] : read.failure.map(formatFault)).toContain(
    'dim.yaml:3:49 kinds.amber.band.text: contrast of #ffffff on #ffb000 is 1.83; at least 7 is needed, so make one of them lighter or darker',
  )
})

test('no picture is all of a saturated red, by the definition of WCAG 2.3.1', async () => {
  expect(['#ff0000', '#b00020', '#800000'].map(isSaturatedRed)).toEqual([true, true, true])
  expect(['#000000', '#ffffff', '#ffb000', '#5a2a2a', '#003a70'].map(isSaturatedRed)).toEqual(
    Array(5).fill(false),
  )
  const shipped = await readFile(new URL('../../templates/themes/kijkuit.yaml', import.meta.url), 'utf8')
  const red = shipped.replace('page: { background: "#0e1116"', 'page: { background: "#8b0000"')
  const read = readDocument('red.yaml', red, ThemeSchema)
  expect(read.ok ? [] : read.failure.map(formatFault)).toEqual([
    'red.yaml:6:25 kinds.amber.page.background: #8b0000 is a saturated red, and a whole picture of it that comes or goes is a flash (WCAG 2.3.1); keep red for the band',
  ])
})

test('a panel has the colours of the theme that it names, for alerts, their end and the test banner', async () => {
  const library = await readLibrary()
  if (!library.ok) throw new Error(library.failure.map(formatFault).join('\n'))
  const alert = AlertSchema.parse({ ...amberAlert(), status: 'Exercise' })
  for (const [name, theme] of library.value.themes) {
    const panel: Panel = { ...preset('station-landscape'), theme: name, tests: true }
    const shown = compose(alert, panel, library.value)
    const over = composeEnd({ ...alert, status: 'Actual' }, panel, library.value)
    const coloursOf = ({ pages }: Composition): readonly string[] =>
      pages.flatMap(({ content }) =>
        content.type === 'pixels'
          ? [
              content.background,
              ...content.boxes.flatMap((box) => (box.type === 'photo' ? [] : [box.colour])),
            ]
          : [],
      )
    const { amber } = theme.kinds
    expect(new Set(coloursOf(shown)), name).toEqual(
      new Set([amber.band, amber.page, theme.banner, theme.plate].flatMap((pair) => Object.values(pair))),
    )
    expect(new Set(coloursOf(over)), name).toEqual(
      new Set([theme.end.band, theme.end.page].flatMap((pair) => Object.values(pair))),
    )
  }
})
