import type { Box, Rectangle } from '../composition.ts'
import { bestFit } from '../fit.ts'
import type { Fit, FitFact } from '../fit-problem.ts'
import type { Typeface } from '../measure.ts'
import type { Role } from '../template.ts'
import type { Look, Theme } from '../theme.ts'
import type { WrittenFact } from '../writing.ts'
import { drawText, LEADING, type SetText, usable } from './pen.ts'

/** The facts of a page in one column, ragged right. */
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
  /** Most facts on one page. */
  readonly facts: number
  readonly align: 'top' | 'middle'
}

/** Above a fact, as a share of the small size. */
const FACT_GAP = 0.5
/** Height of a plate, as a share of its size. */
const PLATE_HEIGHT = 1.3
/** Yellow left and right of a plate's letters, as a share of its size. */
const PLATE_PADDING = 0.28

/** The second reading: who or what to look for. */
const LEADS: readonly Role[] = ['kind', 'who', 'vehicle', 'plate']

/** A Dutch plate is drawn as one; another country's is not yellow and stands as plain letters. */
function isPlate(fact: WrittenFact): boolean {
  return fact.role === 'plate' && fact.wordings.every((wording) => wording.atoms.length === 1)
}

function style(
  fact: WrittenFact,
  sizes: ColumnSizes,
): { readonly size: number; readonly weight: 400 | 700; readonly lineHeight: number } {
  if (fact.role === 'plate') {
    return {
      size: sizes.medium,
      weight: 700,
      lineHeight: Math.ceil(sizes.medium * (isPlate(fact) ? PLATE_HEIGHT : LEADING)),
    }
  }
  if (LEADS.includes(fact.role))
    return { size: sizes.medium, weight: 700, lineHeight: Math.ceil(sizes.medium * LEADING) }
  const weight = fact.role === 'call' || fact.role === 'action' ? 700 : 400
  return { size: sizes.small, weight, lineHeight: Math.ceil(sizes.small * LEADING) }
}

/** The best choice of wordings at these sizes. */
export function fitColumn(
  face: Typeface,
  facts: readonly WrittenFact[],
  room: ColumnRoom,
  sizes: ColumnSizes,
): Fit {
  const { rectangle } = room
  return bestFit(
    facts.map((fact): FitFact => {
      const { size, weight, lineHeight } = style(fact, sizes)
      const padding = isPlate(fact) ? 2 * Math.ceil(PLATE_PADDING * size) : 0
      return {
        id: fact.id,
        weight: fact.weight,
        keep: fact.keep,
        whole: fact.whole,
        joined: fact.joined,
        lineHeight,
        // A space is as wide as it is; only what has letters stands in the box of a plate.
        width: (text) => face.advance(text, size, weight) + (text === ' ' ? 0 : padding),
        wordings: fact.wordings.map(({ atoms, quality }) => ({ atoms, quality, units: 1, wordTime: 0 })),
      }
    }),
    {
      pages: room.pages,
      pagePrice: room.pagePrice,
      height: Math.max(0, rectangle.height),
      width: Math.max(0, usable(rectangle.width)),
      factGap: Math.round(FACT_GAP * sizes.small),
      ...(Number.isFinite(room.facts) ? { unitsPerPage: room.facts } : {}),
    },
  )
}

/** The boxes of one page of a fitted column. */
export function drawColumn(
  face: Typeface,
  facts: readonly WrittenFact[],
  fitted: Fit,
  page: number,
  room: ColumnRoom,
  sizes: ColumnSizes,
  paint: { readonly look: Look; readonly theme: Theme; readonly language: string },
): readonly Box[] {
  const { rectangle } = room
  const placed = fitted.placed.filter((one) => one.page === page)
  const heights = placed.map(
    (one) => one.lines.length * style(facts[one.fact] as WrittenFact, sizes).lineHeight,
  )
  const last = placed.length - 1
  const used = (placed[last]?.top ?? 0) + (heights[last] ?? 0)
  const free = rectangle.height - used
  // What is left over first sets the facts apart, then stays below them (or around them).
  const extra = last > 0 ? Math.min(Math.floor(free / (last + 1)), Math.round(sizes.small * 0.6)) : 0
  const rest = free - extra * Math.max(0, last)
  const top = rectangle.y + (room.align === 'middle' ? Math.floor(rest / 2) : 0)
  return placed.flatMap((one, index): readonly Box[] => {
    const fact = facts[one.fact] as WrittenFact
    const { size, weight, lineHeight } = style(fact, sizes)
    const y = top + one.top + extra * index
    const text: SetText = { size, weight, lines: one.lines, width: 0 }
    const ink = { language: paint.language, fact: fact.id }
    if (isPlate(fact)) {
      const padding = Math.ceil(PLATE_PADDING * size)
      const width = Math.ceil(face.advance(one.lines[0] ?? '', size, weight)) + 2 * padding
      const box = { x: rectangle.x, y, width, height: lineHeight }
      const inner = { ...box, x: box.x + padding, width: width - 2 * padding }
      return [
        { type: 'fill', ...box, colour: paint.theme.plate.background },
        ...drawText(face, text, inner, 'left', { ...ink, colour: paint.theme.plate.text }),
      ]
    }
    return one.lines.flatMap((line, at) =>
      drawText(
        face,
        { ...text, lines: [line] },
        { x: rectangle.x, y: y + at * lineHeight, width: rectangle.width, height: lineHeight },
        'left',
        {
          ...ink,
          colour: paint.look.page.text,
        },
      ),
    )
  })
}
