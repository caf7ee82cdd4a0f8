import { writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Disposables } from '../base/disposal.ts'
import { type PanelServer, screenPanel, servePanels, VIEWER_TOKEN } from '../testkit/panel-server.ts'
import { temporaryFolder } from '../testkit/temporary-folder.ts'
import type { Route } from './server.ts'

const TOKEN_NEEDED =
  'this needs the viewer token, which is in /var/lib/kijkuit/viewer.token: open the page once with ?token=<token>, or send it as Authorization: Bearer <token>'

const never = (): never => {
  throw new Error('nobody without the token comes here')
}
const routes: readonly Route[] = [
  { method: 'POST', path: '/demo/send', handle: never },
  { method: 'GET', path: '/demo/page', handle: never },
  { method: 'WS', path: '/demo/events', connect: never },
]

const held = new Disposables()
let served: PanelServer

beforeEach(async () => {
  const folder = held.add(await temporaryFolder())
  await writeFile(folder.join('index.html'), '<p>screen</p>')
  await writeFile(folder.join('stage.js'), 'draw()')
  served = held.add(
    await servePanels({
      ...{ panels: [screenPanel('bar-1')], screenDirectory: folder.path, routes },
      health: () => ({ armed: true }),
    }),
  )
})
afterEach(() => held.dispose())

describe('who has not the token of this player', () => {
  const NOBODY: Record<string, string> = { authorization: '' }

  test.each([
    ['nothing', {}],
    ['another token', { authorization: `Bearer ${VIEWER_TOKEN.value}x` }],
    ['a part of it', { authorization: `Bearer ${VIEWER_TOKEN.value.slice(0, -1)}` }],
    [
      'it as a password',
      { authorization: `Basic ${Buffer.from(`:${VIEWER_TOKEN.value}`).toString('base64')}` },
    ],
    ['the cookie of another player on this machine', { cookie: `kijkuit-1=${VIEWER_TOKEN.value}` }],
    ['an empty cookie', { cookie: 'kijkuit-PORT=; x' }],
  ])('with %s is told in one line how to get it, and nothing else', async (_, given) => {
    const headers = Object.fromEntries(
      Object.entries({ ...NOBODY, ...given }).map(([name, value]) => [
        name,
        value.replace('PORT', String(served.server.port)),
      ]),
    )
    for (const path of [
      '/',
      '/panels/bar-1/',
      '/stage.js',
      `/media/${'d'.repeat(64)}`,
      '/demo/page',
      '/nothing',
    ]) {
      expect(await served.ask(path, { headers })).toMatchObject({
        status: 401,
        headers: { 'www-authenticate': 'Bearer', 'cache-control': 'no-store' },
        body: `${TOKEN_NEEDED}\n`,
      })
    }
    const post = { method: 'POST', headers: { ...headers, origin: served.server.address } }
    expect((await served.ask('/demo/send', post)).status).toBe(401)
    await expect(served.look('/panels/bar-1/stage', { headers })).rejects.toThrow('401')
    await expect(served.look('/demo/events', { headers })).rejects.toThrow('401')
    expect(served.channel().viewers).toBe(0)
  })

  test('is refused with a wrong one in the address, whatever else it has', async () => {
    const answer = await served.ask('/panels/bar-1/?token=wrong')
    expect(answer).toMatchObject({ status: 401, body: `${TOKEN_NEEDED}\n` })
    expect(answer.headers['set-cookie']).toBeUndefined()
    const post = { method: 'POST', headers: { origin: served.server.address } }
    expect((await served.ask(`/demo/send?token=${VIEWER_TOKEN.value}`, post)).status).toBe(401)
  })

  test('is told how the player is all the same', async () => {
    expect(await served.ask('/health', { headers: NOBODY })).toMatchObject({
      status: 200,
      body: '{"armed":true}',
    })
  })

  test('gets a cookie for the token in an address, is sent on without it, and is known from then on', async () => {
    const first = await served.ask(`/panels/bar-1/?a=1&token=${VIEWER_TOKEN.value}&b=2`, { headers: NOBODY })
    expect(first).toMatchObject({
      status: 303,
      headers: {
        location: '/panels/bar-1/?a=1&b=2',
        'set-cookie': [
          `kijkuit-${served.server.port}=${VIEWER_TOKEN.value}; Path=/; HttpOnly; SameSite=Strict`,
        ],
        'referrer-policy': 'no-referrer',
      },
    })
    const cookie = `other=1; kijkuit-${served.server.port}=${VIEWER_TOKEN.value}`
    const headers = { ...NOBODY, cookie }
    expect((await served.ask('/panels/bar-1/', { headers })).body).toBe('<p>screen</p>')
    const viewer = await served.look('/panels/bar-1/stage', { headers })
    expect(viewer.heard[0]).toEqual(screenPanel('bar-1'))
  })

  test('who comes by a link of another site goes on from a page of ours, for which the browser gives its cookie', async () => {
    const headers = { ...NOBODY, 'sec-fetch-site': 'cross-site' }
    const answer = await served.ask(`/panels/bar-1/?token=${VIEWER_TOKEN.value}`, { headers })
    expect(answer).toMatchObject({
      status: 200,
      headers: { refresh: '0; url=/panels/bar-1/', 'content-type': 'text/html; charset=utf-8' },
      // Without words for whoever stands before it, and not white.
      body: '<!doctype html><title>Kijkuit</title><body bgcolor="#000000">',
    })
    expect(answer.headers['set-cookie']).toHaveLength(1)
  })

  test('is never sent to another host', async () => {
    const { headers } = await served.ask(`//evil.example//evil.example/?token=${VIEWER_TOKEN.value}`)
    expect(headers['location']).toBe('/evil.example/')
  })
})
