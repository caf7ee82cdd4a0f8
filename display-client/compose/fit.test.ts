import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { breakLines } from './breaking.ts'
import { bestFit, bestPlaces } from './fit.ts'
import type { Fit, FitFact, FitLimits, FitScore, PlacedFact } from './fit-problem.ts'

const cells = (text: string): number => text.length

interface Sample {
  readonly weight?: number
  readonly keep?: boolean
  readonly whole?: boolean
  readonly joined?: boolean
  readonly height?: number
  readonly texts: readonly string[]
}

function factOf(sample: Sample, index: number): FitFact {
  return {
    id: `fact-${index}`,
    weight: sample.weight ?? 50,
    keep: sample.keep ?? false,
    whole: sample.whole ?? false,
    joined: sample.joined ?? false,
    lineHeight: sample.height ?? 1,
    width: cells,
    wordings: sample.texts.map((text, at) => ({
      atoms: text.split(' '),
      quality: 1000 - 90 * at,
      units: 1,
      wordTime: 1000 * text.split(' ').length,
    })),
  }
}

const facts = (...samples: readonly Sample[]): readonly FitFact[] => samples.map(factOf)

function limits(changes: Partial<FitLimits> = {}): FitLimits {
  return { pages: 1, pagePrice: 0, height: 3, width: 16, factGap: 0, beside: { most: 2, gap: 1 }, ...changes }
}

function pagesOf(fitted: Fit): readonly (readonly string[])[] {
  return Array.from({ length: fitted.score.pages }, (_, page) => {
    const lines: string[] = []
    for (const one of fitted.placed.filter((other) => other.page === page)) {
      one.lines.forEach((line, at) => {
        lines[one.top + at] = (lines[one.top + at] ?? '').padEnd(one.left) + line
      })
    }
    return lines
  })
}

describe('what the fitter does', () => {
  test('it takes the fullest wordings that fit together', () => {
    const fitted = bestFit(
      facts(
        { texts: ['AMBER ALERT', 'AMBER'] },
        { texts: ['red Ford F-150 pickup truck', 'red Ford F-150', 'red Ford'] },
        { texts: ['call 911 at once', 'call 911'] },
      ),
      limits(),
    )
    expect(pagesOf(fitted)).toEqual([['AMBER ALERT', 'red Ford F-150', 'call 911 at once']])
  })

  test('it puts at most two facts on a line', () => {
    const fitted = bestFit(
      facts({ texts: ['one'] }, { texts: ['two'] }, { texts: ['six'] }),
      limits({ height: 2 }),
    )
    expect(pagesOf(fitted)[0]?.map((line) => line.split(' ').length)).toEqual([2, 1])
  })

  test('a fact over several lines shares none of them', () => {
    const fitted = bestFit(
      facts({ texts: ['one'] }, { texts: ['a text of more than one line'] }, { texts: ['two'] }),
      limits({ height: 4 }),
    )
    expect(pagesOf(fitted)).toEqual([['one', 'a text of more', 'than one line', 'two']])
  })

  test('a fact never runs over to the next page', () => {
    const fitted = bestFit(
      facts({ texts: ['first'] }, { texts: ['a text of more than one line'] }),
      limits({ height: 2, pages: 2 }),
    )
    expect(pagesOf(fitted)).toEqual([['first'], ['a text of more', 'than one line']])
  })

  test('a fact that must be whole on a line is not broken', () => {
    const fitted = bestFit(facts({ whole: true, texts: ['a text of more than one line'] }), limits())
    expect(fitted.dropped).toEqual([{ fact: 0, reason: 'does-not-fit' }])
  })

  test('it keeps what must be kept, whatever else weighs more', () => {
    const fitted = bestFit(
      facts({ weight: 100, texts: ['worth a hundred'] }, { weight: 1, keep: true, texts: ['must be there'] }),
      limits({ height: 1 }),
    )
    expect(pagesOf(fitted)).toEqual([['must be there']])
  })

  test('a fact stays on the page of the fact it belongs to', () => {
    const loose = [{ texts: ['name'] }, { texts: ['black Volkswagen'] }, { texts: ['12-ABC-3'] }]
    const joined = [...loose.slice(0, 2), { joined: true, texts: ['12-ABC-3'] }]
    const narrow = limits({ height: 2, pages: 2, beside: { most: 1, gap: 1 } })
    expect(pagesOf(bestFit(facts(...loose), narrow))).toEqual([['name', 'black Volkswagen'], ['12-ABC-3']])
    expect(pagesOf(bestFit(facts(...joined), narrow))).toEqual([['name'], ['black Volkswagen', '12-ABC-3']])
  })

  test('a further page must earn its price', () => {
    const both = facts({ texts: ['first'] }, { weight: 10, texts: ['second'] })
    const narrow = limits({ height: 1, pages: 2, width: 8 })
    expect(bestFit(both, { ...narrow, pagePrice: 9_000 }).score.pages).toBe(2)
    expect(bestFit(both, { ...narrow, pagePrice: 11_000 }).score.pages).toBe(1)
  })

  test('it says whether time or room stopped a fact', () => {
    const fitted = bestFit(
      facts({ texts: ['AMBER ALERT'] }, { texts: ['a word more'] }, { texts: ['a-word-too-wide-for-it'] }),
      limits({ reading: { available: 3_000, perUnit: 2_000, gap: 300, page: 0 } }),
    )
    expect(fitted.dropped).toEqual([
      { fact: 1, reason: 'reading-time' },
      { fact: 2, reason: 'does-not-fit' },
    ])
  })

  test('with no room at all it shows nothing and says so', () => {
    const fitted = bestFit(facts({ keep: true, texts: ['A'] }), limits({ height: 0, width: 0 }))
    expect(fitted.placed).toEqual([])
    expect(fitted.score.pages).toBe(0)
  })

  test('more facts or wordings than it looks at are not called optimal', () => {
    const many = Array.from({ length: 30 }, () => ({ texts: ['x'] }))
    expect(bestFit(facts(...many), limits()).optimal).toBe(false)
    expect(bestFit(facts(...many.slice(0, 20)), limits()).optimal).toBe(true)
  })
})

