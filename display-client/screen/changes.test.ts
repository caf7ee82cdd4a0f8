import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Change,
  ChangeLimiter,
  FADE,
  mayChangeAt,
  PERIOD,
  RecentChanges,
  type Timekeeper,
} from './changes.ts'

const cut = (at: number): Change => ({ start: at, end: at })

describe('when a panel may change', () => {
  it('is at once where little has changed, also while a page turns', () => {
    expect(mayChangeAt([], 5)).toBe(5)
    expect(mayChangeAt([cut(5)], 5)).toBe(5)
    expect(mayChangeAt([{ start: 0, end: 400 }], 100)).toBe(100)
    expect(mayChangeAt([cut(0), cut(PERIOD - 1)], PERIOD)).toBe(PERIOD)
  })

  it('is a period after the last but one had come to rest, for the third within one', () => {
    expect(mayChangeAt([cut(0), cut(10)], 20)).toBe(PERIOD)
    expect(mayChangeAt([{ start: 0, end: 400 }, cut(900)], 1_000)).toBe(400 + PERIOD)
    expect(mayChangeAt([cut(-9_000), cut(0), cut(10)], 20)).toBe(PERIOD)
  })

  it('is after the lull that was asked for', () => {
    expect(mayChangeAt([cut(100)], 200, 4_000)).toBe(4_100)
    expect(mayChangeAt([cut(100)], 4_200, 4_000)).toBe(4_200)
  })
})

/** A page: time that is moved by hand, and frames that come when they come. */
class Page implements Timekeeper {
  #now = 0
  #timers: { readonly due: number; readonly callback: () => void }[] = []
  now(): number {
    return this.#now
  }
  after(delay: number, callback: () => void): () => void {
    const timer = { due: this.#now + delay, callback }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer)
    }
  }
  get waiting(): number {
    return this.#timers.length
  }
  pass(time: number): void {
    const end = this.#now + time
    for (;;) {
      const next = this.#timers.toSorted((a, b) => a.due - b.due)[0]
      if (next === undefined || next.due > end) break
      this.#timers = this.#timers.filter((one) => one !== next)
      this.#now = Math.max(this.#now, next.due)
      next.callback()
    }
    this.#now = end
  }
}

interface Put {
  readonly at: number
  readonly state: number
}

/** Asks for state 0, 1, 2, … each `gap` ms after the one before, and lets a frame follow after `frame` ms. */
function live(steps: readonly { gap: number; frame: number; duration: number }[]): {
  readonly painted: readonly Put[]
  readonly asked: readonly Put[]
  readonly page: Page
} {
  const page = new Page()
  const limiter = new ChangeLimiter(page)
  const painted: Put[] = []
  const asked: Put[] = []
  let there: number | undefined
  let frameComes = false
  for (const [state, { gap, frame, duration }] of steps.entries()) {
    page.pass(gap)
    asked.push({ at: page.now(), state })
    const put = (): void => {
      there = state
      if (frameComes) return
      frameComes = true
      page.after(frame, () => {
        frameComes = false
        painted.push({ at: page.now(), state: there ?? -1 })
        limiter.painting()
      })
    }
    limiter.request({ put, duration, rest: 0 })
  }
  page.pass(10 * PERIOD)
  return { painted, asked, page }
}

const step = fc.record({
  gap: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 1_500 })),
  frame: fc.oneof(fc.constant(8), fc.integer({ min: 0, max: 300 })),
  duration: fc.constantFrom(0, 0, 400),
})
const life = fc.array(step, { minLength: 1, maxLength: 60 })

