import { join } from 'node:path'
import { parseArgs } from 'node:util'

/** A part of a monitor, px of it: an X geometry (X(7), "Geometry specifications") with offsets from the upper left corner. */
export interface Geometry {
  readonly width: number
  readonly height: number
  readonly x: number
  readonly y: number
}

/** One panel that a shell puts on a monitor. */
export interface Target {
  /** Id of the panel, as in `player.yaml`. */
  readonly panel: string
  /** The monitor by its name or id, as `--list-monitors` says them; undefined = the next one that is free. */
  readonly monitor: string | undefined
  /** The part of the monitor that its window covers, as an LED sender takes it; undefined = all of it. */
  readonly geometry: Geometry | undefined
}

/** What a shell is told to do. */
export interface Targets {
  /** Where the player of this machine serves. */
  readonly port: number
  /** The file with the viewer token: `viewer.token` in the data folder of the player. */
  readonly tokenFile: string
  /** The folder in which the shell keeps where its ladders stand. */
  readonly stateFolder: string
  readonly targets: readonly Target[]
  /** Whether the graphics processor draws; off where its driver is what hangs. */
  readonly gpu: boolean
  /** Origins whose pages a panel may show while it is idle (`idle: { type: page }` in `player.yaml`). */
  readonly hosts: readonly string[]
}

/** The command line of both shells, as it was meant or with one sentence that says what is wrong. */
export type ReadTargets =
  | { readonly ok: true; readonly value: Targets }
  | { readonly ok: false; readonly message: string }

/** The options of both shells. */
export const OPTIONS = ['--port', '--panel', '--token-file', '--state', '--gpu', '--host'] as const

/** Where a player serves unless it is told otherwise. */
const USUAL_PORT = 8740

/**
 * Reads `--port 8740 --token-file /var/lib/kijkuit/viewer.token --panel hall --panel platform=DP-1`.
 *
 * @param args without the program itself
 * @param environment for the usual state folder: that of the service manager, or of the user
 */
export function readTargets(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): ReadTargets {
  const wrong = (message: string): ReadTargets => ({ ok: false, message })
  const text = { type: 'string' } as const
  const list = { type: 'string', multiple: true } as const
  const options = { port: text, panel: list, 'token-file': text, state: text, gpu: text, host: list }
  let values: ReturnType<typeof parseArgs<{ options: typeof options }>>['values']
  try {
    values = parseArgs({ args: [...args], options, allowPositionals: false }).values
  } catch (error) {
    return wrong(
      `${error instanceof Error ? error.message : String(error)}; known are ${OPTIONS.join(', ')}.`,
    )
  }
  const port = values.port === undefined ? USUAL_PORT : Number(values.port)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    return wrong(`--port ${values.port} is not a port; give a whole number from 1 to 65535.`)
  }
  const targets = (values.panel ?? []).map(readTarget)
  if (targets.length === 0)
    return wrong('No panel to show; name one with --panel <id> or --panel <id>=<monitor>.')
  const odd = targets.find(({ panel }) => !/^[a-z0-9][a-z0-9-]*$/.test(panel))
  if (odd !== undefined) {
    return wrong(`--panel ${odd.panel} is not the id of a panel: lower-case letters, digits and hyphens.`)
  }
  const twice = targets.find(({ panel }, index) => targets.findIndex((one) => one.panel === panel) !== index)
  if (twice !== undefined) return wrong(`--panel ${twice.panel} is given twice; keep one.`)
  if (values.gpu !== undefined && values.gpu !== 'on' && values.gpu !== 'off')
    return wrong(`--gpu ${values.gpu} is neither on nor off.`)
  const hosts = values.host ?? []
  const noOrigin = hosts.find((host) => !isOrigin(host))
  if (noOrigin !== undefined)
    return wrong(
      `--host ${noOrigin} is no origin; give scheme, name and port only, as https://screens.example.`,
    )
  const tokenFile = values['token-file']
  if (tokenFile === undefined) {
    return wrong('No viewer token; name its file with --token-file <data folder of the player>/viewer.token.')
  }
  const stateFolder = values.state ?? usualState(environment)
  if (stateFolder === undefined) return wrong('No folder to keep state in; name one with --state <folder>.')
  return { ok: true, value: { port, tokenFile, stateFolder, targets, gpu: values.gpu !== 'off', hosts } }
}

/** `<panel>`, `<panel>=<monitor>`, `<panel>=<geometry>` or `<panel>=<monitor>,<geometry>`. */
function readTarget(written: string): Target {
  const equals = written.indexOf('=')
  if (equals === -1) return { panel: written, monitor: undefined, geometry: undefined }
  const place = written.slice(equals + 1)
  const [all = '', width, height, x, y] =
    /(?:^|,)([1-9]\d{0,4})x([1-9]\d{0,4})\+(\d{1,5})\+(\d{1,5})$/.exec(place) ?? []
  const monitor = place.slice(0, place.length - all.length)
  return {
    panel: written.slice(0, equals),
    monitor: monitor === '' ? undefined : monitor,
    geometry:
      all === '' ? undefined : { width: Number(width), height: Number(height), x: Number(x), y: Number(y) },
  }
}

function isOrigin(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.parse(text)?.origin === text
}

/** @see systemd.exec(5), StateDirectory=; XDG Base Directory Specification 0.8 */
function usualState(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const { STATE_DIRECTORY, XDG_STATE_HOME, HOME } = environment
  if (STATE_DIRECTORY) return STATE_DIRECTORY.split(':')[0]
  if (XDG_STATE_HOME) return join(XDG_STATE_HOME, 'kijkuit-shell')
  return HOME ? join(HOME, '.local/state/kijkuit-shell') : undefined
}

/** Where everything that a shell may load comes from. */
export function playerOrigin(port: number): string {
  return `http://127.0.0.1:${port}`
}

/** The page of one panel, as it is asked for first: the player then sends the browser on to the address without the token. */
export function panelAddress(port: number, panel: string, token: string): string {
  return `${playerOrigin(port)}/panels/${panel}/?token=${encodeURIComponent(token)}`
}
