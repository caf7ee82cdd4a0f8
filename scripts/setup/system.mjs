// The Debian packages that the tests, and the compilation of node-canvas, need.

import { spawnSync } from 'node:child_process'
import { accessSync, closeSync, constants, existsSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { run } from './run.mjs'
import { say, succeeded } from './steps.mjs'

/**
 * @typedef {object} SystemPackage
 * @property {string} name what Debian calls it
 * @property {string} why
 * @property {boolean} canvas whether node-canvas does not compile without it
 * @property {() => boolean} present
 */

const COMPILES = 'compiles node-canvas'
const LIBRARY = 'node-canvas is compiled against it'

/** @type {readonly SystemPackage[]} */
const PACKAGES = [
  { name: 'chromium', why: 'the tests look at real pages', canvas: false, present: program('chromium') },
  { name: 'mosquitto', why: 'the tests run a real broker', canvas: false, present: program('mosquitto') },
  { name: 'openssl', why: 'the tests make certificates', canvas: false, present: program('openssl') },
  { name: 'socat', why: 'a serial line to a simulated sign', canvas: false, present: program('socat') },
  { name: 'xvfb', why: 'a screen for Chromium without a monitor', canvas: false, present: program('Xvfb') },
  {
    name: 'openbox',
    why: 'without a window manager a kiosk window has a wrong size',
    canvas: false,
    present: program('openbox'),
  },
  {
    name: 'x11-xserver-utils',
    why: 'keeps the monitor of a kiosk awake',
    canvas: false,
    present: program('xset'),
  },
  { name: 'g++', why: COMPILES, canvas: true, present: program('g++') },
  { name: 'make', why: COMPILES, canvas: true, present: program('make') },
  { name: 'python3', why: COMPILES, canvas: true, present: program('python3') },
  { name: 'pkg-config', why: COMPILES, canvas: true, present: program('pkg-config') },
  { name: 'libcairo2-dev', why: LIBRARY, canvas: true, present: library('cairo') },
  { name: 'libpango1.0-dev', why: LIBRARY, canvas: true, present: library('pangocairo') },
  { name: 'libjpeg-dev', why: LIBRARY, canvas: true, present: library('libjpeg') },
  // giflib is the one library here that tells pkg-config nothing.
  { name: 'libgif-dev', why: LIBRARY, canvas: true, present: () => existsSync('/usr/include/gif_lib.h') },
  { name: 'librsvg2-dev', why: LIBRARY, canvas: true, present: library('librsvg-2.0') },
]

/** Installs what the tests need; where it may not, says what is missing and the command that would install it. */
export async function installSystemPackages() {
  const missing = missingPackages()
  if (missing.length === 0) return
  const list = missing.map(({ name, why }) => `  ${name}: ${why}`).join('\n')

  if (!isDebian() || process.getuid?.() !== 0) {
    say(`Missing for the tests:\n${list}\nTo install on Debian: ${installCommand(missing)}`)
    return
  }

  say(`Installing Debian packages:\n${list}`)
  const log = join(tmpdir(), `kijkuit-apt-${process.pid}.log`)
  const out = openSync(log, 'w')
  /** @type {import('node:child_process').StdioOptions} */
  const stdio = ['ignore', out, out]
  const options = { stdio, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
  const names = missing.map(({ name }) => name)
  const done =
    succeeded(await run('apt-get', ['update'], options)) &&
    succeeded(await run('apt-get', ['install', '-y', '--no-install-recommends', ...names], options))
  closeSync(out)
  if (done) {
    rmSync(log)
  } else {
    say(readFileSync(log, 'utf8').trimEnd().split('\n').slice(-5).join('\n'))
    say(`apt-get failed (all it said is in ${log}). The tests that need these packages will fail.`)
    say(`To try by hand: ${installCommand(missing)}`)
  }
}

/** @param {{ forCanvas?: boolean }} [options] */
export function missingPackages({ forCanvas = false } = {}) {
  return PACKAGES.filter((wanted) => (wanted.canvas || !forCanvas) && !wanted.present())
}

/** @param {readonly SystemPackage[]} packages */
export function installCommand(packages) {
  const sudo = process.getuid?.() === 0 ? '' : 'sudo '
  return `${sudo}apt-get install -y --no-install-recommends ${packages.map(({ name }) => name).join(' ')}`
}

function isDebian() {
  return existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'))
}

/** @param {string} name */
function program(name) {
  // Debian keeps daemons in sbin, which is not in everyone's PATH.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return () => folders.some((folder) => isExecutable(join(folder, name)))
}

/** @param {string} name */
function library(name) {
  return () => spawnSync('pkg-config', ['--exists', name]).status === 0
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
