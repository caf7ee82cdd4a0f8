import type { FitFact } from '../../compose/fit-problem.ts'
import type { FitCase } from './problems.ts'

/** The variables and rows of the integer program (integer-program.ts), in the words of the LP format. */

/** A wording with its size. */
export interface Way {
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
export interface Choice {
  readonly name: string
  readonly way: Way
  readonly page: number
  /** First of its lines on that page. */
  readonly line: number
}

export type Term = readonly [factor: number, name: string]

/** A sum in the LP format; a term of nothing is left out. */
export function sum(terms: readonly Term[]): string {
  return terms
    .filter(([factor]) => factor !== 0)
    .map(([factor, name]) => `${factor < 0 ? '-' : '+'} ${Math.abs(factor)} ${name}`)
    .join(' ')
}

function row(terms: readonly Term[], relation: '<=' | '>=', value: number): readonly string[] {
  const text = sum(terms)
  return text === '' ? [] : [`${text} ${relation} ${value}`]
}

export function pages({ limits }: FitCase): readonly number[] {
  return [...Array(limits.pages).keys()]
}

export function linesOf({ facts, limits }: FitCase): number {
  return Math.floor(limits.height / (facts[0]?.lineHeight ?? 1))
}

export function once(facts: readonly FitFact[], choices: readonly Choice[]): readonly string[] {
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
export function inOrder(facts: readonly FitFact[], choices: readonly Choice[]): readonly string[] {
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
export function onPages({ facts, limits }: FitCase, choices: readonly Choice[]): readonly string[] {
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
export function onLines(
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
export function pagesInTurn(problem: FitCase, choices: readonly Choice[]): readonly string[] {
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
export function counted(problem: FitCase, choices: readonly Choice[]): readonly string[] {
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

export const lossName = ({ name }: Choice): string => `z${name}`

export function isTied(facts: readonly FitFact[], { way, page }: Choice): boolean {
  return page > 0 && facts[way.fact]?.joined === true
}

/** A joined fact loses when the fact it belongs to stands on an earlier page. */
export function apart(facts: readonly FitFact[], choices: readonly Choice[]): readonly string[] {
  return choices
    .filter((one) => isTied(facts, one))
    .flatMap((one) => {
      const earlier = choices.filter((other) => other.way.fact === one.way.fact - 1 && other.page < one.page)
      return row([[1, one.name], ...earlier.map(({ name }): Term => [1, name]), [-1, lossName(one)]], '<=', 1)
    })
}
