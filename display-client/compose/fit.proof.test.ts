import { describe, expect, test } from 'vitest'
import { corpus } from '../testkit/corpus/corpus.ts'
import { Dice } from '../testkit/dice.ts'
import { SCREENS, SIGNS, screenCase, signCase } from '../testkit/fit/alert-cases.ts'
import { compareWithBruteForce, compareWithProgram, faultOf } from '../testkit/fit/exactness.ts'
import { judge } from '../testkit/fit/judge.ts'
import { type FitCase, hardCase, smallCase } from '../testkit/fit/problems.ts'
import { SIMPLE_METHODS } from '../testkit/fit/simple-methods.ts'
import { shippedLibrary } from '../testkit/library.ts'
import { bestFit, bestPlaces } from './fit.ts'
import type { FitLimits, PlacedFact } from './fit-problem.ts'

/** That the fitter is exact. The short form of `npm run soak -- fit`. */

const library = await shippedLibrary()
const alerts = corpus()
const SEED = 20_261_125

const small = Array.from({ length: 500 }, (_, index) => smallCase(new Dice(SEED + index)))

describe('no other choice is better', () => {
  test('of all that there are, down to the last tie-break (brute force)', () => {
    let tried = 0
    small.forEach((problem, index) => {
      const { wrong, tried: here } = compareWithBruteForce(problem)
      tried += here
      expect([index, wrong]).toEqual([index, undefined])
    })
    expect(tried).toBeGreaterThan(20_000)
  })

  test('also where next to nothing is kept, and the bound on what lies ahead has to prove it', () => {
    for (const { facts, limits } of small) {
      const { optimal, score } = bestPlaces(facts, limits, 1)
      expect([optimal, score]).toEqual([true, bestFit(facts, limits).score])
    }
  })

  test.each<keyof FitLimits>([
    'pages',
    'height',
    'width',
    'beside',
    'bytes',
    'unitsPerPage',
    'unitsInMessage',
    'reading',
    'pagePrice',
    'factGap',
  ])('and %s decides in many of those', (name) => {
    const loose: Partial<FitLimits> = { pages: 8, height: 100, width: 200, pagePrice: 0, factGap: 0 }
    const decides = small.filter(({ facts, limits }) => {
      const { [name]: _, ...others } = limits
      const without = bestFit(facts, { ...loose, ...others } as FitLimits)
      return JSON.stringify(without.placed) !== JSON.stringify(bestFit(facts, limits).placed)
    })
    expect(decides.length).toBeGreaterThan(10)
  })

  test.each(Object.entries(SIGNS))('that HiGHS knows of, for alerts on a %s', (_, shape) => {
    for (const alert of pick(2))
      expect([alert.identifier, compareWithProgram(signCase(alert, shape, library))]).toEqual([
        alert.identifier,
        { undecided: false },
      ])
  })

  test.each(Object.entries(SCREENS))('that HiGHS knows of, for alerts on a %s', (_, shape) => {
    for (const alert of pick(2))
      expect([
        alert.identifier,
        compareWithProgram(screenCase(alert, shape, shape.sizes[0], library)),
      ]).toEqual([alert.identifier, { undecided: false }])
  })
})

let picked = 0
function pick(count: number): typeof alerts {
  picked += count
  return alerts.slice(picked - count, picked)
}

test('a fit of any size obeys every rule and is worth what it says', () => {
  const large = Array.from({ length: 60 }, (_, index) => hardCase(new Dice(SEED + index)))
  const real = alerts.flatMap((alert) => Object.values(SIGNS).map((shape) => signCase(alert, shape, library)))
  for (const problem of [...large, ...real])
    expect(faultOf(problem, bestFit(problem.facts, problem.limits))).toBe(undefined)
})

test.each(Object.entries(SIMPLE_METHODS))('to %s is never better', (_, method) => {
  let less = 0
  const some = alerts.filter((_, index) => index % 3 === 0)
  for (const alert of some) {
    for (const shape of Object.values(SIGNS)) {
      const problem = signCase(alert, shape, library)
      const { facts, limits } = problem
      const { placed, score } = bestFit(facts, limits)
      const theirs = method(problem)
      const worth = score.utility - limits.pagePrice * Math.max(0, score.pages - 1)
      const kept = facts.every((fact, index) => !fact.keep || placed.some((one) => one.fact === index))
      if (theirs.complete)
        expect([alert.identifier, kept, theirs.worth <= worth]).toEqual([alert.identifier, true, true])
      if (theirs.worth < worth) less += 1
    }
  }
  expect(less).toBeGreaterThan(some.length)
})

