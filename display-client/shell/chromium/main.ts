import { panelAddress, readTargets } from '../targets.ts'
import { tokenReader } from '../token-file.ts'
import { launchChromium, waitForPlayer } from './launcher.ts'

/** Puts one panel on the monitor of this session: `main.ts --panel hall [--port 8740]`. */
const BINARY = process.env['KIJKUIT_CHROMIUM'] ?? '/usr/bin/chromium'

/** @returns the exit code */
async function run(): Promise<number> {
  const say = (sentence: string): void => void process.stderr.write(`kijkuit-chromium: ${sentence}\n`)
  const read = readTargets(process.argv.slice(2), process.env)
  if (!read.ok) {
    say(read.message)
    return 2
  }
  const { port, targets, tokenFile } = read.value
  const [target] = targets
  if (target === undefined || targets.length > 1 || target.display !== undefined) {
    say('It shows one panel on the monitor of its session; start it once in the session of each monitor.')
    return 2
  }
  // Signals first: whatever is started from here on is also ended by them.
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort())

  const address = panelAddress(port, target.panel, tokenReader(tokenFile, say)())
  if (!(await waitForPlayer(address, stop.signal))) return 0
  const chromium = await launchChromium(BINARY, address)
  stop.signal.addEventListener('abort', () => void chromium.dispose())
  if (stop.signal.aborted) await chromium.dispose()
  const how = await chromium.ended
  if (stop.signal.aborted) return 0
  // It never ends by itself in order; the service manager starts this shell, and with it Chromium, anew.
  say(how)
  return 1
}

process.exitCode = await run()
