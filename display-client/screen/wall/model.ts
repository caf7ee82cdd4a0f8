import type { Action, DemoEvent, Receipt, SignGlass, WallState } from './demo.ts'

/** Everything the wall knows. */
export interface WallModel {
  /** undefined until the demo has answered once. */
  readonly state: WallState | undefined
  readonly connected: boolean
  /** Asked for and not answered yet. */
  readonly pending: Action | undefined
  /** The last thing asked was refused. */
  readonly refused: boolean
  /** The last of every panel. */
  readonly receipts: ReadonlyMap<string, Receipt>
  /** What is to be seen on each sign. */
  readonly signs: ReadonlyMap<string, SignGlass>
}

export const EMPTY: WallModel = {
  state: undefined,
  connected: false,
  pending: undefined,
  refused: false,
  receipts: new Map(),
  signs: new Map(),
}

/** The model after an event of the demo. */
export function after(model: WallModel, event: DemoEvent): WallModel {
  if (event.type === 'state') {
    const { type: _, ...state } = event
    return { ...model, state, connected: true }
  }
  if (event.type === 'sign') return { ...model, signs: new Map(model.signs).set(event.panel, event) }
  return { ...model, receipts: new Map(model.receipts).set(event.panel, event) }
}

/** What a panel is doing, as far as its receipts prove it. */
export type PanelStatus =
  | { readonly phase: 'idle' | 'waiting' | 'leaving' }
  /** `since`: from publishing to the painted frame, ms. */
  | { readonly phase: 'shown' | 'gone'; readonly since: number }

export function statusOf(model: WallModel, panel: string): PanelStatus {
  const alert = model.state?.alert
  const receipt = model.receipts.get(panel)
  if (!alert) {
    if (receipt === undefined) return { phase: 'idle' }
    return receipt.kind === 'removed' ? { phase: 'gone', since: receipt.sincePublish } : { phase: 'leaving' }
  }
  if (receipt?.incident !== alert.incident || receipt.revision < alert.revision) return { phase: 'waiting' }
  // A sign that has lost its power since.
  if (receipt.kind === 'shown' && model.signs.get(panel)?.isTold === false) return { phase: 'waiting' }
  return { phase: receipt.kind === 'removed' ? 'gone' : 'shown', since: receipt.sincePublish }
}

/** Which of the actions make sense now. */
export function allowed({ state, connected, pending }: WallModel): Readonly<Record<Action, boolean>> {
  const ready = connected && pending === undefined && state !== undefined
  const live = ready && state.alert !== null
  const power = ready && state.panels.some(({ wire }) => wire !== undefined)
  return { send: ready && !live, update: live, end: live, power }
}

/** What just happened, in plain words. */
export function sentence(model: WallModel): string {
  const { state, connected, pending, refused } = model
  if (!connected || state === undefined) {
    return state === undefined
      ? 'Waiting for the player.'
      : 'The player does not answer. The panels keep what they show.'
  }
  if (refused) return 'The player refused that. Its own output says why.'
  if (pending !== undefined) return PENDING[pending]
  const { alert, panels } = state
  const done = panels
    .map(({ id }) => statusOf(model, id))
    .filter((status) => status.phase === (alert === null ? 'gone' : 'shown'))
  const slowest = Math.max(0, ...done.map((status) => ('since' in status ? status.since : 0)))
  if (alert === null) {
    if (model.receipts.size === 0) return 'No alert. Send one, and it appears on every panel.'
    return done.length < panels.length
      ? `Ended. Off ${done.length} of ${panels.length} panels so far.`
      : `Ended. Off all ${panels.length} panels; the last after ${milliseconds(slowest)}.`
  }
  const what = alert.revision > 1 ? `Updated to revision ${alert.revision}.` : 'Sent.'
  return done.length < panels.length
    ? `${what} On ${done.length} of ${panels.length} panels so far.`
    : `${what} On all ${panels.length} panels; the last after ${milliseconds(slowest)}.`
}

const PENDING: Readonly<Record<Action, string>> = {
  send: 'Signing and publishing the alert.',
  update: 'Signing and publishing the update.',
  end: 'Signing and publishing the end.',
  power: 'The signs have no power. The player tells them again when they are back.',
}

/** `42 ms`, `1.25 s` */
export function milliseconds(duration: number): string {
  return duration < 1_000 ? `${Math.round(duration)} ms` : `${(duration / 1_000).toFixed(2)} s`
}

/**
 * Time left, `14:05` or `3:14:05`; `0:00` when it is over.
 *
 * @param expires ISO 8601
 * @param now ms since 1970
 */
export function timeLeft(expires: string, now: number): string {
  const seconds = Math.max(0, Math.ceil((Date.parse(expires) - now) / 1_000))
  const two = (value: number): string => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
}
