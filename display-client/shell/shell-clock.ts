import type { Clock } from '../base/clock.ts'

/** The part of the clock that shells need. */
export type ShellClock = Pick<Clock, 'now' | 'monotonic' | 'after'>

/** The clock of this machine. Its timers are for minutes, not for weeks. */
export const shellClock: ShellClock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delay, callback) {
    const timer = setTimeout(callback, delay)
    return () => clearTimeout(timer)
  },
}
