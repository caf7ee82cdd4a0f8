import { createRequire } from 'node:module'
import type highs from 'highs'
import type { FitFact } from '../../compose/fit-problem.ts'
import {
  apart,
  type Choice,
  counted,
  inOrder,
  isTied,
  linesOf,
  lossName,
  once,
  onLines,
  onPages,
  pages,
  pagesInTurn,
  sum,
  type Term,
  type Way,
} from './integer-rows.ts'
import type { FitCase } from './problems.ts'

/**
 * The fitter's problem as an integer linear program, for HiGHS: another formulation by another program, as an oracle for
 * problems too large for brute force.
 *
 * Two formulations, each exact for its class. Without facts beside each other a fact needs a page and no place on it:
 * `x(fact, wording, page)`, any heights and gaps. With facts beside each other, all lines equally high and no gap above
 * facts (signs): `x(fact, wording, line)`. Other problems are refused. Evenness of lines is left out: it is the last
 * tie-break, and brute force holds it.
 */

export interface IntegerOptimum {
  readonly keep: number
  readonly utility: number
  readonly splits: number
  readonly pages: number
}

/** Seconds for one solve, before the case is given up. */
const PATIENCE = 20

// Its types are those of its CommonJS form alone.
const { default: loadHighs } = createRequire(import.meta.url)('highs') as typeof highs
const solver = await loadHighs()

/** The best there is; undefined when the solver does not find it in time. @throws for a problem of neither class */
export function integerOptimum(problem: FitCase): IntegerOptimum | undefined {
  const { facts, limits } = problem
  const special = [limits.columns, limits.apart, ...facts.map((fact) => fact.later)]
  if (limits.beside?.joined || special.some((one) => one !== undefined))
    throw new Error('joined facts beside each other, columns, other losses by page: no formulation')
  const sameHeight = facts.every((fact) => fact.lineHeight === facts[0]?.lineHeight)
  const beside = limits.beside && limits.beside.most > 1 && sameHeight ? limits.beside : undefined
  if (beside && limits.factGap > 0)
    throw new Error('a gap above facts and facts beside each other: no formulation')
  const choices = beside ? choicesOfLine(problem) : choicesOfPage(problem)
  if (choices.length === 0) return { keep: 0, utility: 0, splits: 0, pages: 0 }
  const rows = [
    ...once(facts, choices),
    ...inOrder(facts, choices),
    ...(beside ? onLines(problem, choices, beside) : onPages(problem, choices)),
    ...pagesInTurn(problem, choices),
    ...counted(problem, choices),
    ...apart(facts, choices),
  ]
  const keep = (choice: Choice): number => {
    const fact = facts[choice.way.fact]
    return fact?.keep ? fact.weight : 0
  }
  const kept = sum(choices.map((choice) => [keep(choice), choice.name]))
  // First what must be kept, then what is said; splits and pages are worth less than the smallest difference in that.
  const most = kept === '' ? [] : solve(kept, rows, problem, choices)
  if (most === undefined) return undefined
  const needed = most.reduce((all, choice) => all + keep(choice), 0)
  const worth = sum([
    ...choices.map((choice): Term => [choice.way.value - (choice.way.lines > 1 ? 0.03 : 0), choice.name]),
    ...choices.map((choice): Term => [-choice.way.loss, lossName(choice)]),
    ...pages(problem).map((page): Term => [-((page > 0 ? limits.pagePrice : 0) + 0.001), `y${page}`]),
  ])
  const shown = solve(worth, kept === '' ? rows : [...rows, `${kept} >= ${needed}`], problem, choices)
  if (shown === undefined) return undefined
  const pageOf = new Map(shown.map((choice) => [choice.way.fact, choice.page]))
  const isApart = ({ way, page }: Choice): boolean =>
    facts[way.fact]?.joined === true && (pageOf.get(way.fact - 1) ?? page) < page
  return {
    keep: needed,
    utility: shown.reduce((all, one) => all + one.way.value - (isApart(one) ? one.way.loss : 0), 0),
    splits: shown.filter(({ way }) => way.lines > 1).length,
    pages: shown.length === 0 ? 0 : Math.max(...shown.map(({ page }) => page)) + 1,
  }
}

/** @returns what is chosen */
function solve(
  objective: string,
  rows: readonly string[],
  problem: FitCase,
  choices: readonly Choice[],
): readonly Choice[] | undefined {
  const names = [...choices.map((one) => one.name), ...pages(problem).map((page) => `y${page}`)]
  const losses = choices
    .filter((one) => isTied(problem.facts, one))
    .map((one) => `0 <= ${lossName(one)} <= 1`)
  const times = problem.limits.reading ? pages(problem).map((page) => `0 <= t${page}`) : []
  const text = [
    'Maximize',
    `obj: ${objective}`,
    'Subject To',
    ...rows.map((one, index) => `r${index}: ${one}`),
    'Bounds',
    ...losses,
    ...times,
    'Binary',
    names.join(' '),
    'End',
  ].join('\n')
  const { Status, Columns } = solver.solve(text, {
    mip_rel_gap: 0,
    mip_abs_gap: 1e-5,
    mip_feasibility_tolerance: 1e-9,
    time_limit: PATIENCE,
    output_flag: false,
  })
  if (Status !== 'Optimal') return undefined
  return choices.filter(({ name }) => {
    const column = Columns[name]
    return column !== undefined && 'Primal' in column && Number(column.Primal) > 0.5
  })
}

function waysOf({ facts, limits }: FitCase): readonly Way[] {
  return facts.flatMap((fact, index) =>
    fact.wordings.flatMap((wording): readonly Way[] => {
      const { atoms, quality, units, wordTime } = wording
      const lines = fewestLines(fact, atoms, limits.width)
      if (lines === undefined || (fact.whole && lines > 1)) return []
      const value = fact.weight * quality
      const width = fact.width(atoms.join(' '))
      const bytes = limits.bytes?.of(atoms.join(' ')) ?? 0
      const loss = value - Math.floor((value * 8) / 10)
      return [{ fact: index, value, loss, lines, width, bytes, units, words: wordTime }]
    }),
  )
}

/** Each line taken as far as it goes. */
function fewestLines(fact: FitFact, atoms: readonly string[], most: number): number | undefined {
  let lines = 0
  let line: string | undefined
  for (const atom of atoms) {
    if (fact.width(atom) > most) return undefined
    const longer = line === undefined ? undefined : `${line} ${atom}`
    if (longer !== undefined && fact.width(longer) <= most) {
      line = longer
    } else {
      line = atom
      lines += 1
    }
  }
  return lines
}

function choicesOfPage(problem: FitCase): readonly Choice[] {
  const { facts, limits } = problem
  return waysOf(problem).flatMap((way, index) => {
    const height = way.lines * (facts[way.fact]?.lineHeight ?? 0)
    if (height > limits.height) return []
    return pages(problem).map((page) => ({ name: `x${index}p${page}`, way, page, line: 0 }))
  })
}

function choicesOfLine(problem: FitCase): readonly Choice[] {
  const lines = linesOf(problem)
  return waysOf(problem).flatMap((way, index) =>
    pages(problem).flatMap((page) =>
      Array.from({ length: Math.max(0, lines - way.lines + 1) }, (_, line) => ({
        name: `x${index}p${page}l${line}`,
        ...{ way, page, line },
      })),
    ),
  )
}
