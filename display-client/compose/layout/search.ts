import { letterHeights } from '../../panel/legibility.ts'
import { BAR_ASPECT, bar, WIDE_ASPECT, wide } from './bar.ts'
import {
  betterDraft,
  type Draft,
  draftAt,
  type Plan,
  type Sheet,
  type Smallest,
  saysAsMuch,
  worthOfLetters,
} from './draft.ts'
import { type Layout, leastMedium } from './frame.ts'
import { landscape, plain, portrait } from './upright.ts'

/**
 * The details (clothes, last seen, source) are for who has come nearer: at this share of the viewing distance they are as
 * legible as the rest is at all of it.
 */
const NEAR = 0.5

/** A face is worth facts, but not the facts that must be kept; per mille of everything said in full. */
export const WORTH_OF_PHOTO = 150

/** Every way to divide the picture. */
function plansFor(sheet: Sheet): readonly Plan[] {
  const { request, total } = sheet
  const layout = layoutFor(sheet)
  const photo = request.alert.media.find((one) => one.role === 'subject')
  return [
    ...(photo ? [{ layout, photo, worth: Math.floor((total * WORTH_OF_PHOTO) / 1_000) }] : []),
    { layout, photo: undefined, worth: 0 },
    { layout: plain, photo: undefined, worth: 0 },
  ]
}

function layoutFor({ area, facts }: Sheet): Layout {
  const aspect = area.width / area.height
  if (aspect >= BAR_ASPECT) return bar
  // Its block is for the number; who says it has room enough in a low bar along the bottom.
  if (aspect >= WIDE_ASPECT && facts.some((fact) => fact.role === 'call')) return wide
  return aspect > 1 ? landscape : portrait
}

/** The best of all layouts and sizes; undefined when nothing fits in any. */
export function bestDraft(sheet: Sheet): Draft | undefined {
  const needed = sheet.facts.reduce((sum, fact) => sum + (fact.keep ? fact.weight : 0), 0)
  let best: Draft | undefined
  for (const plan of plansFor(sheet)) {
    // The plain layout is for panels on which the others cannot say what must be said.
    if (plan.layout === plain && best && best.keep >= needed) break
    best = search(sheet, plan, best)
  }
  return best
}

function smallestSizes({ request }: Sheet, height: 'preferred' | 'floor'): Smallest {
  const { library, panel } = request
  const size = (distance: number): number =>
    Math.ceil(letterHeights({ ...panel, viewingDistance: distance })[height] / library.outline.capHeight)
  const far = size(panel.viewingDistance)
  return { far, near: panel.trafficSpeed > 0 ? far : size(panel.viewingDistance * NEAR) }
}

/**
 * The best of all sizes in one layout, or what was the best before.
 *
 * Larger letters never say more. So where the smallest and the largest of a range say the same, the largest is taken of
 * them; and where not even all that the smallest says, in letters as large as the largest, is better than the best so
 * far, the range is left out. Nothing is said less for that; letters read from afar may come out a step smaller than
 * they could, because their size also depends on what is left beside the details.
 */
function search(sheet: Sheet, plan: Plan, before: Draft | undefined): Draft | undefined {
  const floor = smallestSizes(sheet, 'floor')
  const largest = Math.max(floor.near, plan.layout.largest(sheet.area))
  let best = before
  for (const { near, far } of [smallestSizes(sheet, 'preferred'), floor]) {
    const sizes = ladder(near, largest)
    const drafts = new Map<number, Draft | undefined>()
    const at = (index: number): Draft | undefined => {
      if (drafts.has(index)) return drafts.get(index)
      const draft = draftAt(sheet, plan, { small: sizes[index] ?? near, far }, floor)
      drafts.set(index, draft)
      if (draft && (best === undefined || betterDraft(draft, best))) best = draft
      return draft
    }
    const between = (low: number, high: number): void => {
      const smallest = at(low)
      if (high <= low || smallest === undefined) return
      const small = sizes[high] ?? largest
      const medium = Math.max(smallest.sizes.medium, leastMedium({ far, small }))
      const most = { ...smallest, letters: worthOfLetters(sheet, floor, { small, medium }) }
      if (best && !betterDraft(most, best)) return
      const biggest = at(high)
      if (high === low + 1 || (biggest && saysAsMuch(biggest, smallest))) return
      const middle = (low + high) >> 1
      between(middle, high)
      between(low, middle)
    }
    between(0, sizes.length - 1)
  }
  return best
}

/** Sizes from small to large in steps of about 6 %, px. */
function ladder(smallest: number, largest: number): readonly number[] {
  const sizes: number[] = []
  for (let size = smallest; size <= largest; size = Math.max(size + 1, Math.floor(size * 1.06)))
    sizes.push(size)
  return sizes
}
