import { vi } from 'vitest'

/**
 * Waits until `check` no longer throws, and looks a thousand times.
 *
 * @param within ms; after that it throws what `check` threw last
 * @returns what `check` returned
 */
export function eventually<T>(check: () => T | Promise<T>, within = 10_000): Promise<T> {
  return vi.waitFor(check, { timeout: within, interval: within / 1_000 })
}
