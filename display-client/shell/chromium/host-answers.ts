import type { IdleGone } from '../../player/protocol.ts'
import type { Fields } from './devtools-pipe.ts'

/** For `Fetch.enable`: what comes back for a page of these origins is held until it was looked at. */
export function hostPatterns(origins: readonly string[]): readonly Fields[] {
  return origins.map((origin) => {
    return { urlPattern: `${origin}/*`, resourceType: 'Document', requestStage: 'Response' }
  })
}

/**
 * What becomes of an answer of the host: as it is; or, where it is an error, which the public would read on a page of Chromium or
 * of the host, a page of nothing that tells ours so.
 *
 * @param paused parameters of `Fetch.requestPaused`
 * @returns what Chromium is told
 */
export function answerOfHost(paused: Fields): { readonly method: string; readonly params: Fields } {
  const { requestId, responseErrorReason, responseStatusCode: status } = paused
  const isError = typeof status === 'number' && status >= 400
  if (responseErrorReason === undefined && !isError)
    return { method: 'Fetch.continueRequest', params: { requestId } }
  const reason = isError ? `answers ${status}` : `does not come (${responseErrorReason})`
  const told = JSON.stringify({ type: 'kijkuit-idle-gone', reason } satisfies IdleGone)
  const body = Buffer.from(`<!doctype html><script>parent.postMessage(${told}, '*')</script>`)
  const responseHeaders = [{ name: 'Content-Type', value: 'text/html' }]
  return {
    method: 'Fetch.fulfillRequest',
    params: { requestId, responseCode: 200, responseHeaders, body: body.toString('base64') },
  }
}
