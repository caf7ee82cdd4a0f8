import { existsSync } from 'node:fs'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import sirv from 'sirv'
import { type WebSocket, WebSocketServer } from 'ws'
import { type Disposable, Disposables } from '../base/disposal.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { admit } from './admission.ts'
import { closed, listening, portOf, REQUEST_BOUNDS, readBody, refuse, send } from './http-answers.ts'
import { indexPage } from './index-page.ts'
import type { Log } from './log.ts'
import type { PanelChannel } from './panel-channel.ts'
import { LARGEST_SHELL_MESSAGE } from './protocol.ts'
import { bearerToken } from './secret.ts'
import { LARGEST_VIEWER_MESSAGE } from './viewer-messages.ts'
import type { ViewerToken } from './viewer-token.ts'

// Not by import: that reads every export of the module, `WebSocket` among them, and so loads undici, which costs 12 MB.
const { createServer } = process.getBuiltinModule('node:http')

/** What an {@link HttpRoute} gets of a request. */
export interface RouteRequest {
  /** With the query. */
  readonly url: URL
  readonly headers: IncomingHttpHeaders
  /** The whole body; empty for GET. */
  readonly body: Uint8Array
}

/** A page or an action of an embedding program (the demo's wall), beside those of the player. */
export interface HttpRoute {
  readonly method: 'GET' | 'POST'
  /** Exact, without query. Goes before the player's own. */
  readonly path: string
  /** Answers `response` itself; the security headers are set already. */
  handle(request: RouteRequest, response: ServerResponse): void | Promise<void>
}

/** As {@link HttpRoute}, for a WebSocket; what the other side may send is bounded as for viewers. */
export interface SocketRoute {
  readonly method: 'WS'
  /** Exact, without query. */
  readonly path: string
  /** Takes the connection over. It is closed with the server. */
  connect(socket: WebSocket): void
}

export type Route = HttpRoute | SocketRoute

/** A photo that may be served. */
export interface MediaFile {
  readonly mimeType: string
  readonly bytes: Uint8Array
}

export interface ServerOptions {
  /** 0 = any free one. */
  readonly port: number
  readonly channels: ReadonlyMap<string, PanelChannel>
  /** The built screen page: `index.html` and what it loads. */
  readonly screenDirectory: string
  readonly routes: readonly Route[]
  /** The photo of that digest, only while an alert that names it is live. */
  media(sha256: string): MediaFile | undefined
  /** The health record; the only thing that is given to everybody on this machine. */
  health(): unknown
  /** Without it nobody is shown anything. */
  readonly viewerToken: ViewerToken
  readonly log: Log
}

/** The page of the panels, on loopback only. */
export interface Server extends Disposable {
  /** `http://127.0.0.1:<port>` */
  readonly address: string
  readonly port: number
  dispose(): Promise<void>
}

/** Lit's style sheets are adopted, not inline, so `style-src 'self'` does for them. Frames: none, or those of {@link pagePolicy}. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "media-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ')

/** The policy of the page of a panel. @param idle the page of the host that may stand in it: its origin, and no other */
export function pagePolicy(idle: string | undefined): string {
  return idle === undefined
    ? CONTENT_SECURITY_POLICY
    : `${CONTENT_SECURITY_POLICY}; frame-src ${new URL(idle).origin}`
}

/** What neither our pages nor a page of the host in them may use. */
const PERMISSIONS_POLICY = [
  'accelerometer',
  'autoplay',
  'camera',
  'clipboard-read',
  'display-capture',
  'fullscreen',
  'geolocation',
  'gyroscope',
  'hid',
  'local-fonts',
  'microphone',
  'midi',
  'payment',
  'picture-in-picture',
  'screen-wake-lock',
  'serial',
  'usb',
  'window-management',
]
  .map((name) => `${name}=()`)
  .join(', ')

/** On everything that is served. */
export const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': PERMISSIONS_POLICY,
  // A process of our own: a page of the host on another port of this machine is of the same site, and would share it.
  'Origin-Agent-Cluster': '?1',
}

/** Seen for a moment by whoever stands before a panel: no words, and not the white of a browser. */
const MOMENT = '<!doctype html><title>Kijkuit</title><body bgcolor="#000000">'

/** Bytes: an alert with an inline photo fits. */
const LARGEST_BODY = 256 * 1024

/**
 * Serves the panels on 127.0.0.1.
 *
 * Any page in any browser of this machine can send requests here, so each must name one of our own two addresses as
 * Host, and as Origin where there is one; compared whole, because names that merely start or resolve right are how
 * such a check is passed by (DNS rebinding). Any program of any user here can do so too, and write what it likes for both, so
 * each must have the viewer token as well ({@link admit}).
 */