/** Every choice of wordings and places there is, and the worth of the best: the oracle. */
function bruteForce(list: readonly FitFact[], limit: FitLimits): FitScore {
  let best: readonly number[] = [0, 0, 0, 0, 0]
  const worthOf = (score: FitScore): readonly number[] => [
    score.keep,
    score.utility - limit.pagePrice * Math.max(0, score.pages - 1),
    -score.splits,
    -score.pages,
    -score.unevenness,
  ]
  let bestScore: FitScore = { keep: 0, utility: 0, splits: 0, pages: 0, unevenness: 0 }
  const walk = (
    index: number,
    placed: readonly (PlacedFact & { readonly width: number })[],
    score: FitScore,
  ): void => {
    const fact = list[index]
    if (fact === undefined) {
      if (!allowed(list, placed, limit)) return
      const worth = worthOf(score)
      const at = worth.findIndex((value, position) => value !== best[position])
      if (at >= 0 && (worth[at] ?? 0) > (best[at] ?? 0)) {
        best = worth
        bestScore = score
      }
      return
    }
    walk(index + 1, placed, score)
    const last = placed.at(-1)
    fact.wordings.forEach((wording, at) => {
      const broken = breakLines(wording.atoms, limit.width, fact.width)
      if (broken === undefined || (fact.whole && broken.lines.length > 1)) return
      const end = last ? last.top + last.lines.length : 0
      const places = [
        { page: last?.page ?? 0, top: last ? end + limit.factGap : 0, left: 0 },
        ...(last ? [{ page: last.page + 1, top: 0, left: 0 }] : []),
        ...(last && last.lines.length === 1 && broken.lines.length === 1 && limit.beside
          ? [{ page: last.page, top: last.top, left: last.left + last.width + limit.beside.gap }]
          : []),
      ]
      for (const place of places) {
        const apart = fact.joined && last?.fact === index - 1 && place.page > last.page
        const value = fact.weight * wording.quality
        walk(
          index + 1,
          [
            ...placed,
            { fact: index, wording: at, ...place, lines: broken.lines, width: cells(broken.lines[0] ?? '') },
          ],
          {
            keep: score.keep + (fact.keep ? fact.weight : 0),
            utility: score.utility + (apart ? Math.floor(value * 0.8) : value),
            splits: score.splits + (broken.lines.length > 1 ? 1 : 0),
            pages: place.page + 1,
            unevenness: score.unevenness + broken.unevenness,
          },
        )
      }
    })
  }
  walk(0, [], bestScore)
  return bestScore
}

/** The rules, each checked on the finished message and not while it grows. */
function allowed(
  list: readonly FitFact[],
  placed: readonly (PlacedFact & { readonly width: number })[],
  limit: FitLimits,
): boolean {
  const wordings = placed.map((one) => list[one.fact]?.wordings[one.wording])
  const pages = Math.max(0, ...placed.map((one) => one.page + 1))
  if (pages > limit.pages) return false
  for (const one of placed) {
    if (one.top + one.lines.length > limit.height || one.left + one.width > limit.width) return false
    const beside = placed.filter((other) => other.page === one.page && other.top === one.top)
    if (beside.length > (limit.beside?.most ?? 1)) return false
  }
  if (limit.bytes) {
    const gaps = Math.max(0, placed.length - 1) * Math.max(1, limit.beside?.gap ?? 1)
    if (placed.reduce((sum, one) => sum + cells(one.lines.join(' ')), gaps) > limit.bytes.most) return false
  }
  const each = Array.from({ length: pages }, (_, page) => {
    const here = wordings.filter((_, index) => placed[index]?.page === page)
    return {
      units: here.reduce((sum, one) => sum + (one?.units ?? 0), 0),
      words: here.reduce((sum, one) => sum + (one?.wordTime ?? 0), 0),
    }
  })
  if (each.some((page) => page.units > (limit.unitsPerPage ?? page.units))) return false
  if (placed.length > (limit.unitsInMessage ?? placed.length)) return false
  const reading = limit.reading
  if (reading === undefined || placed.length === 0) return true
  const time = each.reduce(
    (sum, page) => sum + Math.max(reading.perUnit * page.units, reading.page + page.words),
    reading.gap * (pages - 1),
  )
  return time <= reading.available
}

