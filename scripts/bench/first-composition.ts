import { compose } from '../../display-client/compose/compose.ts'
import { readLibrary } from '../../display-client/player/library-files.ts'
import { systemClock } from '../../display-client/player/system-clock.ts'
import { WarmUp } from '../../display-client/player/warm-up.ts'
import { amberAlert } from '../../display-client/testkit/alerts.ts'
import { readPanel } from '../commands/panel-argument.ts'

// In a process of its own: what the first composition takes, ms, before any of its code has run, or as in a player that
// has warmed up. Arguments: a preset, and `warm`.
const [preset = '', warm] = process.argv.slice(2)
const read = await readLibrary()
if (!read.ok) throw new Error('the library is faulty')
const library = read.value
const panel = readPanel(preset)
if (warm === 'warm') {
  const log = { info: () => {}, warn: (line: string) => process.stderr.write(`${line}\n`) }
  const { promise, resolve } = Promise.withResolvers<void>()
  new WarmUp({ panels: [panel], clock: systemClock(), log, library: () => library, onDone: resolve }).start()
  await promise
}
const alert = amberAlert()
const before = performance.now()
compose(alert, panel, library)
process.stdout.write(`${performance.now() - before}\n`)
