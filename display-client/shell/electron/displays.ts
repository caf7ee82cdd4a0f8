import type { Display } from 'electron'
import type { Target } from '../targets.ts'

/** What is needed to know of a monitor. */
export type Monitor = Pick<Display, 'id' | 'label' | 'bounds'>

/** Which panel stands on which monitor. */
export interface Placement {
  readonly panel: string
  readonly monitor: Monitor
}

/**
 * Gives every panel its monitor: first those named for one, then the others from left to right and top to bottom. Never by
 * the order in which the system lists monitors, which changes when one is unplugged.
 *
 * A panel whose monitor is not there gets none; it appears when the monitor does.
 */
export function placeTargets(targets: readonly Target[], monitors: readonly Monitor[]): readonly Placement[] {
  const free = monitors.toSorted(
    (one, other) => one.bounds.x - other.bounds.x || one.bounds.y - other.bounds.y,
  )
  const take = (wanted: (monitor: Monitor) => boolean): Monitor | undefined => {
    const index = free.findIndex(wanted)
    return index === -1 ? undefined : free.splice(index, 1)[0]
  }
  const named = targets.filter(({ display }) => display !== undefined)
  const unnamed = targets.filter(({ display }) => display === undefined)
  return [...named, ...unnamed].flatMap(({ panel, display }) => {
    const monitor = take(
      ({ id, label }) => display === undefined || display === label || display === String(id),
    )
    return monitor === undefined ? [] : [{ panel, monitor }]
  })
}
