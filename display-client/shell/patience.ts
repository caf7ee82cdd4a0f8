/** Wait before the first and the last attempts to reach the player, ms. */
const SHORTEST_WAIT = 250
const LONGEST_WAIT = 5_000

/** How long a shell waits before attempt `attempt` (0 = the first after a failure) to load its page, ms. */
export function retryWait(attempt: number): number {
  return Math.min(SHORTEST_WAIT * 2 ** Math.min(attempt, 10), LONGEST_WAIT)
}
