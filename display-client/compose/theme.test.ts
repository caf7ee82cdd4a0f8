import { expect, test } from 'vitest'
import { formatFault, readDocument } from '../base/document.ts'
import { readLibrary } from '../player/library-files.ts'
import { contrastRatio, LEAST_CONTRAST, ThemeSchema } from './theme.ts'

test('contrast is that of WCAG: black on white is 21, #767676 on white 4.54', () => {
  expect(contrastRatio('#000000', '#ffffff')).toBe(21)
  expect(contrastRatio('#ffffff', '#767676')).toBeCloseTo(4.54, 2)
})

test('every pair of colours on screens has a contrast of at least 7', async () => {
  const library = await readLibrary()
  if (!library.ok) throw new Error(library.failure.map(formatFault).join('\n'))
  const { banner, kinds, plate } = library.value.theme
  const pairs = [banner, plate, ...Object.values(kinds).flatMap((look) => [look.band, look.page])]
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
