import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { formatFault, readDocument } from './document.ts'

const Panel = z.strictObject({
  title: z.string(),
  pixels: z.strictObject({ width: z.int().min(1), height: z.int().min(1) }).optional(),
  regions: z.array(z.string()).default([]),
})

/** The faults as an operator sees them. */
function faultsOf(text: string, schema: z.ZodType = Panel): readonly string[] {
  const read = readDocument('panel.yaml', text, schema)
  return read.ok ? [] : read.failure.map(formatFault)
}

describe('readDocument', () => {
  it('reads YAML and fills in defaults', () => {
    const read = readDocument('panel.yaml', 'title: Bus bar\npixels: {width: 1920, height: 360}\n', Panel)
    expect(read).toEqual({
      ok: true,
      value: { title: 'Bus bar', pixels: { width: 1920, height: 360 }, regions: [] },
    })
  })

  it('reads JSON, with or without a byte order mark', () => {
    expect(readDocument('panel.json', '{"title": "Bus bar"}', Panel).ok).toBe(true)
    expect(readDocument('panel.json', '\ufeff{"title": "Bus bar"}', Panel).ok).toBe(true)
  })

  it('takes a word that looks like another type in YAML 1.1 for text', () => {
    expect(readDocument('panel.yaml', 'title: no', Panel)).toMatchObject({ ok: true, value: { title: 'no' } })
  })

  describe('says where a fault is', () => {
    it('by line and column of the value, in YAML', () => {
      expect(faultsOf('title: Bus bar\npixels:\n  width: wide\n  height: 360\n')).toEqual([
        'panel.yaml:3:10 pixels.width: must be a number',
      ])
    })

    it('by line and column of the value, in JSON', () => {
      expect(faultsOf('{\n  "title": "Bus bar",\n  "regions": ["nl", 5]\n}')).toEqual([
        'panel.yaml:3:21 regions.1: must be text',
      ])
    })

    it('by the key itself when that is not known, also when its value starts on another line', () => {
      expect(faultsOf('title: Bus bar\npixel:\n  width: 5\n')).toEqual([
        'panel.yaml:2:1 pixel: is not a known key; remove it or correct its spelling',
      ])
      expect(faultsOf('title: a\npixels:\n  width: 5\n  height: 5\n  depth: 5\n')).toEqual([
        'panel.yaml:5:3 pixels.depth: is not a known key; remove it or correct its spelling',
      ])
    })

    it('by the block around it when the value is missing', () => {
      expect(faultsOf('title: Bus bar\npixels:\n  width: 5\n')).toEqual([
        'panel.yaml:3:3 pixels.height: is missing; must be a number',
      ])
    })

    it('and gives every fault, not only the first', () => {
      expect(faultsOf('titel: Bus bar\nregions: nl\n')).toEqual([
        'panel.yaml:1:1 title: is missing; must be text',
        'panel.yaml:2:10 regions: must be a list',
        'panel.yaml:1:1 titel: is not a known key; remove it or correct its spelling',
      ])
    })
  })

  describe('refuses', () => {
    it('an empty document', () => {
      expect(faultsOf('')).toEqual(['panel.yaml:1:1: must be a block of keys and values'])
    })

    it('text that is neither YAML nor JSON, at the place where it stops making sense', () => {
      expect(faultsOf('title: "Bus bar\n')).toEqual(['panel.yaml:2:1: Missing closing "quote'])
    })

    it('a key that stands twice in one block', () => {
      expect(faultsOf('title: a\nregions: []\ntitle: b\n')).toEqual([
        'panel.yaml:3:1: is a key that stands here twice; remove one',
      ])
      expect(faultsOf('{"title": "a", "title": "b"}')).toEqual([
        'panel.yaml:1:16: is a key that stands here twice; remove one',
      ])
    })

    it('an alias, and says so where it stands', () => {
      expect(faultsOf('title: &name Bus bar\nregions: [*name]\n')).toEqual([
        'panel.yaml:2:11: uses a YAML alias (*name); write the value out instead',
      ])
    })

    it('an alias of something that does not exist', () => {
      expect(faultsOf('title: *name\n')).toEqual([
        'panel.yaml:1:8: uses a YAML alias (*name); write the value out instead',
      ])
    })

    it('a key that is a list', () => {
      expect(faultsOf('? [a, b]\n: 1\n')).toEqual([
        'panel.yaml:1:3: must be a plain key, not a list or a block',
      ])
    })

    it('a second document in the file', () => {
      expect(faultsOf('title: a\n---\ntitle: b\n')).toEqual([
        'panel.yaml:2:1: starts a second document; keep one document in a file',
      ])
    })

    it('a document larger than a million characters, unread', () => {
      expect(faultsOf(`title: ${'x'.repeat(1_000_000)}`)).toEqual([
        'panel.yaml: is 1000007 characters long; the most that is read is 1000000',
      ])
    })

    it('lists and blocks nested deeper than 64 levels, and reads 64', () => {
      const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`
      expect(faultsOf(nested(64), z.unknown())).toEqual([])
      expect(faultsOf(nested(65), z.unknown())).toEqual(['panel.yaml:1:65: is nested deeper than 64 levels'])
      expect(faultsOf(`${'{a: '.repeat(65)}1${'}'.repeat(65)}`, z.unknown())).toEqual([
        'panel.yaml:1:257: is nested deeper than 64 levels',
      ])
    })

    it('nesting that would exhaust the stack of the parser, in one fault', () => {
      expect(faultsOf('['.repeat(100_000))).toEqual([
        expect.stringMatching(/: is nested deeper than 64 levels$/),
      ])
    })

    it('tens of thousands of unknown keys, within the time of a test and with at most 50 faults', () => {
      const keys = Array.from({ length: 60_000 }, (_, index) => `k${index}: 1\n`)
      expect(faultsOf(keys.join(''))).toHaveLength(50)
    })
  })

  it('keeps a key named __proto__ a mere key', () => {
    expect(faultsOf('title: a\n__proto__: {title: b}\n')).toEqual([
      'panel.yaml:2:1 __proto__: is not a known key; remove it or correct its spelling',
    ])
  })
})

describe('formatFault', () => {
  it('leaves out the place when the fault is the file as a whole', () => {
    expect(formatFault({ file: 'a.yaml', line: 0, column: 0, path: '', message: 'is empty' })).toBe(
      'a.yaml: is empty',
    )
  })
})
