import type { Media } from '../../alert/model.ts'
import type { Box, Rectangle } from '../composition.ts'
import { turnsOf } from '../fit-problem.ts'
import type { Request } from '../request.ts'
import type { Look } from '../theme.ts'
import { pagePriceOf, sizeBonus, utilityOf } from '../worth.ts'
import type { WrittenFact } from '../writing.ts'
import {
  type ColumnFit,
  type ColumnRoom,
  type ColumnSizes,
  columnWidth,
  fitColumn,
  gutterOf,
} from './column.ts'
import { type Frame, type FrameInput, type Layout, leastMedium, type Placed } from './frame.ts'
import { faceHeight, SMALLEST_FACE } from './photo.ts'
import { type Stripe, stripeFor } from './stripe.ts'

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
export interface Plan {
  readonly layout: Layout
  readonly photo: Media | undefined
  /** Of facts, beside each other. */
  readonly columns: number
  /** What its photo is worth, in the unit of utility. */
  readonly worth: number
}

/** Smallest sizes of what is read from afar and of the details, px. */
export interface Smallest {
  readonly far: number
  readonly near: number
}

/** A number that is not in the same place on every page is harder to find; per mille of everything said in full. */
const WORTH_OF_PLACE = 100

/** The pages made up but for the facts in their column: a layout, with letters of certain sizes. */
export interface Setup {
  readonly plan: Plan
  readonly frame: Frame
  /** Those of the column. */
  readonly facts: readonly WrittenFact[]
  readonly room: ColumnRoom
  readonly sizes: ColumnSizes
  readonly stripe: readonly Box[]
  /** Of the facts with a fixed place. */
  readonly fixed: { readonly keep: number; readonly utility: number }
  /** What the layout is worth beside what it says. */
  readonly merit: number
  /** What the size of the letters is worth. */
  readonly letters: number
}

/** A setup with the best choice of wordings for its column. */
export interface Draft extends Setup {
  readonly fitted: ColumnFit
  readonly utility: number
}

/** What a draft is worth; compared from first to last. */
export interface Worth {
  /** Sum of the weights of the `keep` facts shown. */
  readonly keep: number
  /** Utility, and what layout and letters are worth, less the price of pages. */
  readonly value: number
}

export function isWorthMore(a: Worth, b: Worth): boolean {
  return a.keep > b.keep || (a.keep === b.keep && a.value > b.value)
}

/** What a setup is worth when its column is fitted like this. */
export function worthOf({ fixed, merit, letters, room }: Setup, { score }: Pick<ColumnFit, 'score'>): Worth {
  const price = room.pagePrice * turnsOf(score.pages, room.columns)
  return {
    keep: fixed.keep + score.keep,
    value: fixed.utility + merit + letters + score.utility - price,
  }
}

/** What a setup could be worth if its column said everything. */
export function mostWorth(setup: Setup): Worth {
  const { facts } = setup
  const score = { keep: keepOf(facts), utility: utilityOf(facts), splits: 0, pages: 0, unevenness: 0 }
  return worthOf(setup, { score })
}

/** Sum of the weights of the `keep` facts. */
export function keepOf(facts: readonly WrittenFact[]): number {
  return facts.reduce((sum, fact) => sum + (fact.keep ? fact.weight : 0), 0)
}

function worthOfLetters({ total }: Sheet, floor: Smallest, sizes: ColumnSizes): number {
  const bonus = (smallest: number, size: number): number => sizeBonus('screen', total, smallest, size)
  return 2 * bonus(floor.near, sizes.small) + bonus(floor.far, sizes.medium)
}

/** What any setup of a plan could be worth in one size of the details, known before its frames are made up. */
export function mostWorthAt(
  sheet: Sheet,
  { layout, photo, worth }: Plan,
  sizes: { readonly small: number; readonly far: number },
  floor: Smallest,
): Worth {
  const medium = Math.max(leastMedium(sizes), layout.lead(sheet.area, photo !== undefined))
  return {
    keep: keepOf(sheet.facts),
    value: sheet.total + worth + worthOfLetters(sheet, floor, { small: sizes.small, medium }),
  }
}

