import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { vi } from 'vitest'
import { WebSocket } from 'ws'
import { type Disposable, Disposables } from '../base/disposal.ts'
import { PanelChannel } from '../player/panel-channel.ts'
import type { PanelMessage } from '../player/protocol.ts'
import { type Server, startServer } from '../player/server.ts'
import { systemClock } from '../player/system-clock.ts'
import type { TemporaryFolder } from './temporary-folder.ts'
import { startXSession, type XSession } from './x-session.ts'

const MAIN = join(import.meta.dirname, '../shell/chromium/main.ts')
const TOKEN = `237e8b4a.${'t'.repeat(43)}`

/** Waits for a state, however slow the machine. */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 60_000, interval: 50 })

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
  /** Has the page do something, as no part of Kijkuit does. @returns what it evaluates to; undefined when it dies of it */
  evaluate(expression: string, userGesture?: boolean): Promise<unknown>
}

/**
 * @param folder a new one for each rig
 * @param screenDirectory the built page
 */
export async function startChromiumRig(
  folder: TemporaryFolder,
  screenDirectory: string,
  size: { readonly width: number; readonly height: number },
): Promise<ChromiumRig> {
  const held = new Disposables()
  const session = held.add(await startXSession(size))
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
      ...{ port, channels: new Map([['hall', channel]]), screenDirectory, routes: [], log },
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
      for (const left of processesOf(folder.path)) kill(left)
    })
    const profiles = (): readonly string[] =>
      readdirSync(folder.path).filter((name) => name.startsWith(`kijkuit-chromium-${pid}-`))
    return {
      ...{ pid, said, ended, profiles },
      processes: (kind) => processesOf(folder.path, kind),
      evaluate: (expression, userGesture = false) =>
        evaluate(join(folder.path, profiles().at(-1) ?? ''), expression, userGesture),
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
      await eventually(() => {
        const seen = corners.map(([x, y]) => session.colour(x, y))
        if (seen.some((one) => one !== wanted))
          throw new Error(`${seen.join(' ')} stand there, not ${wanted}`)
      })
    },
    dispose: () => held.dispose(),
  }
}

/** Processes of Chromium with this folder as their temporary one. */
function processesOf(folder: string, kind?: 'browser' | 'renderer'): readonly number[] {
  const own = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return own.map(Number).filter((pid) => {
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`TMPDIR=${folder}\0`)) return false
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      if (!command.includes('chromium') || command.includes('shell/chromium')) return false
      if (kind === undefined) return true
      return kind === 'renderer' ? command.includes('--type=renderer') : command.includes('--kiosk\0')
    } catch {
      return false
    }
  })
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has just ended by itself.
  }
}

async function evaluate(profile: string, expression: string, userGesture: boolean): Promise<unknown> {
  const [port] = readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n')
  const pages: unknown = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()
  const page = (pages as { type: string; url: string; webSocketDebuggerUrl: string }[]).find(
    ({ type, url }) => type === 'page' && url.includes('/panels/'),
  )
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
