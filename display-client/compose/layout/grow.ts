import { breakLines } from '../breaking.ts'
import type { Typeface } from '../measure.ts'
import type { WrittenFact, WrittenWording } from '../writing.ts'
import {
  type ColumnFit,
  type ColumnPage,
  type ColumnRoom,
  type ColumnSizes,
  gapOf,
  isLead,
  type SetLines,
  styleOf,
  widthIn,
} from './column.ts'
import { HIERARCHY } from './frame.ts'
import { sizesDown, usable } from './pen.ts'

/** What a page may grow to. */
export interface Growth {
  /** Sizes of the parts that are the same on every page, px. */
  readonly fixed: readonly number[]
  /** Largest size of what is read from afar, px. */
  readonly most: number
}

/** Sizes of letters on one page, at most. */
const MOST_SIZES = 3

/**
 * Lets the facts of a page grow as far as it has room: first those that are read from afar, then the details, which stay
 * smaller than those, or alone on a page become as large as them. Wordings and order stay; lines are broken anew.
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
  const placed = fitted.placed.filter((one) => one.page === page)
  const said = placed.map((one) => {
    const fact = facts[one.fact] as WrittenFact
    return { fact, wording: fact.wordings[one.wording] as WrittenWording }
  })
  const leads = said.some(({ fact }) => isLead(fact))
  const details = said.some(({ fact }) => !isLead(fact))
  const fixed = new Set(growth.fixed)
  const mediums = leads ? sizesToTry(growth.most, sizes.medium, fixed) : [sizes.medium]
  const smalls = details ? sizesToTry(sizes.medium, sizes.small, fixed) : [sizes.small]
  const set = setter(face, room)
  for (const medium of mediums) {
    for (const small of smalls) {
      if (leads && details && small > sizes.small && small * HIERARCHY > medium) continue
      const all = new Set([...fixed, ...(leads ? [medium] : []), ...(details ? [small] : [])])
      if (all.size > MOST_SIZES) continue
      const grown = set(said, { medium, small })
      if (grown) return { sizes: { medium, small }, facts: grown }
    }
  }
  return {
    sizes,
    facts: placed.map((one, index) => ({ fact: said[index]?.fact as WrittenFact, lines: one.lines })),
  }
}

function sizesToTry(largest: number, smallest: number, fixed: ReadonlySet<number>): readonly number[] {
  const between = [...fixed].filter((size) => size > smallest && size < largest)
  return [...new Set([...sizesDown(largest, smallest), ...between, smallest])].sort((a, b) => b - a)
}

interface Said {
  readonly fact: WrittenFact
  readonly wording: WrittenWording
}

/** Sets the facts of a page in given sizes; undefined when they are too wide or too high. */
function setter(
  face: Typeface,
  { rectangle }: ColumnRoom,
): (said: readonly Said[], sizes: ColumnSizes) => readonly SetLines[] | undefined {
  const known = new Map<WrittenFact, Map<number, readonly string[] | undefined>>()
  const linesOf = ({ fact, wording }: Said, sizes: ColumnSizes): readonly string[] | undefined => {
    const { size } = styleOf(fact, sizes)
    const bySize = known.get(fact) ?? new Map<number, readonly string[] | undefined>()
    known.set(fact, bySize)
    if (!bySize.has(size)) {
      const mostLines = fact.whole ? 1 : Number.POSITIVE_INFINITY
      const width = widthIn(face, fact, sizes)
      bySize.set(size, breakLines(wording.atoms, usable(rectangle.width), width, mostLines)?.lines)
    }
    return bySize.get(size)
  }
  return (said, sizes) => {
    const set: SetLines[] = []
    let height = gapOf(sizes) * (said.length - 1)
    for (const one of said) {
      const lines = linesOf(one, sizes)
      height += (lines?.length ?? 0) * styleOf(one.fact, sizes).lineHeight
      if (lines === undefined || height > rectangle.height) return undefined
      set.push({ fact: one.fact, lines })
    }
    return set
  }
}
