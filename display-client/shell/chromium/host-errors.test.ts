import { afterAll, beforeAll, expect, it } from 'vitest'
import { Disposables } from '../../base/disposal.ts'
import { eventually, startChromiumRig } from '../../testkit/chromium-shell.ts'
import { startHostPages } from '../../testkit/host-pages.ts'
import { builtScreen } from '../../testkit/stage-server.ts'
import { temporaryFolder } from '../../testkit/temporary-folder.ts'

/** As `HOST_COLOUR` */
const HOST = '#00783c'
const BLACK = '#000000'
const PATIENCE = 120_000

const forAll = new Disposables()
let screenDirectory: string

beforeAll(async () => {
  screenDirectory = forAll.add(await builtScreen()).folder
}, PATIENCE)
afterAll(() => forAll.dispose())

it.each([
  ['/gone', 'answers 404'],
  ['/cut', 'does not come (Failed)'],
] as const)(
  'shows the public nothing of a page of the host that goes to %s of its own accord, while the player says that all is well',
  async (path, reason) => {
    const held = new Disposables()
    forAll.defer(() => held.dispose())
    const folder = held.add(await temporaryFolder())
    const host = held.add(await startHostPages())
    const size = { width: 800, height: 600 }
    const rules = { pointer: false, hosts: [`http://127.0.0.1:${host.port}`] }
    const own = held.add(await startChromiumRig(folder, screenDirectory, size, rules))
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
    await eventually(() =>
      expect(own.channel().idleFault).toBe(`${host.url('/good')} went to a page that ${reason}`),
    )
    expect((await end()).colours.toSorted()).toEqual([BLACK, HOST])
    expect(host.asked).toContain(path)
    await held.dispose()
  },
  PATIENCE,
)
