import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Action,
  BOTTOM,
  beginLadder,
  climb,
  HEALTHY,
  HOUR,
  type Ladder,
  type LadderEvent,
  nextTime,
  REPAIR,
  RESTART_WAITS,
  type Standing,
  TRY_AGAIN,
  UNLOADED_WAITS,
} from './ladder.ts'

const WALL = Date.UTC(2026, 10, 25)

/** A ladder, the time, and what it has asked for; a restart begins it anew from what is kept. */
class Shell {
  now = 0
  wallShift = 0
  ladder: Ladder
  readonly steps: Action['step'][] = []
  readonly texts: string[] = []
  readonly restarts: number[] = []

  constructor(standing: Standing = BOTTOM) {
    this.ladder = beginLadder(standing, this.moment)
  }

  get moment() {
    return { wall: WALL + this.now + this.wallShift, monotonic: this.now }
  }

  tell(event: LadderEvent): Action['step'] | undefined {
    const { ladder, action } = climb(this.ladder, event, this.moment)
    this.ladder = ladder
    if (action === undefined) return undefined
    this.steps.push(action.step)
    this.texts.push(`${action.cause}: ${action.text}`)
    if (action.step === 'restart') {
      this.restarts.push(this.moment.wall)
      const { rung, restarts } = ladder
      this.ladder = beginLadder({ rung, restarts }, this.moment)
    }
    return action.step
  }

  /** Lets time pass, waking the ladder whenever it wants to be. */
  pass(ms: number): void {
    const end = this.now + ms
    for (let next = nextTime(this.ladder); next !== undefined && next <= end; next = nextTime(this.ladder)) {
      this.now = Math.max(this.now, next)
      this.tell({ type: 'time' })
    }
    this.now = end
  }
}

const THERE: LadderEvent = { type: 'player', there: true }
const AWAY: LadderEvent = { type: 'player', there: false }
const DRAWN: LadderEvent = { type: 'drawn' }
const KILLED: LadderEvent = { type: 'gone', what: 'page', detail: 'killed' }
const ENDED: LadderEvent = { type: 'gone', what: 'browser', detail: 'signal SIGKILL' }

const REFUSED: LadderEvent = { type: 'unloaded', detail: 'HTTP status 500' }

/** Up to a page that draws. */
function drawing(): Shell {
  const shell = new Shell()
  shell.tell(THERE)
  shell.tell(DRAWN)
  shell.steps.length = 0
  shell.texts.length = 0
  return shell
}

