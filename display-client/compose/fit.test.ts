import { describe, expect, test } from 'vitest'
import { bestFit } from './fit.ts'
import type { Fit, FitFact, FitLimits } from './fit-problem.ts'

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

  test('a byte is counted for a line break, and the whole gap only where facts stand beside each other', () => {
    const both = facts({ texts: ['email'] }, { texts: ['be'] })
    const bytes = { most: 8, of: cells }
    const fitted = bestFit(both, limits({ height: 2, width: 20, beside: { most: 2, gap: 3 }, bytes }))
    expect(pagesOf(fitted)).toEqual([['email', 'be']])
    expect(bestFit(both, limits({ height: 1, beside: { most: 2, gap: 3 }, bytes })).dropped).toHaveLength(1)
  })

  test('a page on which nothing may be said is a limit too', () => {
    const fitted = bestFit(facts({ texts: ['email'] }), limits({ unitsPerPage: 0 }))
    expect(fitted.dropped).toEqual([{ fact: 0, reason: 'reading-time' }])
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
