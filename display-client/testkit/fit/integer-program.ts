import { createRequire } from 'node:module'
import type highs from 'highs'
import type { FitFact } from '../../compose/fit-problem.ts'
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

/** A wording with its size. */
interface Way {
  readonly fact: number
  readonly value: number
  readonly loss: number
  readonly lines: number
  /** Of a wording on one line. */
  readonly width: number
  readonly bytes: number
  readonly units: number
  readonly words: number
}

/** One yes-or-no: this wording here. */
interface Choice {
  readonly name: string
  readonly way: Way
  readonly page: number
  /** First of its lines on that page. */
  readonly line: number
}

/** Seconds for one solve, before the case is given up. */
const PATIENCE = 20

// Its types are those of its CommonJS form alone.
const { default: loadHighs } = createRequire(import.meta.url)('highs') as typeof highs
const solver = await loadHighs()

/** The best there is; undefined when the solver does not find it in time. @throws for a problem of neither class */
export function integerOptimum(problem: FitCase): IntegerOptimum | undefined {
  const { facts, limits } = problem
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

type Term = readonly [factor: number, name: string]

/** A sum in the LP format; a term of nothing is left out. */
function sum(terms: readonly Term[]): string {
  return terms
    .filter(([factor]) => factor !== 0)
    .map(([factor, name]) => `${factor < 0 ? '-' : '+'} ${Math.abs(factor)} ${name}`)
    .join(' ')
}

function row(terms: readonly Term[], relation: '<=' | '>=', value: number): readonly string[] {
  const text = sum(terms)
  return text === '' ? [] : [`${text} ${relation} ${value}`]
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

function pages({ limits }: FitCase): readonly number[] {
  return [...Array(limits.pages).keys()]
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

function linesOf({ facts, limits }: FitCase): number {
  return Math.floor(limits.height / (facts[0]?.lineHeight ?? 1))
}

function once(facts: readonly FitFact[], choices: readonly Choice[]): readonly string[] {
  return facts.flatMap((_, index) =>
    row(
      choices.filter(({ way }) => way.fact === index).map(({ name }) => [1, name]),
      '<=',
      1,
    ),
  )
}

const before = (a: Pick<Choice, 'page' | 'line'>, b: Pick<Choice, 'page' | 'line'>): boolean =>
  a.page < b.page || (a.page === b.page && a.line < b.line)

/** No fact may stand before another that it comes after: one at or after a place, the other before it. */
function inOrder(facts: readonly FitFact[], choices: readonly Choice[]): readonly string[] {
  const places = new Map(choices.map((one) => [`${one.page} ${one.line}`, one]))
  return [...places.values()].flatMap((place) =>
    facts.flatMap((_, first) =>
      facts.flatMap((__, second) => {
        if (second <= first) return []
        const late = choices.filter((one) => one.way.fact === first && !before(one, place))
        const early = choices.filter((one) => one.way.fact === second && before(one, place))
        if (late.length === 0 || early.length === 0) return []
        return row(
          [...late, ...early].map(({ name }) => [1, name]),
          '<=',
          1,
        )
      }),
    ),
  )
}

/** Facts under each other: their heights and the gaps between them. */
function onPages({ facts, limits }: FitCase, choices: readonly Choice[]): readonly string[] {
  return pages({ facts, limits }).flatMap((page) =>
    row(
      choices
        .filter((one) => one.page === page)
        .map(({ way, name }) => [way.lines * (facts[way.fact]?.lineHeight ?? 0) + limits.factGap, name]),
      '<=',
      limits.height + limits.factGap,
    ),
  )
}

/** Every line: room for so many facts, and for their widths; a fact over several lines leaves room for no other. */
function onLines(
  problem: FitCase,
  choices: readonly Choice[],
  beside: { readonly most: number; readonly gap: number },
): readonly string[] {
  const { limits } = problem
  return pages(problem).flatMap((page) =>
    [...Array(linesOf(problem)).keys()].flatMap((line) => {
      const here = choices.filter(
        (one) => one.page === page && one.line <= line && line < one.line + one.way.lines,
      )
      const single = here.filter(({ way }) => way.lines === 1)
      return [
        ...row(
          here.map(({ way, name }) => [way.lines > 1 ? beside.most : 1, name]),
          '<=',
          beside.most,
        ),
        ...row(
          single.map(({ way, name }) => [way.width + beside.gap, name]),
          '<=',
          limits.width + beside.gap,
        ),
      ]
    }),
  )
}

/** A page is there when something is on it, and only after the page before it. */
function pagesInTurn(problem: FitCase, choices: readonly Choice[]): readonly string[] {
  return [
    ...choices.flatMap(({ name, page }) =>
      row(
        [
          [1, name],
          [-1, `y${page}`],
        ],
        '<=',
        0,
      ),
    ),
    ...pages(problem)
      .slice(1)
      .flatMap((page) =>
        row(
          [
            [1, `y${page}`],
            [-1, `y${page - 1}`],
          ],
          '<=',
          0,
        ),
      ),
  ]
}

/** Bytes, units and reading time. */
function counted(problem: FitCase, choices: readonly Choice[]): readonly string[] {
  const { limits } = problem
  const { bytes, reading, unitsInMessage, unitsPerPage } = limits
  const units = (some: readonly Choice[]): Term[] => some.map(({ way, name }) => [way.units, name])
  const rows: string[] = []
  if (bytes) {
    // Between two facts stands a line break or page break (1), or beside each other the gap; only a gap of 1 is linear.
    if (limits.beside && limits.beside.most > 1 && limits.beside.gap !== 1)
      throw new Error('bytes, and a gap that is not as long as a line break: no formulation')
    rows.push(
      ...row(
        choices.map(({ way, name }) => [way.bytes + 1, name]),
        '<=',
        bytes.most + 1,
      ),
    )
  }
  if (unitsInMessage !== undefined) rows.push(...row(units(choices), '<=', unitsInMessage))
  for (const page of pages(problem)) {
    const here = choices.filter((one) => one.page === page)
    if (unitsPerPage !== undefined) rows.push(...row(units(here), '<=', unitsPerPage))
    if (reading === undefined) continue
    rows.push(
      ...row(
        [...here.map(({ way, name }): Term => [reading.perUnit * way.units, name]), [-1, `t${page}`]],
        '<=',
        0,
      ),
      ...row(
        [
          ...here.map(({ way, name }): Term => [way.words, name]),
          [reading.page, `y${page}`],
          [-1, `t${page}`],
        ],
        '<=',
        0,
      ),
    )
  }
  if (reading) {
    const times = pages(problem).flatMap((page): Term[] => [
      [1, `t${page}`],
      [reading.gap, `y${page}`],
    ])
    rows.push(...row(times, '<=', reading.available + reading.gap))
  }
  return rows
}

const lossName = ({ name }: Choice): string => `z${name}`

function isTied(facts: readonly FitFact[], { way, page }: Choice): boolean {
  return page > 0 && facts[way.fact]?.joined === true
}

/** A joined fact loses when the fact it belongs to stands on an earlier page. */
function apart(facts: readonly FitFact[], choices: readonly Choice[]): readonly string[] {
  return choices
    .filter((one) => isTied(facts, one))
    .flatMap((one) => {
      const earlier = choices.filter((other) => other.way.fact === one.way.fact - 1 && other.page < one.page)
      return row([[1, one.name], ...earlier.map(({ name }): Term => [1, name]), [-1, lossName(one)]], '<=', 1)
    })
}
