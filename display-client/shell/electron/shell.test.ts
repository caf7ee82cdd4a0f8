import { writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../../testkit/temporary-folder.ts'
import type { BrowserWindow, MockContents } from './electron.mock.ts'
import { isAllowed } from './hardening.ts'

vi.mock('electron', () => import('./electron.mock.ts'))

const LEFT = { id: 1, label: 'HDMI-1', bounds: { x: 0, y: 0, width: 1920, height: 1080 } }
const RIGHT = { id: 2, label: 'DP-1', bounds: { x: 1920, y: 0, width: 1080, height: 1920 } }
const HALL = 'http://127.0.0.1:8740/panels/hall/?token=t0ken'
const PLATFORM = 'http://127.0.0.1:8740/panels/platform/?token=t0ken'

type Electron = typeof import('./electron.mock.ts')

/** The one that the shell of this test sees. */
let electron: Electron

/** Runs the entry file as Electron would. */
async function start(...args: string[]): Promise<void> {
  process.argv = ['/opt/Kijkuit/kijkuit-shell', '--token-file', folder.join('viewer.token'), ...args]
  await import('./main.ts')
}
const open = () => electron.BrowserWindow.all.filter(({ destroyed }) => !destroyed)
const first = (): BrowserWindow => electron.BrowserWindow.all[0] ?? expect.fail('no window was opened')
const prevented = (contents: MockContents, event: string, ...details: unknown[]): boolean => {
  const preventDefault = vi.fn()
  contents.emit(event, { preventDefault }, ...details)
  return preventDefault.mock.calls.length === 1
}

const argv = process.argv
let folder: TemporaryFolder
const written: string[] = []

beforeEach(async () => {
  folder = await temporaryFolder()
  await writeFile(folder.join('viewer.token'), 't0ken\n')
  vi.resetModules()
  electron = (await import('electron')) as unknown as Electron
  electron.resetElectron()
  electron.screen.monitors = [LEFT, RIGHT]
  vi.useFakeTimers()
  written.length = 0
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0)
})

afterEach(async () => {
  process.argv = argv
  vi.restoreAllMocks()
  vi.useRealTimers()
  await folder.dispose()
})

describe('starting', () => {
  it('puts every panel on its own monitor and shows it when it can be painted', async () => {
    await start('--panel', 'hall', '--panel=platform=DP-1', '--ozone-platform=x11')
    expect(electron.BrowserWindow.all.map(({ options, loaded }) => ({ options, loaded }))).toEqual([
      {
        options: expect.objectContaining({ x: 1920, y: 0, width: 1080, height: 1920, kiosk: true }),
        loaded: [PLATFORM],
      },
      {
        options: expect.objectContaining({ x: 0, y: 0, width: 1920, height: 1080, kiosk: true }),
        loaded: [HALL],
      },
    ])
    expect(first().shown).toBe(false)
    first().emit('ready-to-show')
    expect(first().shown).toBe(true)
  })

  it('is sandboxed, has no menu and keeps the monitors awake', async () => {
    await start('--panel', 'hall')
    expect([electron.app.sandboxed, electron.Menu.menu, electron.powerSaveBlocker.kinds]).toEqual([
      true,
      null,
      ['prevent-display-sleep'],
    ])
  })

  it('refuses a wrong command line in one sentence', async () => {
    await start('--port', '8740')
    expect(written).toEqual([
      'kijkuit-shell: No panel to show; name one with --panel <id> or --panel <id>=<monitor>.\n',
    ])
    expect([electron.app.exits, electron.BrowserWindow.all]).toEqual([[2], []])
  })

  it('refuses to start a second time', async () => {
    electron.app.first = false
    await start('--panel', 'hall')
    expect(written).toEqual(['kijkuit-shell: it runs already; end the other one first.\n'])
    expect([electron.app.exits, electron.BrowserWindow.all]).toEqual([[2], []])
  })
})

