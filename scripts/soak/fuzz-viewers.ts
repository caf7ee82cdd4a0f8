import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { WebSocket } from 'ws'
import { PanelChannel } from '../../display-client/player/panel-channel.ts'
import type { PanelMessage } from '../../display-client/player/protocol.ts'
import { type Server, startServer } from '../../display-client/player/server.ts'
import { systemClock } from '../../display-client/player/system-clock.ts'
import { readViewerMessage } from '../../display-client/player/viewer-messages.ts'
import { bearer } from '../../display-client/testkit/bearer.ts'
import { babble, bomb, spoilt } from './fuzz-mutations.ts'
import { type Attack, count, type FuzzTarget } from './fuzz-target.ts'
import type { Dice } from './soaking.ts'

const PANEL: PanelMessage = {
  type: 'panel',
  protocol: 1,
  id: 'bar-1',
  title: 'Bar',
  surface: 'screen',
  width: 1920,
  height: 360,
  pitch: 0.3,
}

/** Stands in a file beside what is served. */
const SECRET = 'nobody may read this'

/** Of the viewers of this site. */
const TOKEN = 'token-of-the-fuzzed-site'

/** ms for an answer, or for hanging up. The server itself gives a request 10 s. */
const PATIENCE = 15_000

/** ms that the server gets to think about half a request before the other half is known not to come. */
const THINKING = 50

const MESSAGES = [
  '{"type":"painted","revision":1,"ago":1}',
  '{"type":"failed","revision":1,"reason":"x"}',
  '{"type":"pong","sequence":1}',
  `{"type":"photo","sha256":"${'a'.repeat(64)}","fault":"slow"}`,
]

/** Messages of a viewer, as text. None is taken for a painted frame that is none. */
export class ViewerMessageTarget implements FuzzTarget {
  readonly name = 'viewer messages'
  readonly counts = new Map<string, number>()

  async attack(dice: Dice): Promise<Attack> {
    const { kind, bytes } = spoiltMessage(dice)
    const message = readViewerMessage(bytes.toString())
    count(this.counts, message === undefined ? 'viewer message refused' : 'viewer message read')
    const attack = { kind, input: bytes }
    if (message?.type !== 'painted') return attack
    const isSane = Number.isSafeInteger(message.revision) && message.ago >= 0 && message.ago <= 60_000
    return isSane ? attack : { ...attack, wrong: `was read as ${JSON.stringify(message)}` }
  }

  async dispose(): Promise<void> {}
}

/** A player's server with one panel, for whoever can reach it. */
class Site {
  readonly #folder: string
  readonly server: Server
  readonly channel: PanelChannel
  /** Faults of ours that the server has reported. */
  readonly faults: string[]
  /** Revisions that were said to be painted. */
  readonly painted: number[] = []

  private constructor(folder: string, server: Server, channel: PanelChannel, faults: string[]) {
    this.#folder = folder
    this.server = server
    this.channel = channel
    this.faults = faults
    channel.onPainted = (revision) => this.painted.push(revision)
    channel.show([])
  }

  static async open(): Promise<Site> {
    const folder = await mkdtemp(join(tmpdir(), 'kijkuit-fuzz-'))
    const faults: string[] = []
    const warn = (line: string): void => {
      if (line.startsWith('a fault in Kijkuit')) faults.push(line)
    }
    const log = { info: () => {}, warn }
    const screenDirectory = join(folder, 'screen')
    await mkdir(screenDirectory)
    await writeFile(join(screenDirectory, 'index.html'), '<!doctype html>')
    await writeFile(join(folder, 'secret'), SECRET)
    const channel = new PanelChannel(PANEL, systemClock(), log)
    const channels = new Map([['bar-1', channel]])
    const started = await startServer({
      ...{ port: 0, channels, screenDirectory, log },
      routes: [{ method: 'POST', path: '/demo/send', handle: (_, response) => void response.end('done') }],
      media: () => undefined,
      health: () => ({}),
      viewerToken: { value: TOKEN, file: join(folder, 'viewer.token') },
    })
    if (!started.ok) throw new Error(started.failure)
    return new Site(folder, started.value, channel, faults)
  }

  /** What is wrong with it now. */
  async check(): Promise<string | undefined> {
    const [fault] = this.faults.splice(0)
    if (fault !== undefined) return fault
    const answer = await bodyOf(`${this.server.address}/health`)
    return answer === '{}' ? undefined : `the server no longer answers as it should: ${answer}`
  }

