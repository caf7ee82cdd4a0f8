import type { Box } from '../composition.ts'
import { type FrameInput, fill, inset, onBand } from './frame.ts'
import { LEADING, type SetFact, setFact, sizesDown } from './pen.ts'

/** The block at the right edge: the number to call, and who says so. */
export interface SideBlock {
  /** px; 0 when there is nothing to say */
  readonly width: number
  /** Of what stands in it, px. */
  readonly height: number
  /** Size of the number, px. */
  readonly medium: number
  readonly boxes: readonly Box[]
  readonly shown: readonly SetFact[]
}

/** Widest text in it, as a share of the width: what is usual, and for a number that is too long for that. */
const USUAL = 0.24
const WIDEST = 0.32

/** Lines of the source, at most. */
const SOURCE_LINES = 3

export interface Wanted {
  /** Left and right of the texts, px. */
  readonly margin: number
  /** Size of the number, px; it may come out smaller. */
  readonly medium: number
  /** Lines of the number, at most. */
  readonly lines: number
}

/** Number above source, together in the middle of the height. */
export function sideBlock(input: FrameInput, wanted: Wanted): SideBlock {
  const { area, face, far, most, small, source } = input
  const { margin } = wanted
  const medium = Math.max(far, Math.min(wanted.medium, most))
  const usual = Math.round(area.width * USUAL)
  const number = setNumber(input, medium, wanted.lines)
  const gap = Math.round(small * 0.4)
  const left = area.height - 2 * margin - (number ? heightOf(number) + gap : 0)
  const sourceLines = Math.min(SOURCE_LINES, Math.floor(left / (small * LEADING)))
  const who =
    source && sourceLines > 0
      ? setFact(face, source, {
          weight: 400,
          width: number ? Math.max(number.width, usual * 0.8) : usual,
          mostLines: sourceLines,
          sizes: [small],
        })
      : undefined
  const shown = [number, who].filter((one) => one !== undefined)
  const height = shown.reduce((sum, one) => sum + heightOf(one), 0) + gap * Math.max(0, shown.length - 1)
  const text = Math.max(0, ...shown.map((one) => one.width))
  const width = shown.length > 0 ? text + 2 * margin + 2 : 0
  const block = { ...area, x: area.x + area.width - width, width }
  let y = block.y + Math.floor((block.height - height) / 2)
  const texts = shown.flatMap((set) => {
    const box = inset({ ...block, y, height: heightOf(set) }, margin, 0)
    y += box.height + gap
    return onBand(input, set, box, 'left')
  })
  return {
    width,
    height,
    medium: number?.size ?? medium,
    boxes: width > 0 ? [fill(block, input.look.band.background), ...texts] : [],
    shown,
  }
}

/** The best wording that fits; it rather takes more width than says less. */
function setNumber(
  { area, call, face, far }: FrameInput,
  medium: number,
  lines: number,
): SetFact | undefined {
  if (call === undefined) return undefined
  const mostLines = Math.max(1, Math.min(lines, Math.floor((area.height * 0.94) / (LEADING * medium))))
  const sizes = sizesDown(medium, far)
  for (const wording of call.wordings) {
    for (const share of [USUAL, WIDEST]) {
      const width = Math.round(area.width * share)
      const set = setFact(face, { ...call, wordings: [wording] }, { weight: 700, width, mostLines, sizes })
      if (set) return { ...set, fact: call }
    }
  }
  return undefined
}

function heightOf(set: SetFact): number {
  return Math.round(set.lines.length * set.size * LEADING)
}