describe('monitors', () => {
  it('follow when one is unplugged and plugged in again, without touching the others', async () => {
    await start('--panel', 'hall=HDMI-1', '--panel', 'platform=DP-1')
    electron.screen.monitors = [LEFT]
    electron.screen.emit('display-removed')
    expect(open().map(({ loaded }) => loaded)).toEqual([[HALL]])
    electron.screen.monitors = [RIGHT, LEFT]
    electron.screen.emit('display-added')
    expect(open().map(({ loaded }) => loaded)).toEqual([[HALL], [PLATFORM]])
    expect(electron.BrowserWindow.all.length).toBe(3)
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

describe('a page that is lost', () => {
  it('leaves a black window, and is tried again until the player is there, ever less often', async () => {
    await start('--panel', 'hall')
    const { webContents, loaded } = first()
    for (const wait of [250, 500, 1_000, 2_000, 4_000, 5_000]) {
      webContents.emit('did-fail-load', {}, -102)
      expect(loaded.at(-1)).toBe('about:blank')
      vi.advanceTimersByTime(wait - 1)
      expect(loaded.at(-1)).toBe('about:blank')
      vi.advanceTimersByTime(1)
      expect(loaded.at(-1)).toBe(HALL)
    }
    webContents.emit('did-finish-load')
    webContents.emit('did-fail-load', {}, -102)
    vi.advanceTimersByTime(250)
    expect(loaded.at(-1)).toBe(HALL)
  })

  it('is loaded again after its process crashed, in a later task', async () => {
    await start('--panel', 'hall')
    first().webContents.emit('render-process-gone', {}, { reason: 'crashed' })
    expect(first().loaded).toEqual([HALL])
    vi.advanceTimersByTime(0)
    expect(first().loaded).toEqual([HALL, HALL])
  })

  it('ends the shell when it crashes over and over', async () => {
    await start('--panel', 'hall')
    for (let loss = 0; loss < 6; loss += 1) {
      expect(electron.app.exits).toEqual([])
      first().webContents.emit('render-process-gone', {}, { reason: 'oom' })
      vi.advanceTimersByTime(0)
    }
    expect(electron.app.exits).toEqual([1])
  })
})

describe('what a page may not do', () => {
  it('navigate, redirect, embed, open a window, show a menu, zoom', async () => {
    await start('--panel', 'hall')
    const { webContents } = first()
    for (const event of ['will-navigate', 'will-redirect', 'will-attach-webview', 'context-menu']) {
      expect(prevented(webContents, event), event).toBe(true)
    }
    expect(webContents.openHandler?.()).toEqual({ action: 'deny' })
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
      expect(prevented(webContents, 'before-input-event', key(shortcut))).toBe(true)
    }
    expect(prevented(webContents, 'before-input-event', key({}))).toBe(false)
  })

  it('be granted any permission or device, or load anything that is not the player', async () => {
    await start('--panel', 'hall')
    const { handlers } = electron.session.defaultSession
    const ask = (name: string, ...args: unknown[]) =>
      (handlers.get(name) as (...all: unknown[]) => unknown)(...args)
    const decide = vi.fn()
    ask('permission', {}, 'local-network', decide)
    ask('request', { url: 'https://example.com/' }, decide)
    ask('request', { url: HALL }, decide)
    expect(decide.mock.calls).toEqual([[false], [{ cancel: true }], [{ cancel: false }]])
    expect([ask('check'), ask('device')]).toEqual([false, false])
  })

  it.each([
    ['http://127.0.0.1:8740/panels/hall/', true],
    ['ws://127.0.0.1:8740/panels/hall/stage', true],
    ['http://127.0.0.1:8741/', false],
    ['http://127.0.0.1.example.com:8740/', false],
    ['http://localhost:8740/', false],
    ['https://127.0.0.1:8740/', false],
    ['file:///etc/passwd', false],
    ['not an address', false],
  ])('load %s: %s', (address, allowed) => {
    expect(isAllowed(address, 'http://127.0.0.1:8740')).toBe(allowed)
  })
})
