import type { Alert } from '../../alert/model.ts'
import { type Fact, factsOf } from '../../compose/facts.ts'
import type { FitFact, FitLimits } from '../../compose/fit-problem.ts'
import { gapOf, styleOf, widthIn } from '../../compose/layout/column.ts'
import { leastMedium } from '../../compose/layout/frame.ts'
import type { Library } from '../../compose/library.ts'
import { speechesOf } from '../../compose/speech.ts'
import type { Words } from '../../compose/words.ts'
import { pagePriceOf, utilityOf } from '../../compose/worth.ts'
import { type WrittenFact, writeFacts } from '../../compose/writing.ts'
import {
  DRIVER_RULES,
  mostUnitsInMessage,
  mostUnitsOnPage,
  pageReadingTime,
  unitsOf,
  type Viewing,
  viewingTime,
} from '../../panel/legibility.ts'
import type { FitCase } from './problems.ts'

/** Problems as real alerts pose them to real panels, without a panel around them. */

export interface SignShape {
  readonly lines: number
  readonly columns: number
  readonly pages: number
  readonly gap: number
  readonly factsPerLine: number
  readonly bytes?: number
  /** km/h; absent = people on foot */
  readonly speed?: number
}

/** By name: the signs that the field has, from a matrix of a few words to a stop board. */
export const SIGNS: Readonly<Record<string, SignShape>> = {
  'sign 3x16': { lines: 3, columns: 16, pages: 1, gap: 1, factsPerLine: 2 },
  'sign 3x18, 2 pages': { lines: 3, columns: 18, pages: 2, gap: 1, factsPerLine: 2 },
  'sign 3x18, 2 pages, drivers': { lines: 3, columns: 18, pages: 2, gap: 1, factsPerLine: 2, speed: 80 },
  'ticker 1x20, 3 pages': { lines: 1, columns: 20, pages: 3, gap: 1, factsPerLine: 2 },
  'stop board 1x90': { lines: 1, columns: 90, pages: 1, gap: 3, factsPerLine: 5 },
  'sign 4x20, 125 bytes': { lines: 4, columns: 20, pages: 2, gap: 1, factsPerLine: 2, bytes: 125 },
}

/** Where road signs are read from, m. */
const ROAD_DISTANCE = 200

/** An alert on a sign. */
export function signCase(alert: Alert, shape: SignShape, library: Library): FitCase {
  const { lines, columns, pages, gap, factsPerLine, bytes, speed = 0 } = shape
  const { facts, language } = factsIn(alert, library, true)
  const written = writeFacts(facts, { target: 'latin1', capitals: false }, language).facts
  const panel: Viewing = { pixels: undefined, viewingDistance: ROAD_DISTANCE, trafficSpeed: speed, pages }
  const width = (text: string): number => text.length
  const available = viewingTime(panel, Number.POSITIVE_INFINITY)
  return {
    facts: written.map((fact): FitFact => {
      const { id, weight, keep, whole, joined } = fact
      const wordings = fact.wordings.map(({ atoms, quality }) => {
        const text = atoms.join(' ')
        const wordTime = pageReadingTime(panel, { texts: [text], units: 0 })
        return { atoms, quality, units: unitsOf(text, fact.role === 'plate'), wordTime }
      })
      return { id, weight, keep, whole, joined, lineHeight: 1, width, wordings }
    }),
    limits: {
      pages,
      pagePrice: pagePriceOf(utilityOf(written)),
      height: lines,
      width: columns,
      factGap: 0,
      beside: { most: factsPerLine, gap },
      ...(bytes === undefined ? {} : { bytes: { most: bytes, of: width } }),
      ...(available === null
        ? {}
        : {
            unitsPerPage: mostUnitsOnPage(panel),
            unitsInMessage: mostUnitsInMessage(panel),
            reading: { available, perUnit: DRIVER_RULES.unit, gap: DRIVER_RULES.gap, page: 0 },
          }),
    },
  }
}

export interface ScreenShape {
  /** Of the room for the facts, px. */
  readonly width: number
  readonly height: number
  readonly pages: number
  /** Smallest and largest size of the details, px. */
  readonly sizes: readonly [smallest: number, largest: number]
}

/** By name: rooms for facts, as large as screens leave them. */
export const SCREENS: Readonly<Record<string, ScreenShape>> = {
  'screen 1920x1080': { width: 1_100, height: 720, pages: 2, sizes: [30, 90] },
  'screen 480x270': { width: 450, height: 250, pages: 1, sizes: [16, 40] },
  'bar 970x250': { width: 900, height: 230, pages: 1, sizes: [18, 60] },
  'portrait 432x1008': { width: 400, height: 600, pages: 2, sizes: [20, 60] },
}

/** An alert in the column of a screen, with details of one size. */
export function screenCase(alert: Alert, shape: ScreenShape, size: number, library: Library): FitCase {
  const { facts, language } = factsIn(alert, library, false)
  const face = library.outline
  const written = writeFacts(
    facts,
    { target: (character) => face.has(character), capitals: false },
    language,
  ).facts
  const sizes = { small: size, medium: leastMedium({ small: size, far: size }) }
  const limits: FitLimits = {
    pages: shape.pages,
    pagePrice: pagePriceOf(utilityOf(written)),
    height: shape.height,
    width: shape.width,
    factGap: gapOf(sizes),
  }
  const inSizes = (fact: WrittenFact): FitFact => ({
    id: fact.id,
    weight: fact.weight,
    keep: fact.keep,
    whole: fact.whole,
    joined: fact.joined,
    lineHeight: styleOf(fact, sizes).lineHeight,
    width: widthIn(face, fact, sizes),
    wordings: fact.wordings.map(({ atoms, quality }) => ({ atoms, quality, units: 1, wordTime: 0 })),
  })
  return { facts: written.map(inSizes), limits }
}

function factsIn(
  alert: Alert,
  library: Library,
  abbreviations: boolean,
): { readonly facts: readonly Fact[]; readonly language: string } {
  const [speech] = speechesOf(alert, ['nl', 'en'])
  const template = library.templates.get(alert.kind)
  const words: Words | undefined = library.words.get(speech?.language ?? 'nl') ?? library.words.get('nl')
  if (template === undefined || words === undefined || speech === undefined)
    throw new Error(`nothing to say ${alert.identifier} with`)
  const { facts } = factsOf(alert, speech, template, words, { abbreviations })
  return { facts, language: words.language }
}
