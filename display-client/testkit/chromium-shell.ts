import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, type TestContext } from 'vitest'
import { WebSocket } from 'ws'
import { type Disposable, Disposables } from '../base/disposal.ts'
import { PanelChannel } from '../player/panel-channel.ts'
import type { IdleCheck, PanelMessage } from '../player/protocol.ts'
import { type Route, type Server, startServer } from '../player/server.ts'
import { systemClock } from '../player/system-clock.ts'
import { eventually } from './eventually.ts'
import { builtScreen } from './stage-server.ts'
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts'
import { startXSession, type XSession } from './x-session.ts'

const MAIN = join(import.meta.dirname, '../shell/chromium/main.ts')
const TOKEN = `237e8b4a.${'t'.repeat(43)}`

const idleCheck: Route = {
  ...{ method: 'GET', path: '/panels/hall/idle/check' },
  handle: (_request, response) => void response.end(JSON.stringify({ fault: null } satisfies IdleCheck)),
}

/** ms that a test of a shell gets. */
export const SHELL_PATIENCE = 120_000

/** Waits for a state of a shell, however slow the machine: a browser may have to start for it. */
export const withinAMinute = <T>(check: () => T | Promise<T>): Promise<T> => eventually(check, 60_000)

/** The Chromium shell as it runs, on a monitor that nobody sees, with a player's server for one panel of that size. */
export interface ChromiumRig extends Disposable {
  readonly session: XSession
  /** What the operators of the player and of the shells were told. */
  readonly player: string[]
  channel(): PanelChannel
  /** Everything on the panel is this colour now. */
  show(colour: string): void
  stopPlayer(): Promise<void>
  startPlayer(): Promise<void>
  /** Starts a shell. @param flags more for Chromium */
  shell(...flags: readonly string[]): Promise<RunningShell>
  /** Waits until this colour stands at every corner of the monitor. */
  sees(colour: string): Promise<void>
  dispose(): Promise<void>
}

export interface RunningShell {
  readonly pid: number
  /** What it has said, line by line. */
  readonly said: readonly string[]
  /** Its end: exit code or signal. */
  readonly ended: Promise<number | string>
  /** Processes of its Chromium; of one kind (`renderer`), or the first one of all (`browser`). */
  processes(kind?: 'browser' | 'renderer'): readonly number[]
  /** The profiles that are there. */
  profiles(): readonly string[]
  /** The addresses of the pages that are open. */
  pages(): Promise<readonly string[]>
  /** Has the page do something, as no part of Kijkuit does. @returns what it evaluates to; undefined when it dies of it */
  evaluate(expression: string, userGesture?: boolean): Promise<unknown>
}

export interface RigRules {
  /** Whether X draws a pointer; it does unless this says otherwise. */
  readonly pointer?: boolean
  /** Origins whose pages may be shown; the player says of each that it is there. */
  readonly hosts?: readonly string[]
}

type OpenRig = (
  context: Pick<TestContext, 'onTestFinished'>,
  size: { readonly width: number; readonly height: number },
  rules?: RigRules,
) => Promise<ChromiumRig>

/** For the tests of one file: opens rigs on the built page, each for the test that it is opened in. Sizes in px. */
export function chromiumRigs(): OpenRig {
  const held = new Disposables()
  let screenDirectory: string
  beforeAll(async () => {
    screenDirectory = held.add(await builtScreen()).folder
  }, SHELL_PATIENCE)
  afterAll(() => held.dispose())
  return async ({ onTestFinished }, size, rules) => {
    const own = new Disposables()
    onTestFinished(() => own.dispose(), SHELL_PATIENCE)
    const folder = own.add(await temporaryFolder())
    return own.add(await startChromiumRig(folder, screenDirectory, size, rules))
  }
}

