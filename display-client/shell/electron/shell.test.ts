import type { EventEmitter } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Disposables } from '../../base/disposal.ts'
import { eventually } from '../../testkit/eventually.ts'
import { freePort } from '../../testkit/free-port.ts'
import { type PanelServer, screenPanel, servePanels, VIEWER_TOKEN } from '../../testkit/panel-server.ts'
import { type TemporaryFolder, temporaryFolder } from '../../testkit/temporary-folder.ts'
import { PlayerLink } from '../player-link.ts'
import { shellClock } from '../shell-clock.ts'
import type { BrowserWindow, MockContents } from './electron.mock.ts'

// Electron's binary may not be here, so `electron` is a stand-in; the player is the real one.
vi.mock('electron', () => import('./electron.mock.ts'))

const LEFT = { id: 1, label: 'HDMI-1', bounds: { x: 0, y: 0, width: 1920, height: 1080 } }
const RIGHT = { id: 2, label: 'DP-1', bounds: { x: 1920, y: 0, width: 1080, height: 1920 } }
const TOKEN = VIEWER_TOKEN.value
const BLANK = 'about:blank'
const PNG = Buffer.from('89504e470d0a1a0a', 'hex')

const FAULTS = ['uncaughtException', 'unhandledRejection'] as const
const ofProcess: EventEmitter = process

type Electron = typeof import('./electron.mock.ts')

/** The one that the shell of this test sees. */
let electron: Electron
let folder: TemporaryFolder
let port: number
let player: PanelServer
const held = new Disposables()
const argv = process.argv
const written: string[] = []

/** Runs the entry file as Electron would. */
async function start(...args: string[]): Promise<void> {
  const common = ['--port', String(port), '--token-file', folder.join('viewer.token'), '--state', folder.path]
  process.argv = ['/opt/Kijkuit/kijkuit-shell', ...common, ...args]
  const before = FAULTS.map((event) => ofProcess.listeners(event))
  held.defer(() => {
    for (const [index, event] of FAULTS.entries()) {
      for (const listener of ofProcess.listeners(event)) {
        if (!before[index]?.includes(listener)) ofProcess.off(event, listener as () => void)
      }
    }
  })
  await import('./main.ts')
  await electron.app.loaded()
}

async function startPlayer(): Promise<void> {
  player = held.add(
    await servePanels({
      ...{ port, panels: ['hall', 'platform'].map(screenPanel) },
      viewerToken: { value: TOKEN, file: folder.join('viewer.token') },
    }),
  )
}

const open = () => electron.BrowserWindow.all.filter(({ destroyed }) => !destroyed)
const first = (): BrowserWindow => open()[0] ?? expect.fail('no window is open')
const page = (panel: string): string => `http://127.0.0.1:${port}/panels/${panel}/?token=${TOKEN}`
const loaded = (window: BrowserWindow, ...addresses: string[]) =>
  eventually(() => expect(window.loaded).toEqual(addresses))
const step = (panel: string) => player.channel(panel).shell.step
const lose = (window: BrowserWindow, reason: string) =>
  window.webContents.emit('render-process-gone', {}, { reason })
const prevented = (
  contents: MockContents,
  event: string,
  details: object = {},
  ...rest: unknown[]
): boolean => {
  const preventDefault = vi.fn()
  contents.emit(event, { preventDefault, ...details }, ...rest)
  return preventDefault.mock.calls.length === 1
}

beforeEach(async () => {
  folder = held.add(await temporaryFolder())
  await writeFile(folder.join('viewer.token'), `${TOKEN}\n`)
  port = await freePort()
  vi.resetModules()
  electron = (await import('electron')) as unknown as Electron
  electron.resetElectron()
  electron.screen.monitors = [LEFT, RIGHT]
  written.length = 0
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0)
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0)
})

afterEach(async () => {
  process.argv = argv
  // Without a monitor there is no window, and no connection to the player.
  electron.screen.monitors = []
  electron.screen.emit('display-removed')
  vi.restoreAllMocks()
  await held.dispose()
})

