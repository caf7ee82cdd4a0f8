/** What a Chromium in kiosk is started with. */
export interface KioskArguments {
  /** Folder for the profile of this run. */
  readonly profile: string
  /** The port of the player. */
  readonly port: number
  /** Origins whose pages may be shown while the panel is idle. */
  readonly hosts: readonly string[]
  /** Whether the graphics processor draws. */
  readonly gpu: boolean
}

/** What stands while there is no page of the player: nothing, on black. */
export const SAFE_PAGE =
  'data:text/html,<title>Kijkuit</title><body style="margin:0;background:%23000;cursor:none">'

/** Nobody listens there, and nobody but root may. */
const NOWHERE = 'http://127.0.0.1:1'

/**
 * The arguments that make Debian's Chromium fill a monitor with one page and keep quiet about everything else.
 *
 * `--kiosk` together with `--app`: only then is the page exactly as large as the monitor, also below Chromium's least
 * window of 500 px. It needs a window manager (openbox) or compositor (cage) to fill anything at all. It begins with the
 * safe page, so that no token stands on a command line, which everybody can read.
 */
export function chromiumArguments({ profile, port, hosts, gpu }: KioskArguments): readonly string[] {
  return [
    '--kiosk',
    `--app=${SAFE_PAGE}`,
    `--user-data-dir=${profile}`,
    // Commands come through two inherited files: no port for others. It ends when the shell does, however that ends.
    '--remote-debugging-pipe',
    // A pixel of ours is a pixel of the panel, in the colour that was composed.
    '--force-device-scale-factor=1',
    '--force-color-profile=srgb',
    '--disable-lcd-text',
    // The one that our theme is for.
    '--gtk-version=3',
    // Nothing but the page: no first run, no bubbles, no dialogs, no keyring, no questions.
    '--no-first-run',
    '--noerrdialogs',
    '--hide-crash-restore-bubble',
    '--disable-infobars',
    '--disable-print-preview',
    '--deny-permission-prompts',
    '--disable-notifications',
    '--disable-features=Translate,MediaRouter',
    '--password-store=basic',
    // No gesture of a passer-by leaves the page.
    '--disable-pinch',
    '--overscroll-history-navigation=0',
    // It reaches the player and what is allowed; everything else goes to a proxy that is not there.
    `--proxy-server=${NOWHERE}`,
    `--proxy-bypass-list=${['<-loopback>', `127.0.0.1:${port}`, ...hosts.flatMap(ruleOf)].join(';')}`,
    // It wants to talk to nobody else; updates come from the system.
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
    // No page of the host beside or below ours makes a sound of its own accord.
    '--autoplay-policy=document-user-activation-required',
    ...(gpu ? [] : ['--disable-gpu']),
  ]
}

/** A rule of Chromium's proxy bypass list, for sockets as well, which have schemes of their own. */
function ruleOf(origin: string): readonly string[] {
  const url = URL.parse(origin)
  return url === null ? [] : [`${url.hostname}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`]
}

/**
 * Settings of a new profile: Chromium keeps nothing that is typed, offers nothing, and looks as GTK says.
 *
 * @returns the text of `Default/Preferences`
 */
export function chromiumPreferences(): string {
  return JSON.stringify({
    credentials_enable_service: false,
    profile: { password_manager_enabled: false },
    autofill: { profile_enabled: false, credit_card_enabled: false },
    translate: { enabled: false },
    download: { prompt_for_download: false },
    search: { suggest_enabled: false },
    safebrowsing: { enabled: false },
    // Its own colours and letters are those of GTK.
    extensions: { theme: { system_theme: 1 } },
  })
}
