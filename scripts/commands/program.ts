import { Command, CommanderError } from 'commander'
import { Mistake, type Terminal } from './terminal.ts'

type Add = (program: Command, terminal: Terminal) => void

/** Each is loaded when it is wanted: what one needs must not slow down or break another. */
const COMMANDS: ReadonlyMap<string, () => Promise<Add>> = new Map([
  ['demo', async () => (await import('./demo.ts')).addDemo],
  ['play', async () => (await import('./play.ts')).addPlay],
  ['publish', async () => (await import('./publish.ts')).addPublish],
  ['manifest', async () => (await import('./manifest.ts')).addManifest],
  ['compose', async () => (await import('./compose.ts')).addCompose],
  ['screenshot', async () => (await import('./screenshot.ts')).addScreenshot],
  ['check', async () => (await import('./check.ts')).addCheck],
  ['keys', async () => (await import('./keys.ts')).addKeys],
])

/**
 * Runs one command line.
 *
 * @param words what follows `kijkuit`
 * @returns the exit status: 0 done, 1 a mistake that was named on stderr
 */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  const program = new Command('kijkuit')
    .description('Public alerts on every kind of panel: one signed alert in, the best message that fits out.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
      // One line, also where commander adds a second with what was meant.
      outputError: (text, write) =>
        write(
          text
            .trim()
            .replace(/^error: /, 'kijkuit: ')
            .replaceAll('\n', ' '),
        ),
    })
  const wanted = COMMANDS.get(words[0] ?? '')
  // Without a known name all are needed, for the help and for "did you mean".
  for (const load of wanted === undefined ? COMMANDS.values() : [wanted]) (await load())(program, terminal)
  try {
    await program.parseAsync([...words], { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode
    if (!(error instanceof Mistake)) throw error
    for (const line of error.lines) terminal.err(line)
    return 1
  }
}
