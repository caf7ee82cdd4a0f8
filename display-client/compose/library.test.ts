import { expect, test } from 'vitest'
import { formatFault } from '../base/document.ts'
import { readLibrary } from '../player/library-files.ts'
import { buildLibrary } from './library.ts'

test('the templates, words, theme and fonts of the repository are sound', async () => {
  const library = await readLibrary()
  expect(library.ok ? [] : library.failure.map(formatFault)).toEqual([])
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