describe('the ladder', () => {
  it('loads the page when the player is there, and says nothing of a page that draws', () => {
    const shell = new Shell()
    expect(nextTime(shell.ladder)).toBeUndefined()
    expect(shell.tell(DRAWN)).toBeUndefined()
    expect(shell.tell(THERE)).toBe('load')
    expect(shell.tell(DRAWN)).toBeUndefined()
    expect(shell.tell(DRAWN)).toBeUndefined()
  })

  it('climbs from reload to restart, then waits longer each time, then stays on the safe page and tries for ever', () => {
    const shell = drawing()
    const fail = (): void => {
      shell.tell(KILLED)
      if (shell.steps.at(-1) === 'restart') shell.tell(THERE)
    }
    for (let times = 0; times < 6; times += 1) fail()
    expect(shell.texts).toEqual([
      'gone: the page is gone (killed): it is loaded again; next: once more',
      'gone: the page is gone (killed): it is loaded again; next: a new window',
      'gone: the page is gone (killed): it is loaded in a new window; next: a new window',
      'gone: the page is gone (killed): it is loaded in a new window; next: a restart of the shell',
      'gone: the page is gone (killed): the shell ends, to be started anew; next: a restart of the shell',
      'unloaded: the player is there: its page is loaded',
      'gone: the page is gone (killed): the safe page stands; next: a restart of the shell in 30 s',
    ])
    shell.steps.length = 0
    shell.pass(30_000)
    shell.tell(THERE)
    fail()
    shell.pass(120_000)
    shell.tell(THERE)
    fail()
    shell.pass(TRY_AGAIN)
    fail()
    shell.pass(TRY_AGAIN)
    expect(shell.steps).toEqual([
      ...['restart', 'load', 'safe-page'],
      ...['restart', 'load', 'safe-page'],
      ...['recreate', 'safe-page', 'recreate'],
    ])
  })

  it('waits longer each time before it tries again a page that does not come, and before it restarts for it', () => {
    const shell = drawing()
    const at: string[] = []
    const note = (step: string | undefined): void => void at.push(`${shell.now} ${step}`)
    note(shell.tell(REFUSED))
    for (const pause of UNLOADED_WAITS.slice(1)) {
      note(shell.tell(REFUSED))
      shell.pass(pause - 1)
      shell.pass(1)
      note(shell.steps.at(-1))
    }
    expect(at).toEqual([
      '0 reload',
      ...['0 safe-page', '2000 reload'],
      ...['2000 safe-page', '7000 recreate'],
      ...['7000 safe-page', '17000 recreate'],
      ...['17000 safe-page', '37000 restart'],
    ])
    expect(shell.texts).toEqual([
      'unloaded: the page did not load (HTTP status 500): it is loaded again; next: once more',
      'unloaded: the page did not load (HTTP status 500): the safe page stands; next: once more in 2 s',
      'unloaded: the safe page has stood for a while: the real one is tried; next: a new window',
      'unloaded: the page did not load (HTTP status 500): the safe page stands; next: a new window in 5 s',
      'unloaded: the safe page has stood for a while: the real one is tried; next: a new window',
      'unloaded: the page did not load (HTTP status 500): the safe page stands; next: a new window in 10 s',
      'unloaded: the safe page has stood for a while: the real one is tried; next: a restart of the shell',
      'unloaded: the page did not load (HTTP status 500): the safe page stands; next: a restart of the shell in 20 s',
      'unloaded: the safe page has stood long enough: the shell ends, to be started anew; next: a restart of the shell',
    ])
    // The second restart waits for as long as after any other trouble.
    shell.tell(THERE)
    shell.tell(REFUSED)
    expect(shell.texts.at(-1)).toMatch(/: the safe page stands; next: a restart of the shell in 30 s$/)
  })

  it('does not wait before a page that did come and was lost, whatever rung that is on', () => {
    const shell = drawing()
    shell.tell(REFUSED)
    shell.tell(REFUSED)
    shell.pass(2_000)
    expect([shell.tell(KILLED), shell.tell(KILLED), shell.tell(KILLED)]).toEqual([
      ...['recreate', 'recreate', 'restart'],
    ])
  })

  it('ends its wait for a page that does not come only when the player is there, and then at once', () => {
    const shell = drawing()
    shell.tell(REFUSED)
    shell.tell(REFUSED)
    shell.tell(AWAY)
    shell.pass(HOUR)
    expect(shell.steps.at(-1)).toBe('safe-page')
    shell.tell(THERE)
    shell.pass(0)
    expect(shell.steps.at(-1)).toBe('reload')
  })

  it('begins with a new browser where there is none left to load a page in', () => {
    const shell = drawing()
    expect([shell.tell(ENDED), shell.tell(KILLED), shell.tell(ENDED)]).toEqual([
      'recreate',
      'recreate',
      'restart',
    ])
  })

  it('says when the page draws again, and when it has for so long that the first rung is next', () => {
    const shell = drawing()
    shell.tell(KILLED)
    shell.tell(DRAWN)
    for (let passed = 0; passed < HEALTHY; passed += 5_000) {
      shell.pass(5_000)
      shell.tell(DRAWN)
    }
    expect(shell.texts.slice(1)).toEqual([
      'drawn: the page draws again; next: the first rung, once it has for 2 min',
      'drawn: the picture has stood for 2 min; a next trouble begins on the first rung',
    ])
    expect(shell.tell(KILLED)).toBe('reload')
    expect(shell.tell(KILLED)).toBe('reload')
  })

  it('takes silence for a page that hangs: 30 s while it loads, 15 s after that', () => {
    const shell = new Shell()
    shell.tell(THERE)
    shell.pass(29_999)
    expect(shell.steps).toEqual(['load'])
    shell.pass(1)
    shell.tell(DRAWN)
    shell.pass(15_000)
    expect(shell.texts.slice(1)).toEqual([
      'frozen: the page gave no sign of life for 30 s: it is loaded again; next: once more',
      'drawn: the page draws again; next: the first rung, once it has for 2 min',
      'frozen: the page gave no sign of life for 15 s: it is loaded again; next: a new window',
    ])
  })

  it('expects no sign of life while the player is away, and gives the page time when it is back', () => {
    const shell = drawing()
    shell.tell(AWAY)
    shell.pass(HOUR)
    shell.tell(THERE)
    shell.pass(29_999)
    expect(shell.steps).toEqual([])
    shell.pass(1)
    expect(shell.steps).toEqual(['reload'])
  })

  it('shows the safe page of a page that is lost while the player is away, and loads when it is back, uncounted', () => {
    const shell = drawing()
    shell.tell(AWAY)
    expect(shell.tell(KILLED)).toBe('safe-page')
    shell.pass(HOUR)
    expect(shell.tell(THERE)).toBe('load')
    expect(shell.tell(DRAWN)).toBe('well')
    expect(shell.tell(KILLED)).toBe('reload')
    expect(shell.texts[0]).toBe(
      'gone: the page is gone (killed): the safe page stands; next: the real page, when the player is there',
    )
  })

  it('mends the safe page too, though not all the time', () => {
    const shell = new Shell()
    expect(shell.tell(ENDED)).toBeUndefined()
    expect(nextTime(shell.ladder)).toBe(REPAIR)
    shell.pass(REPAIR)
    expect(shell.steps).toEqual(['safe-page'])
    shell.pass(REPAIR)
    expect(shell.tell(ENDED)).toBe('safe-page')
  })

  it('goes on where an earlier process has left it, and forgets restarts after an hour', () => {
    const standing = { rung: 4, restarts: [WALL - HOUR, WALL - 1_000] }
    const shell = new Shell(standing)
    shell.tell(THERE)
    expect(shell.tell(KILLED)).toBe('safe-page')
    expect(shell.ladder.restarts).toEqual([WALL - 1_000])
    expect(shell.texts.at(-1)).toMatch(/a restart of the shell in 30 s$/)
  })

  it('takes restarts that a leap of the clock has put into the future for restarts of now', () => {
    const shell = new Shell({ rung: 4, restarts: [WALL + 5 * HOUR, WALL + 6 * HOUR, WALL + 7 * HOUR] })
    shell.tell(THERE)
    expect(shell.tell(KILLED)).toBe('safe-page')
    // A try a minute, each given up after 30 s of silence: the 40th ends when the hour does.
    shell.pass(HOUR)
    expect(shell.restarts).toEqual([WALL + HOUR])
  })
})

