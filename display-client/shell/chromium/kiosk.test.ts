import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { promisify } from 'node:util'
import { inflateSync } from 'node:zlib'
import { describe, expect, it, type TestContext } from 'vitest'
import {
  type ChromiumRig,
  chromiumRigs,
  type RunningShell,
  SHELL_PATIENCE,
  withinAMinute,
} from '../../testkit/chromium-shell.ts'

const execute = promisify(execFile)
const GREEN = '#1e6a3c'
const BLUE = '#123a8c'
const BLACK = '#000000'

const openRig = chromiumRigs()

type Own = Pick<TestContext, 'onTestFinished'>

async function rig(context: Own, width: number, height: number): Promise<ChromiumRig> {
  const made = await openRig(context, { width, height })
  made.show(GREEN)
  return made
}

const kill = (pids: readonly number[]): void => {
  expect(pids.length).toBeGreaterThan(0)
  for (const pid of pids) process.kill(pid, 'SIGKILL')
}
/** The steps of the ladder, as the player has logged them. */
const steps = ({ player }: ChromiumRig) =>
  player.filter((line) => !/^hall: (a viewer|a second shell) /.test(line))
const size = (shell: RunningShell) =>
  shell.evaluate('[innerWidth, innerHeight, screen.width, screen.height, devicePixelRatio].join()')

/** Waits until a step was taken, after which what is new on the panel is to be seen, and the step was the only one. */
async function recovers(own: ChromiumRig): Promise<void> {
  await withinAMinute(() => expect(steps(own)[0]).toBeDefined())
  own.show(BLUE)
  await own.sees(BLUE)
  await withinAMinute(() => expect(steps(own)).toHaveLength(2))
}

/** Ends it in order: nothing of it is left. */
async function stop(shell: RunningShell): Promise<void> {
  process.kill(shell.pid, 'SIGTERM')
  expect(await shell.ended).toBe(0)
  // Killed is not yet gone.
  await withinAMinute(() => expect(shell.processes()).toEqual([]))
  expect(shell.profiles()).toEqual([])
}

/** Of a PNG: its size, and its first pixel, which no filter changes (PNG specification, 5.6 and 9.2). */
function firstPixel(png: Buffer) {
  const data: Buffer[] = []
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)))
  }
  const [width, height] = [16, 20].map((at) => png.readUInt32BE(at))
  return { width, height, colour: `#${inflateSync(Buffer.concat(data)).toString('hex', 1, 4)}` }
}

/** A server of somebody else on this machine. */
async function startElsewhere({ onTestFinished }: Own) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end('elsewhere')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const bound = server.address()
  return { address: `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}/`, asked }
}

describe.concurrent('a page that is lost', () => {
  it(
    'fills a monitor of 1920x1080, and has the picture back after kill -9 of the browser',
    async (context) => {
      const own = await rig(context, 1920, 1080)
      const shell = await own.shell()
      await own.sees(GREEN)
      expect(await size(shell)).toBe('1920,1080,1920,1080,1')
      kill(shell.processes('browser'))
      await recovers(own)
      expect(steps(own)).toEqual([
        'hall: the browser is gone (SIGKILL): it is loaded in a new window; next: a new window',
        'hall: the page draws again; next: the first rung, once it has for 2 min',
      ])
      expect(shell.profiles()).toHaveLength(1)

      kill(shell.processes('browser'))
      await withinAMinute(() => expect(steps(own)).toHaveLength(3))
      own.show(GREEN)
      await own.sees(GREEN)
      kill(shell.processes('browser'))
      expect(await shell.ended).toBe(1)
      await withinAMinute(() => expect(shell.processes()).toEqual([]))
      expect(shell.profiles()).toEqual([])
      expect(steps(own).at(-1)).toMatch(/: the shell ends, to be started anew; next: a restart of the shell$/)
      const next = await own.shell()
      await own.sees(GREEN)
      await stop(next)
    },
    SHELL_PATIENCE,
  )

  it(
    'fills a panel of 1280x256, and has the picture back after kill -9 of its page, and after one that used up its memory',
    async (context) => {
      const own = await rig(context, 1280, 256)
      const shell = await own.shell('--js-flags=--max-old-space-size=40')
      await own.sees(GREEN)
      expect(await size(shell)).toBe('1280,256,1280,256,1')
      kill(shell.processes('renderer'))
      await recovers(own)

      void shell.evaluate(
        'globalThis.all = []; for (;;) all.push(Array.from({ length: 1e5 }, (_, i) => String(i)))',
      )
      await withinAMinute(() => expect(steps(own)[2]).toBeDefined())
      own.show(GREEN)
      await own.sees(GREEN)
      await withinAMinute(() => expect(steps(own)).toHaveLength(4))
      expect(steps(own)).toEqual([
        expect.stringMatching(
          /^hall: the page is gone \(killed, code \d+\): it is loaded again; next: once more$/,
        ),
        'hall: the page draws again; next: the first rung, once it has for 2 min',
        expect.stringMatching(
          /^hall: the page is gone \((oom|crashed), code -?\d+\): it is loaded again; next: a new window$/,
        ),
        'hall: the page draws again; next: the first rung, once it has for 2 min',
      ])
      await stop(shell)
    },
    SHELL_PATIENCE,
  )

  it(
    'fills an LED panel of 192x64, and has the picture back after its page hung',
    async (context) => {
      const own = await rig(context, 192, 64)
      const shell = await own.shell()
      await own.sees(GREEN)
      expect(await size(shell)).toBe('192,64,192,64,1')
      void shell.evaluate('for (;;);')
      await recovers(own)
      expect(steps(own)).toEqual([
        'hall: the page hangs (no answer to Runtime.evaluate within 10 s): it is loaded again; next: once more',
        'hall: the page draws again; next: the first rung, once it has for 2 min',
      ])
      await stop(shell)
    },
    SHELL_PATIENCE,
  )
})

