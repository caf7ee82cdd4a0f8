// Runs other programs for the set-up and the launchers. Plain JavaScript without dependencies, and nothing newer
// than Node 18: this is what runs in a fresh clone, before there is a node_modules and a pinned Node.

import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export const MODULES = join(ROOT, 'node_modules')

/** The Node that everything but the set-up runs under: npm's `node` package, pinned in package.json. */
export const PINNED_NODE = join(MODULES, 'node/bin/node')

/** Where Node keeps what it has compiled. */
export const COMPILED = join(MODULES, '.cache/node')

/**
 * How a program runs that is there for months and has little to do. It gives up room for the youngest objects (16 MB to 2),
 * memory pools for threads that it hardly uses, and the two compilers between interpreting and optimising, and may give back
 * memory itself: some 50 MB less (RSS) for a player. Garbage is collected when the heap has grown by 70 %, not when it has
 * doubled or more: 180 MB at most for a gateway of 2,000 signs, else 290. Youngest objects are collected by one thread, for so
 * few are left of them that waiting for help takes longer: 0.2 ms, where it took 5 in one of ten while the other core was busy.
 */
export const SMALL = {
  flags: [
    '--max-semi-space-size=2',
    '--heap-growing-percent=70',
    '--no-sparkplug',
    '--no-maglev',
    '--no-parallel-scavenge',
    '--expose-gc',
  ],
  env: { MALLOC_ARENA_MAX: '1' },
}

/** @type {NodeJS.Signals[]} */
const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** npm passes Ctrl-C on to its child, which had it from the terminal already: that is one Ctrl-C, not two. */
const SAME_KEYSTROKE_MS = 300

/** npm that is killed outright cannot pass that on. Without npm, outliving a parent can be meant: `kijkuit play &`. */
const STARTED_BY_NPM = process.env.npm_lifecycle_event !== undefined
const PARENT_CHECK_MS = 500

/** npm may go on for half a minute after Ctrl-C. What it leaves half done has no stamp, so it may as well be killed. */
const NPM_PATIENCE_MS = 2000

/** How long programs that a finished child started may take to stop by themselves. */
const SWEEP_AFTER_MS = 1000

/**
 * @typedef {object} Ended
 * @property {number} code exit code; 1 where a signal ended it
 * @property {NodeJS.Signals | null} signal what ended it, if a signal did
 * @property {NodeJS.Signals | null} told what we were told to stop by while it ran
 * @property {string[]} swept command lines of programs that it left running and that were then stopped
 */

/**
 * Runs a program to its end. It gets a process group of its own, so that a signal reaches it and what it started
 * exactly once, whether that signal came from the terminal, from npm or from `kill`.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {import('node:child_process').StdioOptions} [options.stdio]
 * @param {(message: unknown) => void} [options.onMessage] needs an `ipc` in `stdio`
 * @param {number} [options.patience] how long it may take to stop when told to, ms; then it is killed
 * @param {boolean} [options.sweep] stop what is left of its process group when it ends
 * @returns {Promise<Ended>}
 */
export function run(command, args, options = {}) {
  const { cwd = ROOT, env = process.env, stdio = 'inherit', onMessage, patience, sweep = false } = options
  return new Promise((resolve, reject) => {
    /** @type {NodeJS.Signals | null} */
    let told = null
    let toldAt = 0
    /** @type {NodeJS.Timeout | undefined} */
    let impatience

    /** @param {NodeJS.Signals} signal */
    const passOn = (signal) => {
      const now = Date.now()
      if (signal === told && now - toldAt < SAME_KEYSTROKE_MS) return
      told = signal
      toldAt = now
      signalGroup(child.pid, signal)
      if (patience !== undefined) impatience ??= setTimeout(() => signalGroup(child.pid, 'SIGKILL'), patience)
    }
    // Before there is a child: on a busy machine that may be up, and we be told to stop, before the next line runs.
    for (const signal of PASSED_ON) process.on(signal, passOn)
    const child = spawn(command, args, { cwd, env, stdio, detached: true })
    const parent = process.ppid
    const watch = setInterval(() => {
      if (!STARTED_BY_NPM || process.ppid === parent) return
      clearInterval(watch)
      passOn('SIGTERM')
    }, PARENT_CHECK_MS)
    const letGo = () => {
      clearInterval(watch)
      clearTimeout(impatience)
      for (const signal of PASSED_ON) process.off(signal, passOn)
    }

    if (onMessage) child.on('message', onMessage)
    child.once('error', (error) => {
      letGo()
      reject(error)
    })
    child.once('exit', async (code, signal) => {
      const swept = sweep ? await sweepGroup(child.pid) : []
      letGo()
      resolve({ code: code ?? 1, signal, told, swept })
    })
  })
}