describe('starting', () => {
  it('gives every panel its monitor, and shows its window when the page was painted and is wanted', async () => {
    await startPlayer()
    await start('--panel', 'hall', '--panel=platform=DP-1', '--ozone-platform=x11')
    expect(electron.BrowserWindow.all.map(({ options }) => options)).toEqual([
      expect.objectContaining({ ...RIGHT.bounds, kiosk: true }),
      expect.objectContaining({ ...LEFT.bounds, kiosk: true }),
    ])
    const [platform, hall] = electron.BrowserWindow.all
    await loaded(hall ?? expect.fail(), BLANK, page('hall'))
    await loaded(platform ?? expect.fail(), BLANK, page('platform'))
    expect(hall?.shown).toBe(false)
    hall?.emit('ready-to-show')
    expect(hall?.shown).toBe(true)
    expect(platform?.shown).toBe(false)
  })

  it('is out of the way while there is no player, and loads its page when there is', async () => {
    await start('--panel', 'hall')
    await loaded(first(), BLANK)
    first().emit('ready-to-show')
    expect(first().shown).toBe(false)
    await startPlayer()
    await loaded(first(), BLANK, page('hall'))
    expect(first().shown).toBe(true)
  })

  it('covers exactly the part of a monitor that an LED sender takes', async () => {
    await start('--panel', 'hall=DP-1,192x64+16+8')
    expect(open().map(({ options }) => options)).toEqual([
      expect.objectContaining({ x: 1936, y: 8, width: 192, height: 64, alwaysOnTop: true }),
    ])
  })

  it('is sandboxed, has no menu, keeps the monitors awake and draws px for px', async () => {
    await start('--panel', 'hall')
    const { sandboxed, accelerated, switches } = electron.app
    expect([sandboxed, accelerated, electron.Menu.menu, electron.powerSaveBlocker.kinds]).toEqual([
      ...[true, true, null],
      ['prevent-display-sleep'],
    ])
    expect(switches).toContainEqual(['force-device-scale-factor', '1'])
  })

  it('leaves the graphics processor alone where the operator says so', async () => {
    await start('--panel', 'hall', '--gpu', 'off')
    expect(electron.app.accelerated).toBe(false)
  })

  it('lists the monitors with what they can be named by', async () => {
    await start('--list-monitors')
    expect(written).toEqual(['1  1920x1080+0+0  HDMI-1\n', '2  1080x1920+1920+0  DP-1\n'])
    expect([electron.app.exits, electron.BrowserWindow.all]).toEqual([[0], []])
  })

  it('refuses a wrong command line in one sentence', async () => {
    await start()
    expect(written).toEqual([
      'kijkuit-shell: No panel to show; name one with --panel <id> or --panel <id>=<monitor>.\n',
    ])
    expect([electron.app.exits, electron.BrowserWindow.all]).toEqual([[2], []])
  })

  it.each(FAULTS)('ends, to be started anew, and shows no dialog, at an %s', async (event) => {
    await start('--panel', 'hall')
    const ours = ofProcess.listeners(event).at(-1) as unknown as (fault: unknown) => void
    ours('no such thing')
    expect(written).toEqual(['kijkuit-shell: a fault in Kijkuit: no such thing\n'])
    expect(electron.app.exits).toEqual([1])
  })

  it('refuses to start a second time', async () => {
    electron.app.first = false
    await start('--panel', 'hall')
    expect(written).toEqual(['kijkuit-shell: it runs already; end the other one first.\n'])
    expect([electron.app.exits, electron.BrowserWindow.all]).toEqual([[2], []])
  })

  it('ends, for good, where another shell shows the panel', async () => {
    await startPlayer()
    const player = vi.fn()
    const other = new PlayerLink({
      ...{ port, panel: 'hall', clock: shellClock, token: () => TOKEN },
      listener: {
        ...{ player, window: () => {}, beat: () => {}, taken: () => {}, refused: () => {} },
        capture: async () => PNG,
      },
    })
    held.defer(() => other.dispose())
    other.open()
    await eventually(() => expect(player).toHaveBeenCalledWith(true))
    await start('--panel', 'hall')
    await eventually(() => expect(electron.app.exits).toEqual([2]))
    expect(written).toEqual([expect.stringMatching(/^kijkuit-shell: hall: .*another shell/)])
    expect(player.mock.calls).toEqual([[true]])
  })
})

describe('monitors', () => {
  it('follow when one is unplugged and plugged in again, without touching the others', async () => {
    await start('--panel', 'hall=HDMI-1', '--panel', 'platform=DP-1')
    const [hall, platform] = open()
    electron.screen.monitors = [LEFT]
    electron.screen.emit('display-removed')
    electron.screen.emit('display-metrics-changed')
    expect(open()).toEqual([hall])
    electron.screen.monitors = [RIGHT, LEFT]
    electron.screen.emit('display-added')
    expect(open()).toEqual([hall, electron.BrowserWindow.all[2]])
    expect(electron.BrowserWindow.all.length).toBe(3)
    expect(platform?.destroyed).toBe(true)
    expect(written).toEqual([
      'kijkuit-shell: platform: its monitor DP-1 is not there; there are 1 (HDMI-1 at 0,0). It appears when that is plugged in.\n',
    ])
  })

  it('get a new window when their size changes', async () => {
    await start('--panel', 'hall=HDMI-1')
    electron.screen.monitors = [{ ...LEFT, bounds: { ...LEFT.bounds, width: 3840, height: 2160 } }]
    electron.screen.emit('display-metrics-changed')
    expect(open().map(({ options }) => options)).toEqual([
      expect.objectContaining({ width: 3840, height: 2160 }),
    ])
  })
})

