import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sirv from 'sirv'
import { createServer as createViteServer } from 'vite'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Disposable } from '../base/disposal.ts'
import type { FromViewer, IdleMessage, PanelMessage, StagePage, ToViewer } from '../player/protocol.ts'
import { HEADERS, pagePolicy } from '../player/server.ts'
import { temporaryFolder } from './temporary-folder.ts'

const ROOT = join(import.meta.dirname, '../..')
const VITE = join(ROOT, 'node_modules/vite/bin/vite.js')
const execute = promisify(execFile)

/** Hands out the pages of `display-client/screen` by their file name, and what they load. */
export interface ScreenFiles extends Disposable {
  serve(request: IncomingMessage, response: ServerResponse, page?: 'index.html' | 'wall.html'): void
}

/** The pages as they ship: built into a temporary folder. */
export async function builtScreen(): Promise<ScreenFiles & { readonly folder: string }> {
  const folder = await temporaryFolder()
  // In a process of its own: vitest's NODE_ENV would put Lit's development build into the bundle.
  await execute(process.execPath, [VITE, 'build', '--outDir', folder.path, '--logLevel', 'error'], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'production' },
  }).catch(async (error: unknown) => {
    await folder.dispose()
    throw error
  })
  const files = sirv(folder.path, { dev: true })
  return {
    folder: folder.path,
    serve(request, response, page) {
      if (page !== undefined) request.url = `/${page}`
      files(request, response)
    },
    dispose: () => folder.dispose(),
  }
}

/** The pages as a developer sees them: every module straight from its source. */
export async function developedScreen(): Promise<ScreenFiles> {
  const vite = await createViteServer({
    configFile: join(ROOT, 'vite.config.ts'),
    logLevel: 'error',
    appType: 'custom',
    server: { middlewareMode: true, hmr: false, watch: null, ws: false },
  })
  return {
    serve(request, response, page) {
      if (page === undefined) {
        vite.middlewares(request, response)
        return
      }
      // As it is: Vite's transform would add its hot-reload client, which our policy rightly refuses to connect.
      void readFile(join(ROOT, 'display-client/screen', page)).then((html) =>
        response.setHeader('content-type', 'text/html').end(html),
      )
    },
    dispose: () => vite.close(),
  }
}

/** The player's half of the screen protocol, moved by hand. */
export interface StageServer extends Disposable {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string
  /** Everything the viewers of this panel have said since they connected, in order. */
  heard(panel: string): readonly FromViewer[]
  /** Forgets what they have said. */
  forget(panel: string): void
  /** How many viewers of this panel there have been. */
  connections(panel: string): number
  /** Changes what is on a panel; viewers that connect later get it too. */
  stage(panel: string, pages: readonly StagePage[]): number
  /** Changes what is around the alerts of a panel; viewers that connect later get it too. */
  setIdle(panel: string, message: IdleMessage): void
  /** What `GET /panels/<id>/idle/check` says of the page of the host. */
  setIdleFault(fault: string | null): void
  /** Sends as it is. */
  send(panel: string, message: ToViewer | string): void
  /** Drops every connection of this panel. */
  drop(panel: string): void
  /** Whether new connections are taken. */
  setReachable(reachable: boolean): void
  /** What `GET /demo/state` and every action answer; undefined = refused. */
  setDemo(state: object | undefined): void
  /** The actions that were asked of the demo, in order. */
  readonly asked: readonly string[]
  /** Sends to every `WS /demo/events`. */
  announce(event: object): void
  /** Drops every `WS /demo/events`. */
  dropAudience(): void
  /** The bytes behind `/media/<sha256>`. */
  setPhoto(sha256: string, bytes: Buffer): void
  dispose(): Promise<void>
}

/**
 * Serves the screen page of these panels.
 *
 * @param files where the pages come from
 * @param panels everything about a panel but the fixed fields of its message
 */
