import type { PixelContent } from '../compose/composition.ts'

/**
 * Every message between the player and whatever shows its panels (screen page, shells, the demo's wall), over one
 * WebSocket for each panel: `ws://127.0.0.1:<port>/panels/<panel>/stage`. JSON text frames.
 *
 * The player always sends the whole state, never a difference: a viewer that missed something is right again with the
 * next message, and there is nothing to reconcile.
 */

export const PROTOCOL = 1

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

/** Round trip; also tells the viewer that the player lives. */
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
}

/** This revision could not be drawn as it was composed, and is not called painted. */
export interface FailedMessage {
  readonly type: 'failed'
  readonly revision: number
  readonly reason: string
}

/** Why a page has no photo: it does not load or is no picture, or it has not come in 1.5 s. */
export const PHOTO_FAULTS = ['undrawable', 'slow'] as const
export type PhotoFault = (typeof PHOTO_FAULTS)[number]

/** A photo of what is shown cannot be drawn here, so that its place is empty: the player will do without it. */
export interface PhotoMessage {
  readonly type: 'photo'
  readonly sha256: string
  /** null = it came after all */
  readonly fault: PhotoFault | null
}

export interface PongMessage {
  readonly type: 'pong'
  readonly sequence: number
}

export type FromViewer = PaintedMessage | FailedMessage | PhotoMessage | PongMessage
