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
  readonly targets: readonly Target[]
}

/** The command line of both shells, as it was meant or with one sentence that says what is wrong. */
export type ReadTargets =
  | { readonly ok: true; readonly value: Targets }
  | { readonly ok: false; readonly message: string }

/** Where a player serves unless it is told otherwise. */
const USUAL_PORT = 8740

/**
 * Reads `--port 8740 --panel hall --panel platform=DP-1`.
 *
 * @param args without the program itself
 */
export function readTargets(args: readonly string[]): ReadTargets {
  const wrong = (message: string): ReadTargets => ({ ok: false, message })
  let values: { port?: string | undefined; panel?: string[] | undefined }
  try {
    const options = { port: { type: 'string' }, panel: { type: 'string', multiple: true } } as const
    values = parseArgs({ args: [...args], options, allowPositionals: false }).values
  } catch (error) {
    return wrong(`${error instanceof Error ? error.message : String(error)}; known are --port and --panel.`)
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
  return { ok: true, value: { port, targets } }
}

/** Where everything that a shell may load comes from. */
export function playerOrigin(port: number): string {
  return `http://127.0.0.1:${port}`
}

/** The page of one panel. */
export function panelAddress(port: number, panel: string): string {
  return `${playerOrigin(port)}/panels/${panel}/`
}
