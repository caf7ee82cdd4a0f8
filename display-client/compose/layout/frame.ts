import type { Media } from '../../alert/model.ts'
import type { Box, Colour, FillBox, Rectangle, TextBox } from '../composition.ts'
import type { Typeface } from '../measure.ts'
import type { Look } from '../theme.ts'
import type { WrittenFact } from '../writing.ts'
import type { ColumnRoom } from './column.ts'
import { type Align, drawText, LEADING, type SetFact, setFact, sizesDown } from './pen.ts'

/** What a layout has to place around the column of facts. */
export interface FrameInput {
  /** The picture without the test banner. */
  readonly area: Rectangle
  /** Size of the details, for who stands before the panel, px; nothing is smaller. */
  readonly small: number
  /** Smallest size of what must be read from afar: kind, who or what to look for, number, px. */
  readonly far: number
  /** Largest size of the lead and the number, px. */
  readonly most: number
  readonly photo: Media | undefined
  readonly kind: WrittenFact | undefined
  readonly call: WrittenFact | undefined
  readonly source: WrittenFact | undefined
  readonly face: Typeface
  readonly look: Look
  readonly language: string
}

/** The fixed parts of a page, and the room that is left for the facts. */
export interface Frame {
  readonly boxes: readonly Box[]
  readonly room: Pick<ColumnRoom, 'rectangle' | 'facts'>
  /** Size of the lead, the plate and the number to call, px. */
  readonly medium: number
  /** Facts of the fixed parts that found their place. */
  readonly shown: readonly SetFact[]
}

export interface Layout {
  /** Largest size of running text in an area of this size, px. */
  largest(area: Rectangle): number
  /** Size wanted for the lead and the number in an area of this size, px; never smaller in a larger area. */
  lead(area: Rectangle, hasPhoto: boolean): number
  /** Undefined when the fixed parts do not fit at this size. */
  build(input: FrameInput): Frame | undefined
}

/** What is read from afar is at least this much larger than the details, so that the eye finds it first. */
export const HIERARCHY = 1.25

/** Smallest size of the lead and the number beside details of this size, px. */
export function leastMedium({ far, small }: Pick<FrameInput, 'far' | 'small'>): number {
  return Math.max(far, Math.ceil(small * HIERARCHY))
}

/** The outer margin: 4 % of the shorter side, px. Every distance is a share of it. */
export function marginOf(area: Rectangle): number {
  return Math.max(1, Math.round(Math.min(area.width, area.height) * 0.04))
}

export function fill(box: Rectangle, colour: Colour): FillBox {
  return { type: 'fill', x: box.x, y: box.y, width: box.width, height: box.height, colour }
}

/** A rectangle with its edges moved inwards. */
export function inset(box: Rectangle, horizontal: number, vertical: number): Rectangle {
  return {
    x: box.x + horizontal,
    y: box.y + vertical,
    width: Math.max(0, box.width - 2 * horizontal),
    height: Math.max(0, box.height - 2 * vertical),
  }
}

/** Draws a set fact on the colour of the band. */
export function onBand(input: FrameInput, text: SetFact, box: Rectangle, align: Align): readonly TextBox[] {
  const { face, language, look } = input
  return drawText(face, text, box, align, { language, colour: look.band.text, fact: text.fact.id })
}

/** The headline: the kind of alert, as large as it goes. */
export function setKind(
  input: FrameInput,
  width: number,
  largest: number,
  mostLines: number,
): SetFact | undefined {
  const { face, far, kind } = input
  return (
    kind &&
    setFact(face, kind, { weight: 700, width, mostLines, sizes: sizesDown(Math.max(largest, far), far) })
  )
}

/** The bar along the bottom: the number to call, and who says so. */
export interface CallBar {
  readonly height: number
  /** Size of the number, px. */
  readonly medium: number
  readonly shown: readonly SetFact[]
  draw(y: number): readonly Box[]
}

/**
 * Makes up the call bar: one row when number and source fit side by side, else a row for each; without a number a low
 * bar with the source alone.
 *
 * @param medium size wanted for the number, px
 */
export function callBar(input: FrameInput, medium: number): CallBar {
  const { area, call, face, far, small, source } = input
  const margin = marginOf(area)
  const width = area.width - 2 * margin
  const number =
    call && setFact(face, call, { weight: 700, width, mostLines: 1, sizes: sizesDown(medium, far) })
  const setSource = (room: number, mostLines: number): SetFact | undefined =>
    source && setFact(face, source, { weight: 400, width: room, mostLines, sizes: [small] })
  const row = (text: SetFact | undefined, share: number): number => (text ? Math.round(text.size * share) : 0)
  const high = row(number, 1.75)
  const beside = number
    ? setSource(width - number.width - 2 * margin, 2 * small * LEADING < high - small / 2 ? 2 : 1)
    : undefined
  const below = beside ? undefined : setSource(width, 1)
  const low = number ? row(below, 1.35) : row(below, 1.9)
  const height = high + low
  const shown = [number, beside, below].filter((one) => one !== undefined)
  return {
    height,
    medium: number?.size ?? medium,
    shown,
    draw: (y) => {
      if (height === 0) return []
      const bar = { x: area.x, y, width: area.width, height }
      const first = inset(
        { ...bar, height: high + (number && below ? Math.round(-0.15 * small) : 0) },
        margin,
        0,
      )
      const second = inset(
        { ...bar, y: y + high - (number ? Math.round(0.25 * small) : 0), height: low },
        margin,
        0,
      )
      return [
        fill(bar, input.look.band.background),
        ...(number ? onBand(input, number, first, 'left') : []),
        ...(beside ? onBand(input, beside, first, 'right') : []),
        ...(below ? onBand(input, below, second, 'left') : []),
      ]
    },
  }
}
