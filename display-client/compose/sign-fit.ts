import {
  DRIVER_RULES,
  mostUnitsInMessage,
  mostUnitsOnPage,
  pageReadingTime,
  viewingTime,
} from '../panel/legibility.ts'
import type { Width } from './breaking.ts'
import type { ChosenFact } from './composition.ts'
import { bestFit } from './fit.ts'
import type { Fit, FitLimits } from './fit-problem.ts'
import type { Request } from './request.ts'
import { type Prepared, type Script, SHORT, unitsIn } from './sign-script.ts'
import type { Spoken } from './spoken.ts'
import { pagePriceOf, utilityOf } from './worth.ts'
import { distinct, type Hand, type WrittenFact, type WrittenWording } from './writing.ts'

/**
 * What characters and LED panels have in common: a few lines of one height, everything in one flow.
 */

/** The surface of a sign in one type. */
export interface SignSurface {
  readonly script: Script
  readonly width: Width
  /** Width of a line, in the unit of `width`. */
  readonly lineWidth: number
  readonly lines: number
  /** Between two facts on a line, in the unit of `width`. */
  readonly gap: number
  readonly factsPerLine: number
  readonly bytes?: number
  /** Height of its capitals, px; Infinity for characters. */
  readonly capHeight: number
}

/** The surface that is left beside the banner. */
interface Room extends SignSurface {
  /** Texts that stand on every page. */
  readonly every: readonly string[]
  /** Between one of those and the message: a line break or the gap, bytes. */
  readonly between: number
}

export interface SignLine {
  /** Facts side by side, with where each begins. */
  readonly runs: readonly { readonly fact: string; readonly text: string; readonly left: number }[]
}

export interface SignFit {
  /** Never empty; a page may be. */
  readonly pages: readonly (readonly SignLine[])[]
  readonly units: readonly number[]
  readonly spoken: Omit<Spoken, 'pages' | 'language'>
  /** For comparing one type with another. */
  readonly keep: number
}

/** The best message on a sign: a text by the issuer when one fits as it is, else what the fitter makes of the facts. */
export function fitSign(request: Request, surface: SignSurface): SignFit {
  const banner = fitBanner(request, surface)
  const room: Room = {
    ...surface,
    lines: surface.lines - (banner.ownLine ? 1 : 0),
    lineWidth: surface.lineWidth - banner.taken,
    every: [banner.text],
    between: banner.ownLine ? 1 : surface.gap,
  }
  const { shorts, facts } = surface.script
  const short = shorts.flatMap((prepared) => {
    const made = fitFacts(request, room, prepared)
    return made.result.score.keep > 0 && made.result.dropped.length === 0 ? [made] : []
  })[0]
  const made = short ?? fitFacts(request, room, facts)
  return { ...made.sign, pages: made.sign.pages.map((lines) => withBanner(lines, banner)) }
}

interface Banner {
  readonly text: string
  /** It stands on a line of its own, above the message. */
  readonly ownLine: boolean
  /** Width taken of the only line. */
  readonly taken: number
}

/** The longest words for the banner that fit: on the first line, or at the head of the only line. */
function fitBanner(request: Request, surface: SignSurface): Banner {
  const texts = surface.script.banner
  if (texts === undefined) return { text: '', ownLine: false, taken: 0 }
  const last = texts.at(-1) ?? ''
  if (surface.lines === 1) return { text: last, ownLine: false, taken: surface.width(last) + surface.gap }
  // No word fits: the sign may not show a test at all, so no line is left for the message. Drivers get the shortest.
  const fits = texts.filter((text) => surface.width(text) <= surface.lineWidth)
  const fitting = request.panel.trafficSpeed > 0 ? fits.at(-1) : fits[0]
  return fitting === undefined
    ? { text: '', ownLine: true, taken: surface.lineWidth }
    : { text: fitting, ownLine: true, taken: 0 }
}

function withBanner(lines: readonly SignLine[], banner: Banner): readonly SignLine[] {
  // Without a message there is nothing that the banner could be about.
  if (banner.text === '' || lines.length === 0) return lines
  const run = { fact: 'banner', text: banner.text, left: 0 }
  if (banner.ownLine) return [{ runs: [run] }, ...lines]
  return lines.map(({ runs }) => ({
    runs: [run, ...runs.map((one) => ({ ...one, left: one.left + banner.taken }))],
  }))
}

