import type { FitFact, FitLimits, FitWording } from '../../compose/fit-problem.ts'
import type { Dice } from '../dice.ts'

/** A problem for the fitter. */
export interface FitCase {
  readonly facts: readonly FitFact[]
  readonly limits: FitLimits
}

const WORDS = ['a', 'be', 'sea', 'dear', 'email', 'folder', 'goodbye']

const cells = (text: string): number => text.length
/** Letters of several widths, in whole px, so that sums are exact. */
const letters = (text: string): number =>
  Array.from(text).reduce((sum, letter) => sum + (letter === ' ' ? 2 : 3 + (letter.charCodeAt(0) % 4)), 0)

/** A problem small enough to try every choice, in which any limit and any property of a fact may be. */
export function smallCase(dice: Dice): FitCase {
  const inPixels = dice.chance(0.3)
  const width = inPixels ? letters : cells
  const sameHeight = dice.chance(0.7)
  const count = dice.pick([1, 2, 3, 4, 4, 5])
  const facts = Array.from(
    { length: count },
    (_, index): FitFact => ({
      id: `fact-${index}`,
      weight: dice.pick([1, 1, 2, 3, 5, 50, 100]),
      keep: dice.chance(0.3),
      whole: dice.chance(0.3),
      joined: dice.chance(0.3),
      lineHeight: sameHeight ? 1 : dice.between(1, 3),
      ...(dice.chance(0.15) ? { later: dice.pick([0, 850, 999]) } : {}),
      width,
      wordings: wordings(dice, dice.pick([1, 2, 2, 3]), dice.between(1, 4)),
    }),
  )
  return {
    facts,
    limits: {
      pages: dice.between(1, 3),
      pagePrice: dice.pick([0, 0, 1, 1_500, 9_000, 60_000]),
      height: sameHeight ? dice.pick([0, 1, 2, 2, 3, 4]) : dice.between(1, 9),
      width: inPixels ? dice.between(15, 100) : dice.between(3, 22),
      factGap: dice.pick([0, 0, 0, 1, 2]),
      ...limit(dice, 0.6, 'beside', () => ({
        most: dice.between(1, 4),
        gap: dice.between(1, 3),
        joined: dice.chance(0.4),
      })),
      ...limit(dice, 0.3, 'columns', () => 2),
      ...limit(dice, 0.3, 'apart', () => dice.pick([0, 500, 999])),
      ...limit(dice, 0.3, 'bytes', () => ({ most: dice.between(0, 60), of: cells })),
      ...limit(dice, 0.3, 'unitsPerPage', () => dice.between(0, 7)),
      ...limit(dice, 0.3, 'unitsInMessage', () => dice.between(0, 10)),
      ...limit(dice, 0.35, 'reading', () => ({
        available: 500 * dice.between(0, 36),
        perUnit: dice.pick([500, 2_000]),
        gap: dice.pick([0, 300]),
        page: dice.pick([0, 1_000]),
      })),
    },
  }
}

/**
 * A problem as large as those of real panels, in which nothing belongs together: long and short, dear and cheap wordings
 * are dealt out blindly, which is harder than any alert.
 */
export function hardCase(dice: Dice): FitCase {
  const facts = Array.from(
    { length: dice.between(8, 12) },
    (_, index): FitFact => ({
      id: `fact-${index}`,
      weight: dice.between(1, 100),
      keep: dice.chance(0.15),
      whole: dice.chance(0.2),
      joined: dice.chance(0.15),
      lineHeight: 1,
      width: cells,
      wordings: wordings(dice, dice.between(2, 5), 6),
    }),
  )
  const [height, width, pages] = dice.pick([
    [3, 16, 1],
    [3, 18, 2],
    [1, 20, 3],
    [4, 24, 1],
  ] as const)
  return {
    facts,
    limits: {
      ...{ height, width, pages, factGap: 0, pagePrice: dice.pick([0, 12_000]) },
      ...dice.pick<Partial<FitLimits>>([
        { beside: { most: 2, gap: 2 } },
        { beside: { most: 2, gap: 1 } },
        { beside: { most: 2, gap: 1 }, bytes: { most: dice.between(20, 100), of: cells } },
      ]),
      ...limit(dice, 0.3, 'unitsPerPage', () => dice.between(2, 6)),
    },
  }
}

function wordings(dice: Dice, count: number, mostWords: number): readonly FitWording[] {
  return Array.from({ length: count }, () => {
    const atoms = Array.from({ length: dice.between(1, mostWords) }, () => dice.pick(WORDS))
    return {
      atoms,
      quality: dice.pick([0, 250, 500, 650, 720, 790, 860, 930, 1_000, 1_000, dice.below(1_001)]),
      units: dice.pick([0, 1, 1, 1, 2, 4]),
      wordTime: 500 * dice.between(0, 4),
    }
  })
}

function limit<Name extends keyof FitLimits>(
  dice: Dice,
  share: number,
  name: Name,
  value: () => NonNullable<FitLimits[Name]>,
): Partial<FitLimits> {
  return dice.chance(share) ? { [name]: value() } : {}
}
