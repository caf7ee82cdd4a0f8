import { breakLines } from '../breaking.ts'
import type { Typeface } from '../measure.ts'
import type { WrittenFact, WrittenWording } from '../writing.ts'
import {
  besideGapOf,
  type ColumnFit,
  type ColumnPage,
  type ColumnRoom,
  type ColumnSizes,
  columnWidth,
  heightIn,
  isLead,
  type SetLines,
  styleOf,
  widthIn,
} from './column.ts'
import { HIERARCHY } from './frame.ts'
import { sizesDown, usable } from './pen.ts'
import { senseLines } from './sense.ts'

/** What a page may grow to. */
export interface Growth {
  /** Sizes of the parts that are the same on every page, but for the small print (source, test banner), px. */
  readonly fixed: readonly number[]
  /** Largest size of what is read from afar, px. */
  readonly most: number
  /** Largest size of the details, px. */
  readonly details: number
}

/** Sizes of letters on one page beside that of the small print, at most. */
const MOST_SIZES = 3

/**
 * Lets the facts of a page grow as far as it has room: first those that are read from afar, then the details, which stay
 * smaller than those, or alone on a page become as large as them. Wordings and order stay; lines are broken anew, in the end
 * where that reads best, and what shares a line gets one of its own where that costs no size.
 */
export function growPage(
  face: Typeface,
  facts: readonly WrittenFact[],
  fitted: ColumnFit,
  page: number,
  room: ColumnRoom,
  sizes: ColumnSizes,
  growth: Growth,
): ColumnPage {
  const columns = Array.from({ length: room.columns }, (_, column) =>
    fitted.placed
      .filter((one) => one.page === page * room.columns + column)
      .map((one) => {
        const fact = facts[one.fact] as WrittenFact
        return {
          fact,
          wording: fact.wordings[one.wording] as WrittenWording,
          beside: one.left > 0,
          lines: one.lines,
        }
      }),
  ).filter((column) => column.length > 0)
  const width = columns.length < 2 ? room.rectangle.width : columnWidth(room)
  const set = setter(face, { width: usable(width), height: room.rectangle.height })
  const apart = columns.map((column) => column.map((one) => ({ ...one, beside: false })))
  const ways = columns.flat().some((one) => one.beside) ? [apart, columns] : [columns]
  const grown = ways.flatMap((said) => largestOf(said, set, sizes, growth) ?? [])
  const best = grown.reduce<ColumnPage>(
    (a, b) => (isLarger(b.sizes, a.sizes) ? b : a),
    grown[0] ?? { sizes, columns },
  )
  const atoms = new Map(columns.flat().map(({ fact, wording }) => [fact, wording.atoms]))
  return {
    ...best,
    columns: best.columns.map((column) =>
      column.map((one) => {
        if (one.lines.length < 2) return one
        const measure = widthIn(face, one.fact, best.sizes)
        const lines = senseLines(atoms.get(one.fact) ?? [], measure, usable(width), one.lines.length)
        return { ...one, lines: lines ?? one.lines }
      }),
    ),
  }
}

function isLarger(a: ColumnSizes, b: ColumnSizes): boolean {
  return a.medium > b.medium || (a.medium === b.medium && a.small > b.small)
}

/** In the largest sizes in which everything fits. */
function largestOf(
  columns: readonly (readonly Said[])[],
  set: Setter,
  sizes: ColumnSizes,
  growth: Growth,
): ColumnPage | undefined {
  const said = columns.flat()
  const leads = said.some(({ fact }) => isLead(fact))
  const details = said.some(({ fact }) => !isLead(fact))
  const fixed = new Set(growth.fixed)
  const mediums = leads ? sizesToTry(growth.most, sizes.medium, fixed) : [sizes.medium]
  const smalls = details
    ? sizesToTry(leads ? sizes.medium : growth.details, sizes.small, fixed)
    : [sizes.small]
  for (const medium of mediums) {
    for (const small of smalls) {
      if (leads && details && small > sizes.small && small * HIERARCHY > medium) continue
      const all = new Set([...fixed, ...(leads ? [medium] : []), ...(details ? [small] : [])])
      if (all.size > MOST_SIZES) continue
      const grown = columns.map((column) => set(column, { medium, small }))
      const whole = grown.filter((column) => column !== undefined)
      if (whole.length === columns.length) return { sizes: { medium, small }, columns: whole }
    }
  }
  return undefined
}

function sizesToTry(largest: number, smallest: number, fixed: ReadonlySet<number>): readonly number[] {
  const between = [...fixed].filter((size) => size > smallest && size < largest)
  return [...new Set([...sizesDown(largest, smallest), ...between, smallest])].sort((a, b) => b - a)
}

interface Said {
  readonly fact: WrittenFact
  readonly wording: WrittenWording
  readonly beside: boolean
}

type Setter = (said: readonly Said[], sizes: ColumnSizes) => readonly SetLines[] | undefined

/** Sets the facts of a column in given sizes; undefined when they are too wide or too high. */
function setter(face: Typeface, room: { readonly width: number; readonly height: number }): Setter {
  const known = new Map<WrittenFact, Map<number, readonly string[] | undefined>>()
  const linesOf = ({ fact, wording }: Said, sizes: ColumnSizes): readonly string[] | undefined => {
    const { size } = styleOf(fact, sizes)
    const bySize = known.get(fact) ?? new Map<number, readonly string[] | undefined>()
    known.set(fact, bySize)
    if (!bySize.has(size)) {
      const mostLines = fact.whole ? 1 : Number.POSITIVE_INFINITY
      const width = widthIn(face, fact, sizes)
      bySize.set(size, breakLines(wording.atoms, room.width, width, mostLines)?.lines)
    }
    return bySize.get(size)
  }
  return (said, sizes) => {
    const set: SetLines[] = []
    for (const one of said) {
      const lines = linesOf(one, sizes)
      if (lines === undefined) return undefined
      const before = set.at(-1)
      if (one.beside && before) {
        if (lines.length > 1 || before.lines.length > 1) return undefined
        const width = widthIn(face, before.fact, sizes)(before.lines[0] ?? '')
        const both = width + besideGapOf(sizes) + widthIn(face, one.fact, sizes)(lines[0] ?? '')
        if (Math.ceil(both) > room.width) return undefined
      }
      set.push({ fact: one.fact, lines, beside: one.beside })
      if (heightIn(set, sizes) > room.height) return undefined
    }
    return set
  }
}
