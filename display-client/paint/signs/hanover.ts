import type { LedFrame } from '../led-frame.ts'
import { ascii, frameOf, hex2, type Packet, type SignProtocol } from './sign-protocol.ts'

/** Hanover signs of vehicles (flip-dot and LED): a whole picture of dots each time, as hexadecimal digits. They answer nothing. */
export interface HanoverOptions {
  /** 0 to 15: the wheel on the sign. */
  readonly address: number
  /** px */
  readonly width: number
  /** px, a multiple of 8 */
  readonly height: number
}

const STX = 0x02
const ETX = 0x03

export function hanoverProtocol({ address, width, height }: HanoverOptions): SignProtocol {
  const packet = (pixels: Uint8Array): Packet => {
    const digit = address.toString(16).toUpperCase()
    const columns = Array.from(pixels, hex2).join('')
    return { bytes: hanoverFrame(`1${digit}${hex2(pixels.length & 0xff)}${columns}`) }
  }
  return {
    serial: { baud: 4800, dataBits: 8, parity: 'none', stopBits: 1 },
    clearsOnlyOurs: false,
    show: (picture) => [packet(columnBytes(frameOf(picture, { width, height })))],
    clear: () => [packet(new Uint8Array((width * height) / 8))],
  }
}

/** STX, the text, ETX, and two digits that bring the sum of all but STX to 0. */
export function hanoverFrame(text: string): Uint8Array {
  const body = [...ascii(text), ETX]
  const sum = body.reduce((total, byte) => total + byte, 0)
  return Uint8Array.from([STX, ...body, ...ascii(hex2(-sum & 0xff))])
}

/** Columns from left to right, of each the bytes from top to bottom, the top dot in the lowest bit. */
function columnBytes({ width, height, pixels }: LedFrame): Uint8Array {
  const high = height / 8
  const bytes = new Uint8Array(width * high)
  pixels.forEach((colour, index) => {
    if (colour === 0) return
    const x = index % width
    const y = Math.floor(index / width)
    const at = x * high + (y >> 3)
    bytes[at] = (bytes[at] ?? 0) | (1 << (y & 7))
  })
  return bytes
}
