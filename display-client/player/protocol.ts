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

/**
 * The least time before a page turns, ms, whatever its dwell. A screen changes at most once in 4 s. The phases of a road sign
 * and the pages of a ticker are shorter by nature (MUTCD and NTCIP signs turn after 2 to 3 s).
 */
export const LEAST_DWELL: Readonly<Record<PanelMessage['surface'], number>> = { screen: 4_000, matrix: 1_000 }

/** What is on the panel now: everything, each time it changes. No pages = nothing of ours: idle. */
export interface StageMessage {
  readonly type: 'stage'
  /** Rises with every change of this panel; starts anew with the player. */
  readonly revision: number
  readonly pages: readonly StagePage[]
}

/** What is on a screen while no alert is. */
export type IdleContent =
  | { readonly type: 'black' }
  /** @property timeZone IANA name; @property language BCP 47 */
  | { readonly type: 'clock'; readonly timeZone: string; readonly language: string }
  | {
      readonly type: 'images'
      /** ms of each */
      readonly time: number
      /** Paths, in order; one that does not load is passed over. */
      readonly images: readonly string[]
    }
  | {
      readonly type: 'page'
      /** Of the host; the policy of our page allows frames of its origin and of no other. */
      readonly url: string
      /** In its place while it does not come. */
      readonly fallback: Extract<IdleContent, { type: 'black' | 'clock' }>
    }

/** What is around the alerts of a screen: sent after the panel, and each time it changes. Not sent = black, and alerts take all. */
export interface IdleMessage {
  readonly type: 'idle'
  readonly content: IdleContent
  /** px of the whole screen */
  readonly width: number
  /** px */
  readonly height: number
  /** Where on it alerts stand, px: their upper left corner. Their size is that of the panel. */
  readonly x: number
  /** px */
  readonly y: number
  /** An alert is gone at a touch. */
  readonly touch: boolean
}

/**
 * What a shell puts into a frame in place of an answer of the host that is an error: an empty page, through which the fallback is seen,
 * that tells our page of it by `postMessage`. A page of the host may say it as well, and is then taken away.
 */
export interface IdleGone {
  readonly type: 'kijkuit-idle-gone'
  /** `answers 404`; for the operator */
  readonly reason: string
}

/** `GET /panels/<panel>/idle/check`: whether the page of the host comes now and may stand in a frame of ours. */
export interface IdleCheck {
  readonly fault: string | null
}

/**
 * Round trip, every {@link PING_INTERVAL}; also tells the viewer that the player lives. A viewer that hears nothing for
 * {@link LONGEST_SILENCE} takes the connection for dead, however open it seems, and makes a new one.
 */
export interface PingMessage {
  readonly type: 'ping'
  readonly sequence: number
}

export type ToViewer = PanelMessage | IdleMessage | StageMessage | PingMessage

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

/** Sent from a frame after the one that painted: a viewer whose frames have stopped does not answer. */
export interface PongMessage {
  readonly type: 'pong'
  readonly sequence: number
  /** Nothing of it is to be seen now (covered, minimised), so it has painted nothing, and will when it is seen again. */
  readonly hidden?: true
}

/** Somebody has touched the panel, and what was on it is gone from this page until the next stage comes. */
export interface TouchedMessage {
  readonly type: 'touched'
}

/** What keeps the idle content of this page away; null = it is there. */
export interface IdleFaultMessage {
  readonly type: 'idle-fault'
  readonly reason: string | null
}

export type FromViewer =
  | PaintedMessage
  | FailedMessage
  | PhotoMessage
  | PongMessage
  | TouchedMessage
  | IdleFaultMessage

/**
 * Between the player and the shell that puts a panel's page on a monitor: `ws://127.0.0.1:<port>/panels/<panel>/shell`.
 * JSON text frames, whole states as above. One shell for each panel.
 */

/** WebSocket close code: another shell shows this panel already. That one goes on. */
export const SHELL_TAKEN = 4_001
/** The longest text frame from a shell, bytes: a screenshot of 12 MiB as base64. */
export const LARGEST_SHELL_MESSAGE = 16 * 1024 * 1024 + 1_024
/** The longest `reason` or `text` from a shell, characters. */
export const LONGEST_SHELL_TEXT = 400

/** Whether the window is to be seen; first, and each time it changes. false = the host's own content is to be seen. */
export interface WindowMessage {
  readonly type: 'window'
  readonly visible: boolean
}

/** A viewer of this panel has answered a ping: the page's round trip. */
export interface BeatMessage {
  readonly type: 'beat'
  readonly sequence: number
}

/** A screenshot of the page is wanted. */
export interface CaptureMessage {
  readonly type: 'capture'
  readonly sequence: number
}

export type ToShell = WindowMessage | BeatMessage | CaptureMessage

/** The screenshot, px for px. */
export interface CapturedMessage {
  readonly type: 'captured'
  readonly sequence: number
  /** base64 of a PNG */
  readonly png: string
}

/** There is no screenshot. */
export interface RefusedMessage {
  readonly type: 'refused'
  readonly sequence: number
  /** For the operator; names no person. */
  readonly reason: string
}

/** What was the matter: the page's process is gone, it does not answer, it did not load; or it draws again. */
export const SHELL_CAUSES = ['gone', 'frozen', 'unloaded', 'drawn'] as const
/** What the shell did about it. */
export const SHELL_STEPS = ['reload', 'recreate', 'restart', 'safe-page', 'well'] as const

/** The last step of a shell's recovery ladder; when it is taken, and after every connection. */
export interface StepMessage {
  readonly type: 'step'
  readonly step: (typeof SHELL_STEPS)[number]
  readonly cause: (typeof SHELL_CAUSES)[number]
  /** One sentence for the log: cause, step and what comes next. */
  readonly text: string
  /** ms since 1970 */
  readonly at: number
}

export type FromShell = CapturedMessage | RefusedMessage | StepMessage
