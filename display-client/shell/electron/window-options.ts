import type { BrowserWindowConstructorOptions, Rectangle } from 'electron'

/**
 * A kiosk window that fills one monitor.
 *
 * Of `webPreferences` nothing that isolates the page is touched (Electron security checklist 2 to 4, 6, 8 to 10: the
 * defaults are the safe values) and there is no preload: the page gets all it needs from the player.
 *
 * @param bounds of the monitor, px of the desktop
 */
export function windowOptions(bounds: Rectangle): BrowserWindowConstructorOptions {
  return {
    x: bounds.x,
    y: bounds.y,
    width: bounds.width,
    height: bounds.height,
    kiosk: true,
    frame: false,
    // Since Electron 43 a frameless window on Linux has round corners.
    roundedCorners: false,
    show: false,
    backgroundColor: '#000',
    webPreferences: {
      // A window behind another must still paint and acknowledge.
      backgroundThrottling: false,
      // No page of the host beside or below ours makes a sound of its own accord.
      autoplayPolicy: 'document-user-activation-required',
      disableDialogs: true,
      spellcheck: false,
    },
  }
}
