/** A switch of Chromium's command line, with its value where it has one. */
export type Switch = readonly [name: string, value?: string]

/**
 * What Chromium inside Electron is started with, besides what stands on the command line of the shell.
 *
 * @param given the command line: a platform that the operator has chosen stays
 */
export function switches(given: readonly string[]): readonly Switch[] {
  return [
    // A px of the page is a px of the monitor; LED senders crop by them.
    ['force-device-scale-factor', '1'],
    ['force-color-profile', 'srgb'],
    // Coloured edges are wrong on a rotated monitor and on LEDs.
    ['disable-lcd-text'],
    ['disable-pinch'],
    ['overscroll-history-navigation', '0'],
    // A page behind a hung GPU must not wait for an operator at a dialog.
    ['noerrdialogs'],
    // On Wayland Electron can place no window (docs/api/browser-window.md): all would land on one monitor.
    ...(given.some((arg) => /^--ozone-platform\b/.test(arg)) ? [] : [['ozone-platform', 'x11'] as const]),
  ]
}
