// `npm run test:electron`: the Electron shell in Electron itself, where its binary can be had. Where it cannot, this says so
// and fails: nothing was tested. (`npm test` proves the shell's logic everywhere, with a stand-in for Electron.)

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { make, SCREEN } from './builds.mjs'
import { installPackages } from './packages.mjs'
import { endLike, MODULES, PINNED_NODE, ROOT, run } from './run.mjs'
import { entry, SetupError, say, succeeded } from './steps.mjs'
import { installSystemPackages } from './system.mjs'

const PACKAGE = join(MODULES, 'electron')
/** Some 120 MB; a network that drops packets would hold this up for ever. */
const DOWNLOAD_MS = 10 * 60_000

await entry(async () => {
  await installSystemPackages()
  await installPackages()
  const binary = electronBinary()
  if (!(await make(SCREEN)))
    throw new SetupError('The screen page could not be built; what is wrong is above.')
  const bundled = await run(PINNED_NODE, [
    'node_modules/vite/bin/vite.js',
    'build',
    '--config',
    'vite.electron.config.ts',
  ])
  if (!succeeded(bundled)) throw new SetupError('The shell could not be built; what is wrong is above.')

  const tests = [
    PINNED_NODE,
    'node_modules/vitest/vitest.mjs',
    'run',
    '--config',
    'vitest.electron.config.ts',
  ]
  const [command = '', ...args] = process.env.DISPLAY
    ? tests
    : ['xvfb-run', '-a', '-s', '-screen 0 1920x1080x24', ...tests]
  endLike(
    await run(command, [...args, ...process.argv.slice(2)], {
      env: { ...process.env, KIJKUIT_ELECTRON: binary },
    }),
  )
})

/** @returns {string} path of the binary, downloaded if need be; throws with the fix where it cannot be had */
function electronBinary() {
  const own = process.env.ELECTRON_OVERRIDE_DIST_PATH
  const binary = join(own ?? join(PACKAGE, 'dist'), 'electron')
  if (existsSync(binary)) return binary
  if (own === undefined) {
    say("Fetching Electron's binary")
    const fetched = spawnSync(PINNED_NODE, [join(PACKAGE, 'install.js')], {
      cwd: ROOT,
      encoding: 'utf8',
      timeout: DOWNLOAD_MS,
    })
    if (fetched.status === 0 && existsSync(binary)) return binary
    const [first = 'it took too long'] = (fetched.stderr ?? '')
      .split('\n')
      .filter((line) => /error/i.test(line))
    say(`It could not be downloaded: ${first.trim()}`)
  }
  throw new SetupError(
    `NOT TESTED: there is no Electron at ${binary}. Run this where it can be downloaded, or name the folder of an unpacked Electron in ELECTRON_OVERRIDE_DIST_PATH.`,
  )
}