const troubles: readonly LadderEvent[] = [
  KILLED,
  ENDED,
  { type: 'frozen', detail: 'no answer' },
  { type: 'unloaded', detail: 'net::ERR_FAILED' },
]
const life = fc.array(
  fc.record({
    event: fc.constantFrom(...troubles, DRAWN, THERE, AWAY),
    pause: fc.constantFrom(0, 10, 4_000, 14_000, 70_000),
  }),
  { maxLength: 200 },
)

/** Lives through events in any order, telling `check` after each. */
function live(
  events: readonly { event: LadderEvent; pause: number }[],
  check: (shell: Shell) => void,
): Shell {
  const shell = new Shell()
  for (const { event, pause } of events) {
    shell.tell(event)
    check(shell)
    shell.pass(pause)
    check(shell)
  }
  return shell
}

describe('whatever happens, in any order', () => {
  it('always knows when it will act next; without the player that is when the player comes', () => {
    fc.assert(
      fc.property(life, (events) => {
        live(events, ({ ladder }) => expect(ladder.player ? nextTime(ladder) : 0).toBeDefined())
      }),
    )
  })

  it('never restarts more than three times in an hour', () => {
    fc.assert(
      fc.property(life, (events) => {
        const { restarts } = live([...events, ...events, ...events], () => {})
        for (const at of restarts) {
          const inHour = restarts.filter((other) => other >= at && other - at < HOUR)
          expect(inHour.length).toBeLessThanOrEqual(RESTART_WAITS.length)
        }
      }),
    )
  })

  it('has the real page up and drawing, on the first rung, soon after the cause has ended', () => {
    fc.assert(
      fc.property(life, fc.integer({ min: 0, max: HOUR }), (events, shift) => {
        const shell = live(events, () => {})
        shell.wallShift -= shift
        shell.tell(THERE)
        // The longest wait, one load that the silence of the last trouble still ends, and the healthy while.
        const end = shell.now + Math.max(...RESTART_WAITS, TRY_AGAIN) + 60_000 + HEALTHY
        while (shell.now < end) {
          shell.pass(1_000)
          if (!shell.ladder.player) shell.tell(THERE)
          if (!shell.ladder.safe) shell.tell(DRAWN)
        }
        expect(shell.ladder).toMatchObject({ safe: false, rung: 0, troubled: false })
        expect(shell.ladder.drawnSince).toBeDefined()
      }),
    )
  })

  it('never puts a page up in one endless rush: reloads and new windows that follow at once are at most four', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...troubles), { minLength: 20, maxLength: 100 }), (events) => {
        const shell = drawing()
        for (const event of events) shell.tell(event)
        expect(shell.steps.length).toBeLessThanOrEqual(5)
      }),
    )
  })
})
