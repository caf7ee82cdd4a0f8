import { app, Menu, powerSaveBlocker, session } from 'electron'
import { playerOrigin, readTargets } from '../targets.ts'
import { hardenApp, hardenSession } from './hardening.ts'
import { Kiosk } from './kiosk.ts'

// Electron's and Chromium's own switches (--ozone-platform=x11) stand on the same command line; ours are the rest.
const args = process.argv.slice(app.isPackaged ? 1 : 2)
const ours = args.filter(
  (arg, index) => /^--(port|panel)\b/.test(arg) || /^--(port|panel)$/.test(args[index - 1] ?? ''),
)
const read = readTargets(ours)

if (!read.ok) {
  process.stderr.write(`kijkuit-shell: ${read.message}\n`)
  app.exit(2)
} else if (!app.requestSingleInstanceLock()) {
  process.stderr.write('kijkuit-shell: it runs already; end the other one first.\n')
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
  new Kiosk(read.value).open()
}
