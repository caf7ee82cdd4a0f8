import { app, BrowserWindow, screen } from 'electron'
import { retryWait } from '../patience.ts'
import { panelAddress, type Targets } from '../targets.ts'
import { type Placement, placeTargets } from './displays.ts'
import { BLANK } from './hardening.ts'
import { remedyFor } from './recovery.ts'
import { windowOptions } from './window-options.ts'

/** Chromium's code for a load that a newer one has replaced. */
const ABORTED = -3

/** One panel on one monitor. */
interface Seat {
  readonly placement: Placement
  readonly window: BrowserWindow
  retry: ReturnType<typeof setTimeout> | undefined
  attempt: number
  losses: readonly number[]
}

/** One kiosk window for each configured panel, on its monitor, for as long as that monitor is there. */
export class Kiosk {
  readonly #targets: Targets
  readonly #token: () => string
  readonly #seats = new Map<string, Seat>()

  /** @param token the viewer token, read anew for each load */
  constructor(targets: Targets, token: () => string) {
    this.#targets = targets
    this.#token = token
  }

  /** Opens the windows and follows monitors that come, go and change. */
  open(): void {
    this.#arrange()
    screen.on('display-added', this.#arrange)
    screen.on('display-removed', this.#arrange)
    screen.on('display-metrics-changed', this.#arrange)
  }

  readonly #arrange = (): void => {
    const placements = placeTargets(this.#targets.targets, screen.getAllDisplays())
    for (const seat of [...this.#seats.values()]) {
      const kept = placements.some(
        ({ panel, monitor }) => panel === seat.placement.panel && sameBounds(monitor, seat.placement.monitor),
      )
      if (!kept) this.#close(seat)
    }
    for (const placement of placements) {
      if (!this.#seats.has(placement.panel)) this.#seat(placement)
    }
  }

  #seat(placement: Placement): void {
    const window = new BrowserWindow(windowOptions(placement.monitor.bounds))
    const seat: Seat = { placement, window, retry: undefined, attempt: 0, losses: [] }
    this.#seats.set(placement.panel, seat)
    window.once('ready-to-show', () => window.show())
    window.webContents.on('did-fail-load', (_event, code) => {
      if (code !== ABORTED) this.#wait(seat)
    })
    window.webContents.on('did-finish-load', () => {
      if (window.webContents.getURL() !== BLANK) seat.attempt = 0
    })
    window.webContents.on('render-process-gone', (_event, { reason }) => this.#mend(seat, reason))
    this.#loadPanel(seat)
  }

  /** The public sees black, never Chromium's page of errors, until the player is there. */
  #wait(seat: Seat): void {
    this.#load(seat, BLANK)
    this.#loadLater(seat, retryWait(seat.attempt))
    seat.attempt += 1
  }

  #mend(seat: Seat, reason: Parameters<typeof remedyFor>[0]): void {
    const remedy = remedyFor(reason, seat.losses, performance.now())
    if (remedy.type === 'none') return
    if (remedy.type === 'give-up') {
      app.exit(1)
      return
    }
    seat.losses = remedy.losses
    // In a later task: navigating inside this event crashes Electron (electron#19887).
    this.#loadLater(seat, 0)
  }

  #loadLater(seat: Seat, wait: number): void {
    clearTimeout(seat.retry)
    seat.retry = setTimeout(() => this.#loadPanel(seat), wait)
  }

  #loadPanel(seat: Seat): void {
    this.#load(seat, panelAddress(this.#targets.port, seat.placement.panel, this.#token()))
  }

  #load(seat: Seat, address: string): void {
    // A failure is also told by `did-fail-load`, which is where it is handled.
    seat.window.loadURL(address).catch(() => undefined)
  }

  #close(seat: Seat): void {
    clearTimeout(seat.retry)
    this.#seats.delete(seat.placement.panel)
    seat.window.destroy()
  }
}

function sameBounds(one: Placement['monitor'], other: Placement['monitor']): boolean {
  const { x, y, width, height } = one.bounds
  const { bounds } = other
  return (
    one.id === other.id &&
    x === bounds.x &&
    y === bounds.y &&
    width === bounds.width &&
    height === bounds.height
  )
}
