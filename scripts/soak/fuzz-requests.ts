import { connect } from 'node:net'
import { babble, bomb, spoilt } from './fuzz-mutations.ts'
import { PATIENCE, SECRET, Site, TOKEN } from './fuzz-site.ts'
import { type Attack, count, type FuzzTarget } from './fuzz-target.ts'
import type { Dice } from './soaking.ts'

/** ms that the server gets to think about half a request before the other half is known not to come. */
const THINKING = 50

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
