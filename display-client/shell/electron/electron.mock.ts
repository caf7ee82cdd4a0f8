import { EventEmitter } from 'node:events'
import type { App, BrowserWindow as ElectronWindow, NativeImage, Session, WebContents } from 'electron'

/**
 * Stands in for the module `electron`, whose binary may not be here: `vi.mock('electron', () => import('./electron.mock.ts'))`.
 * It does nothing but remember what was asked of it. What it stands in for is checked against Electron's own declarations (`implements`),
 * where those do not ask for more than is used of them.
 */

export interface MockMonitor {
  id: number
  label: string
  bounds: { x: number; y: number; width: number; height: number }
}

type Handler = ((...args: never[]) => unknown) | null

type UsedContents =
  | 'executeJavaScript'
  | 'isCrashed'
  | 'forcefullyCrashRenderer'
  | 'setWindowOpenHandler'
  | 'setVisualZoomLevelLimits'

export class MockContents extends EventEmitter implements Pick<WebContents, UsedContents> {
  openHandler: Parameters<WebContents['setWindowOpenHandler']>[0] | undefined
  zoom: readonly number[] = []
  crashed = false
  picture = Buffer.alloc(0)
  /** What a frame of the page is waited for with; a page that hangs has one that never settles. */
  frame: Promise<unknown> = Promise.resolve(true)
  executeJavaScript(): Promise<unknown> {
    return this.frame
  }
  isCrashed(): boolean {
    return this.crashed
  }
  /** As Electron does: the end is told in a later task. */
  forcefullyCrashRenderer(): void {
    this.crashed = true
    setImmediate(() => this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 }))
  }
  capturePage(): Promise<Pick<NativeImage, 'toPNG'>> {
    return Promise.resolve({ toPNG: () => this.picture })
  }
  setWindowOpenHandler(handler: Parameters<WebContents['setWindowOpenHandler']>[0]): void {
    this.openHandler = handler
  }
  setVisualZoomLevelLimits(least: number, most: number): Promise<void> {
    this.zoom = [least, most]
    return Promise.resolve()
  }
}

type UsedWindow = 'loadURL' | 'show' | 'hide' | 'isDestroyed' | 'destroy'

export class BrowserWindow extends EventEmitter implements Pick<ElectronWindow, UsedWindow> {
  static all: BrowserWindow[] = []
  readonly options: object
  readonly webContents = new MockContents()
  readonly loaded: string[] = []
  shown = false
  destroyed = false
  constructor(options: object) {
    super()
    this.options = options
    BrowserWindow.all.push(this)
    app.emit('web-contents-created', {}, this.webContents)
  }
  loadURL(address: string): Promise<void> {
    this.loaded.push(address)
    this.webContents.crashed = false
    return Promise.resolve()
  }
  show(): void {
    this.shown = true
  }
  hide(): void {
    this.shown = false
  }
  isDestroyed(): boolean {
    return this.destroyed
  }
  destroy(): void {
    this.destroyed = true
    this.shown = false
    this.emit('closed')
  }
}

type UsedApp =
  | 'isPackaged'
  | 'enableSandbox'
  | 'disableHardwareAcceleration'
  | 'requestSingleInstanceLock'
  | 'whenReady'
  | 'exit'

class MockApp extends EventEmitter implements Pick<App, UsedApp> {
  isPackaged = true
  sandboxed = false
  first = true
  exits: number[] = []
  accelerated = true
  switches: (readonly string[])[] = []
  commandLine = { appendSwitch: (...parts: string[]) => void this.switches.push(parts) }
  enableSandbox(): void {
    this.sandboxed = true
  }
  disableHardwareAcceleration(): void {
    this.accelerated = false
  }
  requestSingleInstanceLock(): boolean {
    return this.first
  }
  ready = Promise.withResolvers<void>()
  /** As Electron does: not before the module of the shell was evaluated ({@link loaded}). */
  whenReady(): Promise<void> {
    return this.ready.promise
  }
  loaded(): Promise<void> {
    this.ready.resolve()
    return this.ready.promise
  }
  exit(code: number): void {
    this.exits.push(code)
  }
}

class MockScreen extends EventEmitter {
  monitors: MockMonitor[] = []
  getAllDisplays(): MockMonitor[] {
    return this.monitors
  }
}

type UsedSession = 'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'

class MockSession extends EventEmitter implements Pick<Session, UsedSession> {
  handlers = new Map<string, Handler>()
  webRequest = {
    onBeforeRequest: (handler: Handler) => void this.handlers.set('request', handler),
    onHeadersReceived: (handler: Handler) => void this.handlers.set('answer', handler),
  }
  setPermissionRequestHandler(handler: Handler): void {
    this.handlers.set('permission', handler)
  }
  setPermissionCheckHandler(handler: Handler): void {
    this.handlers.set('check', handler)
  }
  setDevicePermissionHandler(handler: Handler): void {
    this.handlers.set('device', handler)
  }
}

export const app = new MockApp()
export const screen = new MockScreen()
export const session = {
  made: new Map<string, MockSession>(),
  fromPartition(partition: string, { cache }: { cache: boolean }): MockSession {
    const made = new MockSession()
    session.made.set(`${partition} ${cache ? 'with' : 'without'} a cache`, made)
    return made
  },
}
export const Menu = {
  menu: undefined as unknown,
  setApplicationMenu(menu: unknown): void {
    Menu.menu = menu
  },
}
export const powerSaveBlocker = {
  kinds: [] as string[],
  start(kind: string): void {
    powerSaveBlocker.kinds.push(kind)
  },
}

/** An Electron that nothing has been asked of yet. */
export function resetElectron(): void {
  app.removeAllListeners()
  Object.assign(app, {
    isPackaged: true,
    sandboxed: false,
    first: true,
    accelerated: true,
    ready: Promise.withResolvers<void>(),
    exits: [],
    switches: [],
  })
  screen.removeAllListeners()
  screen.monitors = []
  session.made.clear()
  Menu.menu = undefined
  powerSaveBlocker.kinds = []
  BrowserWindow.all = []
}
