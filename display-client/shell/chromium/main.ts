import { tmpdir } from 'node:os'
import { ladderStore } from '../ladder-store.ts'
import { shellClock } from '../shell-clock.ts'
import { readTargets } from '../targets.ts'
import { tokenReader } from '../token-file.ts'
import { Kiosk } from './kiosk.ts'
import { prepareMonitor } from './monitor.ts'
import { POLICIES, policyProblem } from './policy.ts'
import { removeLeftProfiles } from './profile.ts'

/** Puts one panel on the monitor of this session: `main.ts --token-file /var/lib/kijkuit/viewer.token --panel hall`. */
const BINARY = process.env['KIJKUIT_CHROMIUM'] ?? '/usr/bin/chromium'

/** @returns the exit code */
async function run(): Promise<number> {
  const say = (sentence: string): void => void process.stderr.write(`kijkuit-chromium: ${sentence}\n`)
  const read = readTargets(process.argv.slice(2), process.env)
  if (!read.ok) {
    say(read.message)
    return 2
  }
  const { port, targets, tokenFile, stateFolder, hosts, gpu } = read.value
  const [target] = targets
  if (
    target === undefined ||
    targets.length > 1 ||
    target.monitor !== undefined ||
    target.geometry !== undefined
  ) {
    say('It shows one panel on the monitor of its session; start it once in the session of each monitor.')
    return 2
  }
  const problem = policyProblem(POLICIES, port)
  if (problem !== undefined) say(problem)
  // Signals first: whatever is started from here on is also ended by them.
  const ended = new Promise<number>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(0))
    const temporary = process.env['RUNTIME_DIRECTORY'] ?? process.env['XDG_RUNTIME_DIR'] ?? tmpdir()
    kiosk = new Kiosk({
      ...{ panel: target.panel, port, hosts, gpu, binary: BINARY, temporary, say, clock: shellClock },
      token: tokenReader(tokenFile, say),
      store: ladderStore(stateFolder, say),
      onEnd: resolve,
    })
    void removeLeftProfiles(temporary)
    void prepareMonitor(say)
    kiosk.open()
  })
  const code = await ended
  await kiosk?.dispose()
  return code
}

let kiosk: Kiosk | undefined
process.exitCode = await run()
