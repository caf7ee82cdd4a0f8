import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http'
import { createServer as createSecureServer, Server as SecureServer } from 'node:https'
import type { Clock } from '../../base/clock.ts'
import { type Disposable, Disposables } from '../../base/disposal.ts'
import { fail, ok, type Result } from '../../base/result.ts'
import { diskFiles } from '../files.ts'
import { closed, listening, portOf, REQUEST_BOUNDS, readBody, refuse, send } from '../http-answers.ts'
import type { Log } from '../log.ts'
import { isAllowed } from './access.ts'
import { LARGEST_ACKNOWLEDGEMENTS, takeAcknowledgements } from './acknowledgement.ts'
import { datexStatus } from './datex.ts'
import type { Feed } from './feed.ts'
import type { FeedListen } from './feed-config.ts'
import { type FeedTls, RenewedCredentials, readFeedCredentials } from './feed-credentials.ts'
import { irisTsv, panelsByName, plainText, type SignNames } from './formats.ts'
import type { SignRecord } from './record.ts'
import { RequestLimit } from './request-limit.ts'
import type { HeldRecord } from './sign-offer.ts'

// Not by import, see server.ts.
const { createServer } = process.getBuiltinModule('node:http')

export interface FeedServerOptions {
  readonly listen: FeedListen
  readonly feed: Feed
  readonly names: SignNames
  readonly clock: Clock
  readonly log: Log
}

/** The feed over HTTP, for controllers; a listener of its own, apart from the screens. */
export interface FeedServer extends Disposable {
  /** `http://host:port` or `https://host:port` */
  readonly address: string
  dispose(): Promise<void>
}

const ROOT = '/feed/v1'
/** ms for an answer to be taken; who reads 2000 signs slower than this gets them never. */
const ANSWER_TIME = 30_000
/** s that an answer may be waited for: below the minute after which proxies give up. */
const LONGEST_WAIT = 55
/** Controllers and their connections; one more is closed at once. */
const MOST_CONNECTIONS = 256
/** Requests that may wait for the next issue. */
const MOST_WAITING = 200
/** Requests over one connection, so that none lives for ever. */
const MOST_REQUESTS = 10_000
/** ms that an idle connection is kept for the next poll. */
const KEEP_ALIVE = 65_000

/**
 * Opens the feed.
 *
 * @returns or one sentence about the address, the token or the certificates
 */
export async function startFeedServer(options: FeedServerOptions): Promise<Result<FeedServer, string>> {
  const { listen, clock, log } = options
  const read = readFeedCredentials(listen, diskFiles)
  if (!read.ok) return read
  const http = makeServer(read.value.tls, listen)
  const credentials = new RenewedCredentials(read.value, {
    ...{ listen, clock, log, files: diskFiles },
    onTls: (tls) => {
      if (http instanceof SecureServer) http.setSecureContext(tls)
      // Whoever was let in by an old certificate has to show one again.
      http.closeAllConnections()
    },
  })
  http.maxConnections = MOST_CONNECTIONS
  http.maxRequestsPerSocket = MOST_REQUESTS
  http.keepAliveTimeout = KEEP_ALIVE
  http.setTimeout(KEEP_ALIVE)
  const limit = new RequestLimit()
  const controller = new FeedAnswers(options)
  http.on('request', (request: IncomingMessage, response: ServerResponse) => {
    response.setHeader('Cache-Control', 'no-cache')
    response.setHeader('X-Content-Type-Options', 'nosniff')
    if (!limit.take(request.socket.remoteAddress ?? '', clock.monotonic())) {
      response.setHeader('Retry-After', '1')
      return refuse(response, 429, 'that is too often; use If-None-Match with Prefer: wait=30')
    }
    if (!isAllowed(request, credentials.token)) {
      response.setHeader('WWW-Authenticate', 'Bearer, Basic realm="kijkuit feed"')
      return refuse(response, 401, 'needs the token of the feed, or a certificate')
    }
    controller.answer(request, response).catch((error: unknown) => {
      log.warn(`a fault in Kijkuit: ${request.method} ${request.url} of the feed failed: ${error}`)
      response.destroy()
    })
  })
  http.on('clientError', (_, socket) => socket.destroy())
  http.on('tlsClientError', (_, socket) => socket.destroy())
  const code = await listening(http, listen.port, listen.host)
  if (code !== undefined)
    return fail(
      `the feed cannot listen on ${listen.host} port ${listen.port} (${code}); choose another address or port`,
    )
  const held = new Disposables()
  held.defer(() => closed(http))
  held.add(controller)
  held.add(credentials).watch()
  const port = portOf(http)
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host
  return ok({
    address: `${listen.cert === undefined ? 'http' : 'https'}://${host}:${port}`,
    dispose: () => held.dispose(),
  })
}

