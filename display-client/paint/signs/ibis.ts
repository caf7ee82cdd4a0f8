import { transliterate } from '../../panel/repertoire.ts'
import { type Answer, ascii, linesOf, type Packet, type SignProtocol } from './sign-protocol.ts'

/**
 * IBIS (VDV 300): telegrams of 7-bit characters to the signs of a vehicle, each ended by CR and a parity byte.
 *
 * What makers do differently is which telegram their sign takes, and is data here.
 */
export interface IbisOptions {
  readonly telegram: IbisTelegram
  /** Of the sign, 0 to 15: for telegrams to one sign, and to ask how it is. Absent = nobody is asked. */
  readonly address: number | undefined
}

interface Telegram {
  readonly lines: number
  /** Most characters; of two-line telegrams, of both with what divides them. */
  readonly most: number
  readonly addressed: boolean
  /** @param text at most `most` characters @param address one digit */
  write(text: string, address: string): string
}

/** By the name of VDV 300; `GSP` is the two-line form of that maker. */
export const IBIS_TELEGRAMS = {
  /** Destination text, blocks of 16. */
  DS003a: { lines: 1, most: 15 * 16, addressed: false, write: (text) => `zA${blocks(text, 16)}` },
  /** Next-stop text, blocks of 4. */
  DS003c: { lines: 1, most: 15 * 4, addressed: false, write: (text) => `zI${blocks(text, 4)}` },
  /** Next stop, 16, 20 or 24 characters. */
  DS009: { lines: 1, most: 16, addressed: false, write: (text) => `v${text.padEnd(16)}` },
  DS009a: { lines: 1, most: 20, addressed: false, write: (text) => `v${text.padEnd(20)}` },
  DS009b: { lines: 1, most: 24, addressed: false, write: (text) => `v${text.padEnd(24)}` },
  /** Destination text to one sign, blocks of 16. */
  DS021: {
    lines: 1,
    most: 15 * 16,
    addressed: true,
    write: (text, address) => `aA${address}${blocks(text, 16)}`,
  },
  /** Two lines to one sign, divided and ended by line feeds. */
  GSP: {
    lines: 2,
    most: 15 * 16 - 3,
    addressed: true,
    write: (text, address) => `aA${address}${blocks(`${text.includes('\n') ? text : `${text}\n`}\n\n`, 16)}`,
  },
} as const satisfies Record<string, Telegram>
export type IbisTelegram = keyof typeof IBIS_TELEGRAMS

const CR = 0x0d

export function ibisProtocol({ telegram, address }: IbisOptions): SignProtocol {
  const { lines, most, write }: Telegram = IBIS_TELEGRAMS[telegram]
  const digit = ibisDigit(address ?? 0)
  const packets = (text: string): readonly Packet[] => {
    if (text.length > most)
      throw new RangeError(`${text.length} characters for ${telegram}, which takes ${most}`)
    const said: Packet = { bytes: ibisTelegram(write(text, digit)) }
    return address === undefined ? [said] : [said, { bytes: ibisTelegram(`a${digit}`), answer }]
  }
  return {
    serial: { baud: 1200, dataBits: 7, parity: 'even', stopBits: 2 },
    // The sign then holds an empty text, until its vehicle says the next one.
    clearsOnlyOurs: false,
    show: (picture) => packets(linesOf(picture, lines).map(ibisText).join('\n')),
    clear: () => packets(''),
  }
}

/** The characters, CR, and 7FH XOR all of them. */
export function ibisTelegram(text: string): Uint8Array {
  const bytes = [...ascii(text), CR]
  return Uint8Array.from([...bytes, bytes.reduce((parity, byte) => parity ^ byte, 0x7f)])
}

/** Where DIN 66003 has a letter and ASCII another sign. */
const DIN_66003: Readonly<Record<string, string>> = {
  '§': '@',
  Ä: '[',
  Ö: '\\',
  Ü: ']',
  ä: '{',
  ö: '|',
  ü: '}',
  ß: '~',
}

/** A text in DIN 66003: brackets of the text are gone, so those that are sent are letters. */
export function ibisText(text: string): string {
  const { text: written } = transliterate(text, 'din66003', 'und')
  return Array.from(written, (character) => DIN_66003[character] ?? character).join('')
}

function blocks(text: string, size: number): string {
  const count = Math.max(1, Math.ceil(text.length / size))
  return `${ibisDigit(count)}${text.padEnd(count * size)}`
}

/** 0 to 15 as IBIS writes them: after `9` come `:;<=>?`. */
function ibisDigit(value: number): string {
  return String.fromCharCode(0x30 + value)
}

/** DS120: `a`, one digit, CR, parity. */
function answer(bytes: Uint8Array): Answer {
  const [letter, status, end, parity] = bytes
  if (letter !== undefined && letter !== 0x61) return 'garbage'
  if (letter === undefined || status === undefined || end === undefined || parity === undefined)
    return 'incomplete'
  if (end !== CR || parity !== (0x7f ^ letter ^ status ^ end)) return 'garbage'
  return STATUS[String.fromCharCode(status)] ?? 'garbage'
}

const STATUS: Readonly<Record<string, Answer>> = {
  '0': 'accepted',
  // It is displaying.
  '1': 'accepted',
  '3': 'defect',
  // What it was told is implausible to it.
  '6': 'refused',
}
