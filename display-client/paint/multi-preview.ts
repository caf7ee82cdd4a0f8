import { ok, type Result } from '../base/result.ts'
import { AMBER, CLASSIC_COLOURS, type LedFrame, UNLIT } from './led-frame.ts'
import { fault, type MultiFault, readMulti } from './multi.ts'
import { layOut } from './multi-layout.ts'
import type { MultiPage, MultiSign } from './multi-sign.ts'
import type { MultiColour } from './multi-tags.ts'

/** What a sign shows of one page of a message. */
export interface MultiPicture extends Pick<MultiPage, 'on' | 'off' | 'lines'> {
  readonly frame: LedFrame
}

/**
 * Checks a message against everything a sign has and has not, before it is sent, and draws what the sign would show. What
 * flashes or moves stands still here.
 *
 * @returns its pages, or the first fault as NTCIP 1203 names it
 */
export function previewMulti(multi: string, sign: MultiSign): Result<readonly MultiPicture[], MultiFault> {
  const bytes = Buffer.byteLength(multi, 'latin1')
  if (bytes > sign.bytes) return fault('other', sign.bytes, `takes ${bytes} bytes, the sign ${sign.bytes}`)
  const read = readMulti(multi)
  if (!read.ok) return read
  const pages = layOut(read.value, sign)
  if (!pages.ok) return pages
  return ok(
    pages.value.map((page) => ({ on: page.on, off: page.off, lines: page.lines, frame: draw(page, sign) })),
  )
}

function draw(page: MultiPage, { width, height, colours }: MultiSign): LedFrame {
  const palette: string[] =
    colours === 'classic' ? [...CLASSIC_COLOURS] : colours === 'rgb' ? [UNLIT] : [UNLIT, AMBER]
  const index = (colour: MultiColour): number => {
    if (colours === 'mono' || colours === 'amber') return colour === 0 ? 0 : 1
    const name = hex(colour)
    if (!palette.includes(name)) palette.push(name)
    return palette.indexOf(name)
  }
  const pixels = new Uint8Array(width * height).fill(index(page.background))
  for (const { x, y, width: wide, height: tall, colour } of page.fills) {
    for (let row = y - 1; row < y - 1 + tall; row += 1)
      pixels.fill(index(colour), row * width + x - 1, row * width + x - 1 + wide)
  }
  for (const { glyph, x, y, colour } of page.glyphs) {
    const ink = index(colour)
    glyph.rows.forEach((row, down) => {
      for (let across = 0; across < glyph.width; across += 1) {
        if ((row >> (glyph.width - 1 - across)) & 1) pixels[(y + down) * width + x + across] = ink
      }
    })
  }
  return { width, height, palette, pixels }
}

function hex(colour: MultiColour): string {
  if (typeof colour === 'number') return CLASSIC_COLOURS[colour] ?? UNLIT
  return `#${colour.map((one) => one.toString(16).padStart(2, '0')).join('')}`
}
