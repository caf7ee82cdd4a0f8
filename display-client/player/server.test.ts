import { writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { Disposables } from '../base/disposal.ts'
import { bearer } from '../testkit/bearer.ts'
import { eventually } from '../testkit/eventually.ts'
import { temporaryFolder } from '../testkit/temporary-folder.ts'
import { TestClock } from '../testkit/test-clock.ts'
import { PanelChannel } from './panel-channel.ts'
import type { FromViewer, PanelMessage, StagePage, ToViewer } from './protocol.ts'
import { CONTENT_SECURITY_POLICY, type Route, type Server, startServer } from './server.ts'

const PANEL: PanelMessage = {
  type: 'panel',
  protocol: 1,
  id: 'bar-1',
  title: 'Bar <1>',
  surface: 'screen',
  width: 1920,
  height: 360,
  pitch: 0.3,
}
const PAGE: StagePage = {
  dwell: 5_000,
  content: { type: 'pixels', width: 1920, height: 360, background: '#000000', boxes: [] },
}
const PHOTO = 'd'.repeat(64)
const TOKEN = { value: `237e8b4a.${'t'.repeat(43)}`, file: '/var/lib/kijkuit/viewer.token' }
const TOKEN_NEEDED =
  'this needs the viewer token, which is in /var/lib/kijkuit/viewer.token: open the page once with ?token=<token>, or send it as Authorization: Bearer <token>'

const held = new Disposables()
const clock = new TestClock()
const lines: string[] = []
const log = { info: () => {}, warn: (line: string) => void lines.push(line) }
let channel: PanelChannel
let server: Server
let live = true

const routes: readonly Route[] = [
  {
    method: 'POST',
    path: '/demo/send',
    handle: ({ url, body }, response) => {
      response.end(`${url.searchParams.get('a')} ${Buffer.from(body)}`)
    },
  },
  {
    method: 'WS',
    path: '/demo/events',
    connect: (socket) => socket.send('"hello"', () => socket.send('"again"')),
  },
  {
    method: 'GET',
    path: '/demo/broken',
    handle: () => {
      throw new Error('oops')
    },
  },
]

beforeEach(async () => {
  lines.length = 0
  live = true
  const folder = held.add(await temporaryFolder())
  await writeFile(folder.join('index.html'), '<p>screen</p>')
  await writeFile(folder.join('stage.js'), 'draw()')
  channel = held.add(new PanelChannel(PANEL, clock, log))
  const started = await startServer({
    port: 0,
    channels: new Map([['bar-1', channel]]),
    screenDirectory: folder.path,
    routes,
    media: (sha256) =>
      live && sha256 === PHOTO ? { mimeType: 'image/png', bytes: Buffer.from('png') } : undefined,
    health: () => ({ armed: true }),
    viewerToken: TOKEN,
    log,
  })
  if (!started.ok) throw new Error(started.failure)
  server = held.add(started.value)
})
afterEach(() => held.dispose())

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

/** As one who has the token, unless `headers` say otherwise. */
function ask(
  path: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const one = request(
      {
        ...{ host: '127.0.0.1', port: server.port, path, method, agent: false },
        headers: { ...bearer(TOKEN), ...headers },
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
}

interface Viewer {
  readonly messages: ToViewer[]
  readonly closed: number[]
  say(message: FromViewer | string): void
}

async function look(
  origin = server.address,
  path = '/panels/bar-1/stage',
  headers: Record<string, string> = bearer(TOKEN),
): Promise<Viewer> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { origin, headers })
  held.defer(() => socket.terminate())
  const messages: ToViewer[] = []
  const closed: number[] = []
  socket.on('message', (data) => messages.push(JSON.parse(String(data))))
  socket.on('close', (code) => closed.push(code))
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  await eventually(() => expect(messages.length).toBeGreaterThanOrEqual(2))
  return {
    messages,
    closed,
    say: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
  }
}

describe('the server', () => {
  test('lists the panels on its first page, with their titles harmless', async () => {
    const { status, body } = await ask('/')
    expect(status).toBe(200)
    expect(body).toContain('<a href="/panels/bar-1/">Bar &lt;1&gt;</a>')
  })

  test('gives each panel the screen page and what that loads', async () => {
    expect((await ask('/panels/bar-1/')).body).toBe('<p>screen</p>')
    expect((await ask('/panels/bar-1/stage.js')).body).toBe('draw()')
    expect((await ask('/stage.js')).body).toBe('draw()')
    expect(await ask('/panels/bar-1')).toMatchObject({ status: 308, headers: { location: '/panels/bar-1/' } })
    expect((await ask('/panels/bar-2/')).status).toBe(404)
    expect((await ask('/panels/bar-1/../../server.ts')).status).toBe(404)
    expect((await ask('/panels/bar-1/%2e%2e/%2e%2e/etc/passwd')).status).toBe(404)
  })

  test('lets nothing be kept, sniffed, framed or loaded from elsewhere', async () => {
    for (const path of ['/', '/panels/bar-1/', '/health', `/media/${PHOTO}`, '/nothing']) {
      expect((await ask(path)).headers).toMatchObject({
        'content-security-policy': CONTENT_SECURITY_POLICY,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      })
    }
  })

  test('gives a photo only while an alert that names it is live', async () => {
    expect(await ask(`/media/${PHOTO}`)).toMatchObject({ status: 200, body: 'png' })
    expect((await ask(`/media/${'e'.repeat(64)}`)).status).toBe(404)
    live = false
    expect((await ask(`/media/${PHOTO}`)).status).toBe(404)
  })

  test('says how it is', async () => {
    expect(JSON.parse((await ask('/health')).body)).toEqual({ armed: true })
  })

  test.each([
    ['another name for this machine', { host: 'evil.example:PORT' }],
    ['a Host that merely starts right', { host: '127.0.0.1.evil.example' }],
    ['another port', { host: '127.0.0.1:1' }],
    ['a page of another origin', { origin: 'http://evil.example' }],
    ['an origin that merely starts right', { origin: 'http://127.0.0.1:PORT.evil.example' }],
    ['a page without origin (file:, sandbox)', { origin: 'null' }],
  ])('refuses %s', async (_, headers: Record<string, string>) => {
    const there = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', String(server.port))]),
    )
    expect((await ask('/health', { headers: there })).status).toBe(403)
  })

  test('runs a route of the embedding program, for a POST only from its own page or with the token in a header', async () => {
    const own = { origin: server.address }
    expect(await ask('/demo/send?a=1', { method: 'POST', headers: own, body: 'x' })).toMatchObject({
      status: 200,
      body: '1 x',
    })
    const known = { authorization: '', cookie: `kijkuit-${server.port}=${TOKEN.value}` }
    expect((await ask('/demo/send', { method: 'POST', headers: known, body: 'x' })).status).toBe(403)
    expect((await ask('/demo/send?a=2', { method: 'POST', body: 'x' })).body).toBe('2 x')
    const other = { origin: 'http://evil.example' }
    expect((await ask('/demo/send', { method: 'POST', headers: other, body: 'x' })).status).toBe(403)
    expect(
      (await ask('/demo/send', { method: 'POST', headers: own, body: 'x'.repeat(300_000) })).status,
    ).toBe(413)
    expect((await ask('/panels/bar-1/', { method: 'POST', headers: own })).status).toBe(405)
    expect((await ask('/health', { method: 'DELETE' })).status).toBe(405)
  })

  test('runs a WebSocket of the embedding program, only for its own page', async () => {
    expect((await look(server.address, '/demo/events')).messages).toEqual(['hello', 'again'])
    await expect(look('http://evil.example', '/demo/events')).rejects.toThrow('403')
  })

  test('survives a route that breaks', async () => {
    expect((await ask('/demo/broken')).status).toBe(500)
    expect(lines).toEqual([expect.stringContaining('GET /demo/broken failed: Error: oops')])
    expect((await ask('/health')).status).toBe(200)
  })

  test('says in one sentence that its port is taken', async () => {
    const second = await startServer({
      port: server.port,
      channels: new Map(),
      screenDirectory: '/nowhere',
      routes: [],
      media: () => undefined,
      health: () => ({}),
      viewerToken: TOKEN,
      log,
    })
    expect(second).toEqual({
      ok: false,
      failure: `port ${server.port} is in use by another program; stop that or choose another port`,
    })
  })
})

