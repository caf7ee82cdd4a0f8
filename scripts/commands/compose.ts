import { writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { compose } from '../../display-client/compose/compose.ts'
import {
  type Composition,
  type CompositionPage,
  DROP_REASONS,
  type TextBox,
} from '../../display-client/compose/composition.ts'
import { allFonts, type Library } from '../../display-client/compose/library.ts'
import { characterFrame, readCellFont } from '../../display-client/paint/character-sign.ts'
import { type LedFrame, paintFrame } from '../../display-client/paint/led-frame.ts'
import { ledPreview } from '../../display-client/paint/led-preview.ts'
import type { Panel } from '../../display-client/panel/profile.ts'
import { TEMPLATES } from '../../display-client/player/config.ts'
import { fontsOf, readLibrary } from '../../display-client/player/library-files.ts'
import { readToLookAt } from '../issuer/draft.ts'
import { blockRows } from './blocks.ts'
import { orMistake, readText, reasonOf } from './input.ts'
import { readPanel } from './panel-argument.ts'
import { Mistake, type Terminal } from './terminal.ts'

interface ComposeOptions {
  readonly panel: string
  readonly json?: true
  readonly png?: string
}

/** px of a picture for one dot. */
const DOT = 8

/** `kijkuit compose`: what a panel would show of an alert, before it is sent. */
export function addCompose(program: Command, terminal: Terminal): void {
  program
    .command('compose')
    .description('show what a panel would show of an alert, what it would leave out, and why')
    .argument('<alert>', 'the alert, JSON or YAML')
    .requiredOption('--panel <panel>', 'a preset of templates/panels, or the path of a panel file')
    .option('--json', 'print the composition as JSON')
    .option('--png <file>', 'also draw a panel of LEDs or characters; a second page goes to <file>-2.png')
    .addHelpText(
      'after',
      '\nExample:\n  kijkuit compose scripts/demo/alert.yaml --panel drip-192x128 --png drip.png',
    )
    .action((file: string, options: ComposeOptions) => composeFile(file, options, terminal))
}

async function composeFile(file: string, options: ComposeOptions, terminal: Terminal): Promise<void> {
  const { alert } = orMistake(readToLookAt(file, readText(file), Date.now()))
  const panel = readPanel(options.panel)
  const library = orMistake(await readLibrary(TEMPLATES, fontsOf([panel])))
  const composition = compose(alert, panel, library)
  const frames = await framesOf(composition, panel, library)
  if (options.png !== undefined) await draw(options.png, frames)
  if (options.json) {
    terminal.out(JSON.stringify(composition))
    return
  }
  composition.pages.forEach((page, index) => {
    const heading = `${panel.title}, page ${index + 1} of ${composition.pages.length} (${seconds(page.dwell)})`
    terminal.out(`${heading}\n${pageText(page, panel, frames[index], terminal.colours)}\n`)
  })
  terminal.out(summary(composition))
}

/** The dots of each page; none for a screen, which has no dots to speak of. */
async function framesOf(composition: Composition, panel: Panel, library: Library): Promise<LedFrame[]> {
  const { characters, pixels } = panel
  if (pixels?.font === 'outline') return []
  const cells = orMistake(await readCellFont())
  return composition.pages.map(({ content }) => {
    if (content.type === 'characters') {
      if (characters === undefined) throw new Error('characters on a panel that has none')
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

function pageText(
  { content }: CompositionPage,
  panel: Panel,
  frame: LedFrame | undefined,
  colours: boolean,
): string {
  if (content.type === 'characters') {
    const { lines = 0, columns = 0 } = panel.characters ?? {}
    return framed(
      Array.from({ length: lines }, (_, row) => (content.lines[row] ?? '').padEnd(columns)),
      columns,
    )
  }
  if (frame !== undefined) return framed(blockRows(frame, colours), frame.width)
  const texts = content.boxes.filter((box) => box.type === 'text')
  const photos = content.boxes.filter((box) => box.type === 'photo')
  return [
    ...photos.map(({ width, height, x, y }) => `  photo    ${width} × ${height} px at ${x}, ${y}`),
    ...texts.map((box) => `  ${box.fact.padEnd(8)} ${box.text}   ${placeOf(box)}`),
  ].join('\n')
}

function placeOf({ size, weight, x, baseline }: TextBox): string {
  return `(${Math.round(size)} px ${weight === 700 ? 'bold ' : ''}at ${Math.round(x)}, ${Math.round(baseline)})`
}

/** Rows of equal width, as they stand on a sign, with its edge. */
function framed(rows: readonly string[], width: number): string {
  const edge = '─'.repeat(width)
  return [`┌${edge}┐`, ...rows.map((row) => `│${row}│`), `└${edge}┘`].join('\n')
}

function summary({ dropped, cannotFit, substitutions, reading, optimal }: Composition): string {
  const { needed, available } = reading
  return [
    ...(cannotFit.length > 0
      ? [`cannot fit:   ${cannotFit.join(', ')} (this panel cannot say all that matters)`]
      : []),
    ...dropped.map(({ fact, reason }) => `left out:     ${fact} (${DROP_REASONS[reason]})`),
    ...(substitutions.length > 0
      ? [`written as:   ${substitutions.map(({ from, to }) => `${from} → ${to}`).join(', ')}`]
      : []),
    `reading time: ${seconds(needed)}${available === null ? ', and readers have as long as they like' : ` of the ${seconds(available)} there are`}`,
    optimal ? 'no other wording would say more here' : 'another choice of wordings might say more here',
  ].join('\n')
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`
}
