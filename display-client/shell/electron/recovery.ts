import type { RenderProcessGoneDetails } from 'electron'

/** Losses that are counted together, ms, and how many of them are mended by loading the page again. */
const WINDOW = 600_000
const MOST = 5

/** What to do about a page whose process is gone. */
export type Remedy =
  | { readonly type: 'none' }
  /** Load it again; the losses to remember. */
  | { readonly type: 'reload'; readonly losses: readonly number[] }
  /** Loading again does not help: end, so that the service manager starts everything anew. */
  | { readonly type: 'give-up' }

/**
 * @param reason as Electron gives it
 * @param losses earlier ones, ms on the clock of `now`
 * @param now ms
 */
export function remedyFor(
  reason: RenderProcessGoneDetails['reason'],
  losses: readonly number[],
  now: number,
): Remedy {
  // Also sent when we close or navigate a window ourselves.
  if (reason === 'clean-exit') return { type: 'none' }
  const recent = [...losses.filter((loss) => now - loss < WINDOW), now]
  return recent.length > MOST ? { type: 'give-up' } : { type: 'reload', losses: recent }
}
