import type { PixelContent } from '../compose/composition.ts'

/**
 * Every message between the player and whatever shows its panels (screen page, shells, the demo's wall), over one
 * WebSocket for each panel: `ws://127.0.0.1:<port>/panels/<panel>/stage`. JSON text frames.
 *
 * The player always sends the whole state, never a difference: a viewer that missed something is right again with the
 * next message, and there is nothing to reconcile.
 */

export const PROTOCOL = 1

/** ms */
export const PING_INTERVAL = 5_000
/** Two pings that did not come, and a moment, ms. */
export const LONGEST_SILENCE = 12_000

/** A finished frame for a matrix panel: one byte for each pixel, row by row, an index into the palette. */
export interface FrameContent {
  readonly type: 'frame'
  /** px */
  readonly width: number
  /** px */
  readonly height: number
  /** `#rrggbb`; index 0 is unlit. */
  readonly palette: readonly string[]
  /** base64 of width x height bytes. */
  readonly pixels: string
  /** The frame is wider than the panel and runs by from right to left at so many px a second, then begins anew. */
  readonly scroll?: number
}

/** One page of what is on a panel. */
export interface StagePage {
  /** ms until the next page; ignored when there is only one. */
  readonly dwell: number
  readonly content: PixelContent | FrameContent
}

/** Where photos come from: `GET /media/<sha256>`, only while an alert that names it is live. */
export const mediaPath = (sha256: string): string => `/media/${sha256}`

/** The panel, once, first. */
export interface PanelMessage {
  readonly type: 'panel'
  readonly protocol: typeof PROTOCOL
  readonly id: string
  readonly title: string
  /** How it is to be drawn: as a screen, or as a matrix of dots. */
  readonly surface: 'screen' | 'matrix'
  /** px (a character sign: px of its dot matrix) */
  readonly width: number
  /** px */
  readonly height: number
  /** mm */
  readonly pitch: number
}

/** What is on the panel now: everything, each time it changes. No pages = nothing of ours: idle. */
export interface StageMessage {
  readonly type: 'stage'
  /** Rises with every change of this panel; starts anew with the player. */
  readonly revision: number
  readonly pages: readonly StagePage[]
}

/**
 * Round trip, every {@link PING_INTERVAL}; also tells the viewer that the player lives. A viewer that hears nothing for
 * {@link LONGEST_SILENCE} takes the connection for dead, however open it seems, and makes a new one.
 */
export interface PingMessage {
  readonly type: 'ping'
  readonly sequence: number
}

export type ToViewer = PanelMessage | StageMessage | PingMessage

/** This revision stands on glass: sent from a frame after the one that painted it. */
export interface PaintedMessage {
  readonly type: 'painted'
  readonly revision: number
  /** How long before sending this the frame was painted, ms. */
  readonly ago: number
  /**
   * When that was, by the clock of this machine, which page and player share; ms since 1970. The player may be busy when this
   * comes, with what may wait until the panel has changed. Absent: the viewer does not know.
   */
  readonly at?: number
}

/** This revision could not be drawn; the last good one stays. */
export interface FailedMessage {
  readonly type: 'failed'
  readonly revision: number
  readonly reason: string
}

/** Sent from a frame after the one that painted: a viewer whose frames have stopped does not answer. */
export interface PongMessage {
  readonly type: 'pong'
  readonly sequence: number
  /** Nothing of it is to be seen now (covered, minimised), so it has painted nothing, and will when it is seen again. */
  readonly hidden?: true
}

export type FromViewer = PaintedMessage | FailedMessage | PongMessage
