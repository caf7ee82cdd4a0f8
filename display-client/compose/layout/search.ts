import { letterHeights } from '../../panel/legibility.ts'
import { BAR_ASPECT, bar, WIDE_ASPECT, wide } from './bar.ts'
import {
  type Draft,
  draftOf,
  isRoomier,
  isWorthMore,
  mostWorth,
  type Plan,
  type Setup,
  type Sheet,
  type Smallest,
  setupsAt,
  type Worth,
  worthOf,
} from './draft.ts'
import type { Layout } from './frame.ts'
import { landscape, plain, portrait } from './upright.ts'

/**
 * The details (clothes, last seen, source) are for who has come nearer: at this share of the viewing distance they are as
 * legible as the rest is at all of it.
 */
const NEAR = 0.5

/** A face is worth facts, but not the facts that must be kept; per mille of everything said in full. */
const WORTH_OF_PHOTO = 150

/** Every way to divide the picture. */
export function plansFor(sheet: Sheet): readonly Plan[] {
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

/** What the search came to. */
export interface Found {
  /** Undefined when nothing fits in any layout and size. */
  readonly draft: Draft | undefined
  /** No layout, no size of the ladder and no wordings are worth more than this. */
  readonly optimal: boolean
}

/** The best of all layouts and sizes. */
export function bestDraft(sheet: Sheet): Found {
  let found: Found = { draft: undefined, optimal: true }
  for (const plan of plansFor(sheet)) {
    if (isNeedless(sheet, plan, found.draft)) break
    for (const rungs of setupsOf(sheet, plan)) found = bestOfRungs(sheet, rungs, found)
  }
  return found
}

/** The plain layout is for panels on which the others cannot say what must be said. */
export function isNeedless({ facts }: Sheet, { layout }: Plan, best: Draft | undefined): boolean {
  const needed = facts.reduce((sum, fact) => sum + (fact.keep ? fact.weight : 0), 0)
  return layout === plain && best !== undefined && worthOf(best, best.fitted).keep >= needed
}

/** The setups of one layout: from the sizes that are preferred up, then from the smallest that are legible. */
export function setupsOf(sheet: Sheet, plan: Plan): readonly (readonly Rung[])[] {
  const floor = smallestSizes(sheet, 'floor')
  const largest = Math.max(floor.near, plan.layout.largest(sheet.area))
  return [smallestSizes(sheet, 'preferred'), floor].map(({ near, far }) =>
    ladder(near, largest)
      .map((small) => setupsAt(sheet, plan, { small, far }, floor))
      .filter((rung) => rung.length > 0),
  )
}

function smallestSizes({ request }: Sheet, height: 'preferred' | 'floor'): Smallest {
  const { library, panel } = request
  const size = (distance: number): number =>
    Math.ceil(letterHeights({ ...panel, viewingDistance: distance })[height] / library.outline.capHeight)
  const far = size(panel.viewingDistance)
  return { far, near: panel.trafficSpeed > 0 ? far : size(panel.viewingDistance * NEAR) }
}

/** The setups in one size of the details; never empty. */
type Rung = readonly Setup[]

/**
 * The best of all setups on a ladder, or what was the best before.
 *
 * Exact: a column is fitted unless it is proven that it cannot be worth more than the best so far. What a column says at
 * most is what a roomier one says, of those that are already fitted. So the ends of the ladder come first, then its
 * middle, and so on.
 */
function bestOfRungs(sheet: Sheet, rungs: readonly Rung[], before: Found): Found {
  let { draft: best, optimal } = before
  const fitted: Draft[] = []
  const worthOfBest = (): Worth => (best ? worthOf(best, best.fitted) : NOTHING)
  const isHopeful = (setup: Setup): boolean =>
    isWorthMore(mostWorth(setup), worthOfBest()) &&
    fitted.every(
      (one) => !isRoomier(one, setup) || isWorthMore(worthOf(setup, one.fitted), worthOfBest()),
    )
  const fitRung = (index: number): void => {
    for (const setup of rungs[index] ?? []) {
      if (!isHopeful(setup)) continue
      const draft = draftOf(sheet, setup)
      if (draft.fitted.optimal) fitted.push(draft)
      else optimal = false
      if (isWorthMore(worthOf(draft, draft.fitted), worthOfBest())) best = draft
    }
  }
  const fitBetween = (low: number, high: number): void => {
    if (!rungs.slice(low + 1, high).some((rung) => rung.some(isHopeful))) return
    const middle = (low + high) >> 1
    fitRung(middle)
    fitBetween(middle, high)
    fitBetween(low, middle)
  }
  fitRung(0)
  fitRung(rungs.length - 1)
  fitBetween(0, rungs.length - 1)
  return { draft: best, optimal }
}

const NOTHING: Worth = { keep: -1, value: 0 }

/** Sizes from small to large in steps of about 6 %, px. */
function ladder(smallest: number, largest: number): readonly number[] {
  const sizes: number[] = []
  for (let size = smallest; size <= largest; size = Math.max(size + 1, Math.floor(size * 1.06)))
    sizes.push(size)
  return sizes
}
