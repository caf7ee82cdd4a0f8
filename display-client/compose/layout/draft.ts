import type { Media } from '../../alert/model.ts'
import type { Box, Rectangle } from '../composition.ts'
import type { Request } from '../request.ts'
import type { Role } from '../template.ts'
import type { Look } from '../theme.ts'
import { pagePriceOf, sizeBonus } from '../worth.ts'
import type { WrittenFact } from '../writing.ts'
import { type ColumnFit, type ColumnRoom, type ColumnSizes, fitColumn } from './column.ts'
import { type Frame, type FrameInput, type Layout, leastMedium } from './frame.ts'
import { faceHeight, SMALLEST_FACE } from './photo.ts'
import { type Stripe, stripeFor } from './stripe.ts'
import { plain } from './upright.ts'

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

/** One way to make up the pages, with what it is worth. */
export interface Draft {
  readonly frame: Frame
  readonly facts: readonly WrittenFact[]
  readonly fitted: ColumnFit
  readonly room: ColumnRoom
  readonly sizes: ColumnSizes
  readonly stripe: readonly Box[]
  readonly keep: number
  readonly utility: number
  /** Utility and what the layout is worth, less the price of pages. */
  readonly said: number
  /** What the size of the letters is worth. */
  readonly letters: number
}

export function betterDraft(a: Draft, b: Draft): boolean {
  return a.keep > b.keep || (a.keep === b.keep && a.said + a.letters > b.said + b.letters)
}

/** Says the same as another, so that only the size of the letters tells them apart. */
export function saysAsMuch(a: Draft, b: Draft): boolean {
  return a.keep === b.keep && a.said >= b.said
}

/** What letters of these sizes are worth at most and at least. */
export function worthOfLetters({ total }: Sheet, floor: Smallest, sizes: ColumnSizes): number {
  return 2 * sizeBonus(total, floor.near, sizes.small) + sizeBonus(total, floor.far, sizes.medium)
}

/** The best that can be made of one size of the details. */
export function draftAt(
  sheet: Sheet,
  plan: Plan,
  sizes: { readonly small: number; readonly far: number },
  floor: Smallest,
): Draft | undefined {
  const stripe = stripeFor(sheet, sizes.small)
  if (sheet.banner && stripe === undefined) return undefined
  const draftOf = (most: number): Draft | undefined => {
    const frame = frameAt(sheet, plan, stripe, { ...sizes, most })
    return frame && draftIn(sheet, plan, frame, stripe, sizes.small, floor)
  }
  const natural = draftOf(Number.POSITIVE_INFINITY)
  if (natural === undefined || natural.said >= sheet.total + plan.worth) return natural
  // Smaller letters for what is read from afar leave more room; the number goes along, so that a page has three sizes.
  const least = leastMedium(sizes)
  const { medium } = natural.sizes
  const smallest = medium > least ? draftOf(least) : undefined
  if (smallest === undefined || saysAsMuch(natural, smallest)) return natural
  const between = Math.round(Math.sqrt(medium * least))
  const middle = between > least && between < medium ? draftOf(between) : undefined
  return [natural, smallest, middle]
    .filter((one) => one !== undefined)
    .reduce((a, b) => (betterDraft(b, a) ? b : a))
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
  const homeless = fixed.filter((fact) => fact?.keep && !frame.shown.some((one) => one.fact === fact))
  const facts = sheet.facts.filter((fact) => !fixed.includes(fact) || homeless.includes(fact))
  const pagePrice = pagePriceOf(total)
  const room = { ...frame.room, pages: request.pages, pagePrice }
  const sizes = { medium: frame.medium, small }
  const fitted = fitColumn(request.library.outline, facts, room, sizes)
  const kept = frame.shown.reduce((sum, one) => sum + (one.fact.keep ? one.fact.weight : 0), 0)
  const shown = frame.shown.reduce((sum, one) => sum + one.fact.weight * one.wording.quality, 0)
  const utility = shown + fitted.score.utility
  const price =
    pagePrice * Math.max(0, fitted.score.pages - 1) +
    homeless.length * Math.floor((total * WORTH_OF_PLACE) / 1_000)
  return {
    frame,
    facts,
    fitted,
    room,
    sizes,
    stripe: stripe?.boxes ?? [],
    keep: kept + fitted.score.keep,
    utility,
    said: utility + plan.worth - price,
    letters: worthOfLetters(sheet, floor, sizes),
  }
}

function recognisable(plan: Plan, frame: Frame): boolean {
  const photo = frame.boxes.find((box) => box.type === 'photo')
  if (plan.photo === undefined || photo === undefined) return true
  // A picture narrower than that shows a strip of a face, however high it is.
  return photo.width >= SMALLEST_FACE && faceHeight(plan.photo, photo) >= SMALLEST_FACE
}
