import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import { bearerToken, isSecret } from '../secret.ts'

/** Characters: fewer can be guessed. */
export const SHORTEST_TOKEN = 16

/**
 * Whether who asks has proven who it is: by a certificate of the authority of controllers, or by the token, as bearer or as the
 * password of basic authentication, which is what older traffic systems have.
 *
 * @param token undefined = certificates only
 */
export function isAllowed(request: IncomingMessage, token: string | undefined): boolean {
  if (request.socket instanceof TLSSocket && request.socket.authorized) return true
  const { authorization } = request.headers
  return token !== undefined && isSecret(bearerToken(authorization) ?? password(authorization), token)
}

function password(header: string | undefined): string | undefined {
  const value = /^basic +(\S+)$/i.exec(header ?? '')?.[1] ?? ''
  const pair = Buffer.from(value, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  return colon === -1 ? undefined : pair.slice(colon + 1)
}

/** Requests a second of one address in the long run: a poll of each of 2000 signs in ten seconds. */
const RATE = 200
/** At once: every sign of the largest gateway, and some more. */
const BURST = 2_500
/** Addresses that are remembered; more controllers for one gateway is a fault or an attack. */
const MOST_ADDRESSES = 1_000

/** How often each address may ask: a controller gone wild must cost the alerts of the others nothing. */
export class RequestLimit {
  readonly #buckets = new Map<string, { left: number; at: number }>()

  /** Takes one request. @param now ms, monotonic. @returns whether it may be answered */
  take(address: string, now: number): boolean {
    const before = this.#buckets.get(address) ?? { left: BURST, at: now }
    const left = Math.min(BURST, before.left + ((now - before.at) / 1000) * RATE)
    // Last in, so that the first is who was heard of longest ago.
    this.#buckets.delete(address)
    this.#buckets.set(address, { left: left >= 1 ? left - 1 : left, at: now })
    const [oldest] = this.#buckets.keys()
    if (this.#buckets.size > MOST_ADDRESSES && oldest !== undefined) this.#buckets.delete(oldest)
    return left >= 1
  }
}