test('the same problem has the same fit each time', () => {
  for (const { facts, limits } of small) expect(bestFit(facts, limits)).toEqual(bestFit(facts, limits))
})

/** What is proven is worth as much as the judge, so this holds the judge. */
describe('the judge of the proof', () => {
  const cells = (text: string): number => text.length
  const words = ['email be', 'sea', 'dear']
  const problem: FitCase = {
    facts: words.map((text, index) => ({
      ...{ id: text, weight: 10, keep: index === 0, whole: index === 1, joined: index === 2, lineHeight: 1 },
      width: cells,
      wordings: [{ atoms: text.split(' '), quality: 500, units: 1, wordTime: 1_000 }],
    })),
    limits: { pages: 2, pagePrice: 0, height: 2, width: 9, factGap: 0, beside: { most: 2, gap: 1 } },
  }
  const fine: readonly PlacedFact[] = [
    { fact: 0, wording: 0, page: 0, top: 0, left: 0, lines: ['email be'] },
    { fact: 1, wording: 0, page: 0, top: 1, left: 0, lines: ['sea'] },
    { fact: 2, wording: 0, page: 0, top: 1, left: 4, lines: ['dear'] },
  ]
  const [first, second, third] = fine as [PlacedFact, PlacedFact, PlacedFact]

  test('knows what a good message is worth', () => {
    expect(judge(problem.facts, problem.limits, fine)).toEqual({
      score: { keep: 10, utility: 15_000, splits: 0, pages: 1, unevenness: 0 },
    })
    const apart = [first, second, { ...third, page: 1, top: 0, left: 0 }]
    expect(judge(problem.facts, problem.limits, apart)).toMatchObject({
      score: { utility: 14_000, pages: 2 },
    })
  })

  test.each<readonly [string, readonly PlacedFact[], Partial<FitLimits>]>([
    [
      'order',
      [
        { ...second, top: 0 },
        { ...first, top: 1 },
      ],
      {},
    ],
    ['lines', [{ ...first, lines: ['email', 'be'] }], {}],
    ['lines', [{ ...first, lines: ['ema', 'il be'] }], {}],
    ['lines', [{ ...first, lines: ['email'] }], {}],
    ['page', [{ ...first, page: 2 }], {}],
    ['page', [first, { ...second, page: 1, top: 0 }], { pages: 1 }],
    ['beside', fine, { beside: { most: 1, gap: 1 } }],
    [
      'beside',
      [first, { ...second, top: 0, left: 9 }],
      { width: 12, beside: { most: 2, gap: 1, joined: true } },
    ],
    ['gap', [first, second, { ...third, left: 5 }], {}],
    ['gap', fine, { beside: { most: 2, gap: 2 } }],
    ['place', [first, { ...second, top: 2 }], {}],
    ['place', fine, { factGap: 1, height: 4 }],
    ['lines', fine, { width: 7 }],
    [
      'width',
      [
        { ...second, top: 0 },
        { ...third, top: 0 },
      ],
      { width: 7 },
    ],
    ['height', fine, { height: 1 }],
    ['bytes', fine, { bytes: { most: 16, of: cells } }],
    ['units on page', fine, { unitsPerPage: 2 }],
    ['units in message', fine, { unitsInMessage: 2 }],
    ['reading time', fine, { reading: { available: 5_999, perUnit: 2_000, gap: 0, page: 0 } }],
    ['reading time', fine, { reading: { available: 3_999, perUnit: 0, gap: 0, page: 1_000 } }],
  ])('refuses a message that breaks a rule: %s', (rule, placed, limits) => {
    expect(judge(problem.facts, { ...problem.limits, ...limits }, placed)).toEqual({ broken: rule })
  })

  test('accepts what only just fits', () => {
    const limits = {
      ...problem.limits,
      width: 8,
      bytes: { most: 17, of: cells },
      unitsPerPage: 3,
      unitsInMessage: 3,
      beside: { most: 2, gap: 1, joined: true },
      reading: { available: 6_000, perUnit: 2_000, gap: 0, page: 0 },
    }
    expect(judge(problem.facts, limits, fine)).toHaveProperty('score')
  })
})
