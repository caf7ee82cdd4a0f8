// The npm packages, the pinned Node, and node-canvas.

import { spawnSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { MODULES, npm, PINNED_NODE, ROOT } from './run.mjs'
import { fingerprint, isStamped, stamp, unstamp } from './stamp.mjs'
import { SetupError, say, succeeded } from './steps.mjs'
import { installCommand, missingPackages } from './system.mjs'

const INSTALLED = join(MODULES, '.kijkuit-installed')
const CANVAS_BUILT = join(MODULES, '.kijkuit-canvas')
const CANVAS_LOG = join(MODULES, '.kijkuit-canvas.log')

/** Makes node_modules what package-lock.json says, with the pinned Node in it. */
export async function installPackages() {
  const lock = readFileSync(join(ROOT, 'package-lock.json'), 'utf8')
  // The lock names the pinned Node too; platform and architecture tell a node_modules that was copied elsewhere.
  const wanted = fingerprint([lock, process.platform, process.arch])
  if (isStamped(INSTALLED, wanted) && existsSync(PINNED_NODE)) return
  unstamp(INSTALLED)

  const { version } = JSON.parse(lock).packages['node_modules/node']
  const early = mkdtempSync(join(tmpdir(), 'kijkuit-node-'))
  try {
    say(`Fetching Node ${version} from the npm registry`)
    const nodeFolder = await fetchEarlyNode(version, early)
    say('Installing the npm packages of package-lock.json (half a minute)')
    // No package may run a script of its own here: the two that must (`node`, `canvas`) are asked to one by one.
    if (!succeeded(await npm(['ci', '--ignore-scripts'], { nodeFolder })))
      throw new SetupError(unreachable('npm ci'))
    await placePinnedNode(nodeFolder)
  } finally {
    rmSync(early, { recursive: true, force: true })
  }
  stamp(INSTALLED, wanted)
}

/**
 * Fetches the pinned Node before anything else, for npm to run under: npm leaves out, without a word, each optional
 * package that does not support the Node it runs under. On Node 18 those are the binaries of Vite and sharp.
 *
 * @param {string} version
 * @param {string} folder empty
 * @returns {Promise<string>} the folder that its `node` is in
 */
async function fetchEarlyNode(version, folder) {
  const manifest = { private: true, dependencies: { node: version }, allowScripts: { node: true } }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  const fetched = succeeded(await npm(['install', '--ignore-scripts=false'], { cwd: folder }))
  const bin = join(folder, 'node_modules/node/bin')
  if (!fetched || !runs(join(bin, 'node'), version))
    throw new SetupError(unreachable(`Fetching Node ${version}`))
  return bin
}

/**
 * npm's `node` package holds no Node: its install script fetches the one for this machine.
 *
 * @param {string} [nodeFolder]
 */
async function placePinnedNode(nodeFolder) {
  const { version } = JSON.parse(readFileSync(join(MODULES, 'node/package.json'), 'utf8'))
  const placed = succeeded(await npm(['rebuild', 'node', '--ignore-scripts=false'], { nodeFolder }))
  if (!placed || !runs(PINNED_NODE, version)) throw new SetupError(unreachable(`Installing Node ${version}`))
}

/**
 * @param {string} node
 * @param {string} version
 */
function runs(node, version) {
  return spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim() === `v${version}`
}

/** @param {string} step */
function unreachable(step) {
  return `${step} failed; npm's own words, if it had any, are above. Check that npm reaches its registry (npm ping), then run this again.`
}

/**
 * Compiles node-canvas, which is optional: only the PNG previews of LED panels need it.
 *
 * @returns {Promise<string | undefined>} what is missing and how to get it, when it is not there
 */
export async function buildCanvas() {
  if (existsSync(CANVAS_BUILT)) return undefined

  const missing = missingPackages({ forCanvas: true })
  if (missing.length > 0) return canvasIsMissing(`To get it: ${installCommand(missing)}`)

  say('Compiling node-canvas (half a minute)')
  const log = openSync(CANVAS_LOG, 'w')
  const built = await npm(['rebuild', 'canvas', '--ignore-scripts=false', '--foreground-scripts'], {
    nodeFolder: dirname(PINNED_NODE),
    stdio: ['ignore', log, log],
    env: {
      // Otherwise prebuild-install first asks GitHub for a binary, and node-gyp nodejs.org for headers.
      npm_config_build_from_source: 'true',
      npm_config_nodedir: await pinnedNodeHeaders(),
      // One compiler for each processor.
      JOBS: 'max',
    },
  })
  closeSync(log)
  if (!succeeded(built) || !canvasLoads()) {
    return canvasIsMissing(`It did not compile; the compiler's words are in ${CANVAS_LOG}`)
  }
  stamp(CANVAS_BUILT, '')
  return undefined
}

/** @param {string} fix */
function canvasIsMissing(fix) {
  return `node-canvas is missing: \`kijkuit compose\` cannot draw LED panels as PNG; all else works. ${fix}`
}

function canvasLoads() {
  return spawnSync(PINNED_NODE, ['-e', "require('canvas')"], { cwd: ROOT }).status === 0
}

async function pinnedNodeHeaders() {
  const find = () => {
    const platforms = join(MODULES, 'node/node_modules')
    const names = existsSync(platforms) ? readdirSync(platforms) : []
    return names
      .map((name) => join(platforms, name))
      .find((it) => existsSync(join(it, 'include/node/node.h')))
  }
  // A plain `npm install` prunes the package that the headers are in, for no lock names it; the binary stays.
  if (!find()) await placePinnedNode()
  const headers = find()
  if (!headers)
    throw new SetupError(
      "npm's `node` package came without its headers. Remove node_modules and run this again.",
    )
  return headers
}
