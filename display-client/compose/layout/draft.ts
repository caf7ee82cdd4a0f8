import type { Media } from '../../alert/model.ts'
import { letterHeights } from '../../panel/legibility.ts'
import type { Box, Rectangle } from '../composition.ts'
import type { Fit } from '../fit-problem.ts'
import type { Request } from '../request.ts'
import type { Role } from '../template.ts'
import type { Look } from '../theme.ts'
import { pagePriceOf, sizeBonus } from '../worth.ts'
import type { WrittenFact } from '../writing.ts'
import { BAR_ASPECT, bar } from './bar.ts'
import { type ColumnRoom, type ColumnSizes, fitColumn } from './column.ts'
import { type Frame, type FrameInput, type Layout, leastMedium } from './frame.ts'
import { faceHeight, SMALLEST_FACE } from './photo.ts'
import { type Stripe, stripeFor } from './stripe.ts'
import { landscape, plain, portrait } from './upright.ts'

/**
 * The details (clothes, last seen, source) are for who has come nearer: at this share of the viewing distance they are as
 * legible as the rest is at all of it.
 */
const NEAR = 0.5

/** Everything that does not change with sizes. */
export interface Sheet {
  readonly request: Request
  readonly look: Look
  readonly area: Rectangle
  readonly facts: readonly WrittenFact[]
  /** Words of the test banner from long to short, as atoms; undefined for a real alert. */
  readonly banner: readonly (readonly string[])[] | undefined
  /** Utility of everything said in full. */
  readonly total: number
}

/** A layout with a photo or without. */
interface Plan {
  readonly layout: Layout
  readonly photo: Media | undefined
  /** What its photo is worth, per mille of everything said in full. */
  readonly worth: number
}

/** A face is worth facts, but not the facts that must be kept; per mille of everything said in full. */
const WORTH_OF_PHOTO = 150

/** One way to make up the pages, with what it is worth. */
export interface Draft {
  readonly frame: Frame
  readonly facts: readonly WrittenFact[]
  readonly fitted: Fit
  readonly room: ColumnRoom
  readonly sizes: ColumnSizes
  readonly stripe: readonly Box[]
  readonly keep: number
  readonly utility: number
  /** Utility, and what the layout and the size of the letters are worth, less the price of pages. */
  readonly value: number
}

/** Every way to divide the picture. */
function plansFor({ area, request }: Sheet): readonly Plan[] {
  const aspect = area.width / area.height
  const layout = aspect >= BAR_ASPECT ? bar : aspect > 1 ? landscape : portrait
  const photo = request.alert.media.find((one) => one.role === 'subject')
  return [
    ...(photo ? [{ layout, photo, worth: WORTH_OF_PHOTO }] : []),
    { layout, photo: undefined, worth: 0 },
    { layout: plain, photo: undefined, worth: 0 },
  ]
}

/** The best of all layouts and sizes; undefined when nothing fits in any. */
export function bestDraft(sheet: Sheet): Draft | undefined {
  const needed = sheet.facts.reduce((sum, fact) => sum + (fact.keep ? fact.weight : 0), 0)
  let best: Draft | undefined
  for (const plan of plansFor(sheet)) {
    // Plans come in the order of their worth: one that says everything cannot be beaten by the next, and the plain one is
    // for panels on which the others cannot say what must be said.
    if (best && best.keep >= needed && (plan.layout === plain || best.value >= mostValue(sheet, plan))) break
    const draft = search(sheet, plan)
    if (draft && (best === undefined || betterDraft(draft, best))) best = draft
  }
  return best
}

function mostValue(sheet: Sheet, plan: Plan): number {
  return sheet.total + worthOf(sheet, plan) + 3 * sizeBonus(sheet.total, 1, Number.MAX_SAFE_INTEGER)
}

function worthOf(sheet: Sheet, plan: Plan): number {
  return Math.floor((sheet.total * plan.worth) / 1_000)
}

/** Smallest sizes of what is read from afar and of the details, px. */
interface Smallest {
  readonly far: number
  readonly near: number
}

function smallestSizes({ request }: Sheet, height: 'preferred' | 'floor'): Smallest {
  const { library, panel } = request
  const size = (distance: number): number =>
    Math.ceil(letterHeights({ ...panel, viewingDistance: distance })[height] / library.outline.capHeight)
  const far = size(panel.viewingDistance)
  return { far, near: panel.trafficSpeed > 0 ? far : size(panel.viewingDistance * NEAR) }
}

