import { expect, test } from 'vitest'
import { Disposables } from '../base/disposal.ts'
import { temporaryFolder } from '../testkit/temporary-folder.ts'
import { startServer } from './server.ts'

const TOKEN = `237e8b4a.${'t'.repeat(43)}`

test('the page on the way to a panel has no words for whoever stands before it, and is not white', async ({
  onTestFinished,
}) => {
  const held = new Disposables()
  onTestFinished(() => held.dispose())
  const folder = held.add(await temporaryFolder())
  const log = { info: () => {}, warn: () => {} }
  const started = await startServer({
    ...{ port: 0, channels: new Map(), screenDirectory: folder.path, routes: [], log },
    media: () => undefined,
    health: () => ({}),
    viewerToken: { value: TOKEN, file: folder.join('viewer.token') },
  })
  if (!started.ok) throw new Error(started.failure)
  const { address } = held.add(started.value)
  const headers = { 'sec-fetch-site': 'cross-site' }
  const answer = await fetch(`${address}/panels/hall/?token=${TOKEN}`, { headers })
  expect(answer.headers.get('refresh')).toBe('0; url=/panels/hall/')
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(await answer.text()).toBe('<!doctype html><title>Kijkuit</title><body bgcolor="#000000">')
})
