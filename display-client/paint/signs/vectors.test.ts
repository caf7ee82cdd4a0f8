import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AlphaModel } from '../../simulators/alpha-model.ts'
import { Am004Model } from '../../simulators/am004-model.ts'
import { HanoverModel } from '../../simulators/hanover-model.ts'
import { IbisModel } from '../../simulators/ibis-model.ts'
import { MobitecModel } from '../../simulators/mobitec-model.ts'
import type { SignModel } from '../../simulators/sign-model.ts'
import type { LedFrame } from '../led-frame.ts'
import { ALPHA_TEXT, alphaProtocol, alphaText } from './alpha.ts'
import { am004Packet, am004Protocol } from './am004.ts'
import { hanoverFrame, hanoverProtocol } from './hanover.ts'
import { ibisProtocol, ibisTelegram, ibisText } from './ibis.ts'
import { mobitecMessage, mobitecProtocol } from './mobitec.ts'
import type { Packet, SignPicture, SignProtocol } from './sign-protocol.ts'

/** Bytes as the descriptions of the protocols print them: `01` a byte, `"AB"` its text. */
function bytes(text: string): string {
  const parts = text.match(/"[^"]*"|\S+/g) ?? []
  return parts
    .map((part) => (part.startsWith('"') ? hex(Buffer.from(part.slice(1, -1), 'latin1')) : part))
    .join('')
    .toLowerCase()
}
const hex = (all: Uint8Array): string => Buffer.from(all).toString('hex')
const packetsOf = (packets: readonly Packet[]): readonly string[] => packets.map((one) => hex(one.bytes))
const text = (...lines: readonly string[]): SignPicture => ({ type: 'text', lines, scroll: false })
const running = (line: string): SignPicture => ({ type: 'text', lines: [line], scroll: true })

describe('Alpha', () => {
  const red = alphaProtocol({ address: 0, colour: 'red', acknowledges: false })

  test('holds a red text in the priority file, with its checksum', () => {
    expect(packetsOf(red.show(text('NL-ALERT')))).toEqual([
      bytes('00 00 00 00 00 01 "Z00" 02 "A0" 1B 20 "b" 1C "1" "NL-ALERT" 03 "039F" 04'),
    ])
  })

  test('empties the priority file, and touches nothing else', () => {
    // 02 + 41 + 30 + 03 = 76
    expect(packetsOf(red.clear())).toEqual([bytes('00 00 00 00 00 01 "Z00" 02 "A0" 03 "0076" 04')])
  })

  test('writes letters beyond ASCII in two bytes of 7 bits, and those that nobody is sure of plain', () => {
    expect(alphaText('ëüÉ')).toEqual([0x08, 0x29, 0x08, 0x21, 0x08, 0x30])
    expect(alphaText('éèñ')).toEqual(Array.from('een', (letter) => letter.charCodeAt(0)))
  })

  test('writes them all plain when the priority file would be too small', () => {
    expect(alphaText('ë'.repeat(ALPHA_TEXT))).toEqual(Array(ALPHA_TEXT).fill(0x65))
    expect(() => alphaText('e'.repeat(ALPHA_TEXT + 1))).toThrow(RangeError)
  })

  test('reads what a sign answers', () => {
    const [packet] = alphaProtocol({ address: 1, colour: 'amber', acknowledges: true }).clear()
    const answers = [[], [0x06], [0x15], [0x41]].map((all) => packet?.answer?.(Uint8Array.from(all)))
    expect(answers).toEqual(['incomplete', 'accepted', 'refused', 'garbage'])
    expect(red.clear()[0]?.answer).toBeUndefined()
  })
})

describe('AM004', () => {
  test.each([
    ['<L1><PA><FE><MA><WC><FE>Hello', '36'],
    ['<L1><PA><FE><MA><WC><FE>Hello from JeeLabs', '56'],
    ['<RPA>', '41'],
    ['<D*>', '6C'],
  ])('sums %s', (data, checksum) => {
    expect(hex(am004Packet(1, data).bytes)).toBe(bytes(`"<ID01>${data}${checksum}<E>"`))
  })

  test('writes each line of its own page, runs it, deletes it and goes back to that of the owner', () => {
    const sign = am004Protocol({ address: 0x1f, lines: 2, page: 'Z', home: 'A' })
    const said = (packets: readonly Packet[]): readonly string[] =>
      packets.map((one) => Buffer.from(one.bytes).toString('latin1').slice(6, -5))
    expect(said(sign.show(text('a<b', 'c')))).toEqual([
      '<L1><PZ><FA><MA><WC><FK>a(b',
      '<L2><PZ><FA><MA><WC><FK>c',
      '<RPZ>',
    ])
    expect(said(sign.clear())).toEqual(['<DL1PZ>', '<DL2PZ>', '<RPA>'])
  })

  test('reads what a sign answers, and waits for nothing when all are addressed', () => {
    const { answer } = am004Packet(1, '<RPA>')
    const said = ['', 'A', 'ACK', 'NA', 'NACK', 'ACX', 'x'].map((one) => answer?.(Buffer.from(one)))
    expect(said).toEqual([
      'incomplete',
      'incomplete',
      'accepted',
      'incomplete',
      'refused',
      'garbage',
      'garbage',
    ])
    expect(am004Packet(0, '<RPA>').answer).toBeUndefined()
  })
})

