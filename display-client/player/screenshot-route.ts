import { refuse, send } from './http-answers.ts'
import type { ScreenshotFailure, Screenshots } from './screenshots.ts'
import { bearerToken, isSecret } from './secret.ts'
import type { HttpRoute } from './server.ts'
import type { ViewerToken } from './viewer-token.ts'

const STATUS: Readonly<Record<ScreenshotFailure['code'], number>> = { 'no-picture': 503, unsure: 409 }

/**
 * `GET /panels/<id>/screenshot`: a PNG of what stands on the panel, with the person covered.
 *
 * `?unredacted` leaves the person on it. The cookie of a screen does not do for that: it takes the viewer token in the
 * Authorization header, which no page that a browser shows can send.
 */
export function screenshotRoutes(
  panels: readonly { readonly id: string }[],
  screenshots: Pick<Screenshots, 'take'>,
  token: Pick<ViewerToken, 'value' | 'file'>,
): readonly HttpRoute[] {
  return panels.map(({ id }) => ({
    method: 'GET',
    path: `/panels/${id}/screenshot`,
    async handle({ url, headers }, response) {
      const covered = !url.searchParams.has('unredacted')
      if (!covered && !isSecret(bearerToken(headers.authorization), token.value)) {
        const needed = `the token of ${token.file} as Authorization: Bearer <token>`
        return refuse(response, 401, `an unredacted screenshot needs ${needed}`)
      }
      const taken = await screenshots.take(id, covered)
      if (taken.ok) send(response, 'image/png', taken.value)
      else refuse(response, STATUS[taken.failure.code], taken.failure.message)
    },
  }))
}
