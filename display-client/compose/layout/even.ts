import type { WrittenFact } from '../writing.ts'
import { type ColumnFit, type ColumnRoom, type ColumnSizes, gapOf, styleOf } from './column.ts'

type Placed = ColumnFit['placed'][number]

/**
 * Spreads the facts after the first page evenly, so that the last page is not left with one small line and every page can
 * grow. The first page stays as full as it is: it is the one that most people read.
 */
export function evenPages(
  facts: readonly WrittenFact[],
  fitted: ColumnFit,
  room: ColumnRoom,
  sizes: ColumnSizes,
): ColumnFit {
  const pages = Array.from({ length: fitted.score.pages }, (_, page) =>
    fitted.placed.filter((one) => one.page === page),
  )
  const height = (page: readonly Placed[]): number =>
    page.reduce(
      (sum, one) => sum + one.lines.length * styleOf(factOf(one), sizes).lineHeight,
      gapOf(sizes) * (page.length - 1),
    )
  const factOf = (one: Placed): WrittenFact => facts[one.fact] as WrittenFact
  for (let at = pages.length - 2; at >= 1; at -= 1) {
    for (;;) {
      const [page = [], next = []] = [pages[at], pages[at + 1]]
      const last = page.at(-1)
      const first = next[0]
      if (page.length < 2 || last === undefined || next.length >= room.facts) break
      // What belongs together stays together.
      if (factOf(last).joined || (first && factOf(first).joined)) break
      const moved = [{ ...last, page: at + 1 }, ...next]
      if (height(moved) >= height(page)) break
      pages[at] = page.slice(0, -1)
      pages[at + 1] = moved
    }
  }
  return { ...fitted, placed: pages.flat() }
}
