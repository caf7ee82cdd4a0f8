// The built screen pages, which the player serves from dist/screen.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PINNED_NODE, ROOT, run } from './run.mjs'
import { fingerprint, isStamped, stamp, unstamp } from './stamp.mjs'
import { say, succeeded } from './steps.mjs'

const BUILT = join(ROOT, 'dist/screen')
const STAMP = join(ROOT, 'dist/screen.stamp')

/**
 * Builds the pages when something they are made of has changed.
 *
 * @returns {Promise<boolean>} whether they are there
 */
export async function buildScreen() {
  const inputs = ['package-lock.json', 'vite.config.ts', ...filesIn('display-client/screen')]
  const wanted = fingerprint(inputs.flatMap((file) => [file, readFileSync(join(ROOT, file))]))
  if (isStamped(STAMP, wanted) && existsSync(BUILT)) return true
  unstamp(STAMP)

  say('Building the screen pages')
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js')
  const built = await run(PINNED_NODE, [vite, 'build', '--logLevel=warn'], { stdio: ['ignore', 2, 2] })
  if (!succeeded(built)) return false
  stamp(STAMP, wanted)
  return true
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function filesIn(folder) {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory()) return filesIn(path)
      return path.endsWith('.test.ts') ? [] : path
    })
}
