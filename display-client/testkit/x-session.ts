import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { vi } from 'vitest'
import { type Disposable, Disposables } from '../base/disposal.ts'
import { type Film, startFilm } from './film.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** That of a kiosk. */
const CONFIGURATION = join(import.meta.dirname, '../shell/chromium/system/openbox.xml')

/** A monitor that nobody sees: Xvfb with openbox, as a kiosk has it. */
export interface XSession extends Disposable {
  /** For `DISPLAY`. */
  readonly display: string
  /** The colour that really stands on the monitor at a pixel, `#rrggbb`. */
  colour(x: number, y: number): string
  /** Films the monitor. @returns ends the film */
  film(): Promise<() => Promise<Film>>
  dispose(): Promise<void>
}

/** @param size px @param pointer whether X draws one @throws when xvfb or openbox is not installed */
export async function startXSession(
  { width, height }: { readonly width: number; readonly height: number },
  pointer = true,
): Promise<XSession> {
  const held = new Disposables()
  const folder = held.add(await temporaryFolder())
  const screen = ['-screen', '0', `${width}x${height}x24`, '-fbdir', folder.path, '-nolisten', 'tcp']
  const noPointer = pointer ? [] : ['-nocursor']
  const server = spawn('Xvfb', ['-displayfd', '3', ...screen, ...noPointer], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  held.defer(() => ended(server))
  const [, , , told] = server.stdio
  const display = await new Promise<string>((resolve, reject) => {
    server.once('error', () => reject(new Error('Xvfb is needed: apt-get install -y xvfb')))
    server.once('exit', () => reject(new Error('Xvfb ended')))
    if (told instanceof Readable) told.once('data', (number) => resolve(`:${String(number).trim()}`))
  })
  const env = { ...process.env, DISPLAY: display, HOME: folder.path }
  const startup = ['--config-file', CONFIGURATION, '--startup', `touch ${folder.join('managed')}`]
  const manager = spawn('openbox', startup, { env, stdio: 'ignore' })
  manager.once('error', () => {})
  held.defer(() => ended(manager))
  await vi.waitFor(
    () => {
      if (!existsSync(folder.join('managed')))
        throw new Error('openbox is needed: apt-get install -y openbox')
    },
    { timeout: 20_000, interval: 20 },
  )
  const dump = folder.join('Xvfb_screen0')
  return {
    display,
    colour: (x, y) => colourAt(readFileSync(dump), x, y),
    film: () => startFilm(dump),
    dispose: () => held.dispose(),
  }
}

/** A pixel of a screen dump as Xvfb keeps it: XWDFile.h, 32 bits a pixel, blue first. */
function colourAt(dump: Buffer, x: number, y: number): string {
  const [header, line, colours] = [0, 48, 76].map((offset) => dump.readUInt32BE(offset))
  const at = (header ?? 0) + (colours ?? 0) * 12 + y * (line ?? 0) + x * 4
  return `#${(dump.readUInt32LE(at) & 0xffffff).toString(16).padStart(6, '0')}`
}

function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null)
    return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
}
