import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { retryWait } from '../patience.ts'
import { chromiumArguments } from './command-line.ts'

/** How long Chromium gets to end by itself, ms. */
const GRACE = 3_000

/** A Chromium that shows one page. */
export interface RunningChromium {
  /** Resolves when it has ended, by itself or not, with one sentence that says how. Never rejects. */
  readonly ended: Promise<string>
  /** Ends it with all its processes and removes its profile. */
  dispose(): Promise<void>
}

/**
 * Waits until the player serves this page, for as long as it takes: Chromium would show the public a page of errors.
 *
 * @returns false when `stop` came first
 */
export async function waitForPlayer(address: string, stop: AbortSignal): Promise<boolean> {
  for (let attempt = 0; !stop.aborted; attempt += 1) {
    try {
      const response = await fetch(address, { signal: AbortSignal.any([stop, AbortSignal.timeout(5_000)]) })
      await response.body?.cancel()
      if (response.ok) return true
    } catch {
      // Not there yet.
    }
    await wait(retryWait(attempt), undefined, { signal: stop }).catch(() => undefined)
  }
  return false
}

/**
 * Starts Chromium in kiosk, with a new profile: nothing of an earlier run, and nothing personal after this one.
 *
 * @param binary path of Chromium
 * @param address of the page
 * @param extra arguments that this machine needs
 */
export async function launchChromium(
  binary: string,
  address: string,
  extra: readonly string[] = [],
): Promise<RunningChromium> {
  const profile = await mkdtemp(join(tmpdir(), 'kijkuit-chromium-'))
  // In a group of its own, so that its many processes end together; its output is bounded by not being kept.
  const chromium = spawn(binary, [...chromiumArguments({ address, profile }), ...extra], {
    stdio: 'ignore',
    detached: true,
  })
  const gone = new Promise<string>((resolve) => {
    chromium.once('error', (error) =>
      resolve(`${binary} does not start (${error.message}); install chromium.`),
    )
    chromium.once('exit', (code, signal) => resolve(`Chromium ended (${signal ?? `exit code ${code}`}).`))
  })
  const kill = (signal: NodeJS.Signals): void => {
    if (chromium.pid === undefined) return
    try {
      process.kill(-chromium.pid, signal)
    } catch {
      // The whole group is gone.
    }
  }
  const ended = gone.then(async (how) => {
    // What is left of the group after its first process must not write into the profile while it is removed.
    kill('SIGKILL')
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    return how
  })
  return {
    ended,
    async dispose() {
      kill('SIGTERM')
      const hurry = setTimeout(() => kill('SIGKILL'), GRACE)
      await ended
      clearTimeout(hurry)
    },
  }
}
