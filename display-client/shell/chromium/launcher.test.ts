import { existsSync, readdirSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { launchChromium, type RunningChromium, waitForPlayer } from './launcher.ts'

const BINARY = process.env['KIJKUIT_CHROMIUM'] ?? '/usr/bin/chromium'
/** What a machine without a monitor, and a container whose user is root, need on top. */
const HERE = [
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
]
const PAGE = '<!doctype html><script src="/told.js"></script>'
const TELL = 'fetch("/told")'

let server: Server
let address: string
let asked: string[]
let serving: boolean
let chromium: RunningChromium | undefined

const profiles = () => readdirSync(tmpdir()).filter((name) => name.startsWith('kijkuit-chromium-'))

beforeEach(async () => {
  asked = []
  serving = true
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (!serving) response.writeHead(503).end()
    else if (request.url === '/told.js') response.setHeader('content-type', 'text/javascript').end(TELL)
    else response.setHeader('content-type', 'text/html').end(PAGE)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/panels/hall/`
})

afterEach(async () => {
  await chromium?.dispose()
  chromium = undefined
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

describe('a real Chromium', () => {
  it('shows the page of the panel, and leaves neither process nor profile behind', async () => {
    const before = profiles()
    chromium = await launchChromium(BINARY, address, HERE)
    expect(profiles().length).toBe(before.length + 1)
    await expect.poll(() => asked.includes('/told'), { timeout: 30_000 }).toBe(true)
    expect(asked[0]).toBe('/panels/hall/')
    await chromium.dispose()
    expect(await chromium.ended).toMatch(/^Chromium ended \(/)
    expect(profiles()).toEqual(before)
  }, 60_000)
})

it('says what to do when Chromium is not there', async () => {
  const before = profiles()
  chromium = await launchChromium('/nowhere/chromium', address)
  expect(await chromium.ended).toBe(
    '/nowhere/chromium does not start (spawn /nowhere/chromium ENOENT); install chromium.',
  )
  expect(profiles()).toEqual(before)
  expect(existsSync('/nowhere')).toBe(false)
})

describe('waiting for the player', () => {
  it('goes on until the page is served', async () => {
    serving = false
    const waiting = waitForPlayer(address, new AbortController().signal)
    await expect.poll(() => asked.length).toBeGreaterThanOrEqual(2)
    serving = true
    expect(await waiting).toBe(true)
  })

  it('ends when it is asked to', async () => {
    serving = false
    const stop = new AbortController()
    const waiting = waitForPlayer(address, stop.signal)
    await expect.poll(() => asked.length).toBeGreaterThanOrEqual(1)
    stop.abort()
    expect(await waiting).toBe(false)
  })
})
