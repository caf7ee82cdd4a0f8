import type { Box, Rectangle } from '../composition.ts'
import { bestPlaces } from '../fit.ts'
import type { Fit, FitFact } from '../fit-problem.ts'
import type { Typeface } from '../measure.ts'
import type { Role } from '../template.ts'
import type { Look, Theme } from '../theme.ts'
import type { WrittenFact } from '../writing.ts'
import { drawText, LEADING, usable } from './pen.ts'

/** The facts of a page in one column or more, ragged right. */
export interface ColumnSizes {
  /** What is read from afar: who or what to look for, px. */
  readonly medium: number
  /** Everything else, px. */
  readonly small: number
}

export interface ColumnRoom {
  readonly rectangle: Rectangle
  readonly pages: number
  /** What every page after the first must earn in utility. */
  readonly pagePrice: number
  /** Most facts in one column; what belongs to the fact before it does not count. */
  readonly facts: number
  /** Columns beside each other on a page. To the fitter each is a page of its own. */
  readonly columns: number
  /** Between two columns, px. */
  readonly gutter: number
}

/** A fact with its lines. */
export interface SetLines {
  readonly fact: WrittenFact
  readonly lines: readonly string[]
  /** On the line of the fact before it. */
  readonly beside: boolean
}

/** The facts of one page, in the sizes of that page. */
export interface ColumnPage {
  readonly sizes: ColumnSizes
  readonly columns: readonly (readonly SetLines[])[]
}

/** Above a fact, as a share of the small size: at least, and where there is more room than letters can fill. */
const FACT_GAP = 0.5
const WIDEST_GAP = 1.1
/** Between two facts on a line, as a share of the medium size. */
const BESIDE_GAP = 0.6
/** Between two columns, as a share of the medium size. */
const GUTTER = 1.2
/** Yellow left and right of a plate's letters, as a share of its size. */
const PLATE_PADDING = 0.28

/** What a lead is worth on a later page, per mille: most people read the first, so the car is rather there in fewer words. */
const LATER = 850
/** What is left of the worth of a plate on the page after its car, per mille: a screen has room to keep them together. */
const APART = 500

/** The first and second reading: what it is, who or what to look for, and the number where it has no fixed place. */
const LEADS: readonly Role[] = ['kind', 'who', 'vehicle', 'plate', 'call']

/** A Dutch plate is drawn as one; another country's is not yellow and stands as plain letters. */
function isPlate(fact: WrittenFact): boolean {
  return fact.role === 'plate' && fact.wordings.every((wording) => wording.atoms.length === 1)
}

export function isLead(fact: WrittenFact): boolean {
  return LEADS.includes(fact.role)
}

/** How a fact is set in these sizes. */
export function styleOf(
  fact: WrittenFact,
  sizes: ColumnSizes,
): { readonly size: number; readonly weight: 400 | 700; readonly lineHeight: number } {
  const size = isLead(fact) ? sizes.medium : sizes.small
  const weight = isLead(fact) || fact.role === 'action' ? 700 : 400
  return { size, weight, lineHeight: Math.ceil(size * LEADING) }
}

/** Least distance between two facts, px. */
export function gapOf(sizes: ColumnSizes): number {
  return Math.round(FACT_GAP * sizes.small)
}

/** Distance between two facts on a line, px. */
export function besideGapOf(sizes: ColumnSizes): number {
  return Math.round(BESIDE_GAP * sizes.medium)
}

/** Distance between two columns, px. */
export function gutterOf(sizes: ColumnSizes): number {
  return Math.round(GUTTER * sizes.medium)
}

/** Width of a column, px. */
export function columnWidth({ rectangle, columns, gutter }: ColumnRoom): number {
  return Math.floor((rectangle.width - (columns - 1) * gutter) / columns)
}

/** Width of a text of a fact, px. */
export function widthIn(face: Typeface, fact: WrittenFact, sizes: ColumnSizes): (text: string) => number {
  const { size, weight } = styleOf(fact, sizes)
  if (!isPlate(fact)) return (text) => face.advance(text, size, weight)
  const padding = 2 * Math.ceil(PLATE_PADDING * size)
  // A space is as wide as it is; only what has letters stands in the box of a plate.
  return (text) => face.advance(text, size, weight) + (text === ' ' ? 0 : padding)
}