/**
 * Runs a TypeScript file under the pinned Node, then ends this process the way that one ended.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ flags?: readonly string[], env?: NodeJS.ProcessEnv }} [small] see {@link SMALL}
 */
export async function becomePinned(file, args, { flags = [], env = {} } = {}) {
  const tether = new URL('tether.mjs', import.meta.url).href
  const ended = await run(PINNED_NODE, ['--import', tether, ...flags, file, ...args], {
    cwd: process.cwd(),
    // Removing types and compiling is a quarter of the start (900 to 670 ms for the demo); where this folder cannot be
    // written Node goes on without.
    env: { NODE_COMPILE_CACHE: COMPILED, ...env, ...process.env },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  endLike(ended)
}

/**
 * Ends this process the way a child ended.
 *
 * @param {Ended} ended
 */
export function endLike({ code, signal }) {
  if (signal) process.kill(process.pid, signal)
  else process.exitCode = code
}

/**
 * Runs npm, which says on stderr what it has to say. Never under the Node in node_modules/.bin, which npm puts first
 * in PATH and may be about to replace: under the machine's own, or the one in `nodeFolder`.
 *
 * @param {readonly string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {string | undefined} [options.nodeFolder]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {import('node:child_process').StdioOptions} [options.stdio]
 */
export function npm(args, { cwd = ROOT, nodeFolder, env = {}, stdio = ['ignore', 'ignore', 2] } = {}) {
  const machine = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.startsWith(MODULES))
  const PATH = (nodeFolder ? [nodeFolder, ...machine] : machine).join(delimiter)
  const quiet = ['--loglevel=error', '--no-audit', '--no-fund']
  return run('npm', [...args, ...quiet], {
    cwd,
    stdio,
    env: { ...process.env, ...env, PATH },
    patience: NPM_PATIENCE_MS,
  })
}

/**
 * @param {number | undefined} leader
 * @param {NodeJS.Signals} signal
 */
function signalGroup(leader, signal) {
  try {
    if (leader !== undefined) process.kill(-leader, signal)
  } catch {
    // Everything in the group has ended by itself.
  }
}

/**
 * @param {number | undefined} leader
 * @returns {Promise<string[]>} the command lines of what had to be stopped
 */
async function sweepGroup(leader) {
  for (const started = Date.now(); Date.now() - started < SWEEP_AFTER_MS; ) {
    if (groupOf(leader).length === 0) return []
    await new Promise((done) => setTimeout(done, 50))
  }
  const left = groupOf(leader)
  signalGroup(leader, 'SIGKILL')
  return left
}

/**
 * @param {number | undefined} leader
 * @returns {string[]} the command lines of what runs in a process group; none on a system without /proc
 */
function groupOf(leader) {
  if (!existsSync('/proc/self/stat')) return []
  return readdirSync('/proc').flatMap((pid) => {
    try {
      // "pid (name) state parent group ...", where only the name may hold blanks and brackets.
      const [state, , group] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop()?.split(' ') ?? []
      // A dead process that no one has asked after yet (Z) is still listed.
      if (Number(group) !== leader || state === 'Z') return []
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
    } catch {
      return []
    }
  })
}
