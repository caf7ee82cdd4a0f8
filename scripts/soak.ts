import { parseArgs } from 'node:util'
import { soakCompose } from './soak/compose.ts'
import { soakDisk } from './soak/disk.ts'
import { soakFit } from './soak/fit.ts'
import { fuzz } from './soak/fuzz.ts'
import { killLedger } from './soak/kill-ledger.ts'
import { killPlayer } from './soak/kill-player.ts'
import { soakModel } from './soak/model.ts'
import type { SoakOptions, SoakReport } from './soak/soaking.ts'

/**
 * `npm run soak`: the long form of what `npm test` does for a moment. Random lives, kills, broken disks, hostile bytes,
 * problems for the fitter and panels of any size, until something is wrong or `--runs` is reached.
 */

interface Part {
  readonly runs: number
  readonly says: string
  run(options: SoakOptions): Promise<SoakReport>
}

const PARTS: Readonly<Record<string, Part>> = {
  model: { runs: 100_000, says: 'random lives of a device against a reference model', run: soakModel },
  kill: { runs: 1_000, says: 'kill -9 of a ledger under load', run: killLedger },
  'kill-player': { runs: 50, says: 'kill -9 of whole players under load', run: killPlayer },
  fuzz: { runs: 1_000_000, says: 'everything that a stranger can send', run: fuzz },
  disk: { runs: 1_000, says: 'full, read-only and broken disks', run: soakDisk },
  fit: { runs: 20_000, says: 'the fitter against every choice and against HiGHS', run: soakFit },
  compose: { runs: 50_000, says: 'alerts on presets and panels of any size', run: soakCompose },
}

const USAGE = `npm run soak -- [part...] [--runs <number>] [--seed <number>] [--json]

${Object.entries(PARTS)
  .map(([name, { runs, says }]) => `  ${name.padEnd(12)} ${says} (${runs} runs)`)
  .join('\n')}

Without a part: all of them. Ends with status 1 when anything was wrong; the seed that is printed makes it again.
`

const { values, positionals } = readArguments()
if (values.help) {
  process.stdout.write(USAGE)
} else {
  const names = positionals.length > 0 ? positionals : Object.keys(PARTS)
  const reports: SoakReport[] = []
  for (const name of names) reports.push(await soak(name, partOf(name)))
  if (values.json) process.stdout.write(`${JSON.stringify(reports, undefined, 2)}\n`)
  if (reports.some(({ failures }) => failures.length > 0)) process.exitCode = 1
}

async function soak(name: string, part: Part): Promise<SoakReport> {
  const runs = wholeNumber('runs', values.runs) ?? part.runs
  const seed = wholeNumber('seed', values.seed) ?? Math.floor(Math.random() * 2 ** 31)
  const say = values.json ? process.stderr : process.stdout
  say.write(`${name}: ${part.says}, ${runs} runs, seed ${seed}\n`)
  let said = performance.now()
  const report = await part.run({
    runs,
    seed,
    onProgress(done, of) {
      if (performance.now() - said < 5_000) return
      said = performance.now()
      say.write(`${name}: ${done} of ${of}\n`)
    },
  })
  const counts = Object.entries(report.counts).map(([what, count]) => `${what} ${count}`)
  say.write(`${name}: ${report.runs} runs in ${report.seconds.toFixed(0)} s; ${counts.join(', ')}\n`)
  for (const failure of report.failures) say.write(`${name}: WRONG: ${failure}\n`)
  say.write(`${name}: ${report.failures.length === 0 ? 'nothing' : report.failures.length} wrong\n\n`)
  return report
}

function readArguments() {
  const options = {
    runs: { type: 'string' },
    seed: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const
  try {
    return parseArgs({ allowPositionals: true, options })
  } catch (error) {
    return mistake(error instanceof Error ? error.message : String(error))
  }
}

function partOf(name: string): Part {
  return PARTS[name] ?? mistake(`there is no part ${name}; there are ${Object.keys(PARTS).join(', ')}`)
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined || /^\d{1,9}$/.test(text)) return text === undefined ? undefined : Number(text)
  return mistake(`--${name} must be a whole number, not ${text}`)
}

function mistake(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(2)
}
