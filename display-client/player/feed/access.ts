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
