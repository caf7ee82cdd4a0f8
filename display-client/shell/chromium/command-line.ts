/** What a Chromium in kiosk is started with. */
export interface Kiosk {
  /** The page of a panel. */
  readonly address: string
  /** Folder for the profile of this run. */
  readonly profile: string
}

/**
 * The arguments that make Debian's Chromium fill a monitor with one page and keep quiet about everything else.
 *
 * `--kiosk` together with `--app`: only then is the page exactly as large as the monitor, also below Chromium's least
 * window of 500 px. It needs a window manager (openbox) or compositor (cage) to fill anything at all.
 */
export function chromiumArguments({ address, profile }: Kiosk): readonly string[] {
  return [
    '--kiosk',
    `--app=${address}`,
    `--user-data-dir=${profile}`,
    // A pixel of ours is a pixel of the panel, in the colour that was composed.
    '--force-device-scale-factor=1',
    '--force-color-profile=srgb',
    '--disable-lcd-text',
    // Nothing but the page: no first run, no bubbles, no dialogs, no keyring.
    '--no-first-run',
    '--noerrdialogs',
    '--hide-crash-restore-bubble',
    '--disable-infobars',
    '--disable-print-preview',
    '--password-store=basic',
    // No gesture of a passer-by leaves the page.
    '--disable-pinch',
    '--overscroll-history-navigation=0',
    // It talks to the player and to nobody else; updates come from the system.
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-breakpad',
    '--check-for-update-interval=31536000',
    '--simulate-outdated-no-au=Tue, 31 Dec 2099 23:59:59 GMT',
    // A page that is not in front must still paint and acknowledge.
    '--disable-background-timer-throttling',
    '--disable-renderer-backgrounding',
    '--disable-backgrounding-occluded-windows',
    '--autoplay-policy=no-user-gesture-required',
  ]
}
