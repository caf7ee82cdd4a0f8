import type { Result } from '../../base/result.ts'

/** An open way to a sign: bytes there and back. */
export interface Wire {
  /** @returns when they have left this program: for a serial line, when they are sent */
  write(bytes: Uint8Array): Promise<void>
  /** Lets what was written go out, for a moment at most, and closes. */
  close(): Promise<void>
}

export interface WireEvents {
  onData(bytes: Uint8Array): void
  /** It is no longer open; said once, not after `close`. @param reason for an operator */
  onLost(reason: string): void
}

/** Opens the way to a sign. @returns the wire, or why there is none, with the fix */
export type OpenWire = (events: WireEvents, signal: AbortSignal) => Promise<Result<Wire, string>>
