import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { Disposables } from '../../base/disposal.ts'
import {
  type ChromiumRig,
  eventually,
  type RunningShell,
  startChromiumRig,
} from '../../testkit/chromium-shell.ts'
import { builtScreen } from '../../testkit/stage-server.ts'
import { temporaryFolder } from '../../testkit/temporary-folder.ts'

const GREEN = '#1e6a3c'
const BLUE = '#123a8c'
const BLACK = '#000000'
const PATIENCE = 120_000

const held = new Disposables()
const forAll = new Disposables()
let screenDirectory: string

beforeAll(async () => {
  screenDirectory = forAll.add(await builtScreen()).folder
}, PATIENCE)
afterAll(() => forAll.dispose())
afterEach(() => held.dispose(), PATIENCE)

async function rig(width: number, height: number): Promise<ChromiumRig> {
  const folder = held.add(await temporaryFolder())
  const made = held.add(await startChromiumRig(folder, screenDirectory, { width, height }))
  made.show(GREEN)
  return made
}

const kill = (pids: readonly number[]): void => {
  expect(pids.length).toBeGreaterThan(0)
  for (const pid of pids) process.kill(pid, 'SIGKILL')
}
/** The steps of the ladder, as the player has logged them. */
const steps = ({ player }: ChromiumRig) => player.filter((line) => /^hall: /.test(line))
const size = (shell: RunningShell) =>
  shell.evaluate('[innerWidth, innerHeight, screen.width, screen.height, devicePixelRatio].join()')

/** Ends it in order: nothing of it is left. */
async function stop(shell: RunningShell): Promise<void> {
  process.kill(shell.pid, 'SIGTERM')
  expect(await shell.ended).toBe(0)
  expect(shell.processes()).toEqual([])
  expect(shell.profiles()).toEqual([])
}

it(
  'fills a monitor of 1920x1080, and has the picture back after kill -9 of the browser',
  async () => {
    const own = await rig(1920, 1080)
    const shell = await own.shell()
    await own.sees(GREEN)
    expect(await size(shell)).toBe('1920,1080,1920,1080,1')
    kill(shell.processes('browser'))
    await eventually(() => expect(steps(own)[0]).toBeDefined())
    own.show(BLUE)
    await own.sees(BLUE)
    await eventually(() => expect(steps(own)).toHaveLength(2))
    expect(steps(own)).toEqual([
      'hall: the browser is gone (SIGKILL): it is loaded in a new window; next: a new window',
      'hall: the page draws again; next: the first rung, once it has for 2 min',
    ])
    expect(shell.profiles()).toHaveLength(1)
    await stop(shell)
  },
  PATIENCE,
)
