import { expect, it } from 'vitest'
import { chromiumRigs, SHELL_PATIENCE, withinAMinute } from '../../testkit/chromium-shell.ts'
import { startHostPages } from '../../testkit/host-pages.ts'

/** As `HOST_COLOUR` */
const HOST = '#00783c'
const BLACK = '#000000'

const openRig = chromiumRigs()

it.for([
  ['/gone', 'answers 404'],
  ['/cut', 'does not come (Failed)'],
] as const)(
  'shows the public nothing of a page of the host that goes to %s of its own accord, while the player says that all is well',
  { timeout: SHELL_PATIENCE },
  async ([path, reason], context) => {
    const host = await startHostPages()
    context.onTestFinished(() => host.dispose())
    const size = { width: 800, height: 600 }
    const rules = { pointer: false, hosts: [`http://127.0.0.1:${host.port}`] }
    const own = await openRig(context, size, rules)
    own.channel().setIdle({
      ...{ type: 'idle', ...size, x: 0, y: 0, touch: false },
      content: { type: 'page', url: host.url('/good'), fallback: { type: 'black' } },
    })
    own.channel().show([])
    const shell = await own.shell()
    await own.sees(HOST)
    const end = await own.session.film()

    await shell.evaluate(`document.querySelector('iframe').contentWindow.location.href = '${host.url(path)}'`)
    await own.sees(BLACK)
    await withinAMinute(() =>
      expect(own.channel().idleFault).toBe(`${host.url('/good')} went to a page that ${reason}`),
    )
    expect((await end()).colours.toSorted()).toEqual([BLACK, HOST])
    expect(host.asked).toContain(path)
  },
)
