import type { FitScore, PlacedFact } from '../../compose/fit-problem.ts'
import { compareScores, evenLines, judge } from './judge.ts'
import type { FitCase } from './problems.ts'

/** What every choice there is comes to. */
export interface Trial {
  readonly best: FitScore
  /** Choices tried. */
  readonly tried: number
}

const NOTHING: FitScore = { keep: 0, utility: 0, splits: 0, pages: 0, unevenness: 0 }

/**
 * Tries every choice of wordings and places; each is judged when it is finished. What is left out early can never come
 * right again: a page or a line that is not there.
 */
export function bruteForce({ facts, limits }: FitCase): Trial {
  const ways = facts.map((fact) =>
    fact.wordings.flatMap((wording, index) => {
      const even = evenLines(fact, wording.atoms, limits.width)
      return even ? [{ wording: index, lines: even.lines }] : []
    }),
  )
  let best = NOTHING
  let tried = 0
  const walk = (index: number, placed: readonly PlacedFact[]): void => {
    const fact = facts[index]
    if (fact === undefined) {
      tried += 1
      const verdict = judge(facts, limits, placed)
      if ('score' in verdict && compareScores(verdict.score, best, limits) > 0) best = verdict.score
      return
    }
    walk(index + 1, placed)
    const last = placed.at(-1)
    const lastFact = last && facts[last.fact]
    for (const way of ways[index] ?? []) {
      const add = (place: Pick<PlacedFact, 'page' | 'top' | 'left'>): void => {
        if (place.page >= limits.pages || place.top + way.lines.length * fact.lineHeight > limits.height)
          return
        walk(index + 1, [...placed, { fact: index, ...way, ...place }])
      }
      if (last === undefined || lastFact === undefined) {
        add({ page: 0, top: 0, left: 0 })
        continue
      }
      const bottom = last.top + last.lines.length * lastFact.lineHeight
      add({ page: last.page, top: bottom + limits.factGap, left: 0 })
      add({ page: last.page + 1, top: 0, left: 0 })
      const left = last.left + lastFact.width(last.lines[0] ?? '') + (limits.beside?.gap ?? 0)
      if (limits.beside && way.lines.length === 1 && last.lines.length === 1)
        add({ page: last.page, top: last.top, left })
    }
  }
  walk(0, [])
  return { best, tried }
}
