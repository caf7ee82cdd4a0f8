import type { PanelMessage, StagePage } from '../../player/protocol.ts'

/** The demo's own small interface, same origin: what there is, what can be done, and what comes of it. */

export interface WallPanel extends Omit<PanelMessage, 'type' | 'protocol'> {
  /** Of a sign that is addressed by characters. */
  readonly characters?: { readonly lines: number; readonly columns: number }
  /** How its sign is told; then what the sign itself shows comes by `sign` events. */
  readonly wire?: string
}

export interface WallAlert {
  readonly incident: string
  readonly revision: number
  readonly headline: string
  /** ISO 8601 */
  readonly expires: string
}

/** `GET /demo/state`, and the answer to every action. */
export interface WallState {
  readonly panels: readonly WallPanel[]
  /** What was published last and has not ended. */
  readonly alert: WallAlert | null
}

/** A panel says what became of an alert. */
export interface Receipt {
  readonly panel: string
  readonly incident: string
  readonly revision: number
  readonly kind: 'shown' | 'removed'
  /** From publishing to the painted frame, or to its sign's having it, ms. */
  readonly sincePublish: number
}

/** What is to be seen on the sign of a panel. */
export interface SignGlass {
  readonly panel: string
  /** None = it is dark. */
  readonly pages: readonly StagePage[]
  /** Whether it shows something that it was told. */
  readonly isTold: boolean
}

/** What arrives on `WS /demo/events`. */
export type DemoEvent =
  | ({ readonly type: 'state' } & WallState)
  | ({ readonly type: 'receipt' } & Receipt)
  | ({ readonly type: 'sign' } & SignGlass)

/** `power`: the signs lose theirs for a moment. */
export type Action = 'send' | 'update' | 'end' | 'power'

/** Asks the demo to do something. */
export async function act(action: Action): Promise<WallState | undefined> {
  return ask(`/demo/${action}`, { method: 'POST', headers: { 'X-Kijkuit': '1' } })
}

/** What there is now. */
export async function currentState(): Promise<WallState | undefined> {
  return ask('/demo/state')
}

/** @returns undefined when the demo does not answer or refuses */
async function ask(path: string, how?: RequestInit): Promise<WallState | undefined> {
  try {
    const response = await fetch(path, how)
    return response.ok ? ((await response.json()) as WallState) : undefined
  } catch {
    return undefined
  }
}

/** @returns undefined for what is not an event that this page knows */
export function readEvent(data: unknown): DemoEvent | undefined {
  if (typeof data !== 'string') return undefined
  try {
    const event = JSON.parse(data) as DemoEvent
    return ['state', 'receipt', 'sign'].includes(event.type) ? event : undefined
  } catch {
    return undefined
  }
}
