/// <reference path="./opentype.d.ts" />
import { parse } from 'opentype.js/dist/opentype.mjs'
import type { Fault } from '../base/document.ts'
import { fail, ok, type Result } from '../base/result.ts'

export type Weight = 400 | 700

/**
 * A type as far as placing text needs it. Widths are plain sums of advance widths (no kerning, no ligatures), so the
 * width of a line is the sum of the widths of its words and spaces, to the last digit.
 */
export interface Typeface {
  /** As in `TextBox.font`. */
  readonly name: string
  /** Height of a capital, as a share of the size. */
  readonly capHeight: number
  /** Top of the tallest letter (Å, É) above the baseline, as a share of the size. */
  readonly ascent: number
  /** Bottom of the deepest letter (g, ç) below the baseline, as a share of the size. */
  readonly descent: number
  /** Whether it can write this character (one grapheme). */
  has(character: string): boolean
  /** Sum of the advance widths, px. A character it has not is as wide as a question mark. @param size px */
  advance(text: string, size: number, weight: Weight): number
}

/** The bytes of one family, in two weights; each weight in the subsets that the page loads, best first. */
export interface OutlineFiles {
  readonly regular: readonly { readonly path: string; readonly bytes: Uint8Array }[]
  readonly bold: readonly { readonly path: string; readonly bytes: Uint8Array }[]
}

interface Metrics {
  /** Advance width by code point, in thousandths of the size. */
  readonly advances: ReadonlyMap<number, number>
  readonly capHeight: number
  readonly ascent: number
  readonly descent: number
}

/**
 * A type measured from the very files that the browser loads. They are read when something is first measured: a player
 * without screens never does, and saves 6 MB.
 *
 * The page must draw with `font-kerning: none; font-variant-ligatures: none`.
 *
 * @returns what is wrong with the files as far as their heads tell: no font, cut off, missing
 */
export function outlineTypeface(files: OutlineFiles): Result<Typeface, readonly Fault[]> {
  const wrong = (file: string, message: string): Fault => ({ file, line: 0, column: 0, path: '', message })
  const weights = [
    [400, files.regular],
    [700, files.bold],
  ] as const
  const faults = weights.flatMap(([weight, subsets]) =>
    subsets.length === 0
      ? wrong(
          `*-${weight}-normal.woff`,
          `is missing; the type of screens needs a file *-latin-${weight}-normal.woff`,
        )
      : subsets
          .filter(({ bytes }) => !isWholeWoff(bytes))
          .map(({ path }) => wrong(path, 'is not a whole .woff font; install the packages anew')),
  )
  if (faults.length > 0) return fail(faults)
  let read: Readonly<Record<Weight, Metrics>> | undefined
  const metrics = (weight: Weight): Metrics => {
    read ??= { 400: readAll(files.regular), 700: readAll(files.bold) }
    return read[weight]
  }
  return ok({
    name: 'outline',
    get capHeight() {
      return metrics(400).capHeight
    },
    get ascent() {
      return metrics(400).ascent
    },
    get descent() {
      return metrics(400).descent
    },
    has: (character) =>
      Array.from(character).every(
        (one) => metrics(400).advances.has(codePoint(one)) && metrics(700).advances.has(codePoint(one)),
      ),
    advance: (text, size, weight) => {
      const { advances } = metrics(weight)
      const unknown = advances.get(0x3f) ?? 1_000
      let thousandths = 0
      for (const character of text) thousandths += advances.get(codePoint(character)) ?? unknown
      return (thousandths * size) / 1_000
    },
  })
}

/** By its head (WOFF 1.0 §3): the signature, and its own length in the third field. */
function isWholeWoff(bytes: Uint8Array): boolean {
  if (bytes.length < 44) return false
  const head = new DataView(bytes.buffer, bytes.byteOffset, 12)
  return head.getUint32(0) === 0x774f4646 && head.getUint32(8) === bytes.length
}

/** The first subset that has a character draws it, as with unicode-range in the page. */
function readAll(subsets: OutlineFiles['regular']): Metrics {
  const all = subsets.map(({ bytes }) => readMetrics(bytes))
  const [first] = all
  if (first === undefined) throw new RangeError('a type of no files')
  return { ...first, advances: new Map(all.toReversed().flatMap((one) => [...one.advances])) }
}

/**
 * The same type, which adds up each text once and then only scales it: the same to the last digit. It forgets nothing, so
 * it is for the time of one composition.
 */
export function remembering(face: Typeface): Typeface {
  const thousandths: Readonly<Record<Weight, Map<string, number>>> = { 400: new Map(), 700: new Map() }
  return {
    ...face,
    advance: (text, size, weight) => {
      let width = thousandths[weight].get(text)
      if (width === undefined) {
        width = Math.round(face.advance(text, 1_000, weight))
        // Only then: a screen asks thousands of times for the same words.
        thousandths[weight].set(text, width)
      }
      return (width * size) / 1_000
    },
  }
}

function codePoint(character: string): number {
  return character.codePointAt(0) ?? 0
}

/** Letters that reach highest and deepest in Dutch and its neighbours, for the room that a line needs. */
const TALLEST = 'ÉÅÑÜ'
const DEEPEST = 'gjpqyçŞ'

/** @throws when they are no font after all */
function readMetrics(bytes: Uint8Array): Metrics {
  const font = parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  const share = (units: number): number => Math.round((units * 1_000) / font.unitsPerEm)
  const advances = new Map<number, number>()
  let capHeight = 0
  let ascent = 0
  let descent = 0
  for (let index = 0; index < font.glyphs.length; index += 1) {
    const glyph = font.glyphs.get(index)
    for (const point of glyph.unicodes) {
      advances.set(point, share(glyph.advanceWidth ?? 0))
      const character = String.fromCodePoint(point)
      const { y1, y2 } =
        TALLEST.includes(character) || DEEPEST.includes(character) || character === 'H'
          ? glyph.getBoundingBox()
          : { y1: 0, y2: 0 }
      if (character === 'H') capHeight = share(y2)
      ascent = Math.max(ascent, share(y2))
      descent = Math.max(descent, -share(y1))
    }
  }
  return { advances, capHeight: capHeight / 1_000, ascent: ascent / 1_000, descent: descent / 1_000 }
}