/** Whether everything that fits the column of `b` also fits that of `a`: it has the room, and letters no larger. */
export function isRoomier(a: Setup, b: Setup): boolean {
  return (
    a.sizes.small <= b.sizes.small &&
    a.sizes.medium <= b.sizes.medium &&
    a.room.columns === b.room.columns &&
    columnWidth(a.room) >= columnWidth(b.room) &&
    a.room.rectangle.height >= b.room.rectangle.height &&
    a.room.facts >= b.room.facts &&
    b.facts.every((fact) => a.facts.includes(fact))
  )
}

/**
 * The setups in one size of the details. The letters read from afar are as large as the layout wants them, and, to leave
 * more room, as small as they may be and between the two; the number goes along, so that a page has three sizes.
 */
export function setupsAt(
  sheet: Sheet,
  plan: Plan,
  sizes: { readonly small: number; readonly far: number },
  floor: Smallest,
): readonly Setup[] {
  const stripe = stripeFor(sheet, sizes.small)
  if (sheet.banner && stripe === undefined) return []
  const frameOf = (most: number): Frame | undefined => frameAt(sheet, plan, stripe, { ...sizes, most })
  const natural = frameOf(Number.POSITIVE_INFINITY)
  if (natural === undefined) return []
  const least = leastMedium(sizes)
  const between = Math.round(Math.sqrt(natural.medium * least))
  const frames = [
    natural,
    ...(natural.medium > least ? [frameOf(least)] : []),
    ...(between > least && between < natural.medium ? [frameOf(between)] : []),
  ]
  return frames.flatMap((frame) => (frame ? setupOf(sheet, plan, frame, stripe, sizes.small, floor) : []))
}

/** The facts that a layout gives a fixed place. */
function fixedFacts({ facts }: Sheet, { layout }: Plan): Pick<FrameInput, 'kind' | 'call' | 'source'> {
  const find = (role: Placed): WrittenFact | undefined =>
    layout.places.includes(role) ? facts.find((fact) => fact.role === role) : undefined
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

function setupOf(
  sheet: Sheet,
  plan: Plan,
  frame: Frame,
  stripe: Stripe | undefined,
  small: number,
  floor: Smallest,
): Setup {
  const { request, total } = sheet
  const fixed = Object.values(fixedFacts(sheet, plan))
  const homeless = fixed.filter((fact) => fact?.keep && !frame.shown.some((one) => one.fact === fact))
  const sizes = { medium: frame.medium, small }
  return {
    plan,
    frame,
    facts: sheet.facts.filter((fact) => !fixed.includes(fact) || homeless.includes(fact)),
    room: {
      ...frame.room,
      pages: request.pages,
      pagePrice: pagePriceOf(total),
      columns: plan.columns,
      gutter: gutterOf(sizes),
    },
    sizes,
    stripe: stripe?.boxes ?? [],
    fixed: {
      keep: keepOf(frame.shown.map((one) => one.fact)),
      utility: frame.shown.reduce((sum, one) => sum + one.fact.weight * one.wording.quality, 0),
    },
    merit: plan.worth - homeless.length * Math.floor((total * WORTH_OF_PLACE) / 1_000),
    letters: worthOfLetters(sheet, floor, sizes),
  }
}

export function draftOf({ request }: Sheet, setup: Setup): Draft {
  const fitted = fitColumn(request.library.outline, setup.facts, setup.room, setup.sizes)
  return { ...setup, fitted, utility: setup.fixed.utility + fitted.score.utility }
}

function recognisable(plan: Plan, frame: Frame): boolean {
  const photo = frame.boxes.find((box) => box.type === 'photo')
  if (plan.photo === undefined || photo === undefined) return true
  // A picture narrower than that shows a strip of a face, however high it is.
  return photo.width >= SMALLEST_FACE && faceHeight(plan.photo, photo) >= SMALLEST_FACE
}
