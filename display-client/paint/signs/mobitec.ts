import type { LedFrame } from '../led-frame.ts'
import { frameOf, type Packet, type SignProtocol } from './sign-protocol.ts'

/**
 * Mobitec signs of vehicles (flip-dot and LED). Our dots are sent in its font of columns, 5 dots high, so the sign shows the very picture
 * that was composed whatever fonts it has. They answer nothing.
 */
export interface MobitecOptions {
  /** 6 front, 7 side, 10 or 11 rear. */
  readonly address: number
  /** px, at most 207: from D0H on a byte is a command */
  readonly width: number
  /** px, at least 5 */
  readonly height: number
}

/** Some text in one of the sign's fonts. */
export interface MobitecSection {
  /** Left edge, px. */
  readonly x: number
  /** Its lowest row, px from the top. */
  readonly y: number
  readonly font: number
  readonly text: readonly number[]
}

const EDGE = 0xff
const TEXT = 0xa2
const WIDTH = 0xd0
const HEIGHT = 0xd1
const X = 0xd2
const Y = 0xd3
const FONT = 0xd4
/** A character is one column of 5 dots: 20H and a bit for each, the top one lowest. */
const COLUMNS_OF_5 = 0x77
const COLUMN = 0x20

export function mobitecProtocol(options: MobitecOptions): SignProtocol {
  const packet = (sections: readonly MobitecSection[]): Packet => ({
    bytes: mobitecMessage(options, sections),
  })
  return {
    serial: { baud: 4800, dataBits: 8, parity: 'none', stopBits: 1 },
    clearsOnlyOurs: false,
    show: (picture) => [packet(strips(frameOf(picture, options)))],
    // A message of nothing at all is not known to blank a sign; dots that are dark are.
    clear: () => [
      packet(strips({ ...options, palette: [], pixels: new Uint8Array(options.width * options.height) })),
    ],
  }
}

/** The whole message; the sum at its end is of everything after the first byte. */
export function mobitecMessage(
  { address, width, height }: MobitecOptions,
  sections: readonly MobitecSection[],
): Uint8Array {
  const body = [
    ...[address, TEXT, WIDTH, width, HEIGHT, height],
    ...sections.flatMap(({ x, y, font, text }) => [X, x, Y, y, FONT, font, ...text]),
  ]
  const sum = body.reduce((total, byte) => total + byte, 0) & 0xff
  const checksum = sum >= 0xfe ? [0xfe, sum - 0xfe] : [sum]
  return Uint8Array.from([EDGE, ...body, ...checksum, EDGE])
}

/** Rows of five; the last ends at the lower edge, and says again what the one before has said of their common rows. */
function strips({ width, height, pixels }: LedFrame): readonly MobitecSection[] {
  const count = Math.ceil(height / 5)
  return Array.from({ length: count }, (_, index) => {
    const top = Math.min(index * 5, height - 5)
    const text = Array.from({ length: width }, (_column, x) =>
      [0, 1, 2, 3, 4].reduce(
        (column, row) => column | (pixels[(top + row) * width + x] === 0 ? 0 : 1 << row),
        COLUMN,
      ),
    )
    return { x: 0, y: top + 4, font: COLUMNS_OF_5, text }
  })
}
