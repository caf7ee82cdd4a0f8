import type { PanelMessage } from '../player/protocol.ts'

/**
 * The least time between two changes of page, ms (DESIGN §6.4: nothing flashes).
 *
 * A screen changes at most once in 4 s. The phases of a road sign and the pages of a ticker are shorter by nature
 * (MUTCD and NTCIP signs turn after 2 to 3 s); once a second is their limit.
 */
const LEAST: Readonly<Record<PanelMessage['surface'], number>> = { screen: 4_000, matrix: 1_000 }

/** How long a page stays before the next one, ms: its own dwell, but never so short that the panel would flash. */
export function timeOnPage(surface: PanelMessage['surface'], dwell: number): number {
  return Math.max(dwell, LEAST[surface])
}
