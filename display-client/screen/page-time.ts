import type { Timekeeper } from './changes.ts'

/** The time of this page. */
export const PAGE_TIME: Timekeeper = {
  now: () => performance.now(),
  after(delay, callback) {
    const timer = setTimeout(callback, delay)
    return () => clearTimeout(timer)
  },
}
