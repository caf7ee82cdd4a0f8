// What is built, into dist/: the screen pages, which the player serves, and the `kijkuit` command.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { PINNED_NODE, ROOT, run } from './run.mjs'
import { fingerprint, isStamped, stamp, unstamp } from './stamp.mjs'
import { say, succeeded } from './steps.mjs'

/**
 * @typedef {object} Build
 * @property {string} name what it makes, for people
 * @property {string} config of Vite
 * @property {string} made its folder
 * @property {readonly string[]} sources the folders and files that it is made of
 */

/** @type {Build} */
export const SCREEN = {
  name: 'the screen pages',
  config: 'vite.config.ts',
  made: 'dist/screen',
  sources: ['display-client/screen', 'display-client/player/protocol.ts'],
}

/** @type {Build} */
export const COMMAND = {
  name: 'the kijkuit command',
  config: 'vite.kijkuit.config.ts',
  made: 'dist/kijkuit',
  sources: [
    'scripts/kijkuit.ts',
    ...['base', 'alert', 'panel', 'compose', 'paint', 'player', 'simulators'].map(
      (layer) => `display-client/${layer}`,
    ),
    ...['commands', 'demo', 'issuer', 'keeper'].map((folder) => `scripts/${folder}`),
  ],
}

/**
 * Makes what is not there, or is made of other sources.
 *
 * @param {Build} build
 * @returns {Promise<boolean>} whether it is there
 */
export async function make(build) {
  if (isCurrent(build)) return true
  unstamp(stampOf(build))
  say(`Building ${build.name}`)
  const vite = [
    join(ROOT, 'node_modules/vite/bin/vite.js'),
    'build',
    `--config=${build.config}`,
    '--logLevel=warn',
  ]
  const built = await run(PINNED_NODE, vite, { stdio: ['ignore', 2, 2] })
  if (!succeeded(built)) return false
  stamp(stampOf(build), wanted(build))
  return true
}

/**
 * Whether what was built is made of the sources as they are now.
 *
 * @param {Build} build
 */
export function isCurrent(build) {
  return existsSync(join(ROOT, build.made)) && isStamped(stampOf(build), wanted(build))
}

/** @param {Build} build */
function wanted({ config, sources }) {
  const inputs = ['package-lock.json', config, ...sources.flatMap(filesIn)]
  return fingerprint(inputs.flatMap((file) => [file, readFileSync(join(ROOT, file))]))
}

/** @param {Build} build */
function stampOf({ made }) {
  return join(ROOT, `${made}.stamp`)
}

/**
 * @param {string} path a folder or a file
 * @returns {string[]}
 */
function filesIn(path) {
  if (!statSync(join(ROOT, path)).isDirectory()) return path.endsWith('.test.ts') ? [] : [path]
  const names = readdirSync(join(ROOT, path)).sort()
  return names.flatMap((name) => filesIn(`${path}/${name}`))
}