describe('IBIS', () => {
  test.each([
    ['l026', '6C 30 32 36 0D 2A'],
    ['z523', '"z523" 0D 3C'],
    ['a0', '61 30 0D 23'],
    ['zI4BAHNHOFSVORPLATZ', '7A 49 34 "BAHNHOFSVORPLATZ" 0D 7A'],
    ['vBAHNHOFSVORPLATZ        ', '"vBAHNHOFSVORPLATZ        " 0D 0B'],
    ['vCENTRAAL STATION    ', '"vCENTRAAL STATION    " 0D 7C'],
  ])('ends %s with CR and parity', (telegram, expected) => {
    expect(hex(ibisTelegram(telegram))).toBe(bytes(expected))
  })

  const said = (telegram: Parameters<typeof ibisProtocol>[0]['telegram'], ...lines: readonly string[]) =>
    ibisProtocol({ telegram, address: undefined })
      .show(text(...lines))
      .map((one) => Buffer.from(one.bytes).toString('latin1').slice(0, -2))

  test('writes each telegram', () => {
    expect(said('DS003a', 'CENTRAAL STATION 2')).toEqual(['zA2CENTRAAL STATION 2              '])
    expect(said('DS003c', 'BAHNHOFSVORPLATZ')).toEqual(['zI4BAHNHOFSVORPLATZ'])
    expect(said('DS009', 'A')).toEqual(['vA               '])
    expect(said('DS009b', 'BAHNHOFSVORPLATZ')).toEqual(['vBAHNHOFSVORPLATZ        '])
    expect(said('DS021', 'A')).toEqual(['aA01A               '])
    expect(said('GSP', 'A', 'B')).toEqual(['aA01A\nB\n\n           '])
    expect(() => said('DS009', 'A'.repeat(17))).toThrow(RangeError)
  })

  test('counts beyond nine, and asks the sign that it told', () => {
    const sign = ibisProtocol({ telegram: 'DS021', address: 12 })
    const packets = sign.show(text('A'.repeat(161))).map((one) => Buffer.from(one.bytes).toString('latin1'))
    expect(packets[0]?.slice(0, 5)).toBe('aA<;A')
    expect(packets[1]?.slice(0, 3)).toBe('a<\r')
  })

  test('writes the German letters of DIN 66003, and no bracket of a text', () => {
    expect(ibisText('ÄÖÜäöüß')).toBe('[\\]{|}~')
    expect(ibisText('[a]{b}')).toBe('(a)(b)')
  })

  test('reads the status of a sign', () => {
    const [, { answer } = { answer: undefined }] = ibisProtocol({ telegram: 'DS009', address: 1 }).clear()
    const status = (one: string): string | undefined => answer?.(ibisTelegram(`a${one}`))
    expect(['0', '1', '3', '6', '9'].map(status)).toEqual([
      'accepted',
      'accepted',
      'defect',
      'refused',
      'garbage',
    ])
    expect(answer?.(ibisTelegram('a0').slice(0, 3))).toBe('incomplete')
    expect(answer?.(Uint8Array.from([0x61, 0x30, 0x0d, 0x24]))).toBe('garbage')
  })
})

/** A frame whose rows are drawn with dots and `#`. */
function drawn(width: number, height: number, lit: (x: number, y: number) => boolean): LedFrame {
  const pixels = Uint8Array.from({ length: width * height }, (_, at) =>
    Number(lit(at % width, Math.floor(at / width))),
  )
  return { width, height, palette: ['#000000', '#ffb000'], pixels }
}

describe('Hanover', () => {
  test.each([
    ['12', '02 "12" 03 "9A"'],
    ['12345', '02 "12345" 03 "FE"'],
  ])('sums %s', (content, expected) => {
    expect(hex(hanoverFrame(content))).toBe(bytes(expected))
  })

  test('sends columns from the left, of each the top dots in the lowest bits, and the low byte of their number', () => {
    const sign = hanoverProtocol({ address: 10, width: 96, height: 16 })
    const frame = drawn(96, 16, (x, y) => (x === 0 && y === 0) || (x === 1 && y === 15))
    const sent = Buffer.from(sign.show({ type: 'frame', frame })[0]?.bytes ?? []).toString('latin1')
    expect(sent.slice(1, 13)).toBe('1AC001000080')
    expect(sent).toHaveLength(1 + 4 + 2 * 192 + 3)
    const large = hanoverProtocol({ address: 1, width: 128, height: 16 }).clear()[0]?.bytes ?? []
    expect(Buffer.from(large).toString('latin1').slice(1, 5)).toBe('1100')
  })
})

