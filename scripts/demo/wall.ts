import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { WebSocket } from 'ws'
import type { Disposable } from '../../display-client/base/disposal.ts'
import type { PanelMessage } from '../../display-client/player/protocol.ts'
import type { Route, RouteRequest } from '../../display-client/player/server.ts'
import type { SignGlass } from './sign-watch.ts'

/** A panel on the wall. */
export interface WallPanel extends Omit<PanelMessage, 'type' | 'protocol'> {
  /** Of a sign that is addressed by characters. */
  readonly characters?: { readonly lines: number; readonly columns: number }
  /** How its simulated sign is told, for people; then the wall shows the sign, and not what the player means to be on it. */
  readonly wire?: string
}

/** Everything that the wall shows beside the panels themselves. */
export interface WallState {
  readonly panels: readonly WallPanel[]
  /** What was sent last and has not ended. */
  readonly alert: {
    readonly incident: string
    readonly revision: number
    readonly headline: string
    /** CAP 1.2 time */
    readonly expires: string
  } | null
  readonly port: number
}

/** A panel has painted, or taken away, what was sent; or its sign has. */
export interface WallReceipt {
  readonly panel: string
  readonly incident: string
  readonly revision: number
  readonly kind: 'shown' | 'removed'
  /** ms from the button to the painted frame, or to the sign's having it */
  readonly sincePublish: number
}

/** What the buttons do. The first three settle when the broker has taken the message. */
export interface WallActions {
  send(): Promise<void>
  update(): Promise<void>
  end(): Promise<void>
  /** Cuts the power of the simulated signs for a moment; settles when they have it again. */
  power(): Promise<void>
}

export interface WallOptions {
  /** The built pages. */
  readonly screenDirectory: string
  readonly actions: WallActions
  state(): WallState
  /** What is to be seen on each simulated sign. */
  signs(): readonly SignGlass[]
  /** An action failed because of this; shown to the person who runs the demo. */
  onFailure(error: unknown): void
}

/** One who looks and does not listen is let go, bytes. */
const LARGEST_BACKLOG = 1024 * 1024

/** The page with all panels, beside those of the player and on its server. */
export class Wall implements Disposable {
  readonly routes: readonly Route[]
  readonly #options: WallOptions
  readonly #sockets = new Set<WebSocket>()

  constructor(options: WallOptions) {
    this.#options = options
    const { send, update, end, power } = options.actions
    this.routes = [
      { method: 'GET', path: '/', handle: (_request, response) => this.#page(response) },
      { method: 'GET', path: '/demo/state', handle: (_request, response) => this.#answer(response) },
      { method: 'POST', path: '/demo/send', handle: (...both) => this.#act(send, ...both) },
      { method: 'POST', path: '/demo/update', handle: (...both) => this.#act(update, ...both) },
      { method: 'POST', path: '/demo/end', handle: (...both) => this.#act(end, ...both) },
      { method: 'POST', path: '/demo/power', handle: (...both) => this.#act(power, ...both) },
      { method: 'WS', path: '/demo/events', connect: (socket) => this.#connect(socket) },
    ]
  }

  /** Tells everybody what there is now. */
  showState(): void {
    this.#broadcast({ type: 'state', ...this.#options.state() })
  }

  showReceipt(receipt: WallReceipt): void {
    this.#broadcast({ type: 'receipt', ...receipt })
  }

  /** What is to be seen on a simulated sign now. */
  showSign(glass: SignGlass): void {
    this.#broadcast({ type: 'sign', ...glass })
  }

  dispose(): void {
    for (const socket of this.#sockets) socket.terminate()
    this.#sockets.clear()
  }

  async #page(response: ServerResponse): Promise<void> {
    const file = join(this.#options.screenDirectory, 'wall.html')
    const page = await readFile(file).catch(() => undefined)
    response.statusCode = page === undefined ? 503 : 200
    response.setHeader(
      'Content-Type',
      page === undefined ? 'text/plain; charset=utf-8' : 'text/html; charset=utf-8',
    )
    response.end(page ?? `The wall is not built: ${file} is missing; npm start builds it.\n`)
  }

  async #act(
    action: () => Promise<void>,
    { headers }: RouteRequest,
    response: ServerResponse,
  ): Promise<void> {
    // No form and no simple request of another page can carry a header of its own (Fetch standard, CORS-safelisted headers);
    // the server has compared the Origin already.
    if (headers['x-kijkuit'] !== '1') {
      response.statusCode = 403
      this.#answer(response)
      return
    }
    try {
      await action()
    } catch (error) {
      this.#options.onFailure(error)
      response.statusCode = 502
    }
    this.#answer(response)
  }

  #answer(response: ServerResponse): void {
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify(this.#options.state()))
  }

  #connect(socket: WebSocket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    // What breaks the protocol is closed by ws itself, after this event.
    socket.on('error', () => {})
    // Nothing is expected from there.
    socket.on('message', () => socket.close(1008))
    socket.send(JSON.stringify({ type: 'state', ...this.#options.state() }))
    for (const glass of this.#options.signs()) socket.send(JSON.stringify({ type: 'sign', ...glass }))
  }

  #broadcast(event: object): void {
    const text = JSON.stringify(event)
    for (const socket of this.#sockets) {
      if (socket.bufferedAmount > LARGEST_BACKLOG) socket.terminate()
      else if (socket.readyState === socket.OPEN) socket.send(text)
    }
  }
}
