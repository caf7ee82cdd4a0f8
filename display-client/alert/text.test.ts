import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanText } from './text.ts'

describe('cleanText', () => {
  it('leaves ordinary text with diacritics and emoji alone', () => {
    const text = 'Zoë Müller-d’Oré (8) uit ’s-Gravenhage: “rode jas” – € 5 👧🏽 👨‍👩‍👧 ❤️'
    expect(cleanText(text)).toBe(text)
  })

  it('keeps the joiners that are spelling in Persian and Sinhala', () => {
    expect(cleanText('می\u200cخواهم')).toBe('می\u200cخواهم')
    expect(cleanText('ශ\u200dරී')).toBe('ශ\u200dරී')
  })

  it('makes one space of every run of white space, also of tabs, new lines and no-break spaces', () => {
    expect(cleanText('  blauwe \t\r\n jas\u00a0\u2003en\u2028pet ')).toBe('blauwe jas en pet')
  })

  it.each([
    ['vertical tab', '\u000b'],
    ['form feed', '\u000c'],
    ['next line', '\u0085'],
  ])('does not glue words together at a %s', (_, separator) => {
    expect(cleanText(`rode${separator}jas`)).toBe('rode jas')
  })

  it.each([
    ['NUL', '\u0000'],
    ['escape', '\u001b'],
    ['delete', '\u007f'],
    ['a C1 control', '\u009b'],
    ['right-to-left override', '\u202e'],
    ['a directional isolate', '\u2066'],
    ['the Arabic letter mark', '\u061c'],
    ['zero-width space', '\u200b'],
    ['word joiner', '\u2060'],
    ['soft hyphen', '\u00ad'],
    ['byte order mark', '\ufeff'],
    ['Hangul filler', '\u3164'],
    ['combining grapheme joiner', '\u034f'],
    ['a tag character', '\u{e0041}'],
    ['half a surrogate pair', '\ud83d'],
    ['an interlinear annotation mark', '\ufff9'],
  ])('removes %s (UTR 36 §2.6)', (_, character) => {
    expect(cleanText(`12-A${character}BC-3`)).toBe('12-ABC-3')
  })

  it('composes letters and accents (NFC), also when something invisible stood between them', () => {
    expect(cleanText('Zoe\u0308')).toBe('Zo\u00eb')
    expect(cleanText('Zoe\u200b\u0308')).toBe('Zo\u00eb')
  })

  it.each(['', ' \n', '\u200b\u202e', '\u200d\ufe0f', '\u3164 \u3164'])(
    'is empty when nothing can be seen: %j',
    (text) => {
      expect(cleanText(text)).toBe('')
    },
  )

  it('changes nothing that is clean already', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const once = cleanText(text)
        expect(cleanText(once)).toBe(once)
      }),
    )
  })

  it('gives the same whether or not it can be seen at once that a text is clean', () => {
    const latin = fc.integer({ min: 0, max: 0x250 })
    const punctuation = fc.integer({ min: 0x2000, max: 0x20b0 })
    fc.assert(
      fc.property(fc.array(fc.oneof(latin, punctuation)), (units) => {
        const text = String.fromCharCode(...units)
        expect(cleanText(text)).toBe(cleanText(`${text}\u200b`))
      }),
    )
  })

  it('gives well-formed text of one line without controls, whatever it is given', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (units) => {
        const clean = cleanText(String.fromCharCode(...units))
        expect(clean.isWellFormed()).toBe(true)
        expect(clean).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]|^\s|\s$|\s\s/u)
      }),
    )
  })
})
