import { compose } from '../../display-client/compose/compose.ts'
import { readLibrary } from '../../display-client/player/library-files.ts'
import { amberAlert } from '../../display-client/testkit/alerts.ts'
import { readPanel } from '../commands/panel-argument.ts'

// In a process of its own: what the first composition takes, before any of its code has run, ms.
const library = await readLibrary()
if (!library.ok) throw new Error('the library is faulty')
const panel = readPanel(process.argv[2] ?? '')
const alert = amberAlert()
const before = performance.now()
compose(alert, panel, library.value)
process.stdout.write(`${performance.now() - before}\n`)
