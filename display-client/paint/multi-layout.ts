import { ok, type Result } from '../base/result.ts'
import type { BitmapFont } from '../compose/bitmap-font.ts'
import { fault, type MultiFault, type PlacedPart } from './multi.ts'
import { type Line, type PlacedText, placeBlock, Refusal } from './multi-block.ts'
import type { MultiPage, MultiSign, PlacedGlyph } from './multi-sign.ts'
import type { MultiColour, MultiRectangle } from './multi-tags.ts'

/**
 * Lays a message out as a sign would: checks it against everything the sign has and has not.
 *
 * @returns its pages, or the first fault as the sign would name it
 */
export function layOut(
  parts: readonly PlacedPart[],
  sign: MultiSign,
): Result<readonly MultiPage[], MultiFault> {
  try {
    return ok(new Layout(sign).run(parts))
  } catch (error) {
    if (error instanceof Refusal) return fault(error.error, error.at, error.message)
    throw error
  }
}

class Layout {
  readonly #sign: MultiSign
  readonly #pages: MultiPage[] = []
  #on: number
  #off: number
  #line: number
  #page: number
  #font: BitmapFont
  #foreground: MultiColour
  #background: MultiColour
  #spacing: number | undefined
  #area: MultiRectangle
  #lines: Line[] = []
  #fills: (MultiRectangle & { colour: MultiColour })[] = []
  #glyphs: PlacedGlyph[] = []
  #texts: PlacedText[] = []
  #flashes = false

  constructor(sign: MultiSign) {
    this.#sign = sign
    const { defaults } = sign
    this.#on = defaults.on
    this.#off = defaults.off
    this.#line = defaults.line
    this.#page = defaults.page
    this.#font = this.#fontOf(defaults.font, undefined, 0)
    this.#foreground = defaults.foreground
    this.#background = defaults.background
    this.#area = { x: 1, y: 1, width: sign.width, height: sign.height }
    this.#newLine(undefined, 0)
  }

  run(parts: readonly PlacedPart[]): readonly MultiPage[] {
    for (const part of parts) this.#take(part)
    this.#endPage(parts.at(-1)?.position ?? 0)
    return this.#pages
  }

  #take(part: PlacedPart): void {
    const { defaults, cell, fields, tags } = this.#sign
    const { position: at } = part
    const name = part.tag.replace('/', '')
    if (name !== 'text' && !([...tags] as string[]).includes(name))
      throw new Refusal('unsupportedTag', at, `has ${part.tag}, which the sign has not`)
    switch (part.tag) {
      case 'text':
        this.#write(part.text, at)
        return
      case 'nl':
        if ((part.spacing ?? 0) > 0 && cell.height > 0) throw notOnMatrix(at, 'nl')
        this.#newLine(part.spacing, at)
        return
      case 'np':
        this.#endPage(at)
        return
      case 'pt':
        this.#on = part.on ?? defaults.on
        this.#off = part.off ?? defaults.off
        return
      case 'jl': {
        const value = part.value ?? defaults.line
        if (value === 1) throw new Refusal('unsupportedTagValue', at, 'has jl1, which is deprecated')
        const before = this.#lines.at(-1)?.spans.at(-1)?.justify ?? 0
        if (value < before) throw new Refusal('tagConflict', at, 'goes back to a justification further left')
        this.#line = value
        return
      }
      case 'jp': {
        const value = part.value ?? defaults.page
        if (value === 1) throw new Refusal('unsupportedTagValue', at, 'has jp1, which is deprecated')
        if (value < this.#page && this.#hasText())
          throw new Refusal('tagConflict', at, 'goes back to a justification further up')
        if (value !== this.#page && this.#hasText()) {
          this.#endBlock()
          this.#page = value
          this.#newLine(undefined, at)
          return
        }
        this.#page = value
        return
      }
      case 'fo':
        this.#font = this.#fontOf(part.font ?? defaults.font, part.version, at)
        return
      case 'cf':
        this.#foreground = part.colour === undefined ? defaults.foreground : this.#colour(part.colour, at)
        return
      case 'cb':
      case 'pb':
        this.#background = part.colour === undefined ? defaults.background : this.#colour(part.colour, at)
        return
      case 'cr':
        this.#fills.push({ ...this.#inside(part, at), colour: this.#colour(part.colour, at) })
        return
      case 'tr': {
        const area = this.#inside(part, at)
        const offGrid = (value: number, size: number): boolean => size > 0 && value % size !== 0
        if (
          offGrid(area.x - 1, cell.width) ||
          offGrid(area.width, cell.width) ||
          offGrid(area.y - 1, cell.height) ||
          offGrid(area.height, cell.height)
        )
          throw new Refusal('unsupportedTagValue', at, 'has a tr that is not on the cells of the sign')
        this.#endBlock()
        this.#area = area
        this.#newLine(undefined, at)
        return
      }
      case 'sc':
        if (part.spacing > 0 && cell.width > 0) throw notOnMatrix(at, 'sc')
        this.#spacing = part.spacing
        return
      case '/sc':
        this.#spacing = undefined
        return
      case 'g':
        throw new Refusal('graphicNotDefined', at, 'has a graphic that the sign has not')
      case 'fl':
        if (this.#flashes) throw new Refusal('flashRegionError', at, 'begins to flash while it flashes')
        this.#flashes = true
        return
      case '/fl':
        if (!this.#flashes) throw new Refusal('flashRegionError', at, 'ends a flash that has not begun')
        this.#flashes = false
        return
      case 'f': {
        const text = fields.get(part.field)
        if (text === undefined)
          throw new Refusal('fieldDeviceNotExist', at, `has no device for field ${part.field}`)
        this.#write(part.width === undefined ? text : text.slice(0, part.width).padStart(part.width), at)
        return
      }
      case 'mv':
        this.#write(part.text, at)
        return
      case 'ms':
      case '/ms':
        return
    }
  }

  #hasText(): boolean {
    return this.#lines.some(({ spans }) => spans.length > 0)
  }

  #write(text: string, at: number): void {
    const line = this.#lines.at(-1)
    if (line === undefined) throw new Error('a page without a line')
    const missing = Array.from(text).find((character) => !this.#font.has(character))
    if (missing !== undefined) {
      const code = missing.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')
      throw new Refusal('characterNotDefined', at, `has U+${code}, which font ${this.#font.name} has not`)
    }
    line.font = this.#font
    line.spans.push({
      ...{
        text,
        font: this.#font,
        spacing: this.#spacing,
        colour: this.#foreground,
        justify: this.#line,
        at,
      },
    })
  }

  #newLine(spacing: number | undefined, at: number): void {
    this.#lines.push({ spans: [], spacing, justify: this.#line, font: this.#font, at })
  }

