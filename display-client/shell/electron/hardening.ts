import type { App, Session, WebContents } from 'electron'

/**
 * Electron's security checklist (docs/tutorial/security.md) as far as its defaults are not enough: the shell shows pages of
 * the player of this machine, and nothing else can be loaded, opened, asked for or typed.
 */

/** The page that stands while the player is away: nothing, on the window's black. */
export const BLANK = 'about:blank'

/** Whether the page may load this address: HTTP and WebSocket of the player, to the exact host and port. */
export function isAllowed(address: string, origin: string): boolean {
  const url = URL.parse(address)
  if (url === null) return false
  return url.origin === origin || (url.protocol === 'ws:' && `http://${url.host}` === origin)
}

/** Before the app is ready. */
export function hardenApp(app: App): void {
  app.enableSandbox()
  app.on('web-contents-created', (_event, contents) => hardenContents(contents))
}

/** Checklist 1, 5 and 18: one origin, no permission (Electron grants all by default). */
export function hardenSession(session: Session, origin: string): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.webRequest.onBeforeRequest((details, decide) => decide({ cancel: !isAllowed(details.url, origin) }))
}

/** Checklist 11 to 14: it stays on its page; and no key or menu does anything. */
function hardenContents(contents: WebContents): void {
  const prevent = (event: { preventDefault(): void }): void => event.preventDefault()
  contents.on('will-navigate', prevent)
  contents.on('will-redirect', prevent)
  contents.on('will-attach-webview', prevent)
  contents.on('context-menu', prevent)
  contents.on('before-input-event', (event, { control, alt, meta, key }) => {
    if (control || alt || meta || /^F\d+$/.test(key)) event.preventDefault()
  })
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('did-finish-load', () => void contents.setVisualZoomLevelLimits(1, 1))
}
