import { bestFit } from '../../compose/fit.ts'
import type { Fit, FitScore } from '../../compose/fit-problem.ts'
import { bruteForce } from './brute-force.ts'
import { integerOptimum } from './integer-program.ts'
import { compareScores, judge } from './judge.ts'
import type { FitCase } from './problems.ts'

/** What is wrong with a fit on its own: a rule that it breaks, or a score that it does not have. */
export function faultOf({ facts, limits }: FitCase, fit: Fit): string | undefined {
  if (!fit.optimal) return 'does not say that it is optimal'
  const verdict = judge(facts, limits, fit.placed)
  if ('broken' in verdict) return `breaks a rule: ${verdict.broken}`
  if (!sameScore(fit.score, verdict.score))
    return `claims ${JSON.stringify(fit.score)} and has ${JSON.stringify(verdict.score)}`
  const named = [...fit.placed, ...fit.dropped].map((one) => one.fact).sort((a, b) => a - b)
  return named.join() === [...facts.keys()].join() ? undefined : 'a fact is neither placed nor dropped'
}

export interface Comparison {
  readonly tried: number
  /** Undefined when the fitter found the best there is, down to the last tie-break. */
  readonly wrong?: string
}

/** Holds the fitter against every choice that there is. */
export function compareWithBruteForce(problem: FitCase): Comparison {
  const fit = bestFit(problem.facts, problem.limits)
  const { best, tried } = bruteForce(problem)
  const fault = faultOf(problem, fit)
  if (fault !== undefined) return { tried, wrong: fault }
  if (sameScore(fit.score, best)) return { tried }
  const sign = compareScores(best, fit.score, problem.limits) > 0 ? 'better' : 'not better'
  return { tried, wrong: `${JSON.stringify(best)} is there and ${sign} than ${JSON.stringify(fit.score)}` }
}

function sameScore(a: FitScore, b: FitScore): boolean {
  return (['keep', 'utility', 'splits', 'pages', 'unevenness'] as const).every((part) => a[part] === b[part])
}

/** What an integer program makes of a problem, beside what the fitter does. */
export interface ProgramComparison {
  /** The solver gave up; that says nothing about the fitter. */
  readonly undecided: boolean
  readonly wrong?: string
}

/** Holds the fitter against HiGHS. @throws for a problem that has no formulation (integer-program.ts) */
export function compareWithProgram(problem: FitCase): ProgramComparison {
  const fit = bestFit(problem.facts, problem.limits)
  const fault = faultOf(problem, fit)
  if (fault !== undefined) return { undecided: false, wrong: fault }
  const found = integerOptimum(problem)
  if (found === undefined) return { undecided: true }
  const { unevenness: _, ...score } = fit.score
  const agree = (Object.keys(found) as (keyof typeof found)[]).every((part) => found[part] === score[part])
  return agree
    ? { undecided: false }
    : { undecided: false, wrong: `HiGHS finds ${JSON.stringify(found)}, the fitter ${JSON.stringify(score)}` }
}
