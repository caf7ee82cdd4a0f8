import { writeFile } from 'node:fs/promises'
import { request as plainRequest } from 'node:http'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Disposables } from '../../base/disposal.ts'
import { amberAlert } from '../../testkit/alerts.ts'
import { FEED_TOKEN, feedOf, serveFeed, type TestFeed } from '../../testkit/feeds.ts'
import { preset } from '../../testkit/panels.ts'
import { type TemporaryFolder, temporaryFolder } from '../../testkit/temporary-folder.ts'
import { readLibrary } from '../library-files.ts'
import type { FeedListen } from './feed-config.ts'
import type { FeedServer } from './feed-server.ts'
import { RequestLimit } from './request-limit.ts'

const read = await readLibrary()
if (!read.ok) throw new Error('no library')
const library = read.value

const NAMES = { 'drip-192x128': 'V66E37' }
const held = new Disposables()
let folder: TemporaryFolder
let fed: TestFeed
let server: FeedServer

const open = (listen: Partial<FeedListen> = {}) =>
  serveFeed(fed, { tokenFile: folder.join('token'), ...listen }, { names: NAMES })

beforeEach(async () => {
  folder = held.add(await temporaryFolder())
  await writeFile(folder.join('token'), `${FEED_TOKEN}\n`)
  fed = feedOf([preset('drip-192x128'), preset('character-3x18')], library)
  held.add(fed.feed)
  const opened = await open()
  if (!opened.ok) throw new Error(opened.failure)
  server = held.add(opened.value)
})
afterEach(() => held.dispose())

const get = (path: string, headers: Readonly<Record<string, string>> = {}, init: RequestInit = {}) =>
  fetch(`${server.address}${path}`, {
    ...init,
    headers: { Authorization: `Bearer ${FEED_TOKEN}`, ...headers },
  })

const words = (record: { pages: { lines: string[] }[] }) =>
  record.pages.flatMap(({ lines }) => lines).join(' ')

describe('the feed over HTTP', () => {
  test('gives every form of a sign, each with its number and its end', async () => {
    fed.show('drip-192x128', amberAlert())
    const whole = await (await get('/feed/v1')).json()
    expect(whole).toMatchObject({
      ...{ schema: 'kijkuit-feed/1', feed: 'road', epoch: 7 },
      records: [
        { panel: 'drip-192x128', state: 'offer' },
        { panel: 'character-3x18', state: 'blank' },
      ],
    })
    const one = await (await get('/feed/v1/signs/V66E37')).json()
    expect(one.records).toEqual([whole.records[0]])
    const text = await get('/feed/v1/signs/V66E37/text')
    expect(
      (await text.text())
        .replaceAll(/[\n\f]/g, ' ')
        .trim()
        .replaceAll(/ +/g, ' '),
    ).toBe(words(whole.records[0]).replaceAll(/ +/g, ' '))
    expect(text.headers.get('kijkuit-valid-until')).toBe(whole.validUntil)
    expect(text.headers.get('kijkuit-until')).toBe(whole.records[0].until)
    const multi = await get('/feed/v1/signs/drip-192x128/multi')
    expect(Buffer.from(await multi.arrayBuffer()).toString('latin1')).toBe(whole.records[0].multi)
    const raster = await get('/feed/v1/signs/V66E37/raster?page=1')
    const bits = Buffer.from(await raster.arrayBuffer())
    expect(bits.toString('base64')).toBe(whole.records[0].raster.pages[0].bits)
    expect(raster.headers.get('kijkuit-crc')).toBe(
      whole.records[0].raster.pages[0].crc.toString(16).padStart(4, '0'),
    )
    expect((await get('/feed/v1/signs/character-3x18/raster')).status).toBe(204)
  })

  test('says 304 to who has it already, and keeps who can wait until there is news', async () => {
    const first = await get('/feed/v1')
    const etag = first.headers.get('etag') ?? ''
    await first.text()
    expect((await get('/feed/v1', { 'If-None-Match': etag })).status).toBe(304)
    const waiting = get('/feed/v1', { 'If-None-Match': etag, Prefer: 'wait=20' })
    await new Promise((resolve) => setTimeout(resolve, 50))
    fed.show('drip-192x128', amberAlert())
    const news = await waiting
    expect(news.status).toBe(200)
    expect((await news.json()).records[0].state).toBe('offer')
    const inVain = get('/feed/v1', { 'If-None-Match': news.headers.get('etag') ?? '', Prefer: 'wait=20' })
    await vi.waitFor(() => expect(fed.clock.waiting).toBe(3))
    fed.clock.advance(20_000)
    expect((await inVain).status).toBe(304)
  })

  test.each([
    ['/feed/v1/signs/nobody', 404],
    ['/feed/v1/signs/drip-192x128/jpeg', 404],
    ['/feed/v2', 404],
    ['/panels/drip-192x128/', 404],
    ['/health', 404],
    ['/feed/v1/signs/..%2f..%2fetc', 404],
  ])('has nothing at %s', async (path, status) => {
    expect((await get(path)).status).toBe(status)
  })

  test('lets in who has the token, as bearer or as a password, and nobody else', async () => {
    const basic = (password: string) => `Basic ${Buffer.from(`iris:${password}`).toString('base64')}`
    const status = async (authorization: string) =>
      (await get('/feed/v1', { Authorization: authorization })).status
    expect(await status(basic(FEED_TOKEN))).toBe(200)
    expect(await status('')).toBe(401)
    expect(await status(`Bearer ${FEED_TOKEN}x`)).toBe(401)
    expect(await status(basic('wrong'))).toBe(401)
    expect(
      (await fetch(`${server.address}/feed/v1/acknowledgements`, { method: 'POST', body: '{}' })).status,
    ).toBe(401)
  })

  test('takes acknowledgements, and says which it does not know', async () => {
    fed.show('drip-192x128', amberAlert())
    const { epoch, sequence } = fed.feed.record('drip-192x128')?.record ?? { epoch: 0, sequence: 0 }
    const say = (sign: string, number: number) =>
      get(
        '/feed/v1/acknowledgements',
        {},
        {
          method: 'POST',
          body: JSON.stringify({
            schema: 'kijkuit-acknowledgements/1',
            acknowledgements: [{ sign, epoch, sequence: number, state: 'shown' }],
          }),
        },
      )
    expect((await say('V66E37', sequence)).status).toBe(204)
    expect(fed.receipts).toMatchObject([{ kind: 'shown', panel: 'drip-192x128', hash: expect.any(String) }])
    const wrong = await say('V00', sequence)
    expect([wrong.status, await wrong.text()]).toEqual([422, 'there is no sign V00\n'])
    expect((await get('/feed/v1/acknowledgements', {}, { method: 'POST', body: 'x' })).status).toBe(400)
    expect((await get('/feed/v1', {}, { method: 'POST', body: 'x' })).status).toBe(405)
  })
})

