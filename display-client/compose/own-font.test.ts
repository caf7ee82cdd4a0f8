import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { formatFault } from '../base/document.ts'
import { lacksForDutch, readOwnFont } from './own-font.ts'

const led = (name: string): string => readFileSync(new URL(`fonts/${name}.font.txt`, import.meta.url), 'utf8')

function faultsOf(path: string, text: string | undefined): readonly string[] {
  const read = readOwnFont({ path, text })
  return read.ok ? [] : read.failure.map(formatFault)
}

test('a font goes by the name of its file, whatever it calls itself', () => {
  const read = readOwnFont({ path: '/signs/fonts/ours.font.txt', text: led('led-9') })
  expect(read.ok && read.value.name).toBe('ours.font.txt')
  expect(read.ok && lacksForDutch(read.value)).toEqual([])
})

test('what cannot be read is refused with its bound', () => {
  expect(faultsOf('ours.bdf', undefined)).toEqual([
    'ours.bdf: cannot be read as a font; check the path and its permissions (at most 2000000 bytes)',
  ])
})

test('the content is read by its extension', () => {
  expect(faultsOf('ours.bdf', led('led-9'))).toEqual([
    'ours.bdf:1:1: is no BDF font: its first line must be STARTFONT 2.1',
  ])
})

test('a font in which no number or plate can be written is refused', () => {
  const glyphs = Array.from('ABCDEFGHIJLMNOPQRSTUVWXYZ012345689-?', (one) => `glyph ${one}\n#\n`)
  const text = `font ours\ncapitals 1\nascent 1\ndescent 0\nspacing 1\n${glyphs.join('')}`
  expect(faultsOf('ours.font.txt', `${text}glyph 7\n#\n`)).toEqual([
    'ours.font.txt: has no K space; draw what is missing',
  ])
})

test('what a font lacks for Dutch is named', () => {
  const text = led('led-9')
    .replace(/glyph €\n[.#\n]+\n/, '')
    .replace(/glyph Ĳ\n[.#\n]+\n/, '')
  const read = readOwnFont({ path: 'ours.font.txt', text })
  expect(read.ok ? lacksForDutch(read.value) : read.failure.map(formatFault)).toEqual(['€', 'Ĳ'])
})
