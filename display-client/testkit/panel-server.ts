import { type ClientRequestArgs, request } from 'node:http'
import { expect } from 'vitest'
import { type ClientOptions, WebSocket } from 'ws'
import type { Clock } from '../base/clock.ts'
import { type Disposable, Disposables } from '../base/disposal.ts'
import { PanelChannel } from '../player/panel-channel.ts'
import type { PanelMessage, ToViewer } from '../player/protocol.ts'
import { type Server, type ServerOptions, startServer } from '../player/server.ts'
import type { ViewerToken } from '../player/viewer-token.ts'
import { bearer } from './bearer.ts'
import { eventually } from './eventually.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { TestClock } from './test-clock.ts'

/** What lets a page in at the server. */
export const VIEWER_TOKEN: ViewerToken = {
  value: `237e8b4a.${'t'.repeat(43)}`,
  file: '/var/lib/kijkuit/viewer.token',
}

/** A screen of 800x600. */
export function screenPanel(id: string): PanelMessage {
  const title = `${id.slice(0, 1).toUpperCase()}${id.slice(1)}`
  return { type: 'panel', protocol: 1, id, title, surface: 'screen', width: 800, height: 600, pitch: 0.3 }
}

export interface PanelServerOptions extends Partial<Omit<ServerOptions, 'channels' | 'log'>> {
  /** Else `hall`. */
  readonly panels?: readonly PanelMessage[]
  /** Else one that nobody moves. */
  readonly clock?: Clock
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

/** The other end of a WebSocket of the server. */
export interface Connection<Heard> {
  readonly socket: WebSocket
  readonly heard: readonly Heard[]
  /** How it ended, when it did. */
  readonly closed: readonly { readonly code: number; readonly reason: string }[]
  /** Sends a text, or anything else as JSON. */
  say(message: unknown): void
}

export interface PanelServer extends Disposable {
  readonly server: Server
  /** Warnings. */
  readonly lines: readonly string[]
  /** What happened as it should. */
  readonly told: readonly string[]
  channel(panel?: string): PanelChannel
  /** Asks as one who has the token, unless `headers` say otherwise. */
  ask(path: string, options?: ClientRequestArgs & { readonly body?: string }): Promise<Answer>
  /** Opens a WebSocket as a page of its own that has the token, unless `options` say otherwise. */
  connect<Heard>(path: string, options?: ClientOptions): Connection<Heard>
  /** Opens one that begins with two messages, as every viewer is sent its panel and its stage. @throws when it is refused */
  look(path: string, options?: ClientOptions): Promise<Connection<ToViewer>>
  dispose(): Promise<void>
}

/** Panels and the server of their pages, without a player around them. */
export async function servePanels(options: PanelServerOptions = {}): Promise<PanelServer> {
  const { panels = [screenPanel('hall')], clock = new TestClock(), ...changes } = options
  const held = new Disposables()
  const lines: string[] = []
  const told: string[] = []
  const log = { info: (line: string) => void told.push(line), warn: (line: string) => void lines.push(line) }
  const folder = held.add(await temporaryFolder())
  const channels = new Map(panels.map((panel) => [panel.id, held.add(new PanelChannel(panel, clock, log))]))
  const started = await startServer({
    ...{ port: 0, screenDirectory: folder.path, routes: [], viewerToken: VIEWER_TOKEN },
    media: () => undefined,
    health: () => ({}),
    ...{ ...changes, channels, log },
  })
  if (!started.ok) {
    await held.dispose()
    throw new Error(started.failure)
  }
  const server = held.add(started.value)
  const { port, address } = server

  const connect = <Heard>(path: string, more: ClientOptions = {}): Connection<Heard> => {
    const headers = bearer(VIEWER_TOKEN)
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { origin: address, headers, ...more })
    held.defer(() => socket.terminate())
    const heard: Heard[] = []
    const closed: { code: number; reason: string }[] = []
    socket.on('message', (data) => heard.push(JSON.parse(String(data))))
    socket.on('close', (code, reason) => closed.push({ code, reason: String(reason) }))
    socket.on('error', () => {})
    const say = (message: unknown): void =>
      socket.send(typeof message === 'string' ? message : JSON.stringify(message))
    return { socket, heard, closed, say }
  }

  return {
    ...{ server, lines, told, connect },
    channel(panel = panels[0]?.id ?? '') {
      const channel = channels.get(panel)
      if (channel === undefined) throw new Error(`there is no panel ${panel}`)
      return channel
    },
    ask(path, { body = '', headers = {}, ...more } = {}) {
      return new Promise((resolve, reject) => {
        const one = request(
          {
            ...{ host: '127.0.0.1', port, path, agent: false, ...more },
            headers: { ...bearer(VIEWER_TOKEN), ...headers },
          },
          (response) => {
            let text = ''
            response.on('data', (chunk) => (text += chunk))
            response.on('end', () =>
              resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
            )
          },
        )
        one.on('error', reject)
        one.end(body)
      })
    },
    async look(path, more) {
      const connection = connect<ToViewer>(path, more)
      await new Promise((resolve, reject) => {
        connection.socket.once('open', resolve)
        connection.socket.once('error', reject)
      })
      await eventually(() => expect(connection.heard.length).toBeGreaterThanOrEqual(2))
      return connection
    },
    dispose: () => held.dispose(),
  }
}