describe('what the player asks for', () => {
  it('a window out of the way while the host shows its own, and back', async () => {
    await startPlayer()
    await start('--panel', 'hall')
    await loaded(first(), BLANK, page('hall'))
    first().emit('ready-to-show')
    player.channel('hall').shell.setVisible(false)
    await eventually(() => expect(first().shown).toBe(false))
    player.channel('hall').shell.setVisible(true)
    await eventually(() => expect(first().shown).toBe(true))
  })

  it('a screenshot', async () => {
    await startPlayer()
    await start('--panel', 'hall')
    await loaded(first(), BLANK, page('hall'))
    first().webContents.picture = PNG
    expect(await player.channel('hall').shell.capture()).toEqual({ ok: true, value: PNG })
  })
})

describe('a page that is lost', () => {
  beforeEach(async () => {
    await startPlayer()
    await start('--panel', 'hall')
    await loaded(first(), BLANK, page('hall'))
  })

  it('is loaded again after its process crashed, in a later task', async () => {
    lose(first(), 'crashed')
    expect(first().loaded).toEqual([BLANK, page('hall')])
    await loaded(first(), BLANK, page('hall'), page('hall'))
    await eventually(() => expect(step('hall')).toMatchObject({ step: 'reload', cause: 'gone' }))
    expect(written).toEqual([
      'kijkuit-shell: hall: the page is gone (crashed): it is loaded again; next: once more\n',
    ])
  })

  it('is not lost when we close it, nor when Chromium says that its end was meant', async () => {
    lose(first(), 'clean-exit')
    await new Promise(setImmediate)
    expect(first().loaded).toEqual([BLANK, page('hall')])
    expect(written).toEqual([])
  })

  it('is ended before it is loaded again when it hangs, and that end is no new loss', async () => {
    const window = first()
    const end = vi.spyOn(window.webContents, 'forcefullyCrashRenderer')
    window.emit('unresponsive')
    expect(end).toHaveBeenCalledTimes(1)
    await loaded(window, BLANK, page('hall'), page('hall'))
    expect(written).toEqual([
      'kijkuit-shell: hall: the page hangs (it takes no input): it is loaded again; next: once more\n',
    ])
  })

  it('is well again when it paints itself, not when somebody else looks at the panel', async () => {
    lose(first(), 'crashed')
    await loaded(first(), BLANK, page('hall'), page('hall'))
    await eventually(() => expect(step('hall')).toMatchObject({ step: 'reload' }))
    const frame = Promise.withResolvers<boolean>()
    const asked = vi.spyOn(first().webContents, 'executeJavaScript').mockReturnValue(frame.promise)
    player.channel('hall').shell.beat()
    await eventually(() => expect(asked).toHaveBeenCalledTimes(1))
    expect(step('hall')).toMatchObject({ step: 'reload' })
    frame.resolve(true)
    await eventually(() => expect(step('hall')).toMatchObject({ step: 'well', cause: 'drawn' }))
  })

  it('climbs: the same window twice, a new one twice, then the shell ends for the service manager', async () => {
    for (let loss = 1; loss <= 4; loss += 1) {
      const before = first().loaded.length
      const window = first()
      lose(window, 'oom')
      await eventually(() => expect(first() === window && first().loaded.length === before).toBe(false))
      await eventually(() => expect(first().loaded.at(-1)).toBe(page('hall')))
    }
    expect(electron.BrowserWindow.all.length).toBe(3)
    expect(electron.app.exits).toEqual([])
    lose(first(), 'oom')
    expect(electron.app.exits).toEqual([1])
    expect(written.map((line) => line.slice('kijkuit-shell: hall: '.length))).toEqual(
      [
        'the page is gone (out of memory): it is loaded again; next: once more\n',
        'the page is gone (out of memory): it is loaded again; next: a new window\n',
        'the page is gone (out of memory): it is loaded in a new window; next: a new window\n',
        'the page is gone (out of memory): it is loaded in a new window; next: a restart of the shell\n',
        'the page is gone (out of memory): the shell ends, to be started anew; next: the safe page\n',
      ].map((line) => expect.stringContaining(line.slice(0, 60))),
    )
  })

  it('gets a new window when somebody has closed it', async () => {
    first().destroy()
    await eventually(() => expect(first().loaded).toEqual([page('hall')]))
  })

  it('is loaded again when it did not load, but not for a load that a newer one replaced, or a frame in it', async () => {
    const window = first()
    const fail = (code: number, isMainFrame: boolean) =>
      window.webContents.emit('did-fail-load', {}, code, 'ERR_FAILED', page('hall'), isMainFrame)
    fail(-3, true)
    fail(-2, false)
    await new Promise(setImmediate)
    expect(written).toEqual([])
    fail(-2, true)
    await loaded(window, BLANK, page('hall'), page('hall'))
    expect(written).toEqual([
      'kijkuit-shell: hall: the page did not load (ERR_FAILED): it is loaded again; next: once more\n',
    ])
  })
})

