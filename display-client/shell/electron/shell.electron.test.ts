import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { _electron, type ElectronApplication } from 'playwright-core'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { Disposables } from '../../base/disposal.ts'
import { PanelChannel } from '../../player/panel-channel.ts'
import { startServer } from '../../player/server.ts'
import { page, SCREEN_SIZE, text } from '../../testkit/stage-pages.ts'
import { temporaryFolder } from '../../testkit/temporary-folder.ts'
import { TestClock } from '../../testkit/test-clock.ts'

// `npm run test:electron`: the shell in Electron's own binary, un-fused (a fused one takes no inspector), on an X server, with
// the player's real server and the built page. Not part of `npm test`: the binary cannot be had everywhere.

const ROOT = join(import.meta.dirname, '../../..')
const TOKEN = `237e8b4a.${'t'.repeat(43)}`
const held = new Disposables()
let channel: PanelChannel
let painted: number[]
let app: ElectronApplication

beforeAll(() => {
  if (!process.env['KIJKUIT_ELECTRON']) throw new Error('start this with: npm run test:electron')
})
afterEach(() => held.dispose())

const eventually = (check: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 30_000, interval: 50 })

async function start(panel: string): Promise<void> {
  const folder = held.add(await temporaryFolder())
  await writeFile(folder.join('viewer.token'), `${TOKEN}\n`)
  const log = { info: () => {}, warn: () => {} }
  const named = { type: 'panel', protocol: 1, id: 'hall', title: 'Hall', surface: 'screen' } as const
  channel = new PanelChannel({ ...named, ...SCREEN_SIZE, pitch: 0.3 }, new TestClock(), log)
  painted = []
  channel.onPainted = (revision) => painted.push(revision)
  const server = await startServer({
    ...{ port: 0, channels: new Map([['hall', channel]]), routes: [], log },
    screenDirectory: join(ROOT, 'dist/screen'),
    media: () => undefined,
    health: () => ({}),
    viewerToken: { value: TOKEN, file: folder.join('viewer.token') },
  })
  if (!server.ok) throw new Error(server.failure)
  held.defer(async () => {
    channel.dispose()
    await server.value.dispose()
  })
  app = await _electron.launch({
    executablePath: process.env['KIJKUIT_ELECTRON'] ?? '',
    args: [
      // Root has no sandbox; a kiosk never runs as root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...[join(ROOT, 'dist/electron/main.js'), '--port', String(server.value.port), '--state', folder.path],
      ...['--token-file', folder.join('viewer.token'), '--panel', panel],
    ],
  })
  held.defer(() => app.close())
}

const says = (words: string) => page([text(words, { x: 40, baseline: 200, size: 90 })])
const isShown = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())
const size = async () => (await app.firstWindow()).evaluate(() => `${innerWidth}x${innerHeight}`)

it('fills the monitor, shows itself, and says so only of what was painted', async () => {
  await start('hall')
  const bounds = await app.evaluate(({ screen }) => screen.getPrimaryDisplay().bounds)
  await eventually(async () => expect(await isShown()).toBe(true))
  expect(await size()).toBe(`${bounds.width}x${bounds.height}`)
  const revision = channel.show([says('Vermist')])
  await eventually(() => expect(painted).toContain(revision))
})

it('is exactly as large as an LED sender takes', async () => {
  await start('hall=192x64+16+8')
  await eventually(async () => expect(await size()).toBe('192x64'))
})

it('shows the same again after its page was killed', async () => {
  await start('hall')
  channel.show([says('Vermist')])
  await eventually(() => expect(channel.painted).toBe(true))
  await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
  )
  await eventually(() => expect(channel.shell.step).toMatchObject({ step: 'reload', cause: 'gone' }))
  const revision = channel.show([says('Weer terug')])
  await eventually(() => expect(painted).toContain(revision))
})

it('makes a screenshot of the size of its window', async () => {
  await start('hall')
  channel.show([says('Vermist')])
  await eventually(() => expect(channel.painted).toBe(true))
  const picture = await channel.shell.capture()
  if (!picture.ok) throw new Error(picture.failure)
  // Width and height stand first in the first chunk of a PNG, big-endian (PNG 3, clause 11.2.1).
  const [width, height] = [picture.value.readUInt32BE(16), picture.value.readUInt32BE(20)]
  expect(`${width}x${height}`).toBe(await size())
})
