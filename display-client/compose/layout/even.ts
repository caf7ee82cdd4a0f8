import type { WrittenFact } from '../writing.ts'
import { type ColumnFit, type ColumnRoom, type ColumnSizes, gapOf, styleOf } from './column.ts'

type Placed = ColumnFit['placed'][number]

/**
 * Fills the first page, which is the one that most people read, and spreads the facts after it evenly, so that the last
 * page is not left with one small line and every page can grow. Columns of a page count as pages.
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
  const factOf = (one: Placed): WrittenFact => facts[one.fact] as WrittenFact
  const isJoined = (one: Placed | undefined): boolean => one !== undefined && factOf(one).joined
  const height = (page: readonly Placed[]): number =>
    page.reduce(
      (sum, one, index) =>
        one.left > 0
          ? sum
          : sum + (index > 0 ? gapOf(sizes) : 0) + one.lines.length * styleOf(factOf(one), sizes).lineHeight,
      0,
    )
  const isFull = (page: readonly Placed[]): boolean =>
    page.filter((one) => !isJoined(one)).length >= room.facts
  const at = room.columns - 1
  for (;;) {
    const [page = [], [first, ...others] = []] = [pages[at], pages[at + 1]]
    // What belongs together stays together.
    if (first === undefined || others.length === 0 || isJoined(first) || isJoined(others[0])) break
    const filled = [...page, { ...first, page: at }]
    if (isFull(page) || height(filled) > room.rectangle.height) break
    pages[at] = filled
    pages[at + 1] = others
  }
  for (let at = pages.length - 2; at >= 0; at -= 1) {
    // Nothing leaves the first page.
    if (at === room.columns - 1) continue
    for (;;) {
      const [page = [], next = []] = [pages[at], pages[at + 1]]
      const last = page.at(-1)
      if (page.length < 2 || last === undefined || isFull(next)) break
      if (isJoined(last) || isJoined(next[0])) break
      const moved = [{ ...last, page: at + 1 }, ...next]
      if (height(moved) >= height(page)) break
      pages[at] = page.slice(0, -1)
      pages[at + 1] = moved
    }
  }
  return { ...fitted, placed: pages.flat() }
}
