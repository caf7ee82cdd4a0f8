import type { App, OnBeforeRequestListenerDetails, Session, WebContents } from 'electron'

/**
 * Electron's security checklist (docs/tutorial/security.md) as far as its defaults are not enough: the shell shows pages of
 * the player of this machine, and nothing else can be loaded, opened, asked for or typed.
 */

/** The page that stands while the player is away: nothing, on the window's black. */
export const BLANK = 'about:blank'

/** From where a session may load. */
export interface Origins {
  readonly player: string
  /** Of the pages that a panel may frame while it is idle. */
  readonly hosts: readonly string[]
}

/**
 * Whether a request may go out: to the exact host and port of the player (HTTP and WebSocket); to a host's page as a frame in
 * it; and to whatever such a page itself asks for.
 */
export function isAllowed(
  {
    url: address,
    resourceType,
    initiatorOrigin,
  }: Pick<OnBeforeRequestListenerDetails, 'url' | 'resourceType' | 'initiatorOrigin'>,
  { player, hosts }: Origins,
): boolean {
  const url = URL.parse(address)
  if (url === null) return false
  if (url.origin === player || (url.protocol === 'ws:' && `http://${url.host}` === player)) return true
  if (resourceType === 'mainFrame') return false
  if (resourceType === 'subFrame') return hosts.includes(url.origin)
  // Kept over redirects, so a page cannot be sent elsewhere and then ask from there.
  return (
    initiatorOrigin !== undefined && hosts.includes(initiatorOrigin) && /^(https?|wss?):$/.test(url.protocol)
  )
}

/** Before the app is ready. */
export function hardenApp(app: App, { player }: Origins): void {
  app.enableSandbox()
  app.on('web-contents-created', (_event, contents) => hardenContents(contents, player))
}

/** Checklist 1, 5 and 18: known origins, no permission (Electron grants all by default), no download. */
export function hardenSession(session: Session, origins: Origins): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', (event) => event.preventDefault())
  session.webRequest.onBeforeRequest((details, decide) => decide({ cancel: !isAllowed(details, origins) }))
  // What the player says to whom it does not let in is for an operator, and so is an error of a host: on the panel it would be text
  // to the public. Of a load that was ended Electron draws nothing, and through a frame of nothing the fallback is seen.
  session.webRequest.onHeadersReceived(({ resourceType, statusCode }, decide) =>
    decide({ cancel: /^(main|sub)Frame$/.test(resourceType) && statusCode >= 400 }),
  )
}

/** Checklist 11 to 14: it stays on its page; and no key or menu does anything. */
function hardenContents(contents: WebContents, player: string): void {
  const prevent = (event: { preventDefault(): void }): void => event.preventDefault()
  // The player's own page goes on to its address without the token; a frame in it is held by isAllowed.
  contents.on('will-navigate', (event) => {
    if (URL.parse(event.url)?.origin !== player) event.preventDefault()
  })
  contents.on('will-redirect', (event) => {
    if (event.isMainFrame && URL.parse(event.url)?.origin !== player) event.preventDefault()
  })
  contents.on('will-attach-webview', prevent)
  contents.on('context-menu', prevent)
  contents.on('before-input-event', (event, { control, alt, meta, key }) => {
    if (control || alt || meta || /^F\d+$/.test(key)) event.preventDefault()
  })
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('did-finish-load', () => void contents.setVisualZoomLevelLimits(1, 1))
}
