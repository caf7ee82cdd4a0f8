import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { PanelChannel } from '../../display-client/player/panel-channel.ts'
import type { PanelMessage } from '../../display-client/player/protocol.ts'
import { type Server, startServer } from '../../display-client/player/server.ts'
import { systemClock } from '../../display-client/player/system-clock.ts'

const PANEL: PanelMessage = {
  ...{ type: 'panel', protocol: 1, id: 'bar-1', title: 'Bar', surface: 'screen' },
  ...{ width: 1920, height: 360, pitch: 0.3 },
}

/** Stands in a file beside what is served. */
export const SECRET = 'nobody may read this'

/** Of the viewers of this site. */
export const TOKEN = 'token-of-the-fuzzed-site'

/** ms for an answer, or for hanging up. The server itself gives a request 10 s. */
export const PATIENCE = 15_000

/** A player's server with one panel, for whoever can reach it. */
export class Site {
  readonly #folder: string
  readonly server: Server
  readonly channel: PanelChannel
  /** Faults of ours that the server has reported. */
  readonly faults: string[]
  /** Revisions that were said to be painted. */
  readonly painted: number[] = []

  private constructor(folder: string, server: Server, channel: PanelChannel, faults: string[]) {
    this.#folder = folder
    this.server = server
    this.channel = channel
    this.faults = faults
    channel.onPainted = (revision) => this.painted.push(revision)
    channel.show([])
  }

  static async open(): Promise<Site> {
    const folder = await mkdtemp(join(tmpdir(), 'kijkuit-fuzz-'))
    const faults: string[] = []
    const warn = (line: string): void => {
      if (line.startsWith('a fault in Kijkuit')) faults.push(line)
    }
    const log = { info: () => {}, warn }
    const screenDirectory = join(folder, 'screen')
    await mkdir(screenDirectory)
    await writeFile(join(screenDirectory, 'index.html'), '<!doctype html>')
    await writeFile(join(folder, 'secret'), SECRET)
    const channel = new PanelChannel(PANEL, systemClock(), log)
    const channels = new Map([['bar-1', channel]])
    const started = await startServer({
      ...{ port: 0, channels, screenDirectory, log },
      routes: [{ method: 'POST', path: '/demo/send', handle: (_, response) => void response.end('done') }],
      media: () => undefined,
      health: () => ({}),
      viewerToken: { value: TOKEN, file: join(folder, 'viewer.token') },
    })
    if (!started.ok) throw new Error(started.failure)
    return new Site(folder, started.value, channel, faults)
  }

  /** What is wrong with it now. */
  async check(): Promise<string | undefined> {
    const [fault] = this.faults.splice(0)
    if (fault !== undefined) return fault
    const answer = await bodyOf(`${this.server.address}/health`)
    return answer === '{}' ? undefined : `the server no longer answers as it should: ${answer}`
  }

  async dispose(): Promise<void> {
    this.channel.dispose()
    await this.server.dispose()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** @returns the body of the answer, or what went wrong */
function bodyOf(address: string): Promise<string> {
  return new Promise((resolve) => {
    const asked = get(address, { agent: false, timeout: PATIENCE }, async (response) => {
      resolve(await text(response).catch(String))
    })
    asked.on('timeout', () => asked.destroy(new Error('no answer')))
    asked.on('error', (error) => resolve(String(error)))
  })
}