function sometimes<Value>(values: fc.Arbitrary<Value>, often = 1): fc.Arbitrary<Value | undefined> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: often, arbitrary: values })
}

const word = fc.constantFrom('a', 'be', 'sea', 'dear', 'email', 'folder', 'goodbye')
const sample = fc.record({
  weight: fc.integer({ min: 1, max: 5 }),
  keep: fc.boolean(),
  whole: fc.boolean(),
  joined: fc.boolean(),
  texts: fc.array(
    fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' ')),
    { minLength: 1, maxLength: 2 },
  ),
})
const limit = fc.record({
  pages: fc.integer({ min: 1, max: 3 }),
  pagePrice: fc.constantFrom(0, 1_500),
  height: fc.integer({ min: 1, max: 3 }),
  width: fc.integer({ min: 4, max: 14 }),
  factGap: fc.constantFrom(0, 0, 1),
  beside: sometimes(
    fc.record({ most: fc.integer({ min: 2, max: 3 }), gap: fc.integer({ min: 1, max: 2 }) }),
    3,
  ),
  bytes: sometimes(fc.integer({ min: 5, max: 40 }).map((most) => ({ most, of: cells }))),
  unitsPerPage: sometimes(fc.integer({ min: 1, max: 3 })),
  unitsInMessage: sometimes(fc.integer({ min: 1, max: 3 })),
  reading: sometimes(
    fc.record({
      available: fc.integer({ min: 1, max: 12 }).map((seconds) => seconds * 1_000),
      perUnit: fc.constant(2_000),
      gap: fc.constant(300),
      page: fc.constantFrom(0, 1_000),
    }),
  ),
})

/** Leaves out what is undefined: a limit that is not there is absent. */
function given(limit: { readonly [Key in keyof FitLimits]: FitLimits[Key] | undefined }): FitLimits {
  return Object.fromEntries(
    Object.entries(limit).filter(([, value]) => value !== undefined),
  ) as unknown as FitLimits
}

describe('optimality', () => {
  test('no other choice of wordings and places is better (brute force over every one)', () => {
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 4 }), limit, (samples, random) => {
        const limited = given(random)
        const list = facts(...samples)
        const fitted = bestFit(list, limited)
        expect(fitted.optimal).toBe(true)
        const best = bruteForce(list, limited)
        expect(fitted.score).toEqual(best)
        // With next to nothing to go on, so that it is the bound on what lies ahead that proves it.
        expect(bestPlaces(list, limited, 1)).toMatchObject({ optimal: true, score: best })
      }),
      { numRuns: 2_000 },
    )
  })

  test('what it says it placed obeys every rule', () => {
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 9 }), limit, (samples, random) => {
        const limited = given(random)
        const list = facts(...samples)
        const { placed } = bestFit(list, limited)
        expect(
          allowed(
            list,
            placed.map((one) => ({ ...one, width: Math.max(...one.lines.map(cells)) })),
            limited,
          ),
        ).toBe(true)
        for (const one of placed) {
          expect(one.lines.join(' ')).toBe(list[one.fact]?.wordings[one.wording]?.atoms.join(' '))
        }
      }),
    )
  })

  test('facts that would take it for ever still get a message, which is not called optimal', () => {
    const list = facts(
      ...Array.from({ length: 24 }, (_, index) => ({
        weight: 1 + ((index * 37) % 100),
        texts: Array.from({ length: 12 }, (_, at) =>
          Array.from({ length: 1 + ((index + at * 5) % 13) }, (_, word) =>
            'x'.repeat(1 + ((word * at) % 7)),
          ).join(' '),
        ),
      })),
    ).map((fact, index) => ({
      ...fact,
      wordings: fact.wordings.map((one, at) => ({
        ...one,
        quality: 1 + ((index * 411 + at * 733) % 1_000),
        wordTime: ((index * 3 + at * 7) % 9) * 1_000,
      })),
    }))
    const reading = { available: 60_000, perUnit: 2_000, gap: 300, page: 0 }
    const fitted = bestFit(list, limits({ pages: 3, height: 8, width: 40, unitsPerPage: 6, reading }))
    expect(fitted.optimal).toBe(false)
    expect(fitted.score.utility).toBeGreaterThan(0)
    expect(fitted.placed.length + fitted.dropped.length).toBe(24)
  })
})