  /** Puts the lines since the last rectangle, page or page justification where they belong. */
  #endBlock(): void {
    const { glyphs, texts } = placeBlock(this.#lines, this.#area, this.#page, this.#sign.cell)
    this.#lines = []
    this.#glyphs.push(...glyphs)
    this.#texts.push(...texts)
  }

  #endPage(at: number): void {
    this.#endBlock()
    if (this.#pages.length === this.#sign.pages)
      throw new Refusal('tooManyPages', at, `has more than ${this.#sign.pages} pages`)
    const lines = this.#texts.toSorted((a, b) => a.y - b.y).map(({ text }) => text)
    this.#pages.push({
      ...{ on: this.#on * 100, off: this.#off * 100, background: this.#background },
      ...{ fills: this.#fills, glyphs: this.#glyphs, lines },
    })
    this.#fills = []
    this.#glyphs = []
    this.#texts = []
    const { width, height } = this.#sign
    this.#area = { x: 1, y: 1, width, height }
    this.#newLine(undefined, at)
  }

  #fontOf(wanted: number, version: string | undefined, at: number): BitmapFont {
    const found = this.#sign.fonts.get(wanted)
    if (found === undefined)
      throw new Refusal('fontNotDefined', at, `has font ${wanted}, which the sign has not`)
    if (version !== undefined && found.version !== undefined && found.version !== version)
      throw new Refusal('fontVersionID', at, `has another version of font ${wanted}`)
    return found.font
  }

  #colour(colour: MultiColour, at: number): MultiColour {
    const { colours } = this.#sign
    const most = colours === 'mono' || colours === 'amber' ? 1 : 9
    const allowed = typeof colour === 'number' ? colour <= most : colours === 'rgb'
    if (!allowed) throw new Refusal('unsupportedTagValue', at, `has a colour that a ${colours} sign has not`)
    return colour
  }

  #inside({ x, y, width, height }: MultiRectangle, at: number): MultiRectangle {
    const { width: right, height: bottom } = this.#sign
    const [w, h] = [width === 0 ? right - x + 1 : width, height === 0 ? bottom - y + 1 : height]
    if (w < 1 || h < 1 || x + w - 1 > right || y + h - 1 > bottom)
      throw new Refusal('unsupportedTagValue', at, `reaches outside the sign of ${right}x${bottom} px`)
    return { x, y, width: w, height: h }
  }
}

function notOnMatrix(at: number, tag: string): Refusal {
  return new Refusal('unsupportedTagValue', at, `has spacing in ${tag}, which a sign of cells has not`)
}
