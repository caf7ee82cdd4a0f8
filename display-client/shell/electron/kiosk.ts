import { screen } from 'electron'
import type { Targets } from '../targets.ts'
import { type Placement, placementFaults, placeTargets } from './displays.ts'
import { Seat, type Surroundings } from './seat.ts'

/** One window for each configured panel, on its monitor, for as long as that monitor is there. */
export class Kiosk {
  readonly #targets: Targets['targets']
  readonly #surroundings: Surroundings
  readonly #seats = new Map<string, Seat>()
  #faults: readonly string[] = []

  constructor(targets: Targets['targets'], surroundings: Surroundings) {
    this.#targets = targets
    this.#surroundings = surroundings
  }

  /** Opens the windows and follows monitors that come, go and change. */
  open(): void {
    this.#arrange()
    screen.on('display-added', this.#arrange)
    screen.on('display-removed', this.#arrange)
    screen.on('display-metrics-changed', this.#arrange)
  }

  readonly #arrange = (): void => {
    const monitors = screen.getAllDisplays()
    const placements = placeTargets(this.#targets, monitors)
    for (const [panel, seat] of [...this.#seats]) {
      if (placements.some((placement) => isSame(placement, seat))) continue
      this.#seats.delete(panel)
      void seat.dispose()
    }
    for (const placement of placements) {
      const { panel } = placement.target
      if (!this.#seats.has(panel)) this.#seats.set(panel, new Seat(placement, this.#surroundings))
    }
    this.#complain(placementFaults(this.#targets, monitors))
  }

  /** Each once, for as long as it lasts. */
  #complain(faults: readonly string[]): void {
    for (const fault of faults) if (!this.#faults.includes(fault)) this.#surroundings.say(fault)
    this.#faults = faults
  }
}

function isSame({ target, monitor }: Placement, seat: Seat): boolean {
  const { x, y, width, height } = monitor.bounds
  const { id, bounds } = seat.monitor
  return (
    target === seat.target &&
    id === monitor.id &&
    x === bounds.x &&
    y === bounds.y &&
    width === bounds.width &&
    height === bounds.height
  )
}
