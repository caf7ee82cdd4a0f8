import type { Fault } from '../base/document.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { parseBdf } from './bdf.ts'
import { type BitmapFont, parseFont } from './bitmap-font.ts'

/** A font of an owner: a BDF file, or one in the form of Kijkuit's own types. */
export interface OwnFontFile {
  readonly path: string
  /** Undefined when it cannot be read, or is larger than {@link LARGEST_FONT_FILE}. */
  readonly text: string | undefined
}

/** Forty times the largest of Kijkuit's own types; bytes. */
export const LARGEST_FONT_FILE = 2_000_000

/** What is no font has a fault in every line. */
const MOST_FAULTS = 20

/** Without these no alert can be written: what else is missing has a stand-in, or is written in capitals. */
const NEEDED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -?'

/** What Dutch texts, and the names in them, are written with. */
const DUTCH =
  'abcdefghijklmnopqrstuvwxyz.,:;!()/&+%°€‘’“”„–—…' + 'áàâäéèêëíìîïóòôöúùûüýÿçñÁÀÂÄÉÈÊËÍÌÎÏÓÒÔÖÚÙÛÜÝŸÇÑĲĳ'

export function isFontFile(name: string): boolean {
  return /\.(bdf|font\.txt)$/.test(name)
}

/** The last part of a path. */
export function fileName(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path
}

/** Reads a font of an owner; it goes by the name of its file. Refuses one in which no alert can be written. */
export function readOwnFont({ path, text }: OwnFontFile): Result<BitmapFont, readonly Fault[]> {
  const refused = (message: string) => fail([{ file: path, line: 0, column: 0, path: '', message }])
  if (text === undefined) {
    return refused(
      `cannot be read as a font; check the path and its permissions (at most ${LARGEST_FONT_FILE} bytes)`,
    )
  }
  const read = /\.bdf$/.test(path) ? parseBdf(text, path) : parseFont(text, path)
  if (!read.ok) return fail(read.failure.slice(0, MOST_FAULTS))
  const missing = lacking(read.value, NEEDED)
  if (missing.length > 0) return refused(`has no ${missing.map(shown).join(' ')}; draw what is missing`)
  return ok({ ...read.value, name: fileName(path) })
}

/** What Dutch needs that this font has not; the composer writes something else in its place. */
export function lacksForDutch(font: BitmapFont): readonly string[] {
  return lacking(font, DUTCH).map(shown)
}

function lacking(font: BitmapFont, wanted: string): readonly string[] {
  return Array.from(wanted).filter((character) => !font.has(character))
}

function shown(character: string): string {
  return character === ' ' ? 'space' : character
}