function fitFacts(
  request: Request,
  surface: Room,
  { facts, dropped, written, fitted }: Prepared,
): { readonly result: Fit; readonly sign: SignFit } {
  const issuer = written.some((fact) => fact.id === SHORT)
  const result = bestFit(
    fitted.map((fact) => ({ ...fact, width: surface.width })),
    // The issuer decides what stands beside what.
    signLimits(request, surface, issuer, utilityOf(written)),
  )
  const placed = result.placed.map((one) => {
    const fact = written[one.fact] as WrittenFact
    return { ...one, fact, wording: fact.wordings[one.wording] as WrittenWording }
  })
  const count = Math.max(1, result.score.pages)
  const pages = Array.from({ length: count }, (_, page): SignLine[] => {
    const lines: SignLine[] = []
    for (const one of placed.filter((other) => other.page === page)) {
      const beside = lines[one.top]
      if (beside)
        lines[one.top] = {
          runs: [...beside.runs, { fact: one.fact.id, text: one.lines[0] ?? '', left: one.left }],
        }
      else lines.push(...one.lines.map((text) => ({ runs: [{ fact: one.fact.id, text, left: 0 }] })))
    }
    return lines
  })
  const chosen = placed.map(
    ({ fact, wording, page }): ChosenFact => ({
      fact: fact.id,
      wording: wording.index,
      text: wording.atoms.join(' '),
      page,
    }),
  )
  const allDropped = [
    ...dropped,
    ...result.dropped.map(({ fact, reason }) => ({ fact: written[fact]?.id ?? '', reason })),
  ]
  const shown = new Set(chosen.map((one) => one.fact))
  const units = pages.map((_, page) =>
    placed
      .filter((one) => one.page === page)
      .reduce((sum, one) => sum + unitsIn(request.panel, one.fact, one.wording), 0),
  )
  return {
    result,
    sign: {
      pages,
      units,
      keep: result.score.keep,
      spoken: {
        chosen,
        dropped: allDropped,
        cannotFit: facts.filter((fact) => fact.keep && !shown.has(fact.id)).map((fact) => fact.id),
        substitutions: distinct(placed.flatMap((one) => one.wording.substitutions)),
        capHeight: surface.capHeight,
        optimal: result.optimal,
        utility: result.score.utility,
      },
    },
  }
}

function signLimits(request: Request, surface: Room, issuer: boolean, total: number): FitLimits {
  const { panel } = request
  const bannerTime = pageReadingTime(panel, { texts: surface.every, units: 0 })
  const available = viewingTime(panel, surface.capHeight)
  // The banner and what parts it from the message, on every page.
  const bannerBytes =
    request.pages *
    surface.every.reduce(
      (sum, text) => sum + (text === '' ? 0 : bytesOf(text, surface.script.hand) + surface.between),
      0,
    )
  const unitsPerPage = mostUnitsOnPage(panel)
  const unitsInMessage = mostUnitsInMessage(panel)
  return {
    pages: request.pages,
    pagePrice: pagePriceOf(total),
    height: Math.max(0, surface.lines),
    width: surface.lineWidth,
    factGap: 0,
    ...(issuer ? {} : { beside: { gap: surface.gap, most: surface.factsPerLine } }),
    ...(surface.bytes === undefined
      ? {}
      : {
          bytes: {
            most: surface.bytes - bannerBytes,
            of: (text: string) => bytesOf(text, surface.script.hand),
          },
        }),
    ...(Number.isFinite(unitsPerPage) ? { unitsPerPage } : {}),
    ...(Number.isFinite(unitsInMessage) ? { unitsInMessage } : {}),
    ...(available === null
      ? {}
      : { reading: { available, perUnit: DRIVER_RULES.unit, gap: DRIVER_RULES.gap, page: bannerTime } }),
  }
}

/**
 * The byte-limited protocols take one byte a character, except where the panel takes all of Unicode (as UTF-8), and for the letters of
 * Alpha signs beyond ASCII, which are two.
 */
function bytesOf(text: string, hand: Hand): number {
  if (hand.target === 'alpha') return text.length + text.replace(/[\x20-\x7e]/g, '').length
  return hand.target === 'unicode' ? Buffer.byteLength(text) : text.length
}
