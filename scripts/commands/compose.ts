import { writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { compose, composeEnd, sayingsOf } from '../../display-client/compose/compose.ts'
import type { Composition } from '../../display-client/compose/composition.ts'
import { allFonts, type Library } from '../../display-client/compose/library.ts'
import { characterFrame, readCellFont, runningFrame } from '../../display-client/paint/character-sign.ts'
import { type LedFrame, paintFrame } from '../../display-client/paint/led-frame.ts'
import { ledPreview } from '../../display-client/paint/led-preview.ts'
import type { Panel } from '../../display-client/panel/profile.ts'
import { TEMPLATES } from '../../display-client/player/config.ts'
import { fontsOf, readLibrary } from '../../display-client/player/library-files.ts'
import { readToLookAt } from '../issuer/draft.ts'
import { composeBatch } from './compose-batch.ts'
import { describe } from './compose-text.ts'
import { orMistake, readText, reasonOf } from './input.ts'
import { readPanel } from './panel-argument.ts'
import { Mistake, type Terminal } from './terminal.ts'

interface ComposeOptions {
  readonly panel?: string
  readonly end?: true
  readonly json?: true
  readonly png?: string
  readonly batch?: true
}

/** px of a picture for one dot. */
const DOT = 8

/** `kijkuit compose`: what a panel would show of an alert, before it is sent. */
export function addCompose(program: Command, terminal: Terminal): void {
  program
    .command('compose')
    .description('show what a panel would show of an alert, what it would leave out, and why')
    .argument('<alert>', 'the alert, JSON or YAML; with --batch a file of NDJSON, or - for stdin')
    .option('--panel <panel>', 'a preset of templates/panels, or the path of a panel file')
    .option('--end', 'what it would show for a minute after the alert was ended')
    .option('--json', 'print the composition as JSON')
    .option('--png <file>', 'also draw a panel of LEDs or characters; a second page goes to <file>-2.png')
    .option(
      '--batch',
      'read {"alert": …, "panel": …} in each line and write {"line": …, "composition": …} or {"line": …, "error": …}',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  kijkuit compose scripts/demo/alert.yaml --panel drip-192x128 --png drip.png\n  kijkuit compose --batch - < alerts.ndjson > compositions.ndjson',
    )
    .action((file: string, options: ComposeOptions) => run(file, options, terminal))
}

async function run(file: string, options: ComposeOptions, terminal: Terminal): Promise<void> {
  const { panel, batch, end, png, json } = options
  if (batch) {
    if (panel !== undefined || end || png !== undefined || json) {
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
  const library = orMistake(await readLibrary(TEMPLATES, fontsOf([panel])))
  const composition = options.end ? composeEnd(alert, panel, library) : compose(alert, panel, library)
  const frames = await framesOf(composition, panel, library)
  if (options.png !== undefined) await draw(options.png, frames)
  if (options.json) {
    terminal.out(JSON.stringify(composition))
    return
  }
  const sayings = sayingsOf(alert, panel, library)
  const { colours } = terminal
  const { capHeight } = library.outline
  terminal.out(describe({ panel, composition, sayings, frames, colours, capHeight }))
}

/** The dots of each page; none for a screen, which has no dots to speak of. */
async function framesOf(composition: Composition, panel: Panel, library: Library): Promise<LedFrame[]> {
  const { characters, pixels } = panel
  if (pixels?.font === 'outline') return []
  const cells = orMistake(await readCellFont())
  return composition.pages.map(({ content }) => {
    if (content.type === 'characters') {
      if (characters === undefined) throw new Error('characters on a panel that has none')
      if (content.scroll !== undefined) return runningFrame(content.lines[0] ?? '', characters, cells)
      return characterFrame(content.lines, characters, cells)
    }
    return paintFrame(content, pixels?.colours ?? 'mono', allFonts(library))
  })
}

async function draw(file: string, frames: readonly LedFrame[]): Promise<void> {
  if (frames.length === 0) {
    throw new Mistake(
      '--png: only panels of LEDs and characters can be drawn; a screen is drawn by its page (kijkuit play)',
    )
  }
  for (const [index, frame] of frames.entries()) {
    const picture = await ledPreview(frame, DOT)
    if (!picture.ok) throw new Mistake(`--png: ${picture.failure}`)
    const path = index === 0 ? file : `${file.replace(/\.png$/, '')}-${index + 1}.png`
    try {
      writeFileSync(path, picture.value)
    } catch (error) {
      throw new Mistake(`--png ${path}: cannot be written: ${reasonOf(error)}`, { cause: error })
    }
  }
}
