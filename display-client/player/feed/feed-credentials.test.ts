import { readFileSync } from 'node:fs'
import { copyFile, writeFile } from 'node:fs/promises'
import { request as secureRequest } from 'node:https'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Disposables } from '../../base/disposal.ts'
import { type Certificate, certificateAuthority } from '../../testkit/certificates.ts'
import { FEED_TOKEN, feedOf, serveFeed, type TestFeed } from '../../testkit/feeds.ts'
import { shippedLibrary } from '../../testkit/library.ts'
import { preset } from '../../testkit/panels.ts'
import { type TemporaryFolder, temporaryFolder } from '../../testkit/temporary-folder.ts'
import type { FeedListen } from './feed-config.ts'
import type { FeedServer } from './feed-server.ts'

const library = await shippedLibrary()

const held = new Disposables()
let folder: TemporaryFolder
let fed: TestFeed

beforeEach(async () => {
  folder = held.add(await temporaryFolder())
  await writeFile(folder.join('token'), `${FEED_TOKEN}\n`)
  fed = feedOf([preset('character-3x18')], library)
  held.add(fed.feed)
})
afterEach(() => held.dispose())

const open = (listen: Partial<FeedListen> = {}, lines: string[] = []) =>
  serveFeed(fed, { tokenFile: folder.join('token'), ...listen }, { lines })

describe('the feed opens', () => {
  test.each([
    ['a short token', 'short', 'holds no token'],
    ['a token of two words', 'two words that are long', 'holds no token'],
  ])('not with %s', async (_, token, message) => {
    await writeFile(folder.join('token'), token)
    const opened = await open()
    expect(opened.ok ? '' : opened.failure).toContain(message)
  })

  test('not with a certificate that is none', async () => {
    const wrong = await open({ cert: folder.join('token'), key: folder.join('token') })
    expect(wrong.ok ? '' : wrong.failure).toBe(
      `${folder.join('token')} (cert) holds no certificate in PEM; put one there`,
    )
  })

  test('with mutual TLS to controllers of its authority only', async () => {
    const authority = await certificateAuthority(folder)
    const other = await certificateAuthority(folder, 'other')
    const own = await authority.server('server')
    const opened = await open({ ...own, tokenFile: undefined, clientCa: authority.cert })
    if (!opened.ok) throw new Error(opened.failure)
    held.add(opened.value)
    const status = (client?: Certificate) => secureStatus(opened.value, authority.cert, client)
    expect(await status(await authority.client('controller'))).toBe(200)
    expect(await status()).toBe('refused')
    expect(await status(await other.client('stranger'))).toBe('refused')
  })

  test('anew with what is put in place of its token and certificates, and says what is wrong with them', async () => {
    const authority = await certificateAuthority(folder)
    const own = await authority.server('server')
    const clients = await authority.client('controller')
    await copyFile(authority.cert, folder.join('clients.pem'))
    const lines: string[] = []
    const opened = await open({ ...own, clientCa: folder.join('clients.pem') }, lines)
    if (!opened.ok) throw new Error(opened.failure)
    held.add(opened.value)
    const status = (client?: Certificate, token?: string) =>
      secureStatus(opened.value, authority.cert, client, token)
    const renewed = 'another-token-of-the-test-0123'
    expect([await status(undefined, FEED_TOKEN), await status(undefined, renewed)]).toEqual([200, 401])
    expect(await status(clients)).toBe(200)

    await writeFile(folder.join('token'), `${renewed}\n`)
    expect(await status(undefined, FEED_TOKEN)).toBe(200)
    fed.clock.advance(30_000)
    expect([await status(undefined, FEED_TOKEN), await status(undefined, renewed)]).toEqual([401, 200])

    // Half a renewal: what was in force stays so, and it is said once.
    const other = await certificateAuthority(folder, 'other')
    await writeFile(folder.join('clients.pem'), 'no PEM')
    fed.clock.advance(60_000)
    expect(await status(clients)).toBe(200)
    const fault = `${folder.join('clients.pem')} (clientCa) holds no certificate in PEM; put one there`
    expect(lines).toEqual([`the feed: ${fault}; what was in force stays so`])

    await copyFile(other.cert, folder.join('clients.pem'))
    fed.clock.advance(30_000)
    expect(await status(clients)).toBe(401)
    expect(await status(await other.client('next'))).toBe(200)

    // The certificate of the feed itself.
    expect(await status(undefined, renewed)).toBe(200)
    const its = await other.server('renewed')
    await Promise.all([copyFile(its.cert, own.cert), copyFile(its.key, own.key)])
    fed.clock.advance(30_000)
    expect(await status(undefined, renewed)).toBe('refused')
    expect(await secureStatus(opened.value, other.cert, undefined, renewed)).toBe(200)
    expect(lines).toHaveLength(1)
  })
})

/** What the feed answers over a connection of its own; `refused` when there is none. @param ca of the feed */
function secureStatus(
  { address }: FeedServer,
  ca: string,
  client?: Certificate,
  token?: string,
): Promise<number | string> {
  return new Promise((resolve) => {
    const request = secureRequest(`${address}/feed/v1`, {
      ...{ ca: readFileSync(ca), agent: false },
      ...(client && { cert: readFileSync(client.cert), key: readFileSync(client.key) }),
      ...(token !== undefined && { headers: { Authorization: `Bearer ${token}` } }),
    })
    request.on('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    request.on('error', () => resolve('refused'))
    request.end()
  })
}