/** The best choice of wordings at these sizes. */
export function fitColumn(
  face: Typeface,
  facts: readonly WrittenFact[],
  room: ColumnRoom,
  sizes: ColumnSizes,
): ColumnFit {
  const { rectangle } = room
  return bestPlaces(
    facts.map(
      (fact): FitFact => ({
        id: fact.id,
        weight: fact.weight,
        keep: fact.keep,
        whole: fact.whole,
        joined: fact.joined,
        ...(isLead(fact) ? { later: LATER } : {}),
        lineHeight: styleOf(fact, sizes).lineHeight,
        width: widthIn(face, fact, sizes),
        wordings: fact.wordings.map(({ atoms, quality }) => ({
          atoms,
          quality,
          units: fact.joined ? 0 : 1,
          wordTime: 0,
        })),
      }),
    ),
    {
      pages: room.pages * room.columns,
      columns: room.columns,
      pagePrice: room.pagePrice,
      height: Math.max(0, rectangle.height),
      width: Math.max(0, usable(columnWidth(room))),
      factGap: gapOf(sizes),
      apart: APART,
      beside: { most: 2, gap: besideGapOf(sizes), joined: true },
      ...(Number.isFinite(room.facts) ? { unitsPerPage: room.facts } : {}),
    },
  )
}

/** Where the facts stand; on screens they are missing for want of room alone. */
export type ColumnFit = Omit<Fit, 'dropped'>

/** Height of facts below each other, px. */
export function heightIn(facts: readonly SetLines[], sizes: ColumnSizes): number {
  return facts.reduce(
    (sum, { fact, lines, beside }, index) =>
      beside ? sum : sum + (index > 0 ? gapOf(sizes) : 0) + lines.length * styleOf(fact, sizes).lineHeight,
    0,
  )
}

interface Paint {
  readonly look: Look
  readonly theme: Theme
  readonly language: string
}

/** The boxes of the facts of one page: columns begin at one height, and the tallest stands in the middle. */
export function drawColumns(
  face: Typeface,
  { columns, sizes }: ColumnPage,
  room: ColumnRoom,
  paint: Paint,
): readonly Box[] {
  const { rectangle } = room
  const alone = columns.length < 2
  const width = alone ? rectangle.width : columnWidth(room)
  const tallest = columns.reduce((a, b) => (heightIn(b, sizes) > heightIn(a, sizes) ? b : a), [])
  const breaks = tallest.filter((one) => !one.beside).length - 1
  const used = heightIn(tallest, sizes) - gapOf(sizes) * breaks
  // What is left over first sets the facts apart; the rest goes around them.
  const even = Math.floor((rectangle.height - used) / (breaks + 2))
  const gap = Math.max(gapOf(sizes), Math.min(even, Math.round(sizes.small * WIDEST_GAP)))
  const y = rectangle.y + Math.max(0, Math.floor((rectangle.height - used - gap * breaks) / 2))
  return columns.flatMap((facts, index) => {
    const x = rectangle.x + index * (width + room.gutter)
    return drawColumn(face, facts, { x, y, width, height: rectangle.height }, gap, sizes, paint)
  })
}

function drawColumn(
  face: Typeface,
  facts: readonly SetLines[],
  column: Rectangle,
  gap: number,
  sizes: ColumnSizes,
  paint: Paint,
): readonly Box[] {
  let { y } = column
  let [left, top] = [0, y]
  return facts.flatMap(({ fact, lines, beside }): readonly Box[] => {
    const width = widthIn(face, fact, sizes)
    if (!beside) {
      left = 0
      top = y
      y += lines.length * styleOf(fact, sizes).lineHeight + gap
    }
    const x = column.x + left
    left += Math.ceil(width(lines[0] ?? '')) + besideGapOf(sizes)
    return drawFact(face, fact, lines, { ...column, x, y: top }, sizes, paint)
  })
}

function drawFact(
  face: Typeface,
  fact: WrittenFact,
  lines: readonly string[],
  { x, y, width }: Rectangle,
  sizes: ColumnSizes,
  paint: Paint,
): readonly Box[] {
  const { size, weight, lineHeight } = styleOf(fact, sizes)
  const ink = { language: paint.language, fact: fact.id }
  if (isPlate(fact)) {
    const padding = Math.ceil(PLATE_PADDING * size)
    const letters = Math.ceil(face.advance(lines[0] ?? '', size, weight))
    const box = { x, y, width: letters + 2 * padding, height: lineHeight }
    const inner = { ...box, x: x + padding, width: letters }
    const text = { size, weight, lines, width: letters }
    return [
      { type: 'fill', ...box, colour: paint.theme.plate.background },
      ...drawText(face, text, inner, 'left', { ...ink, colour: paint.theme.plate.text }),
    ]
  }
  return lines.flatMap((line, at) => {
    const text = { size, weight, lines: [line], width: 0 }
    const box = { x, y: y + at * lineHeight, width, height: lineHeight }
    return drawText(face, text, box, 'left', { ...ink, colour: paint.look.page.text })
  })
}