describe('what a page may not do', () => {
  it('navigate, redirect elsewhere, embed, open a window, show a menu, zoom', async () => {
    await start('--panel', 'hall')
    const { webContents } = first()
    for (const event of ['will-attach-webview', 'context-menu']) {
      expect(prevented(webContents, event), event).toBe(true)
    }
    const navigate = (url: string) => prevented(webContents, 'will-navigate', { url })
    expect(navigate('https://example.com/')).toBe(true)
    expect(navigate('file:///etc/passwd')).toBe(true)
    expect(navigate(`http://127.0.0.1:${port}/panels/hall/`)).toBe(false)
    const redirect = (url: string) => prevented(webContents, 'will-redirect', { url, isMainFrame: true })
    expect(redirect('https://example.com/')).toBe(true)
    expect(redirect(`http://127.0.0.1:${port}/panels/hall/`)).toBe(false)
    const popup = {
      url: 'https://example.com/',
      frameName: '',
      features: '',
      disposition: 'new-window',
    } as const
    const referrer = { url: '', policy: 'default' } as const
    expect(webContents.openHandler?.({ ...popup, referrer })).toEqual({ action: 'deny' })
    webContents.emit('did-finish-load')
    expect(webContents.zoom).toEqual([1, 1])
  })

  it('receive a shortcut; plain keys and touches pass', async () => {
    await start('--panel', 'hall')
    const { webContents } = first()
    const key = (change: object) => ({ control: false, alt: false, meta: false, key: 'a', ...change })
    for (const shortcut of [
      { control: true, key: 'w' },
      { alt: true, key: 'F4' },
      { meta: true },
      { key: 'F11' },
    ]) {
      expect(prevented(webContents, 'before-input-event', {}, key(shortcut))).toBe(true)
    }
    expect(prevented(webContents, 'before-input-event', {}, key({}))).toBe(false)
  })

  it('be granted a permission or device, download, load what is not allowed, or show what the player refuses', async () => {
    await start('--panel', 'hall')
    const session = electron.session.made.get('kijkuit without a cache') ?? expect.fail('no session')
    const ask = (name: string, ...args: unknown[]) =>
      (session.handlers.get(name) as (...all: unknown[]) => unknown)(...args)
    const decide = vi.fn()
    ask('permission', {}, 'local-network', decide)
    ask('request', { url: 'https://example.com/', resourceType: 'mainFrame' }, decide)
    ask('request', { url: page('hall'), resourceType: 'mainFrame' }, decide)
    ask('answer', { resourceType: 'mainFrame', statusCode: 401 }, decide)
    ask('answer', { resourceType: 'mainFrame', statusCode: 200 }, decide)
    ask('answer', { resourceType: 'subFrame', statusCode: 404 }, decide)
    ask('answer', { resourceType: 'image', statusCode: 404 }, decide)
    expect(decide.mock.calls.flat()).toEqual([
      false,
      ...[true, false, true, false, true, false].map((cancel) => ({ cancel })),
    ])
    expect([ask('check'), ask('device')]).toEqual([false, false])
    const preventDefault = vi.fn()
    session.emit('will-download', { preventDefault })
    expect(preventDefault).toHaveBeenCalledTimes(1)
  })
})

it('says when a process of Chromium is gone, which starts another', async () => {
  await start('--panel', 'hall')
  electron.app.emit('child-process-gone', {}, { type: 'GPU', reason: 'crashed' })
  electron.app.emit('child-process-gone', {}, { type: 'Utility', reason: 'clean-exit' })
  expect(written).toEqual(["kijkuit-shell: Chromium's GPU process is gone (crashed); it starts another.\n"])
})
