import type { StepMessage } from '../player/protocol.ts'

/**
 * The recovery ladder of both shells: what is done about a page that does not draw. Pure; a shell tells it what happens
 * ({@link LadderEvent}) and does what it says ({@link Action}).
 *
 * reload, reload, recreate, recreate, restart, later each time where the page does not come; after that restart, later each time,
 * as often as an hour allows; else the safe page, from which the real page is tried once a minute, for ever. A picture that has stood for {@link HEALTHY} puts
 * the ladder back on its first rung.
 */

/** ms that a picture must stand for its troubles to be over. */
export const HEALTHY = 120_000
/** ms without a sign of life after which a page that draws counts as frozen; the player asks for one every 5 s. */
export const SILENCE = 15_000
/** ms that a page gets to its first sign of life: a slow machine starts a browser in this. */
export const LOADING = 30_000
/** ms between two tries of the real page from the safe page. */
export const TRY_AGAIN = 60_000
/** ms between two times that the safe page itself is mended. */
export const REPAIR = 5_000
/** Restarts of the shell in any hour, and how long the safe page stands before each, ms. */
export const RESTART_WAITS = [0, 30_000, 120_000] as const
export const HOUR = 3_600_000

/** What is tried before the shell itself is started anew. */
const RUNGS = ['reload', 'reload', 'recreate', 'recreate'] as const

/**
 * How long the safe page stands before each rung, and before the first restart, where the page does not come at all, ms: that is
 * known in no time, and whoever does not give it will seldom do so at once.
 */
export const UNLOADED_WAITS = [0, 2_000, 5_000, 10_000, 20_000] as const

/** One instant on two clocks. */
export interface Moment {
  /** ms since 1970; may leap. Only restarts are dated by it: nothing else outlives the process. */
  readonly wall: number
  /** ms since an arbitrary start; never decreases. */
  readonly monotonic: number
}

/** What is kept over restarts of the shell. */
export interface Standing {
  /** Rungs climbed; one more than there are = restarting. */
  readonly rung: number
  /** The restarts of the last hour, ms since 1970, oldest first. */
  readonly restarts: readonly number[]
}

export const BOTTOM: Standing = { rung: 0, restarts: [] }

/** The end of a safe page. */
export interface Due {
  readonly step: 'reload' | 'recreate' | 'restart'
  readonly at: number
  /** Of the trouble that brought the safe page. */
  readonly cause: Action['cause']
}

/** The ladder of one panel. Times are on the monotonic clock. */
export interface Ladder extends Standing {
  /** Whether the player is there: without it the real page cannot load, and nobody asks for signs of life. */
  readonly player: boolean
  /** Whether the safe page stands instead of the real one. */
  readonly safe: boolean
  /** Since when it draws; undefined while it does not. */
  readonly drawnSince: number | undefined
  /** When the real page must have given a sign of life. */
  readonly deadline: number | undefined
  /** What ends the safe page. */
  readonly due: Due | undefined
  /** When the safe page is put up anew, because it went itself. */
  readonly repair: number | undefined
  /** When the safe page was last put up. */
  readonly safeSince: number
  /** Whether there was trouble that nobody has been told the end of. */
  readonly troubled: boolean
}

/** What a shell tells the ladder. */
export type LadderEvent =
  /** The page, or the whole browser or window with it, ended. @see detail in words: `killed`, `out of memory` */
  | { readonly type: 'gone'; readonly what: 'page' | 'browser'; readonly detail: string }
  /** The shell itself found that it hangs. */
  | { readonly type: 'frozen'; readonly detail: string }
  | { readonly type: 'unloaded'; readonly detail: string }
  /** A sign of life of the real page. */
  | { readonly type: 'drawn' }
  /** The player came or went. */
  | { readonly type: 'player'; readonly there: boolean }
  /** It is {@link nextTime}, or later. */
  | { readonly type: 'time' }

/** What the shell does now. */
export interface Action {
  /**
   * `load`: the real page in the window that is there, for the first time or because the player is back; not a step to be
   * reported. `reload`: the same, as a step. `recreate`: in a new window or browser. `restart`: end with a code other than 0.
   * `safe-page`: black, in the window that is there. `well`: nothing. Where a window should be there and is not: a new one.
   */
  readonly step: StepMessage['step'] | 'load'
  readonly cause: StepMessage['cause']
  /** Cause, step, next; without the name of the panel. */
  readonly text: string
}

export interface Climbed {
  readonly ladder: Ladder
  readonly action: Action | undefined
}

