import type { BrowserWindowConstructorOptions, Rectangle } from 'electron'
import type { Geometry } from '../targets.ts'

/** The session of all windows: without `persist:` it is in memory only, so nothing of an alert is ever written to a profile. */
export const PARTITION = 'kijkuit'

/**
 * A window without a frame that fills one monitor, or covers exactly a part of it.
 *
 * Of `webPreferences` nothing that isolates the page is touched (Electron security checklist 2 to 4, 6, 8 to 10: the
 * defaults are the safe values) and there is no preload: the page gets all it needs from the player.
 *
 * @param bounds of the monitor, px of the desktop
 * @param geometry of the part, px of the monitor; undefined = a kiosk on all of it
 */
export function windowOptions(
  bounds: Rectangle,
  geometry: Geometry | undefined,
): BrowserWindowConstructorOptions {
  return {
    ...(geometry === undefined
      ? { x: bounds.x, y: bounds.y, width: bounds.width, height: bounds.height, kiosk: true }
      : {
          x: bounds.x + geometry.x,
          y: bounds.y + geometry.y,
          width: geometry.width,
          height: geometry.height,
          // Above the operator's own player, which has the rest of the monitor.
          ...{ alwaysOnTop: true, skipTaskbar: true, resizable: false, movable: false },
        }),
    frame: false,
    // Since Electron 43 a frameless window on Linux has round corners.
    roundedCorners: false,
    show: false,
    backgroundColor: '#000',
    webPreferences: {
      partition: PARTITION,
      // A window behind another must still paint and acknowledge.
      backgroundThrottling: false,
      autoplayPolicy: 'no-user-gesture-required',
      disableDialogs: true,
      spellcheck: false,
    },
  }
}
