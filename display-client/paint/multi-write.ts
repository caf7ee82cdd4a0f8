import { fail, ok, type Result } from '../base/result.ts'
import type { BitmapFont } from '../compose/bitmap-font.ts'
import type { CompositionPage, PixelContent, TextBox } from '../compose/composition.ts'
import { transliterate } from '../panel/repertoire.ts'
import { CLASSIC_COLOURS } from './led-frame.ts'
import { fault, type MultiFault, writeParts } from './multi.ts'
import { previewMulti } from './multi-preview.ts'
import type { MultiSign } from './multi-sign.ts'
import type { MultiColour, MultiPart } from './multi-tags.ts'

/** What is known of the sign that a message is for. */
export type WriteSign = Omit<MultiSign, 'fields' | 'defaults' | 'fonts'> & {
  /** By font number; undefined = nobody has said which types the sign has: then no font is named and no width is checked. */
  readonly fonts: MultiSign['fonts'] | undefined
}

/** Tenths of a second of dark between the phases for drivers (NCHRP, Collection C, p. 45). */
const DRIVER_GAP = 3
/** The longest page time, tenths of a second (6.4.15). */
const LONGEST_PAGE = 255

/**
 * Writes the pages of a composition as one MULTI message that the sign will take: its tags, pages, bytes, characters and dots
 * are checked here, before it is sent. It never flashes and never moves.
 *
 * Says every justification, colour and time itself: what a sign takes for granted differs from sign to sign. Leaves out
 * pictograms: MULTI knows no pictures but those that a sign already has. Where one stood, the lines move into the middle.
 *
 * @param drivers the readers drive by: pages are parted by dark
 * @returns the message, or why the sign would refuse it
 */
export function writeMulti(
  pages: readonly CompositionPage[],
  sign: WriteSign,
  drivers: boolean,
): Result<string, MultiFault> {
  const has = (part: MultiPart): boolean =>
    part.tag === 'text' || ([...sign.tags] as string[]).includes(part.tag)
  // A wish of ours where the sign has the tag; what carries the message is refused below where it has not.
  const wish = (part: MultiPart): readonly MultiPart[] => (has(part) ? [part] : [])
  const off = drivers ? DRIVER_GAP : 0
  const parts: MultiPart[] = []
  for (const [index, { dwell, content }] of pages.entries()) {
    if (index > 0) parts.push({ tag: 'np' })
    if (pages.length > 1)
      parts.push(...wish({ tag: 'pt', on: Math.min(LONGEST_PAGE, Math.ceil(dwell / 100)), off }))
    if (content.type === 'characters') {
      if (content.scroll !== undefined)
        return fault('unsupportedTag', 0, 'runs by, and an alert is never sent as moving text')
      parts.push(...wish({ tag: 'jp', value: 2 }), ...wish({ tag: 'jl', value: 2 }))
      content.lines.forEach((line, row) => {
        if (row > 0) parts.push({ tag: 'nl' })
        if (line !== '') parts.push({ tag: 'text', text: line })
      })
    } else {
      const lines = pixelLines(content, sign, wish)
      if (!lines.ok) return lines
      parts.push(...lines.value)
    }
  }
  for (const [index, part] of parts.entries()) {
    if (part.tag !== 'text') continue
    const text = inSet(part.text, sign)
    if (text === undefined)
      return fault('characterNotDefined', 0, 'has a character that cannot be written in Latin-1')
    parts[index] = { tag: 'text', text }
  }
  const unknown = parts.find((part) => !has(part))
  if (unknown !== undefined) return fault('unsupportedTag', 0, `needs ${unknown.tag}, which the sign has not`)
  if (pages.length > sign.pages)
    return fault('tooManyPages', 0, `has ${pages.length} pages, the sign ${sign.pages}`)
  const multi = writeParts(parts)
  if (multi.length > sign.bytes)
    return fault('other', sign.bytes, `takes ${multi.length} bytes, the sign ${sign.bytes}`)
  if (sign.fonts === undefined) return ok(multi)
  const [font] = sign.fonts.keys()
  if (font === undefined) return fault('fontNotDefined', 0, 'has no font')
  const checked = previewMulti(multi, {
    ...sign,
    fonts: sign.fonts,
    fields: new Map(),
    defaults: { on: 30, off: 0, line: 3, page: 3, font, foreground: 1, background: 0 },
  })
  return checked.ok ? ok(multi) : fail(checked.failure)
}

/**
 * Beyond Latin-1 (dmsMultiCharacterSet eightBit) only where a type of the sign has the character and `[hc]` can name it; else what
 * stands for it, and undefined where nothing does.
 */
function inSet(text: string, { fonts, tags }: WriteSign): string | undefined {
  const named = tags.has('hc') ? [...(fonts?.values() ?? [])] : []
  const { text: written, complete } = transliterate(
    text,
    (character) => /^[\x20-\x7e\xa0-\xff]$/.test(character) || named.some(({ font }) => font.has(character)),
    'nl',
  )
  return complete ? written : undefined
}

