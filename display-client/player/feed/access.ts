import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'

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
  const given = tokenOf(request.headers.authorization)
  return token !== undefined && given !== undefined && timingSafeEqual(digest(given), digest(token))
}

function tokenOf(header: string | undefined): string | undefined {
  const [, scheme = '', value = ''] = /^(bearer|basic) +(\S+)$/i.exec(header ?? '') ?? []
  if (scheme.toLowerCase() === 'bearer') return value
  if (scheme.toLowerCase() !== 'basic') return undefined
  const pair = Buffer.from(value, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  return colon === -1 ? undefined : pair.slice(colon + 1)
}

/** Of one length whatever the text, which is what can be compared in constant time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
