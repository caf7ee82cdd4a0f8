import { readdirSync, readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'

/** What keeps a process alive, by the name Node gives it, and the processes it has started. */
export interface Resources {
  readonly held: ReadonlyMap<string, number>
  /** Process ids. */
  readonly children: ReadonlySet<number>
}

/** A started process that outlived its test. */
export interface LeftProcess {
  readonly pid: number
  readonly command: string
}

/** What a test left behind. */
export interface Leak {
  /** Name as a developer says it, with how many there are too many. */
  readonly resources: ReadonlyMap<string, number>
  readonly processes: readonly LeftProcess[]
}

/** Everything else that Node may name is named as Node names it. */
const NAMES: Readonly<Partial<Record<string, string>>> = {
  Timeout: 'timer',
  Immediate: 'immediate',
  TCPSocketWrap: 'socket',
  TCPServerWrap: 'server',
  TLSWrap: 'TLS socket',
  UDPWrap: 'UDP socket',
  PipeWrap: 'pipe',
  PipeServerWrap: 'pipe server',
  FSEventWrap: 'file watcher',
  StatWatcher: 'file watcher',
  FSReqCallback: 'file operation',
  FSReqPromise: 'file operation',
  FileHandle: 'open file',
  MessagePort: 'message port',
  Worker: 'worker thread',
}

/**
 * Node's own bookkeeping that comes and goes without anybody's doing; and processes, which are counted through /proc
 * because that also sees those that were unreferenced.
 */
const NOT_OURS = new Set(['TTYWrap', 'CloseReq', 'ProcessWrap'])

/** How long a closing socket or dying process gets to be gone, ms. */
const SETTLING = 2_000

/** Takes stock of this process. */
export function takeStock(): Resources {
  const held = new Map<string, number>()
  for (const type of process.getActiveResourcesInfo()) {
    if (!NOT_OURS.has(type)) held.set(type, (held.get(type) ?? 0) + 1)
  }
  return { held, children: new Set(childProcesses().map((child) => child.pid)) }
}

/** What is held now and was not held `before`; undefined when nothing is. */
export function leakSince(before: Resources): Leak | undefined {
  const resources = new Map<string, number>()
  for (const [type, count] of takeStock().held) {
    const extra = count - (before.held.get(type) ?? 0)
    if (extra <= 0) continue
    const name = NAMES[type] ?? type
    resources.set(name, (resources.get(name) ?? 0) + extra)
  }
  const processes = childProcesses().filter((child) => !before.children.has(child.pid))
  return resources.size === 0 && processes.length === 0 ? undefined : { resources, processes }
}

/**
 * As {@link leakSince}, after what is closing has had time to close.
 *
 * @param patience ms
 */
export async function settledLeakSince(
  before: Resources,
  patience: number = SETTLING,
): Promise<Leak | undefined> {
  const until = performance.now() + patience
  let leak = leakSince(before)
  while (leak !== undefined && performance.now() < until) {
    // Blocks for a moment instead of setting a timer: a timer of ours would be counted.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    await setImmediate()
    leak = leakSince(before)
  }
  return leak
}

/** One line that says what was left and what to do about it. */
export function formatLeak(leak: Leak): string {
  const things = [...leak.resources].map(([name, count]) => `${count} ${name}${count === 1 ? '' : 's'}`)
  const processes = leak.processes.map(({ pid, command }) => `the process ${pid} (${command})`)
  return `left behind: ${[...things, ...processes].join(', ')}. Dispose of everything a test has started, in afterEach or afterAll.`
}

/** The living children of this process; none where there is no /proc. A zombie has ended and does not count. */
function childProcesses(): LeftProcess[] {
  const found: LeftProcess[] = []
  for (const name of processIds()) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      // The command stands in brackets and may itself hold brackets and spaces: proc(5).
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (Number(parent) !== process.pid || state === 'Z') continue
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
      found.push({ pid: Number(name), command: command.slice(0, 120) })
    } catch {
      // It ended while we looked.
    }
  }
  return found
}

function processIds(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return []
  }
}
