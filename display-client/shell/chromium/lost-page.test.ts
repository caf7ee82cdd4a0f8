import { expect, it } from 'vitest'
import { chromiumRigs, SHELL_PATIENCE, withinAMinute } from '../../testkit/chromium-shell.ts'

const GREEN = '#1e6a3c'
const BLUE = '#123a8c'
const BLACK = '#000000'

const openRig = chromiumRigs()

it(
  'shows the public nothing but the picture and black while its page is killed, and while it uses up its memory',
  async (context) => {
    const own = await openRig(context, { width: 800, height: 600 }, { pointer: false })
    own.show(GREEN)
    const shell = await own.shell('--js-flags=--max-old-space-size=40')
    await own.sees(GREEN)
    await withinAMinute(() => expect(own.channel().painted).toBe(true))
    const end = await own.session.film()

    const pages = shell.processes('renderer')
    expect(pages.length).toBeGreaterThan(0)
    for (const pid of pages) process.kill(pid, 'SIGKILL')
    await withinAMinute(() =>
      expect(own.player.filter((line) => line.includes('the page is gone'))).toHaveLength(1),
    )
    own.show(BLUE)
    await own.sees(BLUE)
    await withinAMinute(() => expect(own.channel().painted).toBe(true))
    void shell.evaluate(
      'globalThis.all = []; for (;;) all.push(Array.from({ length: 1e5 }, (_, i) => String(i)))',
    )
    await withinAMinute(() =>
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
  SHELL_PATIENCE,
)
