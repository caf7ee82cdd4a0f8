/**
 * As much of opentype.js as is used here. Its published types pull the browser's globals into everything that runs in
 * Node. Named by its file, because Node and Vite would each take another one for `opentype.js`.
 */
declare module 'opentype.js/dist/opentype.mjs' {
  export interface Glyph {
    /** Code points that are drawn with it. */
    readonly unicodes: readonly number[]
    /** In font units. */
    readonly advanceWidth?: number
    /** In font units, y upwards from the baseline. */
    getBoundingBox(): { readonly y1: number; readonly y2: number }
  }

  export interface Font {
    readonly unitsPerEm: number
    readonly glyphs: { readonly length: number; get(index: number): Glyph }
    /** 0 when it has none. */
    charToGlyphIndex(character: string): number
    charToGlyph(character: string): Glyph
  }

  /** @throws when the bytes are no font */
  export function parse(bytes: ArrayBufferLike): Font
}