async function startChromiumRig(
  folder: TemporaryFolder,
  screenDirectory: string,
  size: { readonly width: number; readonly height: number },
  { pointer = true, hosts = [] }: RigRules = {},
): Promise<ChromiumRig> {
  const held = new Disposables()
  const session = held.add(await startXSession(size, pointer))
  const { width, height } = size
  const panel: PanelMessage = {
    ...{ type: 'panel', protocol: 1, id: 'hall', title: 'Hall', surface: 'screen', pitch: 0.3 },
    ...size,
  }
  const lines: string[] = []
  const log = { info: (line: string) => void lines.push(line), warn: (line: string) => void lines.push(line) }
  let port = 0
  let running: { readonly server: Server; readonly channel: PanelChannel } | undefined
  let colour = '#000000'
  const processes = new Processes(folder.path)
  const tokenFile = folder.join('viewer.token')
  await writeFile(tokenFile, TOKEN)

  const show = (next: string): void => {
    colour = next
    const content = { type: 'pixels', width, height, background: next, boxes: [] } as const
    running?.channel.show([{ dwell: 5_000, content }])
  }
  const startPlayer = async (): Promise<void> => {
    const channel = new PanelChannel(panel, systemClock(), log)
    const started = await startServer({
      ...{ port, channels: new Map([['hall', channel]]), screenDirectory, routes: [idleCheck], log },
      media: () => undefined,
      health: () => ({}),
      viewerToken: { value: TOKEN, file: tokenFile },
    })
    if (!started.ok) throw new Error(started.failure)
    running = { server: started.value, channel }
    port = started.value.port
    show(colour)
  }
  const stopPlayer = async (): Promise<void> => {
    running?.channel.dispose()
    await running?.server.dispose()
    running = undefined
  }
  held.defer(stopPlayer)
  await startPlayer()

  const shell = async (...flags: readonly string[]): Promise<RunningShell> => {
    // The one place where Chromium is given flags that no kiosk has: no sandbox for root, and a way in for the test.
    const binary = folder.join(`chromium-${flags.length}`)
    const own = [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...['--disable-dev-shm-usage', '--remote-debugging-port=0', ...flags],
    ]
    await writeFile(binary, `#!/bin/sh\nexec /usr/bin/chromium ${own.join(' ')} "$@"\n`, { mode: 0o755 })
    const args = [
      '--port',
      String(port),
      '--panel',
      'hall',
      '--token-file',
      tokenFile,
      '--state',
      folder.join('state'),
      ...hosts.flatMap((host) => ['--host', host]),
    ]
    const child = spawn(process.execPath, [MAIN, ...args], {
      env: {
        ...{ PATH: process.env['PATH'], HOME: folder.path, TMPDIR: folder.path, DISPLAY: session.display },
        KIJKUIT_CHROMIUM: binary,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const pid = child.pid
    if (pid === undefined) throw new Error('no shell was started')
    const said: string[] = []
    child.stderr.on('data', (text) => said.push(...String(text).trimEnd().split('\n')))
    const ended = new Promise<number | string>((resolve) => {
      child.once('exit', (code, signal) => resolve(signal ?? code ?? 0))
    })
    held.defer(async () => {
      child.kill('SIGKILL')
      await ended
      for (const left of processes.find()) kill(left)
    })
    const profiles = (): readonly string[] =>
      readdirSync(folder.path).filter((name) => name.startsWith(`kijkuit-chromium-${pid}-`))
    const profile = (): string => join(folder.path, profiles().at(-1) ?? '')
    return {
      ...{ pid, said, ended, profiles },
      processes: (kind) => processes.find(kind),
      pages: async () => (await pagesOf(profile())).map(({ url }) => url),
      evaluate: (expression, userGesture = false) => evaluate(profile(), expression, userGesture),
    }
  }

  return {
    ...{ session, player: lines, show, startPlayer, stopPlayer, shell },
    channel() {
      if (running === undefined) throw new Error('the player is away')
      return running.channel
    },
    async sees(wanted) {
      const corners = [0, width - 1].flatMap((x) => [0, height - 1].map((y) => [x, y] as const))
      await withinAMinute(() => {
        const seen = corners.map(([x, y]) => session.colour(x, y))
        if (seen.some((one) => one !== wanted))
          throw new Error(`${seen.join(' ')} stand there, not ${wanted}`)
      })
    },
    dispose: () => held.dispose(),
  }
}

/** The process groups of every Chromium with this folder as its temporary one; they stay known when their first process is gone. */
class Processes {
  readonly #folder: string
  readonly #groups = new Set<string>()

  constructor(folder: string) {
    this.#folder = folder
  }

  find(kind?: 'browser' | 'renderer'): readonly number[] {
    const all = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => processAt(Number(name)))
    for (const { command, group } of all) {
      if (command.includes('--kiosk\0') && command.includes(this.#folder)) this.#groups.add(group)
    }
    return all
      .filter(({ command, group }) => {
        if (!this.#groups.has(group)) return false
        if (kind === undefined) return true
        return command.includes(kind === 'renderer' ? '--type=renderer' : '--kiosk\0')
      })
      .map(({ pid }) => pid)
  }
}

/** A process that lives; a zombie does not. */
function processAt(pid: number): readonly { pid: number; command: string; group: string }[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state, , group = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' ? [] : [{ pid, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8'), group }]
  } catch {
    return []
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has just ended by itself.
  }
}

interface OpenPage {
  readonly type: string
  readonly url: string
  readonly webSocketDebuggerUrl: string
}

async function pagesOf(profile: string): Promise<readonly OpenPage[]> {
  const [port] = readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n')
  const all: unknown = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()
  return (all as OpenPage[]).filter(({ type }) => type === 'page')
}

async function evaluate(profile: string, expression: string, userGesture: boolean): Promise<unknown> {
  const page = (await pagesOf(profile)).find(({ url }) => url.includes('/panels/'))
  if (page === undefined) throw new Error('the page of the panel is not there')
  const socket = new WebSocket(page.webSocketDebuggerUrl)
  try {
    return await new Promise((resolve) => {
      const params = { expression, userGesture, awaitPromise: true, returnByValue: true }
      socket.once('open', () => socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params })))
      socket.on('message', (data) => {
        const { id, result, method } = JSON.parse(String(data))
        if (id === 1) resolve(result?.result?.value)
        if (method === 'Inspector.targetCrashed') resolve(undefined)
      })
      for (const event of ['close', 'error']) socket.once(event, () => resolve(undefined))
      // What never ends is not waited for.
      setTimeout(() => resolve(undefined), 5_000).unref()
    })
  } finally {
    socket.terminate()
  }
}
