import { afterAll } from 'vitest'
import { formatLeak, settledLeakSince, takeStock } from './leaks.ts'

/**
 * Runs before every test file (vitest `setupFiles`): a file that leaves a timer, socket, server, process or other open
 * handle behind fails. Stock is taken before the file and all that it imports is loaded; hooks of a setup file run last.
 */
// Node opens standard input when it is first looked at (Vite's server does) and keeps it: it is nobody's leak.
void process.stdin
const before = takeStock()

afterAll(async () => {
  const leak = await settledLeakSince(before)
  if (leak === undefined) return
  for (const { pid } of leak.processes) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has just ended by itself.
    }
  }
  throw new Error(`This test file ${formatLeak(leak)}`)
})