describe('Mobitec', () => {
  const front = { address: 6, width: 112, height: 16 }

  test('sends a text in a font of the sign', () => {
    const section = { x: 0, y: 13, font: 0x73, text: Array.from(Buffer.from('EXAMPLE')) }
    expect(hex(mobitecMessage(front, [section]))).toBe(
      bytes('FF 06 A2 D0 70 D1 10 D2 00 D3 0D D4 73 45 58 41 4D 50 4C 45 CE FF'),
    )
  })

  test('escapes a sum that would end the message', () => {
    const ends = [0xfd, 0xfe, 0xff].map((sum) => {
      // The body of this message sums to (0x30a + address) mod 256.
      const rest = mobitecMessage({ ...front, address: 0 }, []).at(-2) ?? 0
      return hex(mobitecMessage({ ...front, address: (sum - rest + 256) % 256 }, []).slice(-3))
    })
    expect(ends.map((end) => end.slice(-6))).toEqual(['10fdff', 'fe00ff', 'fe01ff'])
  })
})

/** Feeds a sign and says what is on it then. */
function fed(model: SignModel, packets: readonly Packet[]): SignModel {
  for (const { bytes: all } of packets) for (const byte of all) model.receive(byte)
  return model
}

describe('a frame comes out as it went in', () => {
  const cases: [string, SignProtocol, () => SignModel, number, number][] = [
    [
      'Hanover',
      hanoverProtocol({ address: 3, width: 24, height: 16 }),
      () => new HanoverModel(3, 24, 16),
      24,
      16,
    ],
    [
      'Mobitec',
      mobitecProtocol({ address: 7, width: 28, height: 16 }),
      () => new MobitecModel(7, 28, 16),
      28,
      16,
    ],
    ['Mobitec', mobitecProtocol({ address: 7, width: 5, height: 5 }), () => new MobitecModel(7, 5, 5), 5, 5],
  ]
  test.each(cases)('%s', (_, protocol, make, width, height) => {
    const dots = fc.uint8Array({ minLength: width * height, maxLength: width * height, max: 1 })
    fc.assert(
      fc.property(dots, (pixels) => {
        const frame = { width, height, palette: [], pixels }
        const model = fed(make(), protocol.show({ type: 'frame', frame }))
        expect([model.seen, model.dangers, model.spoiled]).toEqual([
          { ...(model.seen as LedFrame), pixels },
          [],
          0,
        ])
        expect(fed(model, protocol.clear()).seen).toMatchObject({ pixels: new Uint8Array(width * height) })
      }),
      { numRuns: 60 },
    )
  })
})

describe('a hostile text is text', () => {
  /** Everything that means something on one of these wires, between letters. */
  const pieces = fc.constantFrom(
    ...[
      '<E>',
      '<D*>',
      '<ID00>',
      '{',
      '}',
      '[',
      ']',
      '|',
      '\\',
      '~',
      '<',
      '>',
      '\x1b c',
      '\x1c1',
      '\x01Z00\x02E$',
    ],
    ...[
      '\x04',
      '\x03',
      '\x02',
      '\r',
      '\n',
      '\x00',
      '\xff',
      '\xd2',
      '\xfe',
      '\x08',
      '\x8e',
      'é',
      'ë',
      'ß',
      'Ö',
      'A',
      ' ',
    ],
    ...['\u2028', '\u202e', '😀', '\ud800', '漢'],
  )
  const hostile = fc.oneof(
    fc.array(pieces, { maxLength: 12 }).map((all) => all.join('')),
    fc.string({ unit: 'binary', maxLength: 20 }),
  )
  const cases: [string, SignProtocol, () => SignModel][] = [
    [
      'Alpha',
      alphaProtocol({ address: 1, colour: 'amber', acknowledges: true }),
      () => new AlphaModel(1, true),
    ],
    ['AM004', am004Protocol({ address: 1, lines: 1, page: 'Z', home: 'A' }), () => new Am004Model(1, 1)],
    ['IBIS', ibisProtocol({ telegram: 'DS003a', address: 1 }), () => new IbisModel(1, 1)],
  ]
  test.each(cases)('%s', (_, protocol, make) => {
    fc.assert(
      fc.property(hostile, fc.boolean(), (line, scroll) => {
        const model = make()
        fed(model, protocol.show(scroll ? running(line) : text(line)))
        expect([model.dangers, model.spoiled]).toEqual([[], 0])
        // And the sign still listens.
        fed(model, protocol.show(text('KIJK UIT')))
        expect(model.seen).toEqual(['KIJK UIT'])
      }),
      { numRuns: 300 },
    )
  })

  test('plain text comes out letter for letter', () => {
    for (const [, protocol, make] of cases)
      expect(fed(make(), protocol.show(text('12-ABC-3 (bel 112)'))).seen).toEqual(['12-ABC-3 (bel 112)'])
    const [alpha, , ibis] = cases
    if (!alpha || !ibis) throw new Error('no cases')
    expect(fed(alpha[2](), alpha[1].show(text('Zoë Ångström'))).seen).toEqual(['Zoë Ångström'])
    expect(fed(ibis[2](), ibis[1].show(text('MÜNCHEN'))).seen).toEqual(['MÜNCHEN'])
  })
})
