import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { loadConfig } from '../../display-client/player/config.ts'
import { TOKEN_FILE } from '../../display-client/player/viewer-token.ts'
import { orMistake, readText, reasonOf } from './input.ts'
import { Mistake, type Terminal } from './terminal.ts'

interface ScreenshotOptions {
  readonly player?: string
  readonly url?: string
  readonly token?: string
  readonly out: string
  readonly unredacted?: true
  readonly json?: true
}

/** Where a player is, and what it lets somebody in with. */
interface Address {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string
  readonly token: string
}

/** The names of the machine itself. */
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]'])
/** Longer than a player takes to be sure, ms. */
const PATIENCE = 120_000

/** `kijkuit screenshot`: a picture of what really stands on a panel. */
export function addScreenshot(program: Command, terminal: Terminal): void {
  program
    .command('screenshot')
    .description(
      'take a picture of what stands on a panel, with photo, name and every fact of a person covered by the player',
    )
    .argument('<panel>', 'its id in player.yaml')
    .option('--player <player.yaml>', 'configuration of the player, which runs on this machine')
    .option('--url <url>', 'address of the player instead, such as http://127.0.0.1:4190; needs --token')
    .option('--token <file>', `the viewer token: ${TOKEN_FILE} in the data folder of the player`)
    .requiredOption('--out <file>', 'where the PNG goes; only you may read it')
    .option('--unredacted', 'with the person on it: only from the machine itself, and the player logs it')
    .option('--json', 'print what was written as a line of JSON')
    .addHelpText(
      'after',
      '\nExample:\n  kijkuit screenshot platform-5a --player player.yaml --out platform-5a.png',
    )
    .action((panel: string, options: ScreenshotOptions) => screenshot(panel, options, terminal))
}

async function screenshot(panel: string, options: ScreenshotOptions, terminal: Terminal): Promise<void> {
  const { out, json, unredacted = false } = options
  const { origin, token } = addressOf(options)
  if (unredacted && !LOOPBACK.has(new URL(origin).hostname)) {
    throw new Mistake(
      `--unredacted: ${origin} is another machine; take it on the machine of the player itself`,
    )
  }
  const png = await fetched(
    `${origin}/panels/${encodeURIComponent(panel)}/screenshot${unredacted ? '?unredacted' : ''}`,
    { origin, token },
    terminal.stop,
  )
  try {
    // A file that is there already keeps its mode, which others may read by.
    writeFileSync(out, png, { mode: 0o600, flag: unredacted ? 'wx' : 'w' })
  } catch (error) {
    const reason = isThere(error) ? 'exists already; name a new file' : reasonOf(error)
    throw new Mistake(`--out ${out}: ${reason}`, { cause: error })
  }
  const what = { panel, file: resolve(out), bytes: png.length, redacted: !unredacted }
  if (json) terminal.out(JSON.stringify(what))
  else
    terminal.out(
      `${out}: ${panel}${unredacted ? ', with the person on it: delete it when you are done' : ''}`,
    )
}

function isThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST'
}

/** @throws Mistake */
function addressOf({ player, url, token }: ScreenshotOptions): Address {
  if ((player === undefined) === (url === undefined))
    throw new Mistake('say which player: either --player player.yaml, or --url and --token')
  if (player !== undefined) {
    const { server, data } = orMistake(loadConfig(player))
    if (server.port === 0)
      throw new Mistake(
        `${player}: its server.port is 0, so nobody knows where it is; give --url and --token`,
      )
    return { origin: `http://127.0.0.1:${server.port}`, token: tokenOf(token ?? resolve(data, TOKEN_FILE)) }
  }
  const address = URL.parse(url ?? '')
  if (address?.protocol !== 'http:' || address.pathname !== '/')
    throw new Mistake(`--url ${url}: must be http://host:port`)
  if (token === undefined)
    throw new Mistake(`--url needs --token: ${TOKEN_FILE} in the data folder of that player`)
  return { origin: address.origin, token: tokenOf(token) }
}

/** @throws Mistake */
function tokenOf(file: string): string {
  const token = readText(file).trim()
  if (/^[\w.-]+$/.test(token)) return token
  throw new Mistake(`${file}: is no viewer token`)
}

/** @throws Mistake */
async function fetched(path: string, { origin, token }: Address, stop: AbortSignal): Promise<Buffer> {
  try {
    const signal = AbortSignal.any([stop, AbortSignal.timeout(PATIENCE)])
    const response = await fetch(path, { headers: { authorization: `Bearer ${token}` }, signal })
    if (response.ok) return Buffer.from(await response.arrayBuffer())
    throw new Mistake((await response.text()).trim())
  } catch (error) {
    if (error instanceof Mistake) throw error
    throw new Mistake(`${origin}: no player answers there; start it with kijkuit play`, { cause: error })
  }
}