/** The best of all sizes in one layout. */
function search(sheet: Sheet, plan: Plan): Draft | undefined {
  const floor = smallestSizes(sheet, 'floor')
  const largest = Math.max(floor.near, plan.layout.largest(sheet.area))
  let best: Draft | undefined
  for (const smallest of [smallestSizes(sheet, 'preferred'), floor]) {
    for (const small of ladder(smallest.near, largest)) {
      const draft = draftAt(sheet, plan, { small, far: smallest.far }, floor)
      if (draft && (best === undefined || betterDraft(draft, best))) best = draft
      // Larger letters say no more, so this is the most that any larger size can reach.
      if (
        draft &&
        best &&
        draft.keep <= best.keep &&
        draft.value + 2 * sizeBonus(sheet.total, small, largest) < best.value
      )
        break
    }
  }
  return best
}

function betterDraft(a: Draft, b: Draft): boolean {
  return a.keep > b.keep || (a.keep === b.keep && a.value > b.value)
}

/** Sizes from small to large in steps of about 6 %, px. */
function ladder(smallest: number, largest: number): readonly number[] {
  const sizes: number[] = []
  for (let size = smallest; size <= largest; size = Math.max(size + 1, Math.floor(size * 1.06)))
    sizes.push(size)
  return sizes
}

/** The best that can be made of one size of the details. */
function draftAt(
  sheet: Sheet,
  plan: Plan,
  sizes: { readonly small: number; readonly far: number },
  floor: Smallest,
): Draft | undefined {
  const stripe = stripeFor(sheet, sizes.small)
  if (sheet.banner && stripe === undefined) return undefined
  const natural = frameAt(sheet, plan, stripe, { ...sizes, most: Number.POSITIVE_INFINITY })
  if (natural === undefined) return undefined
  // Smaller letters for what is read from afar leave more room; the number goes along, so that a page has three sizes.
  const least = leastMedium(sizes)
  const mediums = new Set([natural.medium, Math.round(Math.sqrt(natural.medium * least)), least])
  let best: Draft | undefined
  for (const most of mediums) {
    const frame = most === natural.medium ? natural : frameAt(sheet, plan, stripe, { ...sizes, most })
    const draft = frame && draftIn(sheet, plan, frame, stripe, sizes.small, floor)
    if (draft && (best === undefined || betterDraft(draft, best))) best = draft
  }
  return best
}

/** The facts that a layout gives a fixed place; the plain one gives none. */
function fixedFacts({ facts }: Sheet, { layout }: Plan): Pick<FrameInput, 'kind' | 'call' | 'source'> {
  const find = (role: Role): WrittenFact | undefined =>
    layout === plain ? undefined : facts.find((fact) => fact.role === role)
  return { kind: find('kind'), call: find('call'), source: find('source') }
}

function frameAt(
  sheet: Sheet,
  plan: Plan,
  stripe: Stripe | undefined,
  sizes: Pick<FrameInput, 'small' | 'far' | 'most'>,
): Frame | undefined {
  const { area, look, request } = sheet
  const taken = stripe?.height ?? 0
  const frame = plan.layout.build({
    ...fixedFacts(sheet, plan),
    ...sizes,
    area: { ...area, y: taken, height: Math.max(0, area.height - taken) },
    photo: plan.photo,
    face: request.library.outline,
    look,
    language: request.words.language,
  })
  return frame && frame.medium >= leastMedium(sizes) && recognisable(plan, frame) ? frame : undefined
}

function draftIn(
  sheet: Sheet,
  plan: Plan,
  frame: Frame,
  stripe: Stripe | undefined,
  small: number,
  floor: Smallest,
): Draft {
  const { request, total } = sheet
  const fixed = Object.values(fixedFacts(sheet, plan))
  const facts = sheet.facts.filter((fact) => !fixed.includes(fact))
  const pagePrice = pagePriceOf(total)
  const room = { ...frame.room, pages: request.pages, pagePrice }
  const sizes = { medium: frame.medium, small }
  const fitted = fitColumn(request.library.outline, facts, room, sizes)
  const kept = frame.shown.reduce((sum, one) => sum + (one.fact.keep ? one.fact.weight : 0), 0)
  const shown = frame.shown.reduce((sum, one) => sum + one.fact.weight * one.wording.quality, 0)
  const utility = shown + fitted.score.utility
  const letters = 2 * sizeBonus(total, floor.near, small) + sizeBonus(total, floor.far, frame.medium)
  const price = pagePrice * Math.max(0, fitted.score.pages - 1)
  return {
    frame,
    facts,
    fitted,
    room,
    sizes,
    stripe: stripe?.boxes ?? [],
    keep: kept + fitted.score.keep,
    utility,
    value: utility + worthOf(sheet, plan) + letters - price,
  }
}

function recognisable(plan: Plan, frame: Frame): boolean {
  const photo = frame.boxes.find((box) => box.type === 'photo')
  return plan.photo === undefined || photo === undefined || faceHeight(plan.photo, photo) >= SMALLEST_FACE
}