describe('the limiter of a panel', () => {
  it('never lets three frames within a second bring something new, whatever comes and however slow the page is', () => {
    fc.assert(
      fc.property(life, (steps) => {
        const { painted } = live(steps)
        for (const [index, { at }] of painted.entries()) {
          const third = painted[index + 2]
          if (third !== undefined) expect(third.at - at).toBeGreaterThanOrEqual(PERIOD)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('always comes to stand at the last that was asked for, in order, and leaves nothing waiting', () => {
    fc.assert(
      fc.property(life, (steps) => {
        const { painted, page } = live(steps)
        expect(painted.at(-1)?.state).toBe(steps.length - 1)
        expect(painted.map(({ state }) => state)).toEqual(
          painted.map(({ state }) => state).toSorted((a, b) => a - b),
        )
        expect(page.waiting).toBe(0)
      }),
      { numRuns: 2_000 },
    )
  })

  it('keeps nothing waiting for longer than a second and what it cuts short, and a lone change not at all', () => {
    fc.assert(
      fc.property(life, (steps) => {
        const quick = steps.map((one) => ({ ...one, frame: 0 }))
        const { painted, asked } = live(quick)
        const last = asked.at(-1)
        const stood = painted.at(-1)
        expect((stood?.at ?? 0) - (last?.at ?? 0)).toBeLessThanOrEqual(PERIOD)
        const lone = (steps.at(-1)?.gap ?? 0) > 2 * PERIOD || steps.length <= 2
        if (lone) expect(stood?.at).toBe(last?.at)
      }),
      { numRuns: 2_000 },
    )
  })

  it('never shows what was over again before it could be put up', () => {
    const [a, b, c, d, e] = [0, 10, 20, 30, 40].map((_, index) => ({
      gap: index === 0 ? 0 : 10,
      frame: 0,
      duration: 0,
    })) as [Step, Step, Step, Step, Step]
    const { painted } = live([a, b, c, d, e])
    expect(painted).toEqual([
      { at: 0, state: 0 },
      { at: 10, state: 1 },
      { at: PERIOD, state: 4 },
    ])
  })

  it('counts from the painting of a change that the page was too busy to paint', () => {
    const late = { gap: 0, frame: 250, duration: 0 }
    const { painted } = live([late, { ...late, gap: 300 }, { ...late, gap: 10 }])
    expect(painted.map(({ at }) => at)).toEqual([250, 550, 500 + PERIOD])
  })

  it('lets go of what waits', () => {
    const page = new Page()
    const limiter = new ChangeLimiter(page)
    const put: number[] = []
    for (const state of [0, 1, 2]) {
      limiter.request({ put: () => put.push(state), duration: 0, rest: 0 })
      limiter.painting()
    }
    limiter.withdraw()
    page.pass(5_000)
    expect(put).toEqual([0, 1])
    expect(page.waiting).toBe(0)
  })
})

describe('two limiters of one screen', () => {
  const wish = fc.record({
    gap: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 3_000 })),
    isAround: fc.boolean(),
  })

  /** What is around an alert wishes for a fade after a lull, the alert for a cut at once; each is painted at once. */
  function act(wishes: readonly { gap: number; isAround: boolean }[]) {
    const page = new Page()
    const recent = new RecentChanges()
    const [alert, around] = [new ChangeLimiter(page, recent), new ChangeLimiter(page, recent)]
    const painted: number[] = []
    const waited: number[] = []
    for (const { gap, isAround } of wishes) {
      page.pass(gap)
      const asked = page.now()
      const limiter = isAround ? around : alert
      const put = (): void => {
        painted.push(page.now())
        if (!isAround) waited.push(page.now() - asked)
        limiter.painting()
      }
      limiter.request(
        isAround ? { put, duration: FADE, rest: 0, lull: PERIOD } : { put, duration: 0, rest: 0 },
      )
    }
    page.pass(10 * PERIOD)
    return { painted, waited }
  }

  it('never change a screen three times within a second', () => {
    fc.assert(
      fc.property(fc.array(wish, { minLength: 1, maxLength: 60 }), (wishes) => {
        const { painted } = act(wishes)
        for (const [index, at] of painted.entries()) {
          const third = painted[index + 2]
          if (third !== undefined) expect(third - at).toBeGreaterThanOrEqual(PERIOD)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('keep no alert waiting for what is around it', () => {
    fc.assert(
      fc.property(fc.array(wish, { minLength: 1, maxLength: 60 }), (wishes) => {
        let sinceAlert = 0
        const lone = wishes.map(({ gap, isAround }) => {
          const wait = isAround ? gap : gap + Math.max(0, 2 * PERIOD - sinceAlert)
          sinceAlert = isAround ? sinceAlert + gap : 0
          return { gap: wait, isAround }
        })
        expect(act(lone).waited.every((wait) => wait === 0)).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  it('count the rest of each from its own last change', () => {
    const page = new Page()
    const recent = new RecentChanges()
    const [alert, around] = [new ChangeLimiter(page, recent), new ChangeLimiter(page, recent)]
    const put: string[] = []
    const wish = (name: string, rest = 0) => ({ put: () => put.push(name), duration: 0, rest })
    alert.request(wish('page one'))
    alert.painting()
    page.pass(3_000)
    around.request(wish('image'))
    around.painting()
    alert.request(wish('page two', 4_000))
    page.pass(999)
    expect(put).toEqual(['page one', 'image'])
    page.pass(1)
    expect(put).toEqual(['page one', 'image', 'page two'])
  })
})

type Step = Parameters<typeof live>[0][number]
