import type { Fault } from '../base/document.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { type BitmapFont, bitmapFont, type Glyph } from './bitmap-font.ts'
import { TALLEST, WIDEST } from './bitmap-font-source.ts'

/** One character as it stands in the file; rows from its top, bit `width - 1 - x` is column x of its box. */
interface Drawn {
  readonly character: string
  readonly advance: number
  readonly box: Box
  readonly rows: readonly number[]
}

/** px, of the ink: from the origin to the right, and from the baseline up. */
interface Box {
  readonly width: number
  readonly height: number
  readonly x: number
  readonly y: number
}

/** More says no more, and a file that is no font has a fault in every line. */
const MOST_FAULTS = 20

/**
 * Reads a font in the Glyph Bitmap Distribution Format (Adobe, BDF 2.1 and 2.2), the form that bitmap fonts are
 * exchanged in.
 *
 * Letters stay as wide as they are drawn. The line is as high as the font says (`FONT_ASCENT`, `FONT_DESCENT`), or
 * higher where its ink is; capitals are measured on H. Characters without a code are passed over.
 *
 * Refuses, with the line: a row that is no hexadecimal number or too short, more or fewer rows than the box has, a
 * character drawn twice, codes that are not Unicode, a file that is cut off.
 *
 * @param file name to show in faults; nothing is opened
 */
export function parseBdf(text: string, file: string): Result<BitmapFont, readonly Fault[]> {
  const reader = new BdfReader(text, file)
  reader.read()
  if (reader.faults.length > 0) return fail(reader.faults.slice(0, MOST_FAULTS))
  return fontOf(reader, file)
}

class BdfReader {
  readonly faults: Fault[] = []
  readonly drawn = new Map<string, Drawn>()
  ascent = 0
  descent = 0
  readonly #file: string
  readonly #lines: readonly string[]
  #at = 0

  constructor(text: string, file: string) {
    this.#file = file
    this.#lines = text.split(/\r?\n/)
  }

  read(): void {
    if (!/^STARTFONT\s/.test(this.#lines[0] ?? '')) {
      this.#fault(0, 'is no BDF font: its first line must be STARTFONT 2.1')
      return
    }
    let ended = false
    let registry: { readonly value: string; readonly at: number } | undefined
    let encoding = ''
    for (this.#at = 1; this.#at < this.#lines.length && !ended; this.#at += 1) {
      const [key = '', value = ''] = this.#words(this.#at)
      if (key === 'FONT_ASCENT') this.ascent = this.#number(value, 0, TALLEST)
      else if (key === 'FONT_DESCENT') this.descent = this.#number(value, 0, TALLEST)
      else if (key === 'CHARSET_REGISTRY') registry = { value, at: this.#at }
      else if (key === 'CHARSET_ENCODING') encoding = value
      else if (key === 'STARTCHAR') this.#character()
      ended = key === 'ENDFONT'
      if (this.faults.length >= MOST_FAULTS) return
    }
    // The codes of ISO 8859-1 are the first of Unicode; who says nothing means Unicode.
    const codes = `${registry?.value}-${encoding}`.toUpperCase()
    if (registry && !codes.startsWith('"ISO10646"') && codes !== '"ISO8859"-"1"') {
      const message = `has the codes of ${registry.value}, not of Unicode; convert the font to ISO10646-1`
      this.#fault(registry.at, message)
    }
    if (!ended) this.#fault(this.#lines.length - 1, 'ends without ENDFONT: it was cut off; copy it again')
  }

  /** From STARTCHAR to ENDCHAR. */
  #character(): void {
    const start = this.#at
    let code = -1
    let advance = -1
    let box: Box | undefined
    for (this.#at += 1; this.#at < this.#lines.length; this.#at += 1) {
      const [key = '', ...values] = this.#words(this.#at)
      if (key === 'ENCODING') code = this.#number(values[0], -1, 0x10ffff)
      else if (key === 'DWIDTH') advance = this.#number(values[0], 0, 2 * WIDEST)
      else if (key === 'BBX') box = this.#box(values)
      else if (key === 'BITMAP') break
      else if (key === 'STARTCHAR' || key === 'ENDFONT') {
        this.#fault(start, 'begins a character that has no BITMAP')
        this.#at -= 1
        return
      }
    }
    if (box === undefined || advance < 0) {
      this.#fault(start, 'begins a character without BBX or DWIDTH; both must stand before its BITMAP')
      return
    }
    const rows = this.#rows(box)
    const character = code >= 0x20 && !(code >= 0xd800 && code < 0xe000) ? String.fromCodePoint(code) : ''
    if (rows === undefined || character === '' || (code >= 0x7f && code < 0xa0)) return
    if (this.drawn.has(character)) this.#fault(start, `draws ${character} a second time; remove one`)
    this.drawn.set(character, { character, advance, box, rows })
  }

  #box(values: readonly string[]): Box {
    const [width, height, x, y] = [WIDEST, TALLEST, WIDEST, TALLEST].map((most, index) =>
      this.#number(values[index], index < 2 ? 0 : -most, most),
    )
    return { width: width ?? 0, height: height ?? 0, x: x ?? 0, y: y ?? 0 }
  }