describe('who has not the token of this player', () => {
  const NOBODY: Record<string, string> = { authorization: '' }

  test.each([
    ['nothing', {}],
    ['another token', { authorization: `Bearer ${TOKEN.value}x` }],
    ['a part of it', { authorization: `Bearer ${TOKEN.value.slice(0, -1)}` }],
    ['it as a password', { authorization: `Basic ${Buffer.from(`:${TOKEN.value}`).toString('base64')}` }],
    ['the cookie of another player on this machine', { cookie: `kijkuit-1=${TOKEN.value}` }],
    ['an empty cookie', { cookie: 'kijkuit-PORT=; x' }],
  ])('with %s is told in one line how to get it, and nothing else', async (_, given) => {
    const headers = Object.fromEntries(
      Object.entries({ ...NOBODY, ...given }).map(([name, value]) => [
        name,
        value.replace('PORT', String(server.port)),
      ]),
    )
    for (const path of ['/', '/panels/bar-1/', '/stage.js', `/media/${PHOTO}`, '/demo/broken', '/nothing']) {
      expect(await ask(path, { headers })).toMatchObject({
        status: 401,
        headers: { 'www-authenticate': 'Bearer', 'cache-control': 'no-store' },
        body: `${TOKEN_NEEDED}\n`,
      })
    }
    const post = { method: 'POST', headers: { ...headers, origin: server.address } }
    expect((await ask('/demo/send', post)).status).toBe(401)
    await expect(look(server.address, '/panels/bar-1/stage', headers)).rejects.toThrow('401')
    await expect(look(server.address, '/demo/events', headers)).rejects.toThrow('401')
    expect(channel.viewers).toBe(0)
  })

  test('is refused with a wrong one in the address, whatever else it has', async () => {
    const answer = await ask('/panels/bar-1/?token=wrong')
    expect(answer).toMatchObject({ status: 401, body: `${TOKEN_NEEDED}\n` })
    expect(answer.headers['set-cookie']).toBeUndefined()
    const post = { method: 'POST', headers: { origin: server.address } }
    expect((await ask(`/demo/send?token=${TOKEN.value}`, post)).status).toBe(401)
  })

  test('is told how the player is all the same', async () => {
    expect(await ask('/health', { headers: NOBODY })).toMatchObject({ status: 200, body: '{"armed":true}' })
  })

  test('gets a cookie for the token in an address, is sent on without it, and is known from then on', async () => {
    const first = await ask(`/panels/bar-1/?a=1&token=${TOKEN.value}&b=2`, { headers: NOBODY })
    expect(first).toMatchObject({
      status: 303,
      headers: {
        location: '/panels/bar-1/?a=1&b=2',
        'set-cookie': [`kijkuit-${server.port}=${TOKEN.value}; Path=/; HttpOnly; SameSite=Strict`],
        'referrer-policy': 'no-referrer',
      },
    })
    const cookie = `other=1; kijkuit-${server.port}=${TOKEN.value}`
    const headers = { ...NOBODY, cookie }
    expect((await ask('/panels/bar-1/', { headers })).body).toBe('<p>screen</p>')
    const viewer = await look(server.address, '/panels/bar-1/stage', headers)
    expect(viewer.messages[0]).toEqual(PANEL)
  })

  test('who comes by a link of another site goes on from a page of ours, for which the browser gives its cookie', async () => {
    const headers = { ...NOBODY, 'sec-fetch-site': 'cross-site' }
    const answer = await ask(`/panels/bar-1/?token=${TOKEN.value}`, { headers })
    expect(answer).toMatchObject({ status: 200, headers: { refresh: '0; url=/panels/bar-1/' } })
    expect(answer.headers['set-cookie']).toHaveLength(1)
  })

  test('is never sent to another host', async () => {
    const { headers } = await ask(`//evil.example//evil.example/?token=${TOKEN.value}`)
    expect(headers['location']).toBe('/evil.example/')
  })
})

