import { join } from 'node:path'
import { parseArgs } from 'node:util'

/** One panel that a shell puts on a monitor. */
export interface Target {
  /** Id of the panel, as in `player.yaml`. */
  readonly panel: string
  /** The monitor by its name (`DP-1`, `HDMI-1`); undefined = the next one that is free. */
  readonly display: string | undefined
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
}

/** The command line of both shells, as it was meant or with one sentence that says what is wrong. */
export type ReadTargets =
  | { readonly ok: true; readonly value: Targets }
  | { readonly ok: false; readonly message: string }

/** The options of both shells. */
export const OPTIONS = ['--port', '--panel', '--token-file', '--state'] as const

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
  const options = { port: text, panel: { ...text, multiple: true }, 'token-file': text, state: text } as const
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
  const targets = (values.panel ?? []).map((written) => {
    const [panel = '', display] = written.split('=', 2)
    return { panel, display }
  })
  if (targets.length === 0)
    return wrong('No panel to show; name one with --panel <id> or --panel <id>=<monitor>.')
  const odd = targets.find(({ panel }) => !/^[a-z0-9][a-z0-9-]*$/.test(panel))
  if (odd !== undefined) {
    return wrong(`--panel ${odd.panel} is not the id of a panel: lower-case letters, digits and hyphens.`)
  }
  const tokenFile = values['token-file']
  if (tokenFile === undefined) {
    return wrong('No viewer token; name its file with --token-file <data folder of the player>/viewer.token.')
  }
  const stateFolder = values.state ?? usualState(environment)
  if (stateFolder === undefined) return wrong('No folder to keep state in; name one with --state <folder>.')
  return { ok: true, value: { port, tokenFile, stateFolder, targets } }
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
