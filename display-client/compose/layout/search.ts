import { letterHeights } from '../../panel/legibility.ts'
import { BAR_ASPECT, bar, WIDE_ASPECT, wide } from './bar.ts'
import {
  type Draft,
  draftOf,
  isRoomier,
  isWorthMore,
  keepOf,
  mostWorth,
  mostWorthAt,
  type Plan,
  type Setup,
  type Sheet,
  type Smallest,
  setupsAt,
  type Worth,
  worthOf,
} from './draft.ts'
import type { Layout } from './frame.ts'
import { headed, landscape, plain, portrait, square } from './upright.ts'

/**
 * The details (clothes, last seen, source) are for who has come nearer: at this share of the viewing distance they are as
 * legible as the rest is at all of it.
 */
const NEAR = 0.5

/** A face is worth facts, but not the facts that must be kept; per mille of everything said in full. */
export const WORTH_OF_PHOTO = 200

/** Every way to divide the picture; of those that are worth the same the first. */
export function plansFor(sheet: Sheet): readonly Plan[] {
  const { request, total } = sheet
  const ways = waysFor(sheet)
  const photo = request.alert.media.find((one) => one.role === 'subject')
  const worth = Math.floor((total * WORTH_OF_PHOTO) / 1_000)
  return [
    ...(photo ? ways.map((way) => ({ ...way, photo, worth })) : []),
    ...ways.map((way) => ({ ...way, photo: undefined, worth: 0 })),
    // Less than anything with a place for the number: only what must be said and finds no room there outweighs that.
    ...[headed, plain].map((layout) => ({ layout, columns: 1, photo: undefined, worth: -total })),
  ]
}

/** Pictures between these, width by height, are about as wide as high. */
const LOW = 0.75
const HIGH = 1.2

/** Share of the width that a band beside a photo has at most (landscape). */
const BESIDE_PHOTO = 0.62

type Way = Pick<Plan, 'layout' | 'columns'>

function waysFor(sheet: Sheet): readonly Way[] {
  const { area, facts } = sheet
  const aspect = area.width / area.height
  const inOne = (layout: Layout): Way => ({ layout, columns: 1 })
  // Its block is for the number; who says it has room enough in a low bar along the bottom.
  const hasNumber = facts.some((fact) => fact.role === 'call')
  if (aspect >= BAR_ASPECT)
    return [inOne(bar), { layout: bar, columns: 2 }, ...(hasNumber ? [inOne(wide)] : [])]
  if (aspect >= WIDE_ASPECT && hasNumber) return [inOne(wide)]
  return [
    ...(aspect > 1 ? [inOne(landscape)] : [inOne(portrait)]),
    ...(aspect > LOW && (aspect < HIGH || isKindLong(sheet)) ? [inOne(square)] : []),
  ]
}

/** Whether the kind in full is too wide for a band beside a photo: then one over everything may say more. */
function isKindLong(sheet: Sheet): boolean {
  const { area, facts, request } = sheet
  const full = facts.find((fact) => fact.role === 'kind')?.wordings[0]?.atoms.join(' ') ?? ''
  const { far } = smallestSizes(sheet, 'preferred')
  return request.library.outline.advance(full, far, 700) > area.width * BESIDE_PHOTO
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
    for (const ladder of laddersOf(sheet, plan)) found = bestOnLadder(sheet, ladder, found)
  }
  return found
}

/** Layouts without a place for the number are for what must be said and the others cannot say. */
export function isNeedless({ facts }: Sheet, { layout }: Plan, best: Draft | undefined): boolean {
  return (
    !layout.places.includes('call') && best !== undefined && worthOf(best, best.fitted).keep >= keepOf(facts)
  )
}

/** One size of the details. */
export interface Rung {
  /** What none of its setups can be worth more than. */
  readonly most: Worth
  /** Made up when they are first asked for. */
  setups(): readonly Setup[]
}

/**
 * The ladders of one layout: from the sizes that are preferred up, then from the smallest that are legible. Each has its first
 * rung, also where that is larger than the layout likes.
 */
export function laddersOf(sheet: Sheet, plan: Plan): readonly (readonly Rung[])[] {
  const floor = smallestSizes(sheet, 'floor')
  const largest = plan.layout.largest(sheet.area)
  return [smallestSizes(sheet, 'preferred'), floor].map(({ near, far }) =>
    sizesUp(near, Math.max(near, largest)).map((small): Rung => {
      let setups: readonly Setup[] | undefined
      return {
        most: mostWorthAt(sheet, plan, { small, far }, floor),
        setups: () => {
          setups ??= setupsAt(sheet, plan, { small, far }, floor)
          return setups
        },
      }
    }),
  )
}

function smallestSizes({ request }: Sheet, height: 'preferred' | 'floor'): Smallest {
  const { library, panel } = request
  const size = (distance: number): number =>
    Math.ceil(letterHeights({ ...panel, viewingDistance: distance })[height] / library.outline.capHeight)
  const far = size(panel.viewingDistance)
  return { far, near: panel.trafficSpeed > 0 ? far : size(panel.viewingDistance * NEAR) }
}

/**
 * The best of all setups on a ladder, or what was the best before.
 *
 * Exact: a column is fitted unless it is proven that it cannot be worth more than the best so far. What a column says at
 * most is what a roomier one says, of those that are already fitted. So the ends of the ladder come first, then its
 * middle, and so on.
 */
function bestOnLadder(sheet: Sheet, ladder: readonly Rung[], before: Found): Found {
  let { draft: best, optimal } = before
  const fitted: Draft[] = []
  const isMore = (worth: Worth): boolean =>
    best === undefined || isWorthMore(worth, worthOf(best, best.fitted))
  const isHopeful = (setup: Setup): boolean =>
    isMore(mostWorth(setup)) &&
    fitted.every((one) => !isRoomier(one, setup) || isMore(worthOf(setup, one.fitted)))
  const isRungHopeful = ({ most, setups }: Rung): boolean => isMore(most) && setups().some(isHopeful)
  const fitRung = (rung: Rung | undefined): void => {
    if (rung === undefined || !isMore(rung.most)) return
    for (const setup of rung.setups()) {
      if (!isHopeful(setup)) continue
      const draft = draftOf(sheet, setup)
      if (draft.fitted.optimal) fitted.push(draft)
      else optimal = false
      if (isMore(worthOf(draft, draft.fitted))) best = draft
    }
  }
  const fitBetween = (low: number, high: number): void => {
    if (!ladder.slice(low + 1, high).some(isRungHopeful)) return
    const middle = (low + high) >> 1
    fitRung(ladder[middle])
    fitBetween(middle, high)
    fitBetween(low, middle)
  }
  fitRung(ladder.at(-1))
  fitRung(ladder[0])
  fitBetween(0, ladder.length - 1)
  return { draft: best, optimal }
}

/** Sizes from small to large in steps of about 6 %, px. */
function sizesUp(smallest: number, largest: number): readonly number[] {
  const sizes: number[] = []
  for (let size = smallest; size <= largest; size = Math.max(size + 1, Math.floor(size * 1.06)))
    sizes.push(size)
  return sizes
}
