import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { connectAsync } from 'mqtt'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { bearer } from '../../display-client/testkit/bearer.ts'
import { type TemporaryFolder, temporaryFolder } from '../../display-client/testkit/temporary-folder.ts'
import { DEMO_PANELS } from '../demo/demo.ts'
import type { WallState } from '../demo/wall.ts'

const COMMAND = fileURLToPath(new URL('../kijkuit.ts', import.meta.url))

type Event = Readonly<Record<string, unknown>>

let folder: TemporaryFolder
const children: ChildProcess[] = []
const sockets: WebSocket[] = []

beforeEach(async () => {
  folder = await temporaryFolder()
})

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate()
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  await folder.dispose()
})

/** The real command, as a person runs it: with nothing on stdin, and no desktop. */
class Demo {
  readonly events: Event[] = []
  readonly errors: string[] = []
  readonly child: ChildProcess
  readonly status: Promise<number | null>
  #waiting: (() => void)[] = []

  constructor(...words: readonly string[]) {
    const child = spawn(process.execPath, [COMMAND, 'demo', '--json', ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH ?? '', TMPDIR: folder.path },
    })
    children.push(child)
    this.child = child
    this.status = once(child, 'close').then(([status]) => status)
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.events.push(JSON.parse(line))
      for (const look of this.#waiting.splice(0)) look()
    })
    createInterface({ input: child.stderr }).on('line', (line) => this.errors.push(line))
  }

  /** The first event, past or to come, that is like this. */
  async event(like: Event): Promise<Event> {
    for (;;) {
      const found = this.events.find((one) =>
        Object.entries(like).every(([key, value]) => one[key] === value),
      )
      if (found !== undefined) return found
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }
}

/** What the address of the demo lets in. */
function tokenIn(url: string): Record<string, string> {
  return bearer({ value: new URL(url).searchParams.get('token') ?? '' })
}

/** Presses a button of the wall. */
function press(
  url: string,
  action: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const usual = { 'X-Kijkuit': '1', Origin: new URL(url).origin, ...tokenIn(url) }
  return fetch(new URL(`demo/${action}`, url), { method: 'POST', headers: { ...usual, ...headers } })
}

async function stateOf(response: Promise<Response>): Promise<WallState> {
  return (await (await response).json()) as WallState
}

function connect(url: string, path: string): WebSocket {
  const { host, origin } = new URL(url)
  const socket = new WebSocket(`ws://${host}${path}`, { origin, headers: tokenIn(url) })
  sockets.push(socket)
  return socket
}

/** A viewer of one panel that paints at once whatever it is sent. */
function watch(url: string, panel: string): void {
  const socket = connect(url, `/panels/${panel}/stage`)
  socket.on('message', (data) => {
    const message: { type: string; revision: number; sequence: number } = JSON.parse(String(data))
    if (message.type === 'stage')
      socket.send(JSON.stringify({ type: 'painted', revision: message.revision, ago: 0 }))
    if (message.type === 'ping') socket.send(JSON.stringify({ type: 'pong', sequence: message.sequence }))
  })
}

/** The temporary files that the command has left. Node keeps none there. */
const leftBehind = () => readdir(folder.path)

