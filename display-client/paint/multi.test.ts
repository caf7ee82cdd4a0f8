import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LONGEST_MULTI, normaliseMulti, readMulti, writeParts } from './multi.ts'
import type { MultiPart } from './multi-tags.ts'

const bare = (multi: string) => {
  const read = readMulti(multi)
  return read.ok ? read.value.map(({ position: _, ...part }) => part) : read.failure.error
}

const upTo = (most: number, least = 0) => fc.integer({ min: least, max: most })
const shade = fc.oneof(upTo(255), fc.tuple(upTo(255), upTo(255), upTo(255)))
const place = { x: upTo(999, 1), y: upTo(999, 1), width: upTo(999), height: upTo(999) }
const hex4 = fc.stringMatching(/^[0-9a-f]{4}$/)
const optional = { requiredKeys: ['tag'] as ['tag'] }
const text = fc
  .string({
    unit: fc
      .integer({ min: 1, max: 0xffff })
      .filter((code) => code < 0xd800 || code > 0xdfff)
      .map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: 12,
  })
  .map((value): MultiPart => ({ tag: 'text', text: value }))
const part: fc.Arbitrary<MultiPart> = fc.oneof(
  fc.record({ tag: fc.constant('nl' as const), spacing: upTo(9) }, optional),
  fc.record({ tag: fc.constantFrom('np' as const, '/sc' as const, '/fl' as const) }),
  fc.record({ tag: fc.constant('pt' as const), on: upTo(255), off: upTo(255) }, optional),
  fc.record({ tag: fc.constant('jl' as const), value: upTo(5, 1) }, optional),
  fc.record({ tag: fc.constant('jp' as const), value: upTo(4, 1) }, optional),
  fc.record(
    { tag: fc.constant('fo' as const), font: upTo(255, 1), version: hex4 },
    { requiredKeys: ['tag', 'font'] },
  ),
  fc.record({ tag: fc.constantFrom('cf' as const, 'pb' as const), colour: shade }, optional),
  fc.record({ tag: fc.constant('cb' as const), colour: upTo(255) }, optional),
  fc.record({ tag: fc.constant('cr' as const), ...place, colour: shade }),
  fc.record({ tag: fc.constant('tr' as const), ...place }),
  fc.record({ tag: fc.constant('sc' as const), spacing: upTo(99) }),
  fc.record(
    {
      tag: fc.constant('fl' as const),
      first: fc.constantFrom('on' as const, 'off' as const),
      on: upTo(99),
      off: upTo(99),
    },
    { requiredKeys: ['tag', 'first'] },
  ),
  fc.record(
    { tag: fc.constant('f' as const), field: upTo(13, 1), width: upTo(99) },
    { requiredKeys: ['tag', 'field'] },
  ),
  fc.record(
    { tag: fc.constantFrom('ms' as const, '/ms' as const), maker: upTo(999), value: upTo(999) },
    { requiredKeys: ['tag', 'maker'] },
  ),
)

describe('MULTI', () => {
  test('comes back as it was written, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(part, text), { maxLength: 20 }), (parts) => {
        // Neighbouring texts are one.
        const joined = parts.reduce<MultiPart[]>((all, one) => {
          const last = all.at(-1)
          if (one.tag === 'text' && last?.tag === 'text')
            all[all.length - 1] = { tag: 'text', text: last.text + one.text }
          else all.push(one)
          return all
        }, [])
        expect(bare(writeParts(parts))).toEqual(joined)
      }),
    )
  })

  test('has one way to write a message', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(part, text), { maxLength: 20 }), (parts) => {
        const multi = writeParts(parts)
        expect(normaliseMulti(multi)).toEqual({
          ok: true,
          value: multi,
        })
      }),
    )
    expect(normaliseMulti('[JP3]')).toEqual({ ok: true, value: '[jp3]' })
    expect(normaliseMulti('[PT035o]A[hc42][hC005b]')).toEqual({ ok: true, value: '[pt35o]AB[[' })
  })

  test('never makes a tag of text', () => {
    fc.assert(
      fc.property(
        fc
          .string({ maxLength: 60 })
          .filter((value) => value !== '' && !/[\u0000\u{10000}-\u{10ffff}\ud800-\udfff]/u.test(value)),
        (value) => {
          expect(bare(writeParts([{ tag: 'text', text: value }]))).toEqual([{ tag: 'text', text: value }])
        },
      ),
    )
    expect(writeParts([{ tag: 'text', text: '[np]\u0007[fl]' }])).toBe('[[np]][hc7][[fl]]')
  })

  test('ends in parts or in one named fault, whatever comes in, and never in an exception', () => {
    const pieces = fc.constantFrom(
      '[',
      ']',
      '[[',
      'nl',
      'pt',
      'o',
      '9',
      ',',
      'hc',
      'fl',
      't',
      'mv',
      'cr',
      'A',
      ' ',
      '\n',
      'é',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (all) => {
        const read = readMulti(all.join(''))
        if (!read.ok) {
          expect(read.failure.message).not.toBe('')
          expect(read.failure.at).toBeLessThanOrEqual(all.join('').length)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  test.each([
    ['[nl][nl3]', [{ tag: 'nl' }, { tag: 'nl', spacing: 3 }]],
    [
      '[pt28o3][pt28o][pto3][pto]',
      [{ tag: 'pt', on: 28, off: 3 }, { tag: 'pt', on: 28 }, { tag: 'pt', off: 3 }, { tag: 'pt' }],
    ],
    [
      '[flt5o3]x[/fl][flo3t][fl]',
      [
        { tag: 'fl', first: 'on', on: 5, off: 3 },
        { tag: 'text', text: 'x' },
        { tag: '/fl' },
        { tag: 'fl', first: 'off', off: 3 },
        { tag: 'fl' },
      ],
    ],
    [
      '[cf255,208,0][cb3]',
      [
        { tag: 'cf', colour: [255, 208, 0] },
        { tag: 'cb', colour: 3 },
      ],
    ],
    [
      '[g2,10,5,00FF][f5,3]',
      [
        { tag: 'g', graphic: 2, at: { x: 10, y: 5 }, version: '00ff' },
        { tag: 'f', field: 5, width: 3 },
      ],
    ],
    ['[mvcl100,1,10,Text]', [{ tag: 'mv', how: 'cl100,1,10', text: 'Text' }]],
    ['a[[b]]c', [{ tag: 'text', text: 'a[b]c' }]],
    ['[nl10]', 'unsupportedTagValue'],
    ['[cb0,0,0]', 'unsupportedTagValue'],
    ['[pt300o]', 'unsupportedTagValue'],
    ['[flt5]', 'unsupportedTagValue'],
    ['[tr0,1,5,5]', 'unsupportedTagValue'],
    ['[hcd800]', 'unsupportedTagValue'],
    ['[feedX]', 'unsupportedTagValue'],
    ['[ttS1]', 'unsupportedTag'],
    ['a[nl', 'unsupportedTag'],
    ['a]b', 'other'],
    ['a\u0007b', 'characterNotDefined'],
    ['a'.repeat(LONGEST_MULTI + 1), 'other'],
  ])('reads %s', (multi, expected) => {
    expect(bare(multi)).toEqual(expected)
  })
})
