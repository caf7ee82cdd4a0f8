import type { LedFrame } from '../led-frame.ts'

/**
 * What a sign can be sent, and how its answers are read: one contract for every protocol. Pure; connections, time and retries are for
 * player/signs.
 */

/** One page as a sign gets it. */
export type SignPicture =
  | { readonly type: 'text'; readonly lines: readonly string[]; readonly scroll: boolean }
  | { readonly type: 'frame'; readonly frame: LedFrame }

/** What an answer says. `incomplete`: more bytes must come; `garbage`: it is none of this protocol. */
export type Answer = 'accepted' | 'refused' | 'defect' | 'incomplete' | 'garbage'

/** Bytes that are sent in one go. */
export interface Packet {
  readonly bytes: Uint8Array
  /** Reads the answer to it, from its first byte; absent = the sign says nothing. */
  readonly answer?: (bytes: Uint8Array) => Answer
}

/** A line as RS-232 and its kin know it. */
export interface SerialLine {
  /** Bits per second. */
  readonly baud: number
  readonly dataBits: 7 | 8
  readonly parity: 'none' | 'even' | 'odd'
  readonly stopBits: 1 | 2
}

export interface SignProtocol {
  readonly serial: SerialLine
  /**
   * Whether clearing takes off our message and nothing else. If so it is repeated, which helps a sign that had no power when the alert
   * ended; if not, it is said once, for then the sign is its owner's.
   */
  readonly clearsOnlyOurs: boolean
  /** @throws RangeError when the page is not for this sign: a fault of the composer */
  show(picture: SignPicture): readonly Packet[]
  clear(): readonly Packet[]
}

/** @throws RangeError when `picture` is no text of at most `most` lines */
export function linesOf(picture: SignPicture, most: number): readonly string[] {
  if (picture.type !== 'text') throw new RangeError('dots for a sign of characters')
  if (picture.lines.length > most) throw new RangeError(`${picture.lines.length} lines on a sign of ${most}`)
  return picture.lines
}

/** @throws RangeError when `picture` is no frame of this size */
export function frameOf(picture: SignPicture, size: { width: number; height: number }): LedFrame {
  if (picture.type !== 'frame') throw new RangeError('text for a sign of dots')
  const { frame } = picture
  if (frame.width !== size.width || frame.height !== size.height)
    throw new RangeError(`${frame.width}x${frame.height} dots for a sign of ${size.width}x${size.height}`)
  return frame
}

/** The bytes of a text of ASCII. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

/** Two digits, upper case. */
export function hex2(value: number): string {
  return value.toString(16).toUpperCase().padStart(2, '0')
}