describe('kijkuit demo', () => {
  it('shows an alert on twelve panels, updates and ends it by three buttons, and leaves nothing behind', async () => {
    const demo = new Demo('--port', '0')
    const url = String((await demo.event({ event: 'listening' }))['url'])
    expect((await demo.event({ event: 'armed' }))['sinceStart']).toBeGreaterThan(0)
    expect(await leftBehind()).toHaveLength(1)
    // A sign is looked at by the demo itself: it has no viewer.
    const { panels } = await stateOf(fetch(new URL('demo/state', url), { headers: tokenIn(url) }))
    for (const { id, wire } of panels) if (wire === undefined) watch(url, id)
    const wall = connect(url, '/demo/events')
    const seen: Event[] = []
    wall.on('message', (data) => seen.push(JSON.parse(String(data))))
    await once(wall, 'message')
    expect(seen[0]).toMatchObject({ type: 'state', alert: null, port: Number(new URL(url).port) })

    const sent = await stateOf(press(url, 'send'))
    expect(sent.alert).toMatchObject({
      incident: 'demo-zoe-1',
      revision: 1,
      headline: 'Zoë (8) vermist in Utrecht',
    })
    expect(sent.panels.map(({ id }) => id)).toEqual([...DEMO_PANELS])
    expect(sent.panels.find(({ id }) => id === 'ticker-1x20')).toMatchObject({
      wire: 'Alpha over TCP',
      characters: { lines: 1, columns: 20 },
    })
    for (const panel of DEMO_PANELS) {
      const receipt = await demo.event({ event: 'receipt', kind: 'shown', panel, revision: 1 })
      expect(receipt['sincePublish']).toBeGreaterThan(0)
    }

    expect((await stateOf(press(url, 'send'))).alert?.revision).toBe(1)
    expect((await stateOf(press(url, 'update'))).alert?.revision).toBe(2)
    for (const panel of DEMO_PANELS) await demo.event({ event: 'receipt', kind: 'shown', panel, revision: 2 })
    expect((await stateOf(press(url, 'end'))).alert).toBeNull()
    for (const panel of DEMO_PANELS) await demo.event({ event: 'receipt', kind: 'removed', panel })
    expect((await stateOf(press(url, 'send'))).alert?.incident).toBe('demo-zoe-2')
    for (const panel of DEMO_PANELS) {
      await demo.event({ event: 'receipt', kind: 'shown', panel, incident: 'demo-zoe-2' })
    }
    // They come by another way than the output of the command, so the last may be a moment later.
    await expect
      .poll(() => seen.filter(({ type, kind }) => type === 'receipt' && kind === 'shown').length, {
        timeout: 10_000,
      })
      .toBe(3 * DEMO_PANELS.length)
    expect(demo.events.filter(({ event }) => event === 'published').map(({ msgType }) => msgType)).toEqual([
      'Alert',
      'Update',
      'Cancel',
      'Alert',
    ])

    demo.child.kill('SIGINT')
    expect(await demo.status).toBe(0)
    expect(demo.events.at(-1)).toEqual({ event: 'stopped' })
    expect(await leftBehind()).toEqual([])
    await expect(fetch(url)).rejects.toThrow()
  }, 60_000)

  it('shows what its signs show, and tells them again when they have lost their power', async () => {
    const demo = new Demo('--port', '0')
    const url = String((await demo.event({ event: 'listening' }))['url'])
    await demo.event({ event: 'armed' })
    const signs = (
      await stateOf(fetch(new URL('demo/state', url), { headers: tokenIn(url) }))
    ).panels.flatMap(({ id, wire }) => (wire === undefined ? [] : [id]))
    const wall = connect(url, '/demo/events')
    const glass = new Map<string, { isTold: boolean; pages: { content: { pixels: string } }[] }>()
    let isCut = false
    wall.on('message', (data) => {
      const { type, panel, ...seen } = JSON.parse(String(data))
      if (type !== 'sign') return
      glass.set(panel, seen)
      isCut ||= glass.size === signs.length && [...glass.values()].every(({ pages }) => pages.length === 0)
    })
    expect(signs).toHaveLength(8)
    const told = () => signs.filter((id) => glass.get(id)?.isTold)
    const eventually = (all: readonly string[]) =>
      expect.poll(told, { timeout: 20_000, interval: 50 }).toEqual(all)
    // Those of the traffic system come last.
    await expect.poll(() => glass.size, { timeout: 20_000 }).toBe(signs.length)
    await eventually([])

    await press(url, 'send')
    await eventually(signs)
    for (const id of signs) {
      const dots = (glass.get(id)?.pages ?? []).map(({ content }) => Buffer.from(content.pixels, 'base64'))
      expect(
        dots.some((one) => one.some((dot) => dot > 0)),
        id,
      ).toBe(true)
    }
    expect((await press(url, 'power')).status).toBe(200)
    expect(isCut).toBe(true)
    await eventually(signs)

    await press(url, 'end')
    for (const panel of signs) await demo.event({ event: 'receipt', kind: 'removed', panel })
    demo.child.kill('SIGTERM')
    expect(await demo.status).toBe(0)
    expect(await leftBehind()).toEqual([])
  }, 60_000)

  it('puts back a live alert that its broker has lost', async () => {
    const demo = new Demo('--port', '0')
    const { url, broker } = await demo.event({ event: 'listening' })
    await demo.event({ event: 'armed' })
    await press(String(url), 'send')
    await demo.event({ event: 'published' })
    const client = await connectAsync(String(broker), { protocolVersion: 4, reconnectPeriod: 0 })
    try {
      const topic = 'kijkuit/v1/alerts/nl/demo-zoe-1'
      const received: number[] = []
      client.on('message', (_topic, payload) => received.push(payload.length))
      await client.subscribeAsync(topic, { qos: 1 })
      await client.publishAsync(topic, '', { qos: 1, retain: true })
      await demo.event({ event: 'restored', topic })
      await expect.poll(() => received.at(-1), { timeout: 10_000 }).toBeGreaterThan(0)
    } finally {
      await client.endAsync(true)
    }
    demo.child.kill('SIGTERM')
    expect(await demo.status).toBe(0)
    expect(await leftBehind()).toEqual([])
  }, 30_000)

  it('takes no button from another page', async () => {
    const demo = new Demo('--port', '0')
    const url = String((await demo.event({ event: 'listening' }))['url'])
    await demo.event({ event: 'armed' })
    const { port } = new URL(url)
    for (const origin of ['http://example.org', `http://127.0.0.1:${port}.example.org`, 'null']) {
      expect((await press(url, 'send', { Origin: origin })).status).toBe(403)
    }
    expect((await press(url, 'send', { 'X-Kijkuit': '' })).status).toBe(403)
    expect((await stateOf(fetch(new URL('demo/state', url), { headers: tokenIn(url) }))).alert).toBeNull()
    demo.child.kill('SIGTERM')
    expect(await demo.status).toBe(0)
  })

  it('stops by itself after --seconds', async () => {
    const demo = new Demo('--port', '0', '--seconds', '1')
    expect(await demo.status).toBe(0)
    expect(demo.events.at(-1)).toEqual({ event: 'stopped' })
    expect(await leftBehind()).toEqual([])
  })

  it('says in one line that its port is in use, and leaves nothing behind', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    const demo = new Demo('--port', port)
    expect(await demo.status).toBe(1)
    server.close()
    expect(demo.errors.filter((line) => line.includes('port'))).toEqual([
      `port ${port} is in use by another program; stop that or choose another with --port`,
    ])
    expect(demo.events).toEqual([])
    expect(await leftBehind()).toEqual([])
  })
})
