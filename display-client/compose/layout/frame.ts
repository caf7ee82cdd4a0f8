import type { Media } from '../../alert/model.ts'
import type { Box, Colour, FillBox, Rectangle, TextBox } from '../composition.ts'
import type { Typeface } from '../measure.ts'
import type { Look } from '../theme.ts'
import type { WrittenFact, WrittenWording } from '../writing.ts'
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

/** What a layout may give a fixed place. */
export type Placed = 'kind' | 'call' | 'source'
export const EVERY_PLACE: readonly Placed[] = ['kind', 'call', 'source']

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
  /** The roles that have a fixed place on every page; all others are in the column. */
  readonly places: readonly Placed[]
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

/** Height of the bar, as a share of the picture, beyond which it rather says less. */
const TALLEST_BAR = 0.27

/** Where the source stands in the bar: beside the number, or in a row below it. */
interface Source {
  readonly text: SetFact
  readonly below: boolean
}

/**
 * Makes up the call bar: one row when number and source fit side by side, else a row for each; without a number a low
 * bar with the source alone. A second number may take a second line, while the bar stays low.
 *
 * @param medium size wanted for the number, px
 */
export function callBar(input: FrameInput, medium: number): CallBar {
  const { area, call, small, source } = input
  const margin = marginOf(area)
  const tallest = area.height * TALLEST_BAR
  const number = call && setCall(input, call, medium, tallest)
  const row = number ? Math.round(number.size * rowOf(number.lines.length)) : 0
  const who = source && setSource(input, source, number, Math.max(tallest, row + small * LEADING))
  const low = who?.below ? Math.round(small * (number ? 1.35 : 1.9)) : 0
  const high = who && !who.below ? Math.max(row, besideHeight(who.text)) : row
  const height = high + low
  return {
    height,
    medium: number?.size ?? medium,
    shown: [number, who?.text].filter((one) => one !== undefined),
    draw: (y) => {
      if (height === 0) return []
      const bar = { x: area.x, y, width: area.width, height }
      const nearer = number && who?.below
      const first = { ...bar, height: high - (nearer ? Math.round(0.15 * small) : 0) }
      const second = { ...bar, y: y + high - (nearer ? Math.round(0.25 * small) : 0), height: low }
      return [
        fill(bar, input.look.band.background),
        ...(number ? onBand(input, number, inset(first, margin, 0), 'left') : []),
        ...(who && !who.below ? onBand(input, who.text, inset(first, margin, 0), 'right') : []),
        ...(who?.below ? onBand(input, who.text, inset(second, margin, 0), 'left') : []),
      ]
    },
  }
}

/** The best wording that fits on one line; on two that are not too high one that has another number. */
function setCall(
  { area, face, far }: FrameInput,
  call: WrittenFact,
  medium: number,
  tallest: number,
): SetFact | undefined {
  const setting = { weight: 700, width: area.width - 2 * marginOf(area) } as const
  const one = setFact(face, call, { ...setting, mostLines: 1, sizes: sizesDown(medium, far) })
  const wordings = call.wordings.filter((wording) => numbersIn(wording) > (one ? numbersIn(one.wording) : 0))
  const low = sizesDown(Math.min(medium, Math.floor(tallest / rowOf(2))), far)
  const two = setFact(face, { ...call, wordings }, { ...setting, mostLines: 2, sizes: low })
  return two ? { ...two, fact: call } : one
}

/** Height of the number's row with so many lines, as a share of its size. */
function rowOf(lines: number): number {
  return lines > 1 ? 0.35 + LEADING * lines : 1.75
}

function numbersIn({ atoms }: WrittenWording): number {
  return atoms.filter((atom) => /\d/.test(atom)).length
}

function besideHeight({ lines, size }: SetFact): number {
  return Math.round(size * (LEADING * lines.length + 0.7))
}

/** The best wording that fits beside the number on one line or two, or below it. */
function setSource(
  { area, face, small }: FrameInput,
  source: WrittenFact,
  number: SetFact | undefined,
  tallest: number,
): Source | undefined {
  const margin = marginOf(area)
  const width = area.width - 2 * margin
  const room = number ? width - number.width - 2 * margin : 0
  for (const wording of source.wordings) {
    const set = (wide: number, mostLines: number): SetFact | undefined => {
      const one = { ...source, wordings: [wording] }
      const text = setFact(face, one, { weight: 400, width: wide, mostLines, sizes: [small] })
      return text && { ...text, fact: source }
    }
    const beside = room > 0 ? (set(room, 1) ?? set(room, 2)) : undefined
    if (beside && besideHeight(beside) <= tallest) return { text: beside, below: false }
    const below = set(width, 1)
    if (below) return { text: below, below: true }
  }
  return undefined
}
