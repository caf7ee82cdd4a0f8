import type { LedFrame } from '../../paint/led-frame.ts'

/**
 * What a sign is from its own side: bytes come in, something is to be seen. Written from the descriptions of the protocols and not from
 * our encoders, so that each checks the other.
 */
export interface SignModel {
  /** Takes one byte. @returns what the sign answers to it, if anything */
  receive(byte: number): string | undefined
  /** What it says to a packet that it does not want; undefined = it never answers. */
  readonly refusal: string | undefined
  /** What is to be seen now: rows of letters, or dots. */
  readonly seen: readonly string[] | LedFrame
  /** Everything it was told that no alert has any business to: commands, unknown tags, control bytes within a text. */
  readonly dangers: string[]
  /** Packets that it threw away. */
  readonly spoiled: number
  /** Its power was cut for a moment: what it was told is gone. */
  loseMemory(): void
}

/** What the owner of a sign has on it. */
export const OWNERS_TEXT = 'BUS 5 CENTRUM'
