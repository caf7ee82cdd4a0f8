import { afterAll, beforeAll, expect, it } from 'vitest'
import { Disposables } from '../../base/disposal.ts'
import { eventually, startChromiumRig } from '../../testkit/chromium-shell.ts'
import { builtScreen } from '../../testkit/stage-server.ts'
import { temporaryFolder } from '../../testkit/temporary-folder.ts'

const GREEN = '#1e6a3c'
const BLUE = '#123a8c'
const BLACK = '#000000'
const PATIENCE = 120_000

const forAll = new Disposables()
let screenDirectory: string

beforeAll(async () => {
  screenDirectory = forAll.add(await builtScreen()).folder
}, PATIENCE)
afterAll(() => forAll.dispose())

it(
  'shows the public nothing but the picture and black while its page is killed, and while it uses up its memory',
  async ({ onTestFinished }) => {
    const held = new Disposables()
    onTestFinished(() => held.dispose(), PATIENCE)
    const folder = held.add(await temporaryFolder())
    const size = { width: 800, height: 600 }
    const own = held.add(await startChromiumRig(folder, screenDirectory, size, { pointer: false }))
    own.show(GREEN)
    const shell = await own.shell('--js-flags=--max-old-space-size=40')
    await own.sees(GREEN)
    await eventually(() => expect(own.channel().painted).toBe(true))
    const end = await own.session.film()

    const pages = shell.processes('renderer')
    expect(pages.length).toBeGreaterThan(0)
    for (const pid of pages) process.kill(pid, 'SIGKILL')
    await eventually(() =>
      expect(own.player.filter((line) => line.includes('the page is gone'))).toHaveLength(1),
    )
    own.show(BLUE)
    await own.sees(BLUE)
    await eventually(() => expect(own.channel().painted).toBe(true))
    void shell.evaluate(
      'globalThis.all = []; for (;;) all.push(Array.from({ length: 1e5 }, (_, i) => String(i)))',
    )
    await eventually(() =>
      expect(own.player.filter((line) => line.includes('the page is gone'))).toHaveLength(2),
    )
    own.show(GREEN)
    await own.sees(GREEN)

    const { looks, colours } = await end()
    expect(looks).toBeGreaterThan(100)
    expect(colours.toSorted()).toEqual([BLACK, BLUE, GREEN])
    process.kill(shell.pid, 'SIGTERM')
    expect(await shell.ended).toBe(0)
  },
  PATIENCE,
)