describe('a viewer', () => {
  test('gets the panel and the whole state first, then every change', async () => {
    channel.show([PAGE])
    const viewer = await look()
    expect(viewer.messages).toEqual([PANEL, { type: 'stage', revision: 1, pages: [PAGE] }])
    channel.show([])
    await eventually(() => expect(viewer.messages[2]).toEqual({ type: 'stage', revision: 2, pages: [] }))
  })

  test('is let in from our own pages only, and to panels that exist', async () => {
    await expect(look('http://evil.example')).rejects.toThrow('403')
    await expect(look(server.address, '/panels/bar-2/stage')).rejects.toThrow('404')
    const bare = new WebSocket(`ws://127.0.0.1:${server.port}/panels/bar-1/stage`, {
      headers: bearer(TOKEN),
    })
    await expect(new Promise((_, reject) => bare.once('error', reject))).rejects.toThrow('403')
    await expect(look(`http://localhost:${server.port}`)).resolves.toBeDefined()
  })

  test('proves a paint once for each revision, dated by when it was painted', async () => {
    const painted: unknown[] = []
    channel.onPainted = (revision, at) => painted.push([revision, at - clock.now()])
    const viewer = await look()
    const other = await look()
    channel.show([PAGE])
    await eventually(() => expect(viewer.messages).toHaveLength(3))
    viewer.say({ type: 'painted', revision: 0, ago: 1 })
    viewer.say({ type: 'painted', revision: 1, ago: 12.5 })
    other.say({ type: 'painted', revision: 1, ago: 3 })
    viewer.say({ type: 'failed', revision: 1, reason: 'last' })
    await eventually(() => expect(lines).toEqual(['bar-1: a viewer could not draw revision 1: last']))
    expect(painted).toHaveLength(1)
    expect([[[1, -12.5]], [[1, -3]]]).toContainEqual(painted)
  })

  test('dates its paint itself, where that can be true', async () => {
    const painted: number[] = []
    channel.onPainted = (_, at) => painted.push(at - clock.now())
    const viewer = await look()
    for (const [ago, at] of [
      [5, -3],
      [5, 1],
      [5, -60_000],
    ] as const) {
      clock.advance(20)
      const revision = channel.show([PAGE])
      clock.advance(10)
      viewer.say({ type: 'painted', revision, ago, at: clock.now() + at })
      await eventually(() => expect(channel.painted).toBe(true))
    }
    expect(painted).toEqual([-3, -5, -5])
  })

  test('counts as painting once it has painted, and not while it is hidden', async () => {
    const viewer = await look()
    expect([channel.viewers, channel.painting]).toEqual([1, 0])
    viewer.say({ type: 'painted', revision: 0, ago: 1 })
    await eventually(() => expect(channel.painting).toBe(1))
    clock.advance(5_000)
    viewer.say({ type: 'pong', sequence: 1, hidden: true })
    await eventually(() => expect(channel.painting).toBe(0))
    clock.advance(5_000)
    expect(channel.viewers).toBe(1)
    viewer.say({ type: 'pong', sequence: 1 })
    viewer.say({ type: 'pong', sequence: 2 })
    await eventually(() => expect(channel.painting).toBe(1))
  })

  test('says which photos it cannot draw, of those that it was given, for as long as it looks', async () => {
    const [sha256, unknown] = ['a'.repeat(64), 'b'.repeat(64)]
    const face = { width: 10, height: 10 }
    const box = {
      type: 'photo',
      x: 0,
      y: 0,
      ...face,
      sha256,
      photo: face,
      crop: { x: 0, y: 0, ...face },
    } as const
    const content = { type: 'pixels', ...face, background: '#000000', boxes: [box] } as const
    const told: unknown[] = []
    channel.onPhotoFault = () => told.push(channel.photoFault(sha256))
    channel.show([{ dwell: 0, content }])
    const viewer = await look()
    const other = await look()
    viewer.say({ type: 'photo', sha256: unknown, fault: 'slow' })
    viewer.say({ type: 'photo', sha256, fault: 'slow' })
    viewer.say({ type: 'photo', sha256, fault: 'slow' })
    await eventually(() => expect(told).toEqual(['slow']))
    channel.show([])
    viewer.say({ type: 'photo', sha256, fault: null })
    await eventually(() => expect(told).toEqual(['slow', undefined]))
    channel.show([{ dwell: 0, content }])
    other.say({ type: 'photo', sha256, fault: 'undrawable' })
    await eventually(() => expect(told).toEqual(['slow', undefined, 'undrawable']))
    other.say('not a message')
    await eventually(() => expect(channel.viewers).toBe(1))
    clock.advance(1)
    expect(told).toEqual(['slow', undefined, 'undrawable', undefined])
    expect(channel.photoFault(unknown)).toBeUndefined()
    expect(lines).toEqual([
      'bar-1: a viewer has waited too long for photo aaaaaaaaaaaa; its alert is shown without it',
      'bar-1: a viewer cannot load or draw photo aaaaaaaaaaaa; its alert is shown without it',
    ])
  })

  test.each([
    ['is not JSON', 'painted!'],
    ['names no photo', '{"type":"photo","sha256":"../x","fault":"slow"}'],
    ['is of another type', '{"type":"reload"}'],
    ['has a field too many', '{"type":"pong","sequence":1,"x":1}'],
    ['has a wild number', '{"type":"painted","revision":1,"ago":1e12}'],
  ])('that sends what %s is closed', async (_, text) => {
    const viewer = await look()
    viewer.say(text)
    await eventually(() => expect(viewer.closed).toEqual([1008]))
    expect(channel.viewers).toBe(0)
  })

  test('that sends too much is closed', async () => {
    const viewer = await look()
    viewer.say(JSON.stringify({ type: 'failed', revision: 1, reason: 'x'.repeat(5_000) }))
    await eventually(() => expect(viewer.closed).toEqual([1009]))
  })

  test('is pinged each 5 s, kept while it answers and dropped when it does not', async () => {
    const alive = await look()
    const dead = await look()
    clock.advance(5_000)
    await eventually(() => expect(alive.messages.at(-1)).toEqual({ type: 'ping', sequence: 1 }))
    alive.say({ type: 'pong', sequence: 1 })
    alive.say({ type: 'failed', revision: 0, reason: 'after the pong' })
    await eventually(() => expect(lines).toHaveLength(1))
    clock.advance(5_000)
    await eventually(() => expect(dead.closed).toHaveLength(1))
    expect(channel.viewers).toBe(1)
    expect(alive.closed).toEqual([])
  })
})
