import { readFileSync, writeFileSync } from 'node:fs'
import { bestFit } from '../display-client/compose/fit.ts'
import { sizeBonus } from '../display-client/compose/worth.ts'
import { corpus } from '../display-client/testkit/corpus/corpus.ts'
import {
  SCREENS,
  type ScreenShape,
  SIGNS,
  screenCase,
  signCase,
} from '../display-client/testkit/fit/alert-cases.ts'
import type { FitCase } from '../display-client/testkit/fit/problems.ts'
import { type Shown, SIMPLE_METHODS } from '../display-client/testkit/fit/simple-methods.ts'
import { shippedLibrary } from '../display-client/testkit/library.ts'

/**
 * The table in docs/fitting.md: what the usual methods reach of what the fitter says, on the alerts of the corpus. The same
 * each time.
 *
 * Run it with `node_modules/.bin/node scripts/fitting.ts`; it writes the table into the page. `--check` only says whether
 * the page is up to date.
 */

const PAGE = new URL('../docs/fitting.md', import.meta.url)
const [BEGIN, END] = ['<!-- table: scripts/fitting.ts -->', '<!-- /table -->']

type Method = (problem: FitCase) => Shown

/** A way to show one alert on one panel. */
interface Contest {
  readonly ours: Shown
  readonly theirs: ReadonlyMap<string, Shown>
}

const library = await shippedLibrary()
const alerts = corpus()

const methods: readonly (readonly [string, Method])[] = Object.entries(SIMPLE_METHODS)
const rows: string[] = []
for (const [name, shape] of Object.entries(SIGNS))
  rows.push(
    ...summary(
      name,
      alerts.map((alert) => onSign(signCase(alert, shape, library))),
    ),
  )
for (const [name, shape] of Object.entries(SCREENS))
  rows.push(
    ...summary(
      name,
      alerts.map((alert) => onScreen(alert, shape)),
    ),
  )

const table = [
  '| panel | method | mean | worst 5 % | worst | lost what must be kept |',
  '| --- | --- | --- | --- | --- | --- |',
  ...rows,
].join('\n')
const page = readFileSync(PAGE, 'utf8')
const begin = page.indexOf(BEGIN) + BEGIN.length
const renewed = `${page.slice(0, begin)}\n${table}\n${page.slice(page.indexOf(END))}`
if (process.argv.includes('--check')) {
  process.stdout.write(
    page === renewed ? 'docs/fitting.md is up to date\n' : 'docs/fitting.md is not up to date\n',
  )
  if (page !== renewed) process.exitCode = 1
} else {
  writeFileSync(PAGE, renewed)
  process.stdout.write(`${table}\n`)
}

function fitter({ facts, limits }: FitCase): Shown {
  const { placed, score } = bestFit(facts, limits)
  const there = new Set(placed.map((one) => one.fact))
  return {
    worth: score.utility - limits.pagePrice * Math.max(0, score.pages - 1),
    complete: facts.every((fact, index) => !fact.keep || there.has(index)),
  }
}

function onSign(problem: FitCase): Contest {
  const theirs = new Map(methods.map(([name, method]) => [name, method(problem)]))
  return { ours: fitter(problem), theirs }
}

/** Every method chooses the size in which it does best; shrinking takes the first in which everything in full fits. */
function onScreen(alert: (typeof alerts)[number], shape: ScreenShape): Contest {
  const [smallest, largest] = shape.sizes
  const sizes: number[] = []
  for (let size = smallest; size <= largest; size = Math.ceil(size * 1.12)) sizes.push(size)
  const cases = sizes.map((size) => ({ size, problem: screenCase(alert, shape, size, library) }))
  const valued = (method: Method, one: (typeof cases)[number]): Shown => {
    const { worth, complete } = method(one.problem)
    const total = one.problem.facts.reduce((sum, fact) => sum + fact.weight * 1_000, 0)
    return { worth: worth + (worth > 0 ? 3 * sizeBonus('screen', total, smallest, one.size) : 0), complete }
  }
  const best = (method: Method): Shown =>
    cases
      .map((one) => valued(method, one))
      .reduce((a, b) => ((Number(b.complete) - Number(a.complete) || b.worth - a.worth) > 0 ? b : a))
  const cut = SIMPLE_METHODS['cut off at the end']
  const inFull = cases.findLast(({ problem }) => {
    const everything = problem.facts.reduce(
      (sum, fact) => sum + fact.weight * (fact.wordings[0]?.quality ?? 0),
      0,
    )
    return cut(problem).worth >= everything - problem.limits.pagePrice * (problem.limits.pages - 1)
  })
  const shrunk = inFull ?? cases[0]
  return {
    ours: best(fitter),
    theirs: new Map([
      ...(shrunk ? [['shrink until it fits, else cut off', valued(cut, shrunk)] as const] : []),
      ...methods.slice(1).map(([name, method]) => [name, best(method)] as const),
    ]),
  }
}

/** One row for each method. */
function summary(panel: string, contests: readonly Contest[]): readonly string[] {
  const fair = contests.filter(({ ours }) => ours.worth > 0)
  const names = [...(fair[0]?.theirs.keys() ?? [])]
  return names.map((name, index) => {
    const shares = fair
      .map(({ ours, theirs }) => Math.max(0, theirs.get(name)?.worth ?? 0) / ours.worth)
      .sort((a, b) => a - b)
    const mean = shares.reduce((sum, one) => sum + one, 0) / shares.length
    const fifth = shares[Math.floor(shares.length * 0.05)] ?? 0
    const lost = fair.filter(({ ours, theirs }) => ours.complete && !theirs.get(name)?.complete).length
    const figures = [mean, fifth, shares[0] ?? 0].map((one) => one.toFixed(2))
    const title = index === 0 ? `${panel} (${fair.length} alerts)` : ''
    return `| ${title} | ${name} | ${figures.join(' | ')} | ${((100 * lost) / fair.length).toFixed(0)} % |`
  })
}
