import type { IncomingMessage } from 'node:http'
import { fail, ok, type Result } from '../base/result.ts'

/** ms for everything. */
const PATIENCE = 8_000
const MOST_REDIRECTS = 5
const LARGEST_HEADERS = 32 * 1024

/**
 * Looks whether a page of the host would come and may stand in a frame of ours: what a browser tells no page about another.
 *
 * @param url http or https
 * @param ours `http://127.0.0.1:<port>`: the origin of the page that would hold it
 * @returns why it would not, in one sentence that names the fix
 */
export async function probe(url: string, ours: string): Promise<Result<void, string>> {
  const signal = AbortSignal.timeout(PATIENCE)
  const { origin } = new URL(url)
  let at = url
  for (let count = 0; count <= MOST_REDIRECTS; count += 1) {
    const got = await head(at, signal)
    if (!got.ok) return fail(`${at} does not come: ${got.failure}`)
    const { status, headers } = got.value
    const { location } = headers
    if (status >= 300 && status < 400 && location !== undefined) {
      const next = URL.parse(location, at)
      if (next?.origin !== origin)
        return fail(
          `${at} leads to ${next?.origin ?? 'nowhere'}; give that address under idle.url, or keep it on ${origin}`,
        )
      at = next.href
      continue
    }
    if (status >= 400) return fail(`${at} answers ${status}; look at the host`)
    return framing(headers, ours, at)
  }
  return fail(`${url} redirects more than ${MOST_REDIRECTS} times; give the last address under idle.url`)
}

/** Whether a page may stand in a frame of another origin (HTML: X-Frame-Options; CSP 3 §6.4.2: frame-ancestors goes before). */
function framing(headers: IncomingMessage['headers'], ours: string, at: string): Result<void, string> {
  const ancestors = [headers['content-security-policy'] ?? []]
    .flat()
    .flatMap((policy) => policy.split(/[;,]/))
    .map((directive) => directive.trim().toLowerCase().split(/\s+/))
    .filter(([name]) => name === 'frame-ancestors')
  const allows = (sources: readonly string[]): boolean =>
    sources.some((one) => ['*', 'http:', ours, ours.replace(/\d+$/, '*')].includes(one))
  if (ancestors.some(([, ...sources]) => !allows(sources)))
    return fail(
      `${at} may not stand in our page; add ${ours} to frame-ancestors of its Content-Security-Policy`,
    )
  const option = headers['x-frame-options']
  if (ancestors.length === 0 && option !== undefined && /deny|sameorigin/i.test(String(option)))
    return fail(
      `${at} may not stand in our page; take X-Frame-Options off it, and allow ${ours} in frame-ancestors`,
    )
  return ok(undefined)
}

type Head = Pick<IncomingMessage, 'headers'> & { readonly status: number }

async function head(url: string, signal: AbortSignal): Promise<Result<Head, string>> {
  const isSecure = url.startsWith('https:')
  const { request } = isSecure
    ? process.getBuiltinModule('node:https')
    : process.getBuiltinModule('node:http')
  const ca = isSecure ? { ca: trusted() } : {}
  return new Promise((resolve) => {
    const headers = { accept: 'text/html,*/*;q=0.8', 'user-agent': 'Kijkuit' }
    const options = { headers, signal, agent: false, maxHeaderSize: LARGEST_HEADERS, ...ca }
    const asked = request(url, options, (response) => {
      response.on('error', () => {})
      resolve(ok({ status: response.statusCode ?? 0, headers: response.headers }))
      // The headers are all that is asked for; a body may be without end.
      response.destroy()
    })
    asked.on('error', (error: NodeJS.ErrnoException) =>
      resolve(fail(signal.aborted ? `no answer in ${PATIENCE / 1_000} s` : (error.code ?? error.message))),
    )
    asked.end()
  })
}

/** What the machine trusts counts as well, as it does for the browser. */
function trusted(): string[] {
  const { getCACertificates } = process.getBuiltinModule('node:tls')
  return [...getCACertificates('default'), ...getCACertificates('system')]
}