/**
 * The ladder of a shell that begins. The real page is to be loaded when the player is there; until then the safe page.
 *
 * @param standing what an earlier process has left
 */
export function beginLadder(standing: Standing, now: Moment): Ladder {
  return {
    rung: Math.min(standing.rung, RUNGS.length),
    restarts: recent(standing.restarts, now),
    player: false,
    safe: true,
    drawnSince: undefined,
    deadline: undefined,
    due: undefined,
    repair: undefined,
    safeSince: now.monotonic,
    troubled: standing.rung > 0,
  }
}

/** When the ladder next wants `time`, on the monotonic clock; undefined = not before something else happens. */
export function nextTime(ladder: Ladder): number | undefined {
  const { player, safe, deadline, due, repair } = ladder
  const times = [repair, player && safe ? due?.at : undefined, player && !safe ? deadline : undefined]
  const known = times.filter((time) => time !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}

/** One event, and what is to be done about it. */
export function climb(ladder: Ladder, event: LadderEvent, now: Moment): Climbed {
  switch (event.type) {
    case 'drawn':
      return drawn(ladder, now)
    case 'player':
      return playerIs(ladder, event.there, now)
    case 'time':
      return timeComes(ladder, now)
    case 'gone':
      return trouble(
        ladder,
        'gone',
        `the ${event.what} is gone (${event.detail})`,
        now,
        event.what === 'browser',
      )
    case 'frozen':
      return trouble(ladder, 'frozen', `the page hangs (${event.detail})`, now)
    case 'unloaded':
      return trouble(ladder, 'unloaded', `the page did not load (${event.detail})`, now)
  }
}

function drawn(ladder: Ladder, now: Moment): Climbed {
  // Somebody else looks at the panel; the safe page itself says nothing.
  if (ladder.safe) return { ladder, action: undefined }
  const drawnSince = ladder.drawnSince ?? now.monotonic
  const healthy = ladder.rung > 0 && now.monotonic - drawnSince >= HEALTHY
  const next: Ladder = {
    ...ladder,
    drawnSince,
    deadline: now.monotonic + SILENCE,
    rung: healthy ? 0 : ladder.rung,
    troubled: false,
  }
  if (healthy) {
    const text = `the picture has stood for ${seconds(HEALTHY)}; a next trouble begins on the first rung`
    return { ladder: next, action: { step: 'well', cause: 'drawn', text } }
  }
  if (!ladder.troubled) return { ladder: next, action: undefined }
  const text = `the page draws again; next: the first rung, once it has for ${seconds(HEALTHY)}`
  return { ladder: next, action: { step: 'well', cause: 'drawn', text } }
}

function playerIs(ladder: Ladder, there: boolean, now: Moment): Climbed {
  const next: Ladder = { ...ladder, player: there }
  if (!there || ladder.player) return { ladder: next, action: undefined }
  if (!ladder.safe) return { ladder: { ...next, deadline: now.monotonic + LOADING }, action: undefined }
  // A wait that the ladder has imposed is not cut short by a player that comes and goes.
  if (ladder.due !== undefined) return { ladder: next, action: undefined }
  const text = 'the player is there: its page is loaded'
  const loading: Ladder = { ...onReal(next, now), troubled: ladder.troubled }
  return { ladder: loading, action: { step: 'load', cause: 'unloaded', text } }
}

function timeComes(ladder: Ladder, now: Moment): Climbed {
  const { due, deadline, repair, player, safe } = ladder
  if (safe && player && due !== undefined && now.monotonic >= due.at) {
    if (due.step === 'restart') return restart(ladder, 'the safe page has stood long enough', due.cause, now)
    const text = `the safe page has stood for a while: the real one is tried; next: ${nextRung(ladder, now)}`
    return { ladder: onReal(ladder, now), action: { step: due.step, cause: due.cause, text } }
  }
  if (safe && repair !== undefined && now.monotonic >= repair) {
    return { ladder: onSafe(ladder, now), action: safePage('gone', 'the safe page was gone', 'as it was') }
  }
  if (!safe && player && deadline !== undefined && now.monotonic >= deadline) {
    const waited = ladder.drawnSince === undefined ? LOADING : SILENCE
    return trouble(ladder, 'frozen', `the page gave no sign of life for ${seconds(waited)}`, now)
  }
  return { ladder, action: undefined }
}

/** @param whole there is no window left in which a page could be loaded again */
function trouble(ladder: Ladder, cause: Action['cause'], what: string, now: Moment, whole = false): Climbed {
  if (ladder.safe) return safeTrouble(ladder, cause, what, now)
  if (!ladder.player) {
    return {
      ladder: onSafe(ladder, now),
      action: safePage(cause, what, 'the real page, when the player is there'),
    }
  }
  const first = whole && ladder.rung < RUNGS.indexOf('recreate') ? RUNGS.indexOf('recreate') : ladder.rung
  const step = RUNGS[first]
  if (step === undefined) return topRung(ladder, cause, what, now)
  const higher = { ...ladder, rung: first + 1 }
  const pause = pauseBefore(first, cause)
  if (pause > 0) return wait(higher, { step, at: now.monotonic + pause, cause }, what, now)
  const next = onReal(higher, now)
  return {
    ladder: next,
    action: { step, cause, text: `${what}: ${DOING[step]}; next: ${nextRung(next, now)}` },
  }
}

/** The safe page is mended as well, but not so often that mending is all that the machine does. */
function safeTrouble(ladder: Ladder, cause: Action['cause'], what: string, now: Moment): Climbed {
  const earliest = ladder.safeSince + REPAIR
  if (now.monotonic < earliest) return { ladder: { ...ladder, repair: earliest }, action: undefined }
  return { ladder: onSafe(ladder, now), action: safePage(cause, what, 'as it was') }
}

function topRung(ladder: Ladder, cause: Action['cause'], what: string, now: Moment): Climbed {
  const restarts = recent(ladder.restarts, now)
  const due = RESTART_WAITS[restarts.length]
  if (due === undefined) {
    const then = { step: 'recreate', at: now.monotonic + TRY_AGAIN, cause } as const
    return wait({ ...ladder, restarts }, then, what, now)
  }
  const pause = Math.max(due, pauseBefore(RUNGS.length, cause))
  if (pause === 0) return restart(ladder, what, cause, now)
  return wait({ ...ladder, restarts }, { step: 'restart', at: now.monotonic + pause, cause }, what, now)
}

function pauseBefore(rung: number, cause: Action['cause']): number {
  return cause === 'unloaded' ? (UNLOADED_WAITS[rung] ?? 0) : 0
}

/** The safe page, until something is due. */
function wait(ladder: Ladder, due: Due, what: string, now: Moment): Climbed {
  const then = `${COMING[due.step]} in ${seconds(due.at - now.monotonic)}`
  return { ladder: { ...onSafe(ladder, now), due }, action: safePage(due.cause, what, then) }
}

function restart(ladder: Ladder, what: string, cause: Action['cause'], now: Moment): Climbed {
  const restarts = [...recent(ladder.restarts, now), now.wall]
  const next: Ladder = { ...onSafe(ladder, now), due: undefined, restarts }
  const text = `${what}: ${DOING.restart}; next: ${nextRung(next, now)}`
  return { ladder: next, action: { step: 'restart', cause, text } }
}

function safePage(cause: Action['cause'], what: string, then: string): Action {
  return { step: 'safe-page', cause, text: `${what}: the safe page stands; next: ${then}` }
}

const DOING = {
  reload: 'it is loaded again',
  recreate: 'it is loaded in a new window',
  restart: 'the shell ends, to be started anew',
} as const

const COMING = {
  reload: 'once more',
  recreate: 'a new window',
  restart: 'a restart of the shell',
} as const

/** What the next trouble would bring. */
function nextRung(ladder: Ladder, now: Moment): string {
  const step = RUNGS[ladder.rung]
  if (step !== undefined) return COMING[step]
  const left = RESTART_WAITS.length - recent(ladder.restarts, now).length
  return left > 0 ? COMING.restart : 'the safe page'
}

function onReal(ladder: Ladder, now: Moment): Ladder {
  return {
    ...ladder,
    ...{ safe: false, troubled: true, drawnSince: undefined, due: undefined, repair: undefined },
    deadline: now.monotonic + LOADING,
  }
}

function onSafe(ladder: Ladder, now: Moment): Ladder {
  return {
    ...ladder,
    ...{ safe: true, troubled: true, drawnSince: undefined, deadline: undefined, repair: undefined },
    safeSince: now.monotonic,
  }
}

/** The restarts of the last hour. One that a leap of the clock has put into the future was now. */
function recent(restarts: readonly number[], { wall }: Moment): readonly number[] {
  return restarts.map((at) => Math.min(at, wall)).filter((at) => wall - at < HOUR)
}

function seconds(ms: number): string {
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1_000} s`
}
