import type { CancelTimer, Clock } from '../base/clock.ts'

/** The longest delay of one Node timer, ms; a longer one would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1

/** Both clocks are read a moment apart, and one is corrected: that is no leap. ms */
const LEAP = 1_000

/** The two sources of time of the machine; replaced in tests only. */
interface Sources {
  /** Wall time in whole ms, as `Date.now`. */
  wall(): number
  /** ms with fractions since an arbitrary start, as `performance.now`. */
  steady(): number
}

const MACHINE: Sources = { wall: () => Date.now(), steady: () => performance.now() }

/** The real {@link Clock}. */
export function systemClock(sources: Sources = MACHINE): Clock {
  // Date.now has whole milliseconds only and performance.timeOrigin does not follow a clock that is set: so the
  // fractions come from the steady clock, laid anew as soon as the two disagree.
  let origin = sources.wall() - sources.steady()
  const listeners = new Set<() => void>()
  const tell = (): void => {
    for (const listener of listeners) listener()
  }
  return {
    now() {
      const wall = sources.wall()
      const steady = sources.steady()
      const apart = Math.abs(origin + steady - wall)
      if (apart > 1) origin = wall - steady
      // Not at once: whoever reads the clock is in the middle of something.
      if (apart > LEAP) queueMicrotask(tell)
      return origin + steady
    },
    monotonic: () => sources.steady(),
    after,
    onLeap(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function after(delay: number, callback: () => void): CancelTimer {
  let timer: NodeJS.Timeout
  const arm = (left: number): void => {
    const step = Math.min(Math.max(left, 0), LONGEST_TIMER)
    timer = setTimeout(() => (left > step ? arm(left - step) : callback()), step)
  }
  arm(delay)
  return () => clearTimeout(timer)
}