function pixelLines(
  { boxes }: PixelContent,
  sign: WriteSign,
  wish: (part: MultiPart) => readonly MultiPart[],
): Result<readonly MultiPart[], MultiFault> {
  const texts = boxes.filter((box) => box.type === 'text')
  const baselines = [...new Set(texts.map(({ baseline }) => baseline))].sort((a, b) => a - b)
  const composed = baselines.map((baseline) =>
    texts.filter((box) => box.baseline === baseline).sort((a, b) => a.x - b.x),
  )
  const lines = texts.length < boxes.length ? centred(composed, sign) : composed
  const placed = sign.fonts !== undefined && sign.cell.height === 0 && !isCentred(lines, sign)
  const parts: MultiPart[] = [
    ...wish({ tag: 'jp', value: placed ? 2 : 3 }),
    ...wish({ tag: 'jl', value: placed ? 2 : 3 }),
  ]
  let colour: string | undefined
  let font: string | undefined
  for (const [index, line] of lines.entries()) {
    const [first] = line
    const above = lines[index - 1]?.[0]
    if (first === undefined) continue
    if (placed) {
      const y = first.baseline - (ascentOf(sign.fonts, first.font) ?? first.size) + 1
      if (line.some((box) => box.x + box.width > sign.width) || first.baseline > sign.height)
        return fault('textTooBig', 0, `has lines for more than ${sign.width}x${sign.height} px`)
      parts.push({ tag: 'tr', x: first.x + 1, y, width: 0, height: first.size })
    } else if (above !== undefined) parts.push(newLine(above, first, sign))
    for (const [at, box] of line.entries()) {
      if (at > 0) parts.push({ tag: 'text', text: '  ' })
      if (box.font !== font && sign.fonts !== undefined) {
        const number = fontNumber(sign.fonts, box.font)
        if (number === undefined)
          return fault('fontNotDefined', 0, `needs ${box.font}, which the sign has not`)
        parts.push(...wish({ tag: 'fo', font: number }))
      }
      font = box.font
      if (box.colour !== colour) parts.push(...wish({ tag: 'cf', colour: shade(box.colour, sign) }))
      colour = box.colour
      parts.push({ tag: 'text', text: box.text })
    }
  }
  return ok(parts)
}

/** Texts beside each other, from the left. */
type Line = readonly TextBox[]

/** Rows that `[nl]` can put between two lines. */
const MOST_SPACING = 9

/** Whether lines of one type in the middle of the sign, one below the other, are just where the composer has put them. */
function isCentred(lines: readonly Line[], sign: WriteSign): boolean {
  if (gapsOf(lines).some((gap) => gap < 0 || gap > MOST_SPACING)) return false
  const { down, across } = wayToMiddle(lines, sign)
  return down === 0 && across.every((way) => way === 0)
}

/** The same lines in the middle of the sign. */
function centred(lines: readonly Line[], sign: WriteSign): readonly Line[] {
  const { down, across } = wayToMiddle(lines, sign)
  return lines.map((line, index) =>
    line.map((box) => ({ ...box, x: box.x + (across[index] ?? 0), baseline: box.baseline + down })),
  )
}

/** px from where lines stand to the middle of the sign: all of them down, and each to the right. Nowhere when its types are not known. */
function wayToMiddle(
  lines: readonly Line[],
  { width, height, fonts }: WriteSign,
): { readonly down: number; readonly across: readonly number[] } {
  const first = lines[0]?.[0]
  const ascent = first && ascentOf(fonts, first.font)
  if (first === undefined || ascent === undefined) return { down: 0, across: lines.map(() => 0) }
  const tall = [...lines.map(([box]) => box?.size ?? 0), ...gapsOf(lines)].reduce((sum, one) => sum + one, 0)
  return {
    down: Math.floor((height - tall) / 2) - (first.baseline - ascent),
    across: lines.map((line) => {
      const [start, end] = [line[0] as TextBox, line.at(-1) as TextBox]
      const spacing = fontNamed(fonts, end.font)?.spacing ?? 0
      return Math.floor((width - (end.x + end.width - spacing - start.x)) / 2) - start.x
    }),
  }
}

function gapsOf(lines: readonly Line[]): readonly number[] {
  return lines.slice(1).map((line, index) => gapOf(lines[index]?.[0] as TextBox, line[0] as TextBox))
}

function gapOf(above: TextBox, below: TextBox): number {
  return below.baseline - above.baseline - below.size
}

/** The rows between two lines are a matter of our types; a sign with types of its own has its own. */
function newLine(above: TextBox, below: TextBox, sign: WriteSign): MultiPart {
  const gap = gapOf(above, below)
  return sign.fonts === undefined || sign.cell.height > 0 || gap <= 0
    ? { tag: 'nl' }
    : { tag: 'nl', spacing: gap }
}

function fontNamed(fonts: WriteSign['fonts'], name: string): BitmapFont | undefined {
  return [...(fonts?.values() ?? [])].find(({ font }) => font.name === name)?.font
}

function ascentOf(fonts: WriteSign['fonts'], name: string): number | undefined {
  return fontNamed(fonts, name)?.ascent
}

function fontNumber(fonts: MultiSign['fonts'], name: string): number | undefined {
  for (const [number, { font }] of fonts) if (font.name === name) return number
  return undefined
}

/** By number where the sign has the ten classic colours only; black is never text. */
function shade(colour: string, { colours }: WriteSign): MultiColour {
  const value = Number.parseInt(colour.slice(1), 16)
  if (colours === 'rgb') return [(value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff]
  if (colours !== 'classic') return 1
  return Math.max(1, CLASSIC_COLOURS.indexOf(colour))
}

/** The fonts of a sign that was given our types under these numbers. */
export function signFonts(
  numbers: Readonly<Record<string, number>>,
  fonts: readonly BitmapFont[],
): MultiSign['fonts'] {
  return new Map(
    Object.entries(numbers).flatMap(([name, number]) => {
      const font = fonts.find((one) => one.name === name)
      return font === undefined ? [] : [[number, { font }]]
    }),
  )
}
