import { expect, test } from 'vitest'
import { formatFault } from '../base/document.ts'
import { TEMPLATES } from '../player/config.ts'
import { readLibrary } from '../player/library-files.ts'
import { buildLibrary } from './library.ts'

test('the templates, words, theme and fonts of the repository are sound', async () => {
  const library = await readLibrary()
  expect(library.ok ? [] : library.failure.map(formatFault)).toEqual([])
})

test('two fonts of one name and a LED type that there is not are both named', () => {
  const fonts = ['/a/ours.bdf', '/b/ours.bdf'].map((path) => ({ path, text: undefined }))
  const library = buildLibrary([], { fonts: ['led-12', 'led', 'outline', '/a/ours.bdf'], themes: [] }, fonts)
  const faults = library.ok ? [] : library.failure.map(formatFault)
  expect(faults).toContain('/b/ours.bdf: has the name of /a/ours.bdf; rename one of the two')
})

test('a LED type that there is not is named with those that there are', async () => {
  const library = await readLibrary(TEMPLATES, {
    fonts: ['outline', 'led', 'led-9-bold', 'led-12'],
    themes: [],
  })
  expect(library.ok ? [] : library.failure.map(formatFault)).toEqual([
    'pixels.font led-12: is no LED type; there are led-5, led-7-bold, led-7, led-9-bold, led-9, led-11-bold, led-11, led-14, led-18-bold, led-18, or name a font file',
  ])
})

test('a theme that a panel names and that is not there is named with those that there are', async () => {
  const library = await readLibrary(TEMPLATES, { fonts: [], themes: ['neutral-dark', 'house-style'] })
  expect(library.ok ? [] : library.failure.map(formatFault)).toEqual([
    'templates/themes/house-style.yaml: is missing; a panel names it, and there are kijkuit, neutral-dark, neutral-light, warning-dark, warning-light',
  ])
})

test('nothing at all is refused with what is needed', () => {
  const library = buildLibrary([])
  expect(library.ok ? [] : library.failure.map(formatFault)).toContain(
    '*-400-normal.woff: is missing; the type of screens needs a file *-latin-400-normal.woff',
  )
})

test('a wrong template and a wrong font are both named', () => {
  const library = buildLibrary([
    { path: 'templates/alerts/amber.yaml', text: 'schema: kijkuit-template/2' },
    { path: 'x-latin-400-normal.woff', bytes: new Uint8Array([1, 2, 3]) },
  ])
  const faults = library.ok ? [] : library.failure.map(formatFault)
  expect(faults).toContain('templates/alerts/amber.yaml:1:9 schema: must be kijkuit-template/1')
  expect(faults).toContain('x-latin-400-normal.woff: is not a whole .woff font; install the packages anew')
})
