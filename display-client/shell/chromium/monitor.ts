import { spawn } from 'node:child_process'

/** What keeps the monitor of an X session awake and black behind the window (x11-xserver-utils). */
const COMMANDS = [
  ['xset', 's', 'off', '-dpms'],
  // Seen only while a browser starts.
  ['xsetroot', '-solid', '#000000'],
] as const

/**
 * Keeps the monitor on and makes what is behind the window black. Not on Wayland, where the compositor does that.
 *
 * @param say to the operator, when it cannot be done
 */
export async function prepareMonitor(say: (sentence: string) => void): Promise<void> {
  if (!process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']) return
  const failed = await Promise.all(COMMANDS.map(([program, ...args]) => run(program, args)))
  const first = failed.find((failure) => failure !== undefined)
  if (first !== undefined) say(`The monitor may go to sleep: ${first}.`)
}

function run(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore', timeout: 5_000 })
    child.once('error', () => resolve(`${program} is not there; install x11-xserver-utils`))
    child.once('exit', (code) => resolve(code === 0 ? undefined : `${program} ${args.join(' ')} failed`))
  })
}
