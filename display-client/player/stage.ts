import { reaches } from '../alert/area.ts'
import type { Current } from '../alert/incident.ts'
import { incidentId } from '../alert/incident-id.ts'
import { byPriority, mayShow, type Whereabouts } from '../panel/policy.ts'
import type { Panel } from '../panel/profile.ts'

const HOUR = 3_600_000

/** What is on every panel now, and until when that is true. */
export interface Stage {
  /** For each panel, by id, its incidents in the order in which they take turns; none = nothing of ours. */
  readonly panels: ReadonlyMap<string, readonly Current[]>
  /** The next moment at which a panel's own ceiling ends something, ms since 1970. */
  readonly next: number | undefined
}

/** What of the world around a panel decides what is on it. */
export interface Surroundings {
  /** Where a panel is with regard to the area of an alert. */
  whereabouts(panel: Panel, current: Current): Whereabouts
  /** Whether its host lets an alert be on it now. */
  isFree(panel: Panel): boolean
}

/** Of panels that stand still and ask no host. */
export const STANDING: Surroundings = {
  whereabouts: ({ place }, { alert }) => reaches(alert.area, place),
  isFree: () => true,
}

/**
 * Which alerts must be on which panel. Pure.
 *
 * Of what a panel may show only the highest priority is on it; equals take turns, newest first.
 *
 * @param live what the ledger says is alive
 * @param now ms since 1970
 */
export function stage(
  panels: readonly Panel[],
  live: readonly Current[],
  now: number,
  { whereabouts, isFree }: Surroundings = STANDING,
): Stage {
  let next: number | undefined
  const entries = panels.map((panel): [string, readonly Current[]] => {
    if (!isFree(panel)) return [panel.id, []]
    const ceiling = panel.ceiling * HOUR
    const allowed = live
      .filter((one) => one.from + ceiling > now)
      .filter((one) => mayShow(panel, one.alert, whereabouts(panel, one)).show)
      .sort(
        (a, b) =>
          byPriority(a.alert, b.alert) ||
          b.from - a.from ||
          compare(incidentId(a.sender, a.alert.incident), incidentId(b.sender, b.alert.incident)),
      )
    for (const one of allowed) {
      const end = one.from + ceiling
      if (end < one.until && (next === undefined || end < next)) next = end
    }
    const first = allowed[0]
    return [
      panel.id,
      first === undefined ? [] : allowed.filter((one) => byPriority(one.alert, first.alert) === 0),
    ]
  })
  return { panels: new Map(entries), next }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