/** Answers whoever is let in. */
class FeedAnswers implements Disposable {
  readonly #options: FeedServerOptions
  /** Panels by the names that controllers may use. */
  readonly #panels: ReadonlyMap<string, string>
  readonly #waiting = new Set<() => void>()

  constructor(options: FeedServerOptions) {
    this.#options = options
    this.#panels = panelsByName(options.names)
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = URL.parse(request.url ?? '', 'http://feed')
    if (url === null || !`${url.pathname}/`.startsWith(`${ROOT}/`))
      return refuse(response, 404, `is under ${ROOT}`)
    const path = url.pathname.slice(ROOT.length)
    if (path === '/acknowledgements') return this.#acknowledge(request, response)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD')
      return refuse(response, 405, 'only GET')
    }
    const [, name, form] = /^\/signs\/([^/]{1,64})(?:\/(text|multi|raster))?$/.exec(path) ?? []
    const panel = name === undefined ? undefined : this.#panelOf(name)
    const { feed } = this.#options
    const isKnown = ['', '/', '/iris.tsv', '/datex2.xml'].includes(path) || panel !== undefined
    if (!isKnown)
      return refuse(response, 404, name === undefined ? 'there is no such form' : 'there is no such sign')
    if (!(await this.#isNewer(request, response))) {
      this.#head(response)
      response.statusCode = 304
      response.end()
      return
    }
    this.#head(response)
    const cancel = this.#options.clock.after(ANSWER_TIME, () => request.socket.destroy())
    response.on('close', cancel)
    if (path === '/iris.tsv') {
      const text = irisTsv(feed.records, this.#options.names, feed.validUntil)
      return send(response, 'text/tab-separated-values; charset=utf-8', text)
    }
    if (path === '/datex2.xml') {
      const xml = datexStatus(feed, this.#options.names, this.#options.clock.now())
      return send(response, 'application/xml; charset=utf-8', xml)
    }
    if (panel === undefined) return this.#envelope(response, feed.records)
    const held = feed.record(panel)
    if (held === undefined) throw new Error(`${panel} has no record`)
    if (form === undefined) return this.#envelope(response, [held])
    this.#form(response, form, held, url.searchParams.get('page'))
  }

  dispose(): void {
    for (const stop of this.#waiting) stop()
  }

  #panelOf(name: string): string | undefined {
    const panel = this.#panels.get(name) ?? name
    return this.#options.feed.record(panel) === undefined ? undefined : panel
  }

  /** When the feed was written and until when it holds, for forms that cannot say it themselves. */
  #head(response: ServerResponse): void {
    const { epoch, sequence, nextBy, validUntil } = this.#options.feed.issue
    response.setHeader('ETag', `"${epoch}-${sequence}"`)
    response.setHeader('Kijkuit-Next-By', nextBy)
    response.setHeader('Kijkuit-Valid-Until', validUntil)
  }

  /** Whether there is anything that who asks has not, at once or within the time that it is ready to wait (RFC 7240). */
  #isNewer(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const { feed, clock } = this.#options
    const isOld = (): boolean => {
      const { epoch, sequence } = feed.issue
      return request.headers['if-none-match'] === `"${epoch}-${sequence}"`
    }
    if (!isOld()) return Promise.resolve(true)
    const wait = Number(/(?:^|[,;\s])wait=(\d{1,4})/.exec(String(request.headers.prefer ?? ''))?.[1] ?? 0)
    if (wait === 0 || this.#waiting.size >= MOST_WAITING) return Promise.resolve(false)
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done)
        stop()
        cancel()
        response.off('close', done)
        resolve(!isOld())
      }
      const stop = feed.onNext(done)
      const cancel = clock.after(Math.min(LONGEST_WAIT, wait) * 1000, done)
      response.on('close', done)
      this.#waiting.add(done)
    })
  }

  /** All that it takes is held already; it is written as fast as it is read, and not kept for who does not read. */
  async #envelope(response: ServerResponse, records: readonly HeldRecord[]): Promise<void> {
    const { feed } = this.#options
    const head = JSON.stringify({ schema: 'kijkuit-feed/1', ...feed.issue })
    response.setHeader('Content-Type', 'application/json')
    let ready = response.write(`${head.slice(0, -1)},"records":[`)
    for (const [index, { parts }] of records.entries()) {
      if (!ready) await drained(response)
      if (response.destroyed) return
      response.write(index === 0 ? parts[0] : `,${parts[0]}`)
      ready = response.write(parts[1])
    }
    response.end(']}\n')
  }

  #form(response: ServerResponse, form: string, held: HeldRecord, page: string | null): void {
    const { multi, multiFault, raster, until } = held.record
    if (until !== undefined) response.setHeader('Kijkuit-Until', until)
    response.setHeader('Kijkuit-Record', String(held.record.sequence))
    if (form === 'text') send(response, 'text/plain; charset=utf-8', plainText(held))
    else if (form === 'raster') sendRaster(response, raster, page)
    else if (multi !== undefined)
      send(response, 'text/plain; charset=iso-8859-1', Buffer.from(multi, 'latin1'))
    else refuse(response, 409, `cannot be said in MULTI: ${multiFault?.error}: it ${multiFault?.message}`)
  }

  async #acknowledge(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') {
      response.setHeader('Allow', 'POST')
      return refuse(response, 405, 'only POST')
    }
    const body = await readBody(request, response, LARGEST_ACKNOWLEDGEMENTS)
    if (body === undefined) return
    const taken = takeAcknowledgements(body, this.#options.feed, this.#panels)
    if (!taken.ok) return refuse(response, 400, taken.failure)
    const refused = taken.value
    response.statusCode = refused.length === 0 ? 204 : 422
    if (refused.length === 0) response.end()
    else send(response, 'text/plain; charset=utf-8', `${refused.join('\n')}\n`)
  }
}

/** @param page from 1; null = the first */
function sendRaster(response: ServerResponse, raster: SignRecord['raster'], page: string | null): void {
  const one = raster?.pages[Number(page ?? 1) - 1]
  if (raster === undefined || one === undefined) {
    // A blank sign has no dots lit, and no page.
    response.statusCode = 204
    response.end()
    return
  }
  response.setHeader('Kijkuit-Size', `${raster.width}x${raster.height}`)
  response.setHeader('Kijkuit-CRC', one.crc.toString(16).padStart(4, '0'))
  send(response, 'application/octet-stream', Buffer.from(one.bits, 'base64'))
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.on('drain', done)
    response.on('close', done)
  })
}

function makeServer(tls: FeedTls | undefined, { clientCa, tokenFile }: FeedListen): HttpServer {
  if (tls === undefined) return createServer(REQUEST_BOUNDS)
  return createSecureServer({
    ...{ ...REQUEST_BOUNDS, handshakeTimeout: REQUEST_BOUNDS.requestTimeout },
    ...tls,
    // With a token either will do.
    ...(clientCa !== undefined && { requestCert: true, rejectUnauthorized: tokenFile === undefined }),
  })
}