  /** The rows after BITMAP; undefined when one is at fault. */
  #rows({ width, height }: Box): readonly number[] | undefined {
    const bytes = Math.ceil(width / 8)
    const rows: number[] = []
    for (this.#at += 1; this.#at < this.#lines.length; this.#at += 1) {
      const row = (this.#lines[this.#at] ?? '').trim()
      if (row === 'ENDCHAR') break
      if (!/^[0-9a-f]*$/i.test(row) || row.length < 2 * bytes || row === 'ENDFONT') {
        this.#fault(this.#at, `is no row of ${width} dots: ${2 * bytes} hexadecimal digits are needed`)
        return undefined
      }
      const digits = row.slice(0, 2 * bytes)
      rows.push(bytes === 0 ? 0 : Math.floor(Number.parseInt(digits, 16) / 2 ** (8 * bytes - width)))
    }
    if (rows.length === height) return rows
    this.#fault(this.#at, `ends a character of ${rows.length} rows; its BBX says ${height}`)
    return undefined
  }

  #words(at: number): readonly string[] {
    return (this.#lines[at] ?? '').trim().split(/\s+/)
  }

  #number(value: string | undefined, least: number, most: number): number {
    const number = Number(value ?? Number.NaN)
    if (Number.isInteger(number) && number >= least && number <= most) return number
    this.#fault(this.#at, `has ${value ?? 'nothing'} where a whole number from ${least} to ${most} is needed`)
    return 0
  }

  #fault(at: number, message: string): void {
    this.faults.push({ file: this.#file, line: at + 1, column: 1, path: '', message })
  }
}

function fontOf({ drawn, ascent, descent }: BdfReader, name: string): Result<BitmapFont, readonly Fault[]> {
  const capital = drawn.get('H')
  if (capital === undefined || capital.rows.every((row) => row === 0)) {
    return fail([
      { file: name, line: 0, column: 0, path: '', message: 'has no H, on which capitals are measured' },
    ])
  }
  const all = [...drawn.values()]
  const top = all.reduce((most, { box }) => Math.max(most, box.y + box.height), ascent)
  const bottom = all.reduce((most, { box }) => Math.max(most, -box.y), descent)
  const glyphs = new Map(all.map((one) => [one.character, glyphOf(one, top, top + bottom)]))
  // Boxes are often as large as the cell, and not every character has a box: only ink tells.
  const room = all
    .filter(({ character, rows }) => /[0-9A-Za-z]/.test(character) && rows.some((row) => row !== 0))
    .map(({ advance, box, rows }) => advance - box.x - box.width + emptyRight(rows))
  const spacing = Math.max(0, Math.min(...room))
  const capHeight = capital.box.y + capital.box.height - capital.rows.findIndex((row) => row !== 0)
  return ok(bitmapFont({ name, height: top + bottom, ascent: top, capHeight, spacing, glyphs }))
}

/** Columns without ink at the right of a box. */
function emptyRight(rows: readonly number[]): number {
  const ink = rows.reduce((all, row) => all | row, 0)
  return 31 - Math.clz32(ink & -ink)
}

/** What stands left of the origin is moved right, and what reaches over the advance makes it wider: nothing overlaps. */
function glyphOf({ advance, box, rows }: Drawn, ascent: number, height: number): Glyph {
  const width = Math.max(0, box.x) + box.width
  const above = ascent - box.y - box.height
  return {
    advance: Math.max(advance - Math.min(0, box.x), width),
    width,
    rows: Array.from({ length: height }, (_, y) => rows[y - above] ?? 0),
  }
}
