import { writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Disposables } from '../base/disposal.ts'
import { type PanelServer, screenPanel, servePanels, VIEWER_TOKEN } from '../testkit/panel-server.ts'
import { temporaryFolder } from '../testkit/temporary-folder.ts'
import { CONTENT_SECURITY_POLICY, type Route } from './server.ts'

const PHOTO = 'd'.repeat(64)

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

let live = true
const held = new Disposables()
let served: PanelServer

beforeEach(async () => {
  live = true
  const folder = held.add(await temporaryFolder())
  await writeFile(folder.join('index.html'), '<p>screen</p>')
  await writeFile(folder.join('stage.js'), 'draw()')
  served = held.add(
    await servePanels({
      ...{ panels: [{ ...screenPanel('bar-1'), title: 'Bar <1>' }], screenDirectory: folder.path, routes },
      media: (sha256) =>
        live && sha256 === PHOTO ? { mimeType: 'image/png', bytes: Buffer.from('png') } : undefined,
      health: () => ({ armed: true }),
    }),
  )
})
afterEach(() => held.dispose())

describe('the server', () => {
  test('lists the panels on its first page, with their titles harmless', async () => {
    const { status, body } = await served.ask('/')
    expect(status).toBe(200)
    expect(body).toContain('<a href="/panels/bar-1/">Bar &lt;1&gt;</a>')
  })

  test('gives each panel the screen page and what that loads', async () => {
    expect((await served.ask('/panels/bar-1/')).body).toBe('<p>screen</p>')
    expect((await served.ask('/panels/bar-1/stage.js')).body).toBe('draw()')
    expect((await served.ask('/stage.js')).body).toBe('draw()')
    expect(await served.ask('/panels/bar-1')).toMatchObject({
      status: 308,
      headers: { location: '/panels/bar-1/' },
    })
    expect((await served.ask('/panels/bar-2/')).status).toBe(404)
    expect((await served.ask('/panels/bar-1/../../server.ts')).status).toBe(404)
    expect((await served.ask('/panels/bar-1/%2e%2e/%2e%2e/etc/passwd')).status).toBe(404)
  })

  test('lets nothing be kept, sniffed, framed or loaded from elsewhere', async () => {
    for (const path of ['/', '/panels/bar-1/', '/health', `/media/${PHOTO}`, '/nothing']) {
      expect((await served.ask(path)).headers).toMatchObject({
        'content-security-policy': CONTENT_SECURITY_POLICY,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      })
    }
  })

  test('gives a photo only while an alert that names it is live', async () => {
    expect(await served.ask(`/media/${PHOTO}`)).toMatchObject({ status: 200, body: 'png' })
    expect((await served.ask(`/media/${'e'.repeat(64)}`)).status).toBe(404)
    live = false
    expect((await served.ask(`/media/${PHOTO}`)).status).toBe(404)
  })

  test('says how it is', async () => {
    expect(JSON.parse((await served.ask('/health')).body)).toEqual({ armed: true })
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
      Object.entries(headers).map(([name, value]) => [
        name,
        value.replace('PORT', String(served.server.port)),
      ]),
    )
    expect((await served.ask('/health', { headers: there })).status).toBe(403)
  })

  test('runs a route of the embedding program, for a POST only from its own page or with the token in a header', async () => {
    const own = { origin: served.server.address }
    expect(await served.ask('/demo/send?a=1', { method: 'POST', headers: own, body: 'x' })).toMatchObject({
      status: 200,
      body: '1 x',
    })
    const known = { authorization: '', cookie: `kijkuit-${served.server.port}=${VIEWER_TOKEN.value}` }
    expect((await served.ask('/demo/send', { method: 'POST', headers: known, body: 'x' })).status).toBe(403)
    expect((await served.ask('/demo/send?a=2', { method: 'POST', body: 'x' })).body).toBe('2 x')
    const other = { origin: 'http://evil.example' }
    expect((await served.ask('/demo/send', { method: 'POST', headers: other, body: 'x' })).status).toBe(403)
    expect(
      (await served.ask('/demo/send', { method: 'POST', headers: own, body: 'x'.repeat(300_000) })).status,
    ).toBe(413)
    expect((await served.ask('/panels/bar-1/', { method: 'POST', headers: own })).status).toBe(405)
    expect((await served.ask('/health', { method: 'DELETE' })).status).toBe(405)
  })

  test('runs a WebSocket of the embedding program, only for its own page', async () => {
    expect((await served.look('/demo/events')).heard).toEqual(['hello', 'again'])
    await expect(served.look('/demo/events', { origin: 'http://evil.example' })).rejects.toThrow('403')
  })

  test('survives a route that breaks', async () => {
    expect((await served.ask('/demo/broken')).status).toBe(500)
    expect(served.lines).toEqual([expect.stringContaining('GET /demo/broken failed: Error: oops')])
    expect((await served.ask('/health')).status).toBe(200)
  })

  test('says in one sentence that its port is taken', async () => {
    const second = servePanels({ port: served.server.port })
    await expect(second).rejects.toThrow(
      `port ${served.server.port} is in use by another program; stop that or choose another port`,
    )
  })
})
