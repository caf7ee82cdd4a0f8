import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { REPERTOIRES, type Repertoire, transliterate } from './repertoire.ts'

const written = (text: string, repertoire: Repertoire, language: string, capitals = false): string =>
  transliterate(text, repertoire, language, { capitals }).text

describe('transliterate', () => {
  it('drops the Dutch diaeresis, which only divides vowels', () => {
    expect(written('België, coördinatie, ideeën, één', 'ascii', 'nl')).toBe(
      'Belgie, coordinatie, ideeen, een',
    )
  })

  it('writes German letters the German way, also in the region forms of the language', () => {
    expect(written('Müller, Ägypten, Straße', 'ascii', 'de-AT')).toBe('Mueller, Aegypten, Strasse')
    expect(written('ÄRZTE', 'ascii', 'de')).toBe('AERZTE')
  })

  it('writes Nordic letters the Nordic way', () => {
    expect(written('Åse Sørensen', 'ascii', 'da')).toBe('Aase Soerensen')
  })

  it('keeps what the panel has', () => {
    expect(transliterate('België', 'latin1', 'nl')).toEqual({
      text: 'België',
      substitutions: [],
      complete: true,
    })
    expect(transliterate('Ünal Ş', 'unicode', 'nl')).toEqual({
      text: 'Ünal Ş',
      substitutions: [],
      complete: true,
    })
    expect(written('Jürgen Café', 'din66003', 'nl')).toBe('Jürgen Cafe')
    expect(written('Çelik À', 'cp437', 'nl')).toBe('Çelik A')
  })

  it('writes letters outside Latin-1 without their marks instead of losing the name', () => {
    expect(written('Ayşe Łukasz Đorđe Čapek İnci', 'latin1', 'nl')).toBe('Ayse Lukasz Dorde Capek Inci')
  })

  it('folds the ij ligature, quotes, dashes, ellipsis, euro and no-break space, and reports each once', () => {
    const { text, substitutions } = transliterate('Ĳsselstein – ‘ĳs’… €\u00a05 – ’t', 'ascii', 'nl')
    expect(text).toBe("IJsselstein - 'ijs'... EUR 5 - 't")
    expect(substitutions).toEqual([
      { from: 'Ĳ', to: 'IJ' },
      { from: '–', to: '-' },
      { from: '‘', to: "'" },
      { from: 'ĳ', to: 'ij' },
      { from: '’', to: "'" },
      { from: '…', to: '...' },
      { from: '€', to: 'EUR' },
      { from: '\u00a0', to: ' ' },
    ])
  })

  it('writes the same for composed and decomposed letters', () => {
    expect(written('Zoe\u0308', 'latin1', 'nl')).toBe('Zoë')
    expect(written('Zoe\u0308', 'ascii', 'nl')).toBe('Zoe')
  })

  it('leaves out an emoji family, a flag and a lone mark, and says so', () => {
    expect(transliterate('a👨‍👩‍👧b🇳🇱c', 'ascii', 'nl')).toEqual({
      text: 'abc',
      complete: true,
      substitutions: [
        { from: '👨‍👩‍👧', to: '' },
        { from: '🇳🇱', to: '' },
      ],
    })
    expect(transliterate('\u0301', 'ascii', 'nl')).toEqual({
      text: '',
      substitutions: [{ from: '\u0301', to: '' }],
      complete: true,
    })
  })

  it.each(['שלום', 'محمد', 'Łukasz 王', 'Σωκράτης', '₺ 500', '∛8'])(
    'says that it cannot write %s, rather than a part of it or question marks',
    (text) => {
      const { complete, text: rest } = transliterate(text, 'latin1', 'nl')
      expect(complete).toBe(false)
      expect(rest).not.toContain('?')
    },
  )

  it.each([
    ['België, Łódź, Şırnak, Groß', 'nl', 'Belgie, Lodz, Sirnak, Gross'],
    ['Müller, Köln, Äpfel', 'de', 'Mueller, Koeln, Aepfel'],
    ['coördinatie, reünie, ĳsje, Ĳburg', 'nl', 'coordinatie, reunie, ijsje, IJburg'],
    ['„Kom’ – nu” … € 5', 'nl', '"Kom\' - nu" ... EUR 5'],
    ['3 °C, ½ km', 'nl', '3 gr.C, 1/2 km'],
    ['\u200bZo\u0308e\u200d\u00a0A', 'nl', 'Zoe A'],
  ])('writes %s in %s', (text, language, ascii) => {
    expect(transliterate(text, 'ascii', language)).toMatchObject({ text: ascii, complete: true })
  })

  it('upper-cases last: what has no capital on the sign is written otherwise', () => {
    expect(written('ĳs en ijs', 'ascii', 'nl', true)).toBe('IJS EN IJS')
    expect(written('straße, à, ÿ, µ', 'cp437', 'de', true)).toBe('STRASSE, A, Y, U')
    expect(written('müller', 'din66003', 'nl', true)).toBe('MÜLLER')
    expect(transliterate('diyarbakır', 'ascii', 'tr', { capitals: true }).text).toBe('DIYARBAKIR')
  })

  it('does not report upper-casing', () => {
    expect(transliterate('zwarte BMW', 'ascii', 'nl', { capitals: true }).substitutions).toEqual([])
  })

  it('leaves a plate as it is, whatever hyphen it was typed with', () => {
    expect(written('12-ABC-3', 'din66003', 'nl')).toBe('12-ABC-3')
    expect(written('12‑ABC‑3', 'ascii', 'tr', true)).toBe('12-ABC-3')
  })

  it('has no German letters pass for the brackets that share their codes', () => {
    expect(written('[a] {b} c|d ~ \\', 'din66003', 'nl')).toBe('(a) (b) c/d - /')
  })

  it('asks a font what it can write', () => {
    const has = (character: string): boolean => 'abc?'.includes(character)
    expect(transliterate('äbz', has, 'nl')).toEqual({
      text: 'ab',
      substitutions: [
        { from: 'ä', to: 'a' },
        { from: 'z', to: '' },
      ],
      complete: false,
    })
  })

  it('gives only characters of the repertoire for any text, and is the same the second time', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom(...REPERTOIRES),
        fc.constantFrom('nl', 'de', 'da', 'tr', 'en-US'),
        fc.boolean(),
        (text, repertoire, language, capitals) => {
          const once = transliterate(text, repertoire, language, { capitals })
          const twice = transliterate(once.text, repertoire, language)
          return twice.text === once.text && twice.substitutions.length === 0
        },
      ),
    )
  })
})
