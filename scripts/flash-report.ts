import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { measure } from '../display-client/testkit/flash/film.ts'
import { openStudio, regionOf, viewOfReader } from './flash/studio.ts'
import type { Transition } from './flash/transition.ts'
import { filmed, ONSLAUGHTS, TRANSITIONS } from './flash/transitions.ts'

/**
 * Films everything that can happen on a panel, in Debian's Chromium, and writes the tables of docs/flash.md.
 *
 * Run it with `node_modules/.bin/node scripts/flash-report.ts`.
 */

const FILE = fileURLToPath(new URL('../docs/flash.md', import.meta.url))

const studio = await openStudio()
try {
  let text = await readFile(FILE, 'utf8')
  text = withTable(text, 'transitions', await rows(TRANSITIONS))
  text = withTable(text, 'onslaughts', await rows(ONSLAUGHTS))
  await writeFile(FILE, text)
  process.stdout.write(`${FILE}\n`)
} finally {
  await studio.dispose()
}

async function rows(transitions: readonly Transition[]): Promise<string> {
  const lines: string[] = []
  for (const transition of transitions) {
    const { name, panel } = transition
    const film = await filmed(transition, studio)
    const { general, red, step } = await measure(film, regionOf(panel))
    const view = general.area * viewOfReader(panel)
    const cells = [
      ...[name, panel, film.frames.length, general.perSecond, red.perSecond],
      ...[`${(general.area * 100).toFixed(1)} %`, view.toFixed(4), step.toFixed(2)],
    ]
    lines.push(`| ${cells.join(' | ')} |`)
    process.stderr.write(`${lines.at(-1)}\n`)
  }
  return lines.join('\n')
}

/** Puts rows between the marks of a table. */
function withTable(text: string, name: string, table: string): string {
  const [begin, end] = [`<!-- ${name} -->\n`, `\n<!-- /${name} -->`]
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from < 0 || to < from) throw new Error(`docs/flash.md has no marks of ${name}`)
  const head = [
    '| what | panel | frames | pairs a second | red pairs a second | area | in the view, sr | step |',
    '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |',
  ]
  return `${text.slice(0, from)}${begin}${head.join('\n')}\n${table}${text.slice(to)}`
}
