import { app, Menu, powerSaveBlocker, screen, session } from 'electron'
import { ladderStore } from '../ladder-store.ts'
import { shellClock } from '../shell-clock.ts'
import { OPTIONS, playerOrigin, readTargets, type Targets } from '../targets.ts'
import { tokenReader } from '../token-file.ts'
import { describeMonitors } from './displays.ts'
import { hardenApp, hardenSession, type Origins } from './hardening.ts'
import { Kiosk } from './kiosk.ts'
import { switches } from './switches.ts'
import { PARTITION } from './window-options.ts'

// Electron's and Chromium's own switches (--ozone-platform=x11) stand on the same command line; ours are the rest.
const args = process.argv.slice(app.isPackaged ? 1 : 2)
const isOption = (arg: string | undefined): boolean =>
  OPTIONS.some((option) => option === arg?.split('=', 1)[0])
const ours = args.filter(
  (arg, index) => isOption(arg) || (isOption(args[index - 1]) && !args[index - 1]?.includes('=')),
)
const say = (sentence: string): void => void process.stderr.write(`kijkuit-shell: ${sentence}\n`)
const read = readTargets(ours, process.env)

// Electron would say it in a dialog, before the public.
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    say(`a fault in Kijkuit: ${error instanceof Error ? error.stack : error}`)
    app.exit(1)
  })
}

// Electron is ready only once this module has been evaluated, so nothing here may wait for that (electron#40719).
if (args.includes('--list-monitors')) {
  void app.whenReady().then(() => {
    for (const line of describeMonitors(screen.getAllDisplays())) process.stdout.write(`${line}\n`)
    app.exit(0)
  })
} else if (!read.ok) {
  say(read.message)
  app.exit(2)
} else if (!app.requestSingleInstanceLock()) {
  say('it runs already; end the other one first.')
  app.exit(2)
} else {
  const { gpu, hosts } = read.value
  const origins = { player: playerOrigin(read.value.port), hosts }
  // Before ready, after which Chromium reads none of them.
  for (const [name, value] of switches(args)) app.commandLine.appendSwitch(name, value)
  if (!gpu) app.disableHardwareAcceleration()
  // Before ready: the sandbox cannot be enabled later, and every page made from now on is hardened.
  hardenApp(app, origins)
  void app.whenReady().then(() => open(read.value, origins))
}

function open({ port, tokenFile, stateFolder, targets }: Targets, origins: Origins): void {
  // Before the first window: it must not load anything that was not yet forbidden.
  hardenSession(session.fromPartition(PARTITION, { cache: false }), origins)
  Menu.setApplicationMenu(null)
  powerSaveBlocker.start('prevent-display-sleep')
  // A monitor may be unplugged: no window is no reason to end.
  app.on('window-all-closed', () => {})
  app.on('child-process-gone', (_event, { type, reason }) => {
    if (reason !== 'clean-exit') say(`Chromium's ${type} process is gone (${reason}); it starts another.`)
  })
  new Kiosk(targets, {
    ...{ port, say, clock: shellClock, token: tokenReader(tokenFile, say) },
    store: ladderStore(stateFolder, say),
    exit: (code) => app.exit(code),
  }).open()
}
