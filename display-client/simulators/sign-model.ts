import type { Disposable } from '../base/disposal.ts'
import type { LedFrame } from '../paint/led-frame.ts'

/** What is to be seen on a sign: rows of letters, or dots. */
export type Seen = readonly string[] | LedFrame

/** A page of a sign that turns its pages itself. */
export interface SeenPage {
  /** ms until the next; ignored when there is only one. */
  readonly dwell: number
  readonly seen: Seen
}

/** A whole sign, however it is told what to show. */
export interface SimulatedSign extends Disposable {
  /** Everything that is to be seen, in turn; none = it is dark. */
  readonly pages: readonly SeenPage[]
  /** It was told something, or shows something else by itself. */
  onTold: () => void
  /** Its power is cut: it is dark, and what it was told is gone. */
  powerOff(): Promise<void>
  powerOn(): Promise<void>
  dispose(): Promise<void>
}

/**
 * What a sign is from its own side: bytes come in, something is to be seen. Written from the descriptions of the protocols and not from
 * our encoders, so that each checks the other.
 */
export interface SignModel {
  /** Takes one byte. @returns what the sign answers to it, if anything */
  receive(byte: number): string | undefined
  /** What it says to a packet that it does not want; undefined = it never answers. */
  readonly refusal: string | undefined
  /** What is to be seen now. */
  readonly seen: Seen
  /** Everything it was told that no alert has any business to: commands, unknown tags, control bytes within a text. */
  readonly dangers: string[]
  /** Packets that it threw away. */
  readonly spoiled: number
  /** Its power was cut for a moment: what it was told is gone. */
  loseMemory(): void
}

/** What the owner of a sign has on it. */
export const OWNERS_TEXT = 'BUS 5 CENTRUM'
