import { ALPHA_LETTERS, transliterate } from '../../panel/repertoire.ts'
import { type Answer, ascii, hex2, linesOf, type Packet, type SignProtocol } from './sign-protocol.ts'

/**
 * The Alpha protocol of Adaptive Micro Systems (9708-8061): its priority file and nothing else of it.
 *
 * The priority file (label `0`) always exists, stops every other file while it holds a text, and gives the sign back to them when it is
 * emptied; so what the owner has on the sign stays as it is. `E$`, which would wipe the memory, does not occur here.
 */
export interface AlphaOptions {
  /** 1 to 255; 0 = every sign on the line. */
  readonly address: number
  readonly colour: keyof typeof COLOURS
  /** The sign says ACK or NAK (Alpha 2.0 and later, where switched on). */
  readonly acknowledges: boolean
}

/** The most that the priority file holds, bytes, its own codes included. */
const ALPHA_PRIORITY_FILE = 125
/** What of it is left for text: the rest is place, mode, colour and speed. */
export const ALPHA_TEXT = ALPHA_PRIORITY_FILE - 6

const COLOURS = { red: '1', green: '2', amber: '3' } as const

const NUL = 0x00
const SOH = 0x01
const STX = 0x02
const ETX = 0x03
const EOT = 0x04
const ACK = 0x06
const EXTENDED = 0x08
const NAK = 0x15
const ESC = 0x1b
const COLOUR = 0x1c

/** The one position that all descriptions agree on: the middle line. */
const MIDDLE_LINE = 0x20
const HOLD = 0x62
const ROTATE = 0x61
/** The middle of five. */
const SPEED = 0x17
const WRITE_PRIORITY = ascii('A0')

export function alphaProtocol(options: AlphaOptions): SignProtocol {
  return {
    serial: { baud: 9600, dataBits: 7, parity: 'even', stopBits: 1 },
    clearsOnlyOurs: true,
    show(picture) {
      const [line = ''] = linesOf(picture, 1)
      const scroll = picture.type === 'text' && picture.scroll
      const how = [ESC, MIDDLE_LINE, scroll ? ROTATE : HOLD, COLOUR, COLOURS[options.colour].charCodeAt(0)]
      return [packet(options, [...how, ...(scroll ? [SPEED] : []), ...alphaText(line)])]
    },
    clear: () => [packet(options, [])],
  }
}

/**
 * The letters of a text as the sign takes them on a line of 7 bits: those beyond ASCII are two bytes, and are written plain when the
 * text would be too long with them.
 *
 * @throws RangeError when it is too long all the same
 */
export function alphaText(line: string): readonly number[] {
  const inOwn = transliterate(line, 'alpha', 'und').text
  const own = bytesOf(inOwn)
  const bytes = own.length <= ALPHA_TEXT ? own : bytesOf(transliterate(inOwn, 'ascii', 'und').text)
  if (bytes.length > ALPHA_TEXT)
    throw new RangeError(`${bytes.length} bytes for a priority file of ${ALPHA_TEXT}`)
  return bytes
}

function bytesOf(text: string): readonly number[] {
  return Array.from(text).flatMap((letter) => {
    const extended = ALPHA_LETTERS.indexOf(letter)
    return extended === -1 ? [letter.charCodeAt(0)] : [EXTENDED, 0x20 + extended]
  })
}

function packet({ address, acknowledges }: AlphaOptions, content: readonly number[]): Packet {
  const data = [STX, ...WRITE_PRIORITY, ...content, ETX]
  const sum = data.reduce((total, byte) => total + byte, 0)
  const checksum = ascii(`${hex2((sum >> 8) & 0xff)}${hex2(sum & 0xff)}`)
  // The sign finds its speed on the NULs; type Z is "all signs", of which the address picks one.
  const header = [NUL, NUL, NUL, NUL, NUL, SOH, ...ascii(`Z${hex2(address)}`)]
  const bytes = Uint8Array.from([...header, ...data, ...checksum, EOT])
  return acknowledges ? { bytes, answer } : { bytes }
}

function answer([first]: Uint8Array): Answer {
  if (first === undefined) return 'incomplete'
  if (first === ACK) return 'accepted'
  return first === NAK ? 'refused' : 'garbage'
}