describe('the feed is bounded', () => {
  const post = (headers: Readonly<Record<string, string>>) => {
    const { hostname, port } = new URL(server.address)
    const path = '/feed/v1/acknowledgements'
    return plainRequest({
      hostname,
      port,
      path,
      method: 'POST',
      headers: { Authorization: `Bearer ${FEED_TOKEN}`, ...headers },
    })
  }

  test('against an acknowledgement of 1 GB that says so', async () => {
    const request = post({ 'Content-Length': String(1024 ** 3) })
    const status = new Promise((resolve, reject) => {
      request.on('response', ({ statusCode }) => resolve(statusCode))
      request.on('error', reject)
    })
    request.flushHeaders()
    expect(await status).toBe(413)
    request.destroy()
  })

  test('against one that does not end', async () => {
    const request = post({})
    const chunk = Buffer.alloc(64 * 1024, 0x20)
    let sent = 0
    const over = new Promise<void>((resolve) => {
      request.on('close', () => resolve())
      request.on('error', () => {})
    })
    const more = (): void => {
      while (!request.destroyed && sent < 1024 ** 3) {
        sent += chunk.length
        if (!request.write(chunk)) {
          request.once('drain', more)
          return
        }
      }
    }
    more()
    await over
    expect(sent).toBeLessThan(32 * 1024 * 1024)
  })

  test('against a controller that polls without end', () => {
    const limit = new RequestLimit()
    let answered = 0
    // 1,000 times a second for a minute, beside one that polls once a second.
    for (let millisecond = 0; millisecond < 60_000; millisecond += 1) {
      if (limit.take('10.0.0.1', millisecond)) answered += 1
      if (millisecond % 1_000 === 0) expect(limit.take('10.0.0.2', millisecond)).toBe(true)
    }
    expect(answered).toBeLessThan(2_500 + 60 * 200 + 10)
    expect(answered).toBeGreaterThan(60 * 200)
  })

  test('and says so, with when to come back', async () => {
    const statuses = new Set<number>()
    for (let round = 0; round < 60 && !statuses.has(429); round += 1) {
      const all = await Promise.all(
        Array.from({ length: 50 }, async () => {
          const response = await get('/feed/v1/signs/V66E37/text')
          await response.text()
          return response.status
        }),
      )
      for (const status of all) statuses.add(status)
    }
    expect(statuses).toEqual(new Set([200, 429]))
  })

  test('against a reader that does not read', async () => {
    fed.show('drip-192x128', amberAlert())
    const { hostname, port } = new URL(server.address)
    const socket = connect(Number(port), hostname)
    held.defer(() => void socket.destroy())
    socket.on('error', () => {})
    const closed = new Promise((resolve) => socket.on('close', resolve))
    socket.pause()
    // As many answers as fill every buffer on the way.
    const ask = `GET /feed/v1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${FEED_TOKEN}\r\n\r\n`
    socket.write(ask.repeat(2_000))
    await vi.waitFor(() => expect(fed.clock.waiting).toBeGreaterThan(2), { timeout: 5_000 })
    fed.clock.advance(30_000)
    socket.resume()
    await closed
    expect((await get('/feed/v1')).status).toBe(200)
  })
})

describe('the feed', () => {
  test('does not open on a port that is taken', async () => {
    const port = Number(new URL(server.address).port)
    const taken = await open({ port })
    expect(taken.ok ? '' : taken.failure).toContain('EADDRINUSE')
  })
})
