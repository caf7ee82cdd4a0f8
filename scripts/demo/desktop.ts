import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'

type Environment = Readonly<Partial<Record<string, string>>>

/** /usr/sbin is where Debian puts servers, and not in everybody's PATH. */
const SERVERS = '/usr/sbin'

/** Whether there is a desktop on which a browser can be opened. */
export function canOpen(environment: Environment): boolean {
  const desktop = environment['DISPLAY'] || environment['WAYLAND_DISPLAY']
  return Boolean(desktop) && isInstalled('xdg-open', environment)
}

/** Opens the browser of the person; what comes of it is theirs to see. */
export function openBrowser(url: string): void {
  const child = spawn('xdg-open', [url], { detached: true, stdio: 'ignore' })
  child.on('error', () => {})
  child.unref()
}

/** What of Kijkuit's surroundings is not here, with what it would be for. */
export function notInstalled(environment: Environment = process.env): readonly string[] {
  return [
    ...(isInstalled('chromium', environment) ? [] : ['Chromium (kiosks, tests)']),
    ...(isInstalled('mosquitto', environment) ? [] : ['Mosquitto (the broker of a site, tests)']),
    ...(hasCanvas() ? [] : ['canvas (kijkuit compose --png)']),
  ]
}

function isInstalled(program: string, environment: Environment): boolean {
  const folders = [...(environment['PATH'] ?? '').split(delimiter), SERVERS]
  return folders.some((folder) => folder !== '' && existsSync(join(folder, program)))
}

/** It is installed without being compiled where its libraries are missing. */
function hasCanvas(): boolean {
  try {
    createRequire(import.meta.url).resolve('canvas/build/Release/canvas.node')
    return true
  } catch {
    return false
  }
}
