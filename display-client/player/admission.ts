import type { IncomingMessage } from 'node:http'
import { bearerToken, isSecret } from './secret.ts'
import type { ViewerToken } from './viewer-token.ts'

/** What is done with a request of a viewer. */
export type Admission =
  | { readonly type: 'allowed' }
  /** It came with the token in its address: it gets `cookie`, and looks again at `location`, where no token is to be seen. */
  | { readonly type: 'introduced'; readonly cookie: string; readonly location: string }
  /** @property reason one line that names the fix */
  | { readonly type: 'refused'; readonly reason: string }

const ALLOWED: Admission = { type: 'allowed' }

/**
 * Whether a request comes from somebody who may look: other users of this machine reach the loopback interface too, and what
 * is on a panel may be the name and the face of a child.
 *
 * The token comes once as `?token=`, from then on in a cookie; or, from programs, as `Authorization: Bearer`. What is given
 * in the address counts alone: then somebody wants to be let in with that.
 *
 * @param port of the server: cookies do not tell ports apart, so their names do
 */
export function admit(
  { headers, method }: Pick<IncomingMessage, 'headers' | 'method'>,
  url: URL,
  { value, file }: ViewerToken,
  port: number,
): Admission {
  const refused: Admission = {
    type: 'refused',
    reason: `this needs the viewer token, which is in ${file}: open the page once with ?token=<token>, or send it as Authorization: Bearer <token>`,
  }
  const cookie = `kijkuit-${port}`
  const given = url.searchParams.get('token')
  if (given === null) {
    const isKnown =
      isSecret(bearerToken(headers.authorization), value) || isSecret(cookieOf(headers.cookie, cookie), value)
    return isKnown ? ALLOWED : refused
  }
  if (!isSecret(given, value) || (method !== 'GET' && method !== 'HEAD')) return refused
  url.searchParams.delete('token')
  return {
    type: 'introduced',
    cookie: `${cookie}=${value}; Path=/; HttpOnly; SameSite=Strict`,
    // More than one slash at the start would be the name of another host.
    location: `${url.pathname.replace(/^\/+/, '/')}${url.search}`,
  }
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  const found = (header ?? '').split(/; */).find((pair) => pair.startsWith(`${name}=`))
  return found?.slice(name.length + 1)
}
