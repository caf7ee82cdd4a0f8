import type { Command } from 'commander'
import { compose, composeEnd, sayingsOf } from '../../display-client/compose/compose.ts'
import type { Panel } from '../../display-client/panel/profile.ts'
import { TEMPLATES } from '../../display-client/player/config.ts'
import { needsOf, readLibrary } from '../../display-client/player/library-files.ts'
import { readToLookAt } from '../issuer/draft.ts'
import { composeBatch } from './compose-batch.ts'
import { drawPreviews, framesOf, writeFrames } from './compose-frames.ts'
import { describe } from './compose-text.ts'
import { orMistake, readText } from './input.ts'
import { readPanel } from './panel-argument.ts'
import { Mistake, type Terminal } from './terminal.ts'

interface ComposeOptions {
  readonly panel?: string
  readonly end?: true
  readonly json?: true
  readonly png?: string
  readonly frame?: string
  readonly batch?: true
}

/** `kijkuit compose`: what a panel would show of an alert, before it is sent. */
export function addCompose(program: Command, terminal: Terminal): void {
  program
    .command('compose')
    .description('show what a panel would show of an alert, what it would leave out, and why')
    .argument('<alert>', 'the alert, JSON or YAML; with --batch a file of NDJSON, or - for stdin')
    .option('--panel <panel>', 'a preset of templates/panels, or the path of a panel file')
    .option('--end', 'what it would show for a minute after the alert was ended')
    .option('--json', 'print the composition as JSON')
    .option(
      '--png <file>',
      'also draw a panel of LEDs or characters as the eye sees it; a second page goes to <file>-2.png',
    )
    .option(
      '--frame <file>',
      'also write its exact dots: .png (one px each), .bits (one bit each, highest bit left, rows of whole bytes) or .rgb (three bytes each)',
    )
    .option(
      '--batch',
      'read {"alert": …, "panel": …} in each line and write {"line": …, "composition": …} or {"line": …, "error": …}',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  kijkuit compose scripts/demo/alert.yaml --panel drip-192x128 --png drip.png --frame drip.bits\n  kijkuit compose --batch - < alerts.ndjson > compositions.ndjson',
    )
    .action((file: string, options: ComposeOptions) => run(file, options, terminal))
}

async function run(file: string, options: ComposeOptions, terminal: Terminal): Promise<void> {
  const { panel, batch, end, png, frame, json } = options
  if (batch) {
    if (panel !== undefined || end || png !== undefined || frame !== undefined || json) {
      throw new Mistake('--batch takes no other option: each line names its panel, and JSON comes out')
    }
    return composeBatch(file, orMistake(await readLibrary()), terminal)
  }
  if (panel === undefined)
    throw new Mistake('--panel is needed: a preset of templates/panels, or a panel file')
  return composeFile(file, readPanel(panel), options, terminal)
}

async function composeFile(
  file: string,
  panel: Panel,
  options: ComposeOptions,
  terminal: Terminal,
): Promise<void> {
  const { alert } = orMistake(readToLookAt(file, readText(file), Date.now()))
  const library = orMistake(await readLibrary(TEMPLATES, needsOf([panel])))
  const composition = options.end ? composeEnd(alert, panel, library) : compose(alert, panel, library)
  const frames = await framesOf(composition, alert, panel, library)
  if (options.png !== undefined) await drawPreviews(options.png, frames)
  if (options.frame !== undefined) await writeFrames(options.frame, frames)
  if (options.json) {
    terminal.out(JSON.stringify(composition))
    return
  }
  const sayings = sayingsOf(alert, panel, library)
  const { colours } = terminal
  const { capHeight } = library.outline
  terminal.out(describe({ panel, composition, sayings, frames, colours, capHeight }))
}
