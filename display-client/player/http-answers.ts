import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http'

/** What the listeners of a player have in common: of its screens (server.ts) and of its feed (feed/feed-server.ts). */

/** For `createServer`: how much and how long a request may be, before anything is known of who sends it. */
export const REQUEST_BOUNDS = {
  /** bytes */
  maxHeaderSize: 8 * 1024,
  /** ms for a whole request to come in */
  requestTimeout: 10_000,
  /** ms */
  headersTimeout: 10_000,
}

/** Answers with `body`. */
export function send(response: ServerResponse, type: string, body: string | Uint8Array): void {
  response.setHeader('Content-Type', type)
  response.end(body)
}

/** Answers with a line for people. */
export function refuse(response: ServerResponse, status: number, reason: string): void {
  response.statusCode = status
  send(response, 'text/plain; charset=utf-8', `${reason}\n`)
}

/**
 * Reads the body of a request.
 *
 * @param largest bytes
 * @returns undefined when it is larger, by what it says or by what comes: then it was answered, and is not read on
 */
export async function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  largest: number,
): Promise<Uint8Array | undefined> {
  const body = await wholeBody(request, largest)
  if (body !== undefined) return body
  response.setHeader('Connection', 'close')
  response.on('finish', () => request.socket.destroy())
  refuse(response, 413, `more than ${largest} bytes`)
  return undefined
}

async function wholeBody(request: IncomingMessage, largest: number): Promise<Uint8Array | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > largest) return undefined
  const chunks: Buffer[] = []
  let size = 0
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= largest) chunks.push(chunk)
      else {
        request.pause()
        request.removeAllListeners('data')
        resolve(undefined)
      }
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
    request.on('error', reject)
    request.on('close', () => resolve(undefined))
  })
}

/** Listens. @returns the code of the system when it cannot: `EADDRINUSE` */
export function listening(http: HttpServer, port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    http.once('error', ({ code = 'unknown fault' }: NodeJS.ErrnoException) => resolve(code))
    http.listen(port, host, () => resolve(undefined))
  })
}

/** The port that it listens on. */
export function portOf(http: HttpServer): number {
  const bound = http.address()
  return typeof bound === 'object' && bound !== null ? bound.port : 0
}

/** Closes it, with every connection to it. */
export function closed(http: HttpServer): Promise<void> {
  return new Promise((resolve) => {
    http.close(() => resolve())
    http.closeAllConnections()
  })
}