export async function startServer(options: ServerOptions): Promise<Result<Server, string>> {
  const held = new Disposables()
  const http = createServer(REQUEST_BOUNDS)
  const code = await listening(http, options.port, '127.0.0.1')
  if (code !== undefined) return fail(portFault(code, options.port))
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_VIEWER_MESSAGE,
    perMessageDeflate: false,
  })
  const shells = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_SHELL_MESSAGE,
    perMessageDeflate: false,
  })
  held.defer(async () => {
    for (const one of [...sockets.clients, ...shells.clients]) one.terminate()
    await closed(http)
  })
  const port = portOf(http)
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`]
  const origins = hosts.map((host) => `http://${host}`)
  const isOurs = (request: IncomingMessage, originNeeded: boolean): boolean => {
    const { host, origin } = request.headers
    if (host === undefined || !hosts.includes(host)) return false
    return origin === undefined ? !originNeeded : origins.includes(origin)
  }

  const answer = answerer(options)
  http.on('request', (request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
    // A program has no Origin, and gives the token where no page can put it without being asked first whether it may.
    const isBrowser = bearerToken(request.headers.authorization) === undefined
    if (!isOurs(request, isBrowser && request.method === 'POST'))
      return refuse(response, 403, 'not from this address')
    const url = addressed(request)
    if (url === null) return refuse(response, 400, 'that is not an address')
    const admission = admit(request, url, options.viewerToken, port)
    if (admission.type === 'introduced') {
      response.setHeader('Set-Cookie', admission.cookie)
      const { location } = admission
      // Where another site has led here (a link in a mail, the first page of a shell), a redirect would still count as that
      // site's doing, and the browser keep the cookie to itself (RFC 6265bis §5.2); a page of ours that goes on does not.
      if (request.headers['sec-fetch-site'] === 'cross-site') {
        response.setHeader('Refresh', `0; url=${location}`)
        return send(response, 'text/html; charset=utf-8', MOMENT)
      }
      response.setHeader('Location', location)
      return refuse(response, 303, 'without the token')
    }
    if (admission.type === 'refused' && url.pathname !== '/health') {
      response.setHeader('WWW-Authenticate', 'Bearer')
      return refuse(response, 401, admission.reason)
    }
    answer(request, url, response).catch((error: unknown) => {
      options.log.warn(`a fault in Kijkuit: ${request.method} ${request.url} failed: ${error}`)
      if (!response.headersSent) refuse(response, 500, 'this is a fault in Kijkuit')
      else response.destroy()
    })
  })

  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const [, panel = '', end] = /^\/panels\/([a-z0-9-]+)\/(stage|shell)$/.exec(request.url ?? '') ?? []
    const channel = options.channels.get(panel)
    const route = options.routes.find((one) => one.method === 'WS' && one.path === request.url)
    if (!isOurs(request, true)) return hangUp(socket, '403 Forbidden', 'not from this address')
    const url = addressed(request)
    if (url === null) return hangUp(socket, '400 Bad Request', 'that is not an address')
    const admission = admit(request, url, options.viewerToken, port)
    if (admission.type === 'refused') return hangUp(socket, '401 Unauthorized', admission.reason)
    if (route?.method === 'WS')
      return sockets.handleUpgrade(request, socket, head, (one) => route.connect(one))
    if (channel === undefined) return hangUp(socket, '404 Not Found', 'there is no such panel')
    if (end === 'shell') {
      return shells.handleUpgrade(request, socket, head, (shell) => channel.shell.add(shell))
    }
    sockets.handleUpgrade(request, socket, head, (viewer) => channel.add(viewer))
  })
  return ok({ address: `http://127.0.0.1:${port}`, port, dispose: () => held.dispose() })
}

function answerer(
  options: ServerOptions,
): (request: IncomingMessage, url: URL, response: ServerResponse) => Promise<void> {
  const { channels, routes, screenDirectory } = options
  const files = existsSync(screenDirectory)
    ? sirv(screenDirectory, { etag: false, dotfiles: false })
    : undefined
  const sendFile = (request: IncomingMessage, response: ServerResponse, path: string): void => {
    request.url = path
    if (files !== undefined) files(request, response, () => refuse(response, 404, 'there is no such page'))
    else refuse(response, 503, `the screen page is not built: ${screenDirectory} is missing`)
  }
  return async (request, url, response) => {
    const path = url.pathname
    const route = routes.find((one) => one.path === path && one.method === request.method)
    if (route !== undefined && route.method !== 'WS') {
      const body = await readBody(request, response, LARGEST_BODY)
      if (body === undefined) return
      await route.handle({ url, headers: request.headers, body }, response)
      return
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'only GET')
    if (path === '/') return send(response, 'text/html; charset=utf-8', indexPage([...channels.values()]))
    if (path === '/health') return send(response, 'application/json', JSON.stringify(options.health()))
    const media = /^\/media\/([0-9a-f]{64})$/.exec(path)?.[1]
    if (media !== undefined) {
      const file = options.media(media)
      return file === undefined
        ? refuse(response, 404, 'no live alert has this photo')
        : send(response, file.mimeType, file.bytes)
    }
    const [, panel, rest = ''] = /^\/panels\/([a-z0-9-]+)(\/.*)?$/.exec(path) ?? []
    if (panel === undefined) return sendFile(request, response, path)
    const channel = channels.get(panel)
    if (channel === undefined) return refuse(response, 404, `there is no panel ${panel}`)
    const idle = channel.idle?.content
    response.setHeader('Content-Security-Policy', pagePolicy(idle?.type === 'page' ? idle.url : undefined))
    if (rest !== '') return sendFile(request, response, rest)
    response.setHeader('Location', `/panels/${panel}/`)
    refuse(response, 308, 'moved')
  }
}

function hangUp(socket: Duplex, status: string, reason: string): void {
  const headers = `Connection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(reason) + 1}`
  socket.end(`HTTP/1.1 ${status}\r\n${headers}\r\n\r\n${reason}\n`)
}

function addressed(request: IncomingMessage): URL | null {
  return URL.parse(request.url ?? '', 'http://127.0.0.1')
}

/** Why the port cannot be used, in one sentence. */
function portFault(code: string, port: number): string {
  const reasons: Readonly<Partial<Record<string, string>>> = {
    EADDRINUSE: `port ${port} is in use by another program; stop that or choose another port`,
    EACCES: `port ${port} may not be used by this user; choose one above 1023`,
  }
  return reasons[code] ?? `port ${port} cannot be used (${code}); choose another port`
}