  async dispose(): Promise<void> {
    this.channel.dispose()
    await this.server.dispose()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** Requests to a player's server, byte for byte. */
export class HttpTarget implements FuzzTarget {
  readonly name = 'requests'
  readonly counts = new Map<string, number>()
  readonly #site: Site

  private constructor(site: Site) {
    this.#site = site
  }

  static async open(): Promise<HttpTarget> {
    return new HttpTarget(await Site.open())
  }

  async attack(dice: Dice): Promise<Attack> {
    const { kind, bytes, foreign } = this.#request(dice)
    const answer = await this.#send(bytes)
    const attack = { kind, input: bytes }
    if (answer === undefined) return { ...attack, wrong: 'got no answer and no end' }
    const status = /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 'hung up'
    count(this.counts, `http ${status}`)
    if (answer.includes(SECRET)) return { ...attack, wrong: 'was given a file from outside the page' }
    if (status.startsWith('5') && status !== '501' && status !== '505')
      return { ...attack, wrong: `was answered with ${status}` }
    if (foreign && (status.startsWith('2') || status.startsWith('3') || status === '101'))
      return {
        ...attack,
        wrong: `was answered with ${status} though it comes from another origin, or without the token`,
      }
    const wrong = await this.#site.check()
    return { ...attack, ...(wrong !== undefined && { wrong }) }
  }

  dispose(): Promise<void> {
    return this.#site.dispose()
  }

  #request(dice: Dice): { kind: string; bytes: Buffer; foreign: boolean } {
    const { port } = this.#site.server
    const own = `127.0.0.1:${port}`
    const isForeign = dice.chance(0.5)
    const host = isForeign
      ? dice.pick([
          `evil.example:${port}`,
          `${own}.evil.example`,
          '',
          'localhost',
          `127.0.0.1:${port}@evil`,
          `[::1]:${port}`,
          own.toUpperCase().replace('127', '0127'),
        ])
      : own
    const path = dice.chance(0.5) ? dice.pick(PAGES) : dice.pick(PATHS)(dice)
    const method = dice.chance(0.6) ? 'GET' : dice.pick(METHODS)(dice)
    const headers = dice.chance(0.4) ? '' : dice.pick(HEADERS)(dice, own)
    const body = method === 'POST' ? bomb(dice) : Buffer.alloc(0)
    const length =
      body.length > 0 && dice.chance(0.8)
        ? `Content-Length: ${body.length + (dice.chance(0.2) ? 5 : 0)}\r\n`
        : ''
    const isKnown = dice.chance(0.7)
    const proof = isKnown ? dice.pick(PROOFS)(port) : dice.pick(NO_PROOFS)(port)
    const head = `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n${proof}${headers}${length}Connection: close\r\n\r\n`
    const bytes = Buffer.concat([Buffer.from(head), body])
    const isStranger = !isKnown && path !== '/health'
    const isElsewhere = isStranger || isForeign || /Origin: (null|.*evil)/.test(headers)
    if (dice.chance(0.6)) return { kind: 'a request', bytes, foreign: isElsewhere }
    // What is left of it may come from anywhere.
    const { kind, bytes: bad } = spoilt(bytes, dice)
    return { kind: `a request with ${kind}`, bytes: bad, foreign: false }
  }

  /** @returns everything that came back until it hung up; undefined when it did not */
  async #send(bytes: Buffer): Promise<string | undefined> {
    const socket = connect(this.#site.server.port, '127.0.0.1')
    const parts: Buffer[] = []
    let isLate = false
    // Then nothing more will come, and whoever still waits for more waits in vain.
    const enough = setTimeout(() => socket.end(), THINKING)
    const tooLong = setTimeout(() => {
      isLate = true
      socket.destroy()
    }, PATIENCE)
    socket.on('error', () => {})
    socket.on('data', (part) => {
      parts.push(part)
      socket.end()
    })
    socket.write(bytes)
    await new Promise((resolve) => socket.once('close', resolve))
    clearTimeout(enough)
    clearTimeout(tooLong)
    return isLate ? undefined : Buffer.concat(parts).toString('latin1')
  }
}

/** A viewer's WebSocket, with frames that are none and messages that are none. */
export class WebSocketTarget implements FuzzTarget {
  readonly name = 'sockets'
  readonly counts = new Map<string, number>()
  readonly #site: Site

  private constructor(site: Site) {
    this.#site = site
  }

  static async open(): Promise<WebSocketTarget> {
    return new WebSocketTarget(await Site.open())
  }

  async attack(dice: Dice): Promise<Attack> {
    const { address } = this.#site.server
    const viewer = new WebSocket(`${address.replace('http', 'ws')}/panels/bar-1/stage`, {
      origin: address,
      headers: bearer({ value: TOKEN }),
    })
    viewer.on('error', () => {})
    await once(viewer, 'open')
    const { kind, bytes, isRaw } = frames(dice)
    const before = this.#site.painted.length
    if (isRaw) rawSocketOf(viewer)?.write(bytes)
    else viewer.send(bytes, { binary: dice.chance(0.1) })
    // A good message behind it: what is bad must have closed the socket, or have been read already when this one is.
    viewer.send('{"type":"pong","sequence":0}')
    viewer.close()
    const timer = setTimeout(() => viewer.terminate(), PATIENCE)
    const [code] = (await once(viewer, 'close')) as [number]
    clearTimeout(timer)
    count(this.counts, `socket closed ${code}`)
    const attack = { kind, input: bytes }
    const said = this.#site.painted.slice(before)
    if (said.some((revision) => revision !== 1)) return { ...attack, wrong: `was taken for paint of ${said}` }
    const wrong = await this.#site.check()
    return { ...attack, ...(wrong !== undefined && { wrong }) }
  }

