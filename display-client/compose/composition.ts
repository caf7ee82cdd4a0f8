import type { Substitution } from '../panel/repertoire.ts'

export type { Substitution }

/**
 * The composition (DESIGN §5.7): what one panel shows of one alert, down to the last pixel or character.
 *
 * Everything is decided here. Whoever draws it (browser, LED, sign protocol, proof) measures nothing, breaks no line
 * and chooses no colour; so the picture that an issuer checks beforehand is the picture on the panel.
 */

/** `#rrggbb` */
export type Colour = string

export interface Rectangle {
  /** px from the left edge of what the alert takes: the panel, or its zone */
  readonly x: number
  /** px from its top edge */
  readonly y: number
  /** px */
  readonly width: number
  /** px */
  readonly height: number
}

/** A filled rectangle: the band, the call bar, a plate's yellow. */
export interface FillBox extends Rectangle {
  readonly type: 'fill'
  readonly colour: Colour
}

/** One run of text on one line, never wrapped by whoever draws it. */
export interface TextBox {
  readonly type: 'text'
  /** Left edge of the first advance width, px. */
  readonly x: number
  /** Baseline, px from the top. */
  readonly baseline: number
  /** Sum of the advance widths, px; drawing it wider than this is a fault. */
  readonly width: number
  readonly text: string
  /** BCP 47, for the browser's `lang`. */
  readonly language: string
  /** `outline`: Atkinson Hyperlegible Next, kerning and ligatures off. Else the name of a bitmap font. */
  readonly font: string
  /** Outline only: 400 or 700. */
  readonly weight: 400 | 700
  /** Outline: font size in px. Bitmap: its native height in px. */
  readonly size: number
  readonly colour: Colour
  /** The fact it says, or `kind`, `source`, `banner`. */
  readonly fact: string
}

/** A photo, covering its box with the focus kept inside. */
export interface PhotoBox extends Rectangle {
  readonly type: 'photo'
  /** Of the original bytes; also the name under which the player serves them. */
  readonly sha256: string
  /** Size of the whole photo as the alert states it, px. What is served may be smaller, in the same proportions. */
  readonly photo: { readonly width: number; readonly height: number }
  /** The part of the photo that fills the box, in px of `photo`. Same aspect ratio as the box. */
  readonly crop: Rectangle
}

export type Box = FillBox | TextBox | PhotoBox

export interface PixelContent {
  readonly type: 'pixels'
  /** px */
  readonly width: number
  /** px */
  readonly height: number
  readonly background: Colour
  /** In painting order. */
  readonly boxes: readonly Box[]
}

export interface CharacterContent {
  readonly type: 'characters'
  /** At most the panel's lines, each at most its columns; no trailing spaces. A running line is the only one, and longer. */
  readonly lines: readonly string[]
  /** The line runs by at this speed, cells per second, with an empty sign between its end and its beginning. */
  readonly scroll?: number
}

export interface CompositionPage {
  /** How long this page stays before the next, ms. */
  readonly dwell: number
  readonly content: PixelContent | CharacterContent
}

/** A fact that is shown. */
export interface ChosenFact {
  readonly fact: string
  /** Index of its wording in the template, 0 = the fullest; -1 = a text by the issuer. */
  readonly wording: number
  readonly text: string
  /** Index of its page. */
  readonly page: number
}

/** Why a fact that the alert has is not shown. */
export const DROP_REASONS = {
  'does-not-fit': 'none of its wordings fits beside what matters more',
  'reading-time': 'it could not be read in the time there is',
  'no-wording': 'the template has no wording for it in this language',
  'not-for-drivers': 'its template does not say it to drivers',
  'not-in-repertoire': 'the panel has no characters to write it with',
} as const
export type DropReason = keyof typeof DROP_REASONS

export interface DroppedFact {
  readonly fact: string
  readonly reason: DropReason
}

export interface Composition {
  /** Id of the panel. */
  readonly panel: string
  /** `identifier` of the alert. */
  readonly alert: string
  readonly incident: string
  readonly revision: number
  /** Languages shown, in page order. */
  readonly languages: readonly string[]
  /** Never empty: what cannot be composed is `cannotFit` with the best allowed fallback. */
  readonly pages: readonly CompositionPage[]
  readonly chosen: readonly ChosenFact[]
  readonly dropped: readonly DroppedFact[]
  /** `keep` facts that fit in no wording; empty when the message is complete in what matters. */
  readonly cannotFit: readonly string[]
  readonly substitutions: readonly Substitution[]
  readonly reading: {
    /** Time a reader needs for one pass over all pages, ms. */
    readonly needed: number
    /** Time a reader has, ms; null = stands before it and has as long as they like. */
    readonly available: number | null
  }
  /**
   * True when it is proven that under the rules of this panel no other choice is worth more: of wordings and places, on
   * a screen also of layout and of sizes of the ladder, on LEDs of type.
   */
  readonly optimal: boolean
  /** Sum of weight x quality of what is shown, in thousandths; comparable on one panel and alert only. */
  readonly utility: number
  /** SHA-256 of everything above, hex: two compositions with one hash are the same to the pixel. */
  readonly hash: string
}