it(
  'keeps the picture while the player is away, shows nothing when it is lost then, and is right when the player is back',
  async (context) => {
    const own = await rig(context, 800, 600)
    const shell = await own.shell()
    await own.sees(GREEN)
    await withinAMinute(() => expect(own.channel().painted).toBe(true))
    await own.stopPlayer()
    // Its page has noticed by the time that it is asked whether it has.
    await withinAMinute(async () => expect(await shell.evaluate('document.readyState')).toBe('complete'))
    await own.sees(GREEN)
    own.show(BLUE)
    await own.startPlayer()
    await own.sees(BLUE)
    expect(steps(own)).toEqual([])

    await own.stopPlayer()
    kill(shell.processes('renderer'))
    await own.sees(BLACK)
    // The window of a page that is lost is black before the shell has heard of it.
    await withinAMinute(() =>
      expect(shell.said.at(-1)).toMatch(
        /^kijkuit-chromium: hall: the page is gone .*: the safe page stands; next: the real page, when the player is there$/,
      ),
    )
    await own.startPlayer()
    await own.sees(BLUE)
    await stop(shell)
  },
  SHELL_PATIENCE,
)

it(
  'refuses to be the second shell of a panel, and the first goes on',
  async (context) => {
    const own = await rig(context, 800, 600)
    const first = await own.shell()
    await own.sees(GREEN)
    const second = await own.shell()
    expect(await second.ended).toBe(2)
    expect(second.said.at(-1)).toBe(
      'kijkuit-chromium: another shell shows hall already; stop one of the two.',
    )
    expect(second.profiles()).toEqual([])
    own.show(BLUE)
    await own.sees(BLUE)

    // One that is killed leaves a profile, which the next one removes; its browser goes with it.
    process.kill(first.pid, 'SIGKILL')
    await first.ended
    await withinAMinute(() => expect(first.processes()).toEqual([]))
    expect(first.profiles()).toHaveLength(1)
    const third = await own.shell()
    await own.sees(BLUE)
    expect(first.profiles()).toEqual([])
    await stop(third)
  },
  SHELL_PATIENCE,
)

it(
  'takes its window away and puts it back, makes screenshots, opens nothing else and reaches nobody else',
  async (context) => {
    const own = await rig(context, 800, 600)
    const shell = await own.shell()
    await own.sees(GREEN)
    // Where X has put its pointer.
    await withinAMinute(() => expect(own.session.colour(400, 300)).toBe(GREEN))
    const { shell: channel } = own.channel()
    const captured = await channel.capture()
    if (!captured.ok) throw new Error(captured.failure)
    expect(firstPixel(captured.value)).toEqual({ width: 800, height: 600, colour: GREEN })

    const { stdout } = await execute('xset', ['q'], { env: { ...process.env, DISPLAY: own.session.display } })
    expect(stdout).toMatch(/Screen Saver:.*timeout: +0 /s)

    channel.setVisible(false)
    await own.sees(BLACK)
    channel.setVisible(true)
    await own.sees(GREEN)

    expect(await shell.evaluate('open("/health") !== null', true)).toBe(true)
    await withinAMinute(async () => expect(await shell.pages()).toHaveLength(1))
    const elsewhere = await startElsewhere(context)
    const reached = `fetch('${elsewhere.address}', { mode: 'no-cors' }).then(() => 'reached', () => 'not reached')`
    expect(await shell.evaluate(reached)).toBe('not reached')
    void shell.evaluate(`location.href = '${elsewhere.address}'`)
    await withinAMinute(() => expect(steps(own)).toHaveLength(1))
    expect(steps(own)[0]).toBe(
      'hall: the page did not load (another page stood in its place): it is loaded again; next: once more',
    )
    await own.sees(GREEN)
    expect(elsewhere.asked).toEqual([])
    await stop(shell)
  },
  SHELL_PATIENCE,
)