export async function startStageServer(
  files: ScreenFiles,
  panels: readonly Omit<PanelMessage, 'type' | 'protocol'>[],
): Promise<StageServer> {
  const states = new Map(
    panels.map((panel) => [
      panel.id,
      {
        panel: { type: 'panel', protocol: 1, ...panel } satisfies PanelMessage,
        revision: 0,
        idle: undefined as IdleMessage | undefined,
        pages: [] as readonly StagePage[],
        sockets: new Set<WebSocket>(),
        heard: [] as FromViewer[],
        connections: 0,
      },
    ]),
  )
  const photos = new Map<string, Buffer>()
  const asked: string[] = []
  const audience = new Set<WebSocket>()
  let demo: object | undefined
  let reachable = true
  let idleFault: string | null = null

  const state = (id: string) => {
    const found = states.get(id)
    if (found === undefined) throw new Error(`no panel ${id} in this test`)
    return found
  }

  const http = createServer((request, response) => {
    const path = request.url ?? '/'
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
    const idle = states.get(/^\/panels\/([^/]+)\/$/.exec(path)?.[1] ?? '')?.idle?.content
    if (idle?.type === 'page') response.setHeader('content-security-policy', pagePolicy(idle.url))
    if (/^\/panels\/[^/]+\/idle\/check$/.test(path)) {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ fault: idleFault }))
      return
    }
    if (path.startsWith('/demo/')) {
      const allowed = request.method === 'GET' || request.headers['x-kijkuit'] === '1'
      if (request.method === 'POST') asked.push(path.slice('/demo/'.length))
      response.writeHead(allowed && demo !== undefined ? 200 : 403).end(JSON.stringify(demo))
      return
    }
    const photo = path.startsWith('/media/') ? photos.get(path.slice('/media/'.length)) : undefined
    if (photo !== undefined) response.setHeader('content-type', 'image/png').end(photo)
    else if (path.startsWith('/media/')) response.writeHead(404).end()
    else if (/^\/panels\/[^/]+\/$/.test(path)) files.serve(request, response, 'index.html')
    else files.serve(request, response, path === '/' ? 'wall.html' : undefined)
  })
  const sockets = new WebSocketServer({ noServer: true })
  http.on('upgrade', (request, socket, head) => {
    if (request.url === '/demo/events' && reachable) {
      sockets.handleUpgrade(request, socket, head, (viewer) => {
        audience.add(viewer)
        viewer.on('close', () => audience.delete(viewer))
        viewer.send(JSON.stringify({ type: 'state', ...demo }))
      })
      return
    }
    const found = states.get(/^\/panels\/([^/]+)\/stage$/.exec(request.url ?? '')?.[1] ?? '')
    if (!reachable || found === undefined) {
      socket.destroy()
      return
    }
    sockets.handleUpgrade(request, socket, head, (viewer) => {
      found.connections += 1
      found.sockets.add(viewer)
      viewer.on('close', () => found.sockets.delete(viewer))
      viewer.on('message', (data) => found.heard.push(JSON.parse(String(data)) as FromViewer))
      viewer.send(JSON.stringify(found.panel))
      if (found.idle !== undefined) viewer.send(JSON.stringify(found.idle))
      viewer.send(JSON.stringify({ type: 'stage', revision: found.revision, pages: found.pages }))
    })
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const address = http.address()
  const port = typeof address === 'object' ? address?.port : undefined

  const send = (panel: string, message: ToViewer | string): void => {
    const text = typeof message === 'string' ? message : JSON.stringify(message)
    for (const socket of state(panel).sockets) socket.send(text)
  }
  return {
    origin: `http://127.0.0.1:${port}`,
    heard: (panel) => state(panel).heard,
    forget(panel) {
      state(panel).heard.length = 0
    },
    connections: (panel) => state(panel).connections,
    stage(panel, pages) {
      const found = state(panel)
      found.revision += 1
      found.pages = pages
      send(panel, { type: 'stage', revision: found.revision, pages })
      return found.revision
    },
    setIdle(panel, message) {
      state(panel).idle = message
      send(panel, message)
    },
    setIdleFault(fault) {
      idleFault = fault
    },
    send,
    drop(panel) {
      for (const socket of state(panel).sockets) socket.terminate()
    },
    setReachable(next) {
      reachable = next
    },
    setDemo(next) {
      demo = next
    },
    asked,
    announce(event) {
      for (const viewer of audience) viewer.send(JSON.stringify(event))
    },
    dropAudience() {
      for (const viewer of audience) viewer.terminate()
    },
    setPhoto: (sha256, bytes) => void photos.set(sha256, bytes),
    async dispose() {
      for (const viewer of audience) viewer.terminate()
      for (const { sockets: open } of states.values()) for (const socket of open) socket.terminate()
      http.closeAllConnections()
      http.close()
      await once(http, 'close')
    },
  }
}