  dispose(): Promise<void> {
    return this.#site.dispose()
  }
}

const METHODS: readonly ((dice: Dice) => string)[] = [
  ...['HEAD', 'POST', 'PUT', 'OPTIONS', 'CONNECT', 'TRACE', 'PRI', 'get'].map((name) => () => name),
  (dice) => 'X'.repeat(dice.below(40)),
]

const PAGES = ['/', '/health', '/panels/bar-1/', '/panels/bar-1']

const PATHS: readonly ((dice: Dice) => string)[] = [
  () => '/panels/bar-1/stage',
  () => '/demo/send',
  () => `/media/${'a'.repeat(64)}`,
  () => '/../secret',
  () => '/panels/bar-1/../../../secret',
  () => '/panels/bar-1/..%2f..%2fsecret',
  () => '/%2e%2e/secret',
  () => '/..\\secret',
  () => '//secret',
  () => '/.%00/secret',
  () => '/%',
  () => '/%ff%fe',
  () => 'http://evil.example/',
  () => '*',
  () => '',
  () => `/${'a'.repeat(9_000)}`,
  (dice) => `/${encodeURIComponent(dice.bytes(20).toString('latin1'))}`,
  (dice) => `/${babble(dice).replaceAll(/[\r\n]/g, '')}`,
]

const PROOFS: readonly ((port: number) => string)[] = [
  () => `Authorization: Bearer ${TOKEN}\r\n`,
  (port) => `Cookie: a=b; kijkuit-${port}=${TOKEN}\r\n`,
]

const NO_PROOFS: readonly ((port: number) => string)[] = [
  () => '',
  () => 'Authorization: Bearer\r\n',
  () => `Authorization: Bearer ${TOKEN}x\r\n`,
  () => `Authorization: Basic ${TOKEN}\r\n`,
  (port) => `Cookie: kijkuit-${port + 1}=${TOKEN}; kijkuit-${port}=\r\n`,
]

const HEADERS: readonly ((dice: Dice, own: string) => string)[] = [
  (_, own) => `Origin: http://${own}\r\n`,
  () => 'Origin: null\r\n',
  () => 'Origin: http://evil.example\r\n',
  (_, own) => `Origin: http://${own}.evil.example\r\n`,
  (dice) => `X-Long: ${'x'.repeat(dice.pick([7_000, 9_000, 100_000]))}\r\n`,
  () => 'X: y\r\n'.repeat(3_000),
  () => 'Transfer-Encoding: chunked\r\nContent-Length: 4\r\n',
  () => 'Transfer-Encoding: chunked\r\n',
  () => 'Content-Length: -1\r\n',
  () => 'Content-Length: 99999999999999999999\r\n',
  () => 'Expect: 100-continue\r\n',
  () => 'Range: bytes=0-,-1\r\n',
  () => 'Accept-Encoding: br, gzip\r\nIf-None-Match: *\r\n',
  (_, own) =>
    `Origin: http://${own}\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n`,
  () => 'Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n',
]

/** @returns the body of the answer, or what went wrong */
function bodyOf(address: string): Promise<string> {
  return new Promise((resolve) => {
    const asked = get(address, { agent: false, timeout: PATIENCE }, async (response) => {
      resolve(await text(response).catch(String))
    })
    asked.on('timeout', () => asked.destroy(new Error('no answer')))
    asked.on('error', (error) => resolve(String(error)))
  })
}

function spoiltMessage(dice: Dice): { kind: string; bytes: Buffer } {
  if (dice.chance(0.2)) return { kind: 'a bomb', bytes: bomb(dice) }
  if (dice.chance(0.1)) return { kind: 'babble', bytes: Buffer.from(babble(dice)) }
  return spoilt(Buffer.from(dice.pick(MESSAGES)), dice)
}

function frames(dice: Dice): { kind: string; bytes: Buffer; isRaw: boolean } {
  if (dice.chance(0.5)) return { ...spoiltMessage(dice), isRaw: false }
  const bytes = dice.pick([
    () => dice.bytes(dice.below(300)),
    // Unmasked, reserved bits, a length of 2^63, a ping that is too long, a continuation of nothing.
    () => Buffer.from('810568656c6c6f', 'hex'),
    () => Buffer.from('f18000000000', 'hex'),
    () => Buffer.from('81ff7fffffffffffffff00000000', 'hex'),
    () => Buffer.concat([Buffer.from('89fe00c800000000', 'hex'), Buffer.alloc(200)]),
    () => Buffer.from('808000000000', 'hex'),
    () => Buffer.from('018000000000', 'hex'),
  ])()
  return { kind: 'frames that are none', bytes, isRaw: true }
}

/** What ws writes its frames to. */
function rawSocketOf(viewer: WebSocket): NodeJS.WritableStream | undefined {
  return (viewer as unknown as { readonly _socket?: NodeJS.WritableStream })._socket
}
