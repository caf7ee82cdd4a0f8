import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Disposables } from '../../display-client/base/disposal.ts'
import { startChromium } from '../../display-client/testkit/chromium.ts'
import { until } from '../../display-client/testkit/flash/film.ts'
import { run } from '../commands/program.ts'
import { startEmbeddedBroker } from '../demo/embedded-broker.ts'

/** What a kiosk takes of one core, parts of 1. */
export interface Load {
  readonly what: string
  readonly player: number
  /** All processes of the browser. */
  readonly browser: number
}

/** Of /proc/<pid>/stat (`getconf CLK_TCK`; 100 on every Linux that Node runs on). */
const TICKS = 100
/** Until what a change takes is over, ms. */
const SETTLING = 4_000
const SIZE = { width: 1_920, height: 1_080 }

/**
 * CPU time of a player and of the page of its panel in Chromium, which are all that a kiosk runs: with nothing on the panel, with
 * an alert that stands still, and with one whose pages turn. Beside them, as the floor, the same browser with an empty page.
 *
 * @param seconds of each
 */
export async function idleLoad(seconds: number): Promise<readonly Load[]> {
  const held = new Disposables()
  try {
    return await measure(seconds, held)
  } finally {
    await held.dispose()
  }
}

async function measure(seconds: number, held: Disposables): Promise<readonly Load[]> {
  const folder = mkdtempSync(join(tmpdir(), 'kijkuit-bench-'))
  held.defer(() => rmSync(folder, { recursive: true, maxRetries: 3 }))
  const broker = await startEmbeddedBroker()
  held.defer(() => broker.dispose())
  const file = (name: string): string => join(folder, name)
  const sender = 'politie@demo.kijkuit.example'
  await command(
    'keys',
    'new',
    '--out',
    file('key.json'),
    '--keyring',
    file('keyring.json'),
    '--kid',
    'one',
    '--role',
    'issuer',
    '--sender',
    sender,
  )
  writeFileSync(
    file('player.yaml'),
    `schema: kijkuit-player/1
player: bench
brokers: [${broker.url}]
areas: [nl]
keyring: keyring.json
data: data
server: { port: 0 }
panels:
  - { id: still, preset: station-landscape, pages: 1 }
  - { id: turning, preset: station-landscape, languages: [nl, en] }
`,
  )
  const kijkuit = fileURLToPath(new URL('../bin/kijkuit.mjs', import.meta.url))
  const player = spawn(process.execPath, [kijkuit, 'play', file('player.yaml'), '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const closed = once(player, 'close')
  held.defer(async () => {
    player.kill()
    await closed
  })
  let address = ''
  for await (const line of createInterface({ input: player.stdout })) {
    const said = JSON.parse(line)
    if (said.event === 'listening') address = said.url
    if (said.event === 'armed') break
  }
  // What it says from here on must not stop it.
  player.stdout.resume()
  const token = readFileSync(file('data/viewer.token'), 'utf8').trim()
  const chromium = await startChromium()
  held.defer(() => chromium.dispose())
  const tab = await chromium.page(SIZE)
  await tab.goto('about:blank')
  const pids = {
    player: () => [player.pid ?? 0, ...below(player.pid ?? 0)],
    browser: () => below(process.pid).filter((pid) => /^chrom/.test(statOf(pid)?.name ?? '')),
  }
  const over = async (what: string): Promise<Load> => {
    await delay(SETTLING)
    const [playerBefore, browserBefore, begun] = [
      spent(pids.player()),
      spent(pids.browser()),
      performance.now(),
    ]
    await delay(seconds * 1_000)
    const time = (performance.now() - begun) / 1_000
    return {
      what,
      player: (spent(pids.player()) - playerBefore) / time,
      browser: (spent(pids.browser()) - browserBefore) / time,
    }
  }
  const open = async (panel: string): Promise<void> => {
    await tab.goto(`${address}/panels/${panel}/?token=${token}`)
    await tab.locator('kijkuit-panel').waitFor({ state: 'attached' })
  }

  const loads = [await over('floor: an empty page')]
  await open('still')
  loads.push(await over('idle (goal 1 %)'))
  const photo = ['--photo', fileURLToPath(new URL('../demo/portrait.svg', import.meta.url))]
  const issuer = ['--broker', broker.url, '--key', file('key.json'), '--area', 'nl', '--for', '2h']
  await command('publish', fileURLToPath(new URL('../demo/alert.yaml', import.meta.url)), ...photo, ...issuer)
  await until(async () => (await tab.locator('.front img').count()) > 0, 'the alert')
  loads.push(await over('an alert that stands still'))
  await open('turning')
  await until(async () => (await tab.locator('.front img').count()) > 0, 'the alert')
  loads.push(await over('an alert whose pages turn'))
  return loads
}

async function command(...words: readonly string[]): Promise<void> {
  const errors: string[] = []
  const quiet = { out: () => {}, progress: () => {}, colours: false, stop: new AbortController().signal }
  const status = await run(words, { ...quiet, err: (line) => void errors.push(line) })
  if (status !== 0) throw new Error(errors.join('\n'))
}

interface Stat {
  readonly name: string
  readonly parent: number
  /** CPU time, user and system, s. */
  readonly time: number
}

/** @returns undefined for a process that is gone */
function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // proc(5): the name stands in brackets and may hold some itself; then state, parent, and as 14th and 15th the times.
    const [open, close] = [text.indexOf('('), text.lastIndexOf(')')]
    const fields = text.slice(close + 2).split(' ')
    const time = (Number(fields[11]) + Number(fields[12])) / TICKS
    return { name: text.slice(open + 1, close), parent: Number(fields[1]), time }
  } catch {
    return undefined
  }
}

/** All processes that one has started, and those that they have. */
function below(pid: number): readonly number[] {
  const parents = new Map(
    readdirSync('/proc').flatMap((name) => {
      const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined
      return stat === undefined ? [] : [[Number(name), stat.parent] as const]
    }),
  )
  const isBelow = (one: number): boolean => {
    const parent = parents.get(one)
    return parent !== undefined && (parent === pid || isBelow(parent))
  }
  return [...parents.keys()].filter(isBelow)
}

function spent(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (statOf(pid)?.time ?? 0), 0)
}
