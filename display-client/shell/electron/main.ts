import { app, Menu, powerSaveBlocker, session } from 'electron'
import { OPTIONS, playerOrigin, readTargets } from '../targets.ts'
import { tokenReader } from '../token-file.ts'
import { hardenApp, hardenSession } from './hardening.ts'
import { Kiosk } from './kiosk.ts'

// Electron's and Chromium's own switches (--ozone-platform=x11) stand on the same command line; ours are the rest.
const args = process.argv.slice(app.isPackaged ? 1 : 2)
const isOption = (arg: string | undefined): boolean =>
  OPTIONS.some((option) => option === arg?.split('=', 1)[0])
const ours = args.filter(
  (arg, index) => isOption(arg) || (isOption(args[index - 1]) && !args[index - 1]?.includes('=')),
)
const say = (sentence: string): void => void process.stderr.write(`kijkuit-shell: ${sentence}\n`)
const read = readTargets(ours, process.env)

if (!read.ok) {
  say(read.message)
  app.exit(2)
} else if (!app.requestSingleInstanceLock()) {
  say('it runs already; end the other one first.')
  app.exit(2)
} else {
  // Before ready: the sandbox cannot be enabled later, and every page made from now on is hardened.
  hardenApp(app)
  await app.whenReady()
  // Before the first window: it must not load anything that was not yet forbidden.
  hardenSession(session.defaultSession, playerOrigin(read.value.port))
  Menu.setApplicationMenu(null)
  powerSaveBlocker.start('prevent-display-sleep')
  // A monitor may be unplugged: no window is no reason to end.
  app.on('window-all-closed', () => {})
  new Kiosk(read.value, tokenReader(read.value.tokenFile, say)).open()
}
