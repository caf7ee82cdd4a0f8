import type { Display } from 'electron'
import type { Target } from '../targets.ts'

/** What is needed to know of a monitor. */
export type Monitor = Pick<Display, 'id' | 'label' | 'bounds'>

/** Which panel stands on which monitor. */
export interface Placement {
  readonly target: Target
  readonly monitor: Monitor
}

/**
 * Gives every panel its monitor: first those named for one, then the others from left to right and top to bottom. Never by
 * the order in which the system lists monitors, which changes when one is unplugged.
 *
 * A panel whose monitor is not there gets none; it appears when the monitor does. Several panels may be on parts of one
 * monitor when each names it.
 */
export function placeTargets(targets: readonly Target[], monitors: readonly Monitor[]): readonly Placement[] {
  const sorted = fromLeft(monitors)
  const named = targets.flatMap((target): readonly Placement[] => {
    const monitor = sorted.find((one) => target.monitor !== undefined && isCalled(one, target.monitor))
    return monitor === undefined ? [] : [{ target, monitor }]
  })
  const taken = new Set(named.map(({ monitor }) => monitor))
  const free = sorted.filter((monitor) => !taken.has(monitor))
  const unnamed = targets.filter(({ monitor }) => monitor === undefined)
  return [
    ...named,
    ...unnamed.flatMap((target, index) => {
      const monitor = free[index]
      return monitor === undefined ? [] : [{ target, monitor }]
    }),
  ]
}

/**
 * What an operator must know of the way in which panels are placed, one sentence for each: a monitor that is not there, or a name
 * that two monitors have (Electron names a monitor by its make and model, so two of a kind are called the same; their ids differ
 * and stay).
 */
export function placementFaults(targets: readonly Target[], monitors: readonly Monitor[]): readonly string[] {
  const sorted = fromLeft(monitors)
  const placed = new Set(placeTargets(targets, monitors).map(({ target }) => target))
  return targets.flatMap((target) => {
    const { panel, monitor } = target
    const called = sorted.filter((one) => monitor !== undefined && isCalled(one, monitor))
    if (called.length > 1) {
      return [
        `${panel}: ${called.length} monitors are called ${monitor}; name one by its id: ${list(called)}.`,
      ]
    }
    if (placed.has(target)) return []
    const there = sorted.length === 0 ? 'there is none' : `there are ${list(sorted)}`
    return [
      monitor === undefined
        ? `${panel}: no monitor is left for it; ${there}. It appears when one more is plugged in.`
        : `${panel}: its monitor ${monitor} is not there; ${there}. It appears when that is plugged in.`,
    ]
  })
}

/** A line for each monitor: id, size and place in px of the desktop as an X geometry, name. */
export function describeMonitors(monitors: readonly Monitor[]): readonly string[] {
  return fromLeft(monitors).map(({ id, label, bounds: { x, y, width, height } }) =>
    `${id}  ${width}x${height}${signed(x)}${signed(y)}  ${label}`.trimEnd(),
  )
}

function isCalled({ id, label }: Monitor, name: string): boolean {
  return name === label || name === String(id)
}

function fromLeft(monitors: readonly Monitor[]): readonly Monitor[] {
  return monitors.toSorted((one, other) => one.bounds.x - other.bounds.x || one.bounds.y - other.bounds.y)
}

function list(monitors: readonly Monitor[]): string {
  return monitors.map(({ id, label, bounds }) => `${id} (${label} at ${bounds.x},${bounds.y})`).join(', ')
}

function signed(offset: number): string {
  return offset < 0 ? String(offset) : `+${offset}`
}
