import type { PanelMessage } from '../../player/protocol.ts'

/** The demo's own small interface, same origin: what there is, three things to do, and what comes of them. */

export interface WallPanel extends Omit<PanelMessage, 'type' | 'protocol'> {
  /** Of a sign that is addressed by characters. */
  readonly characters?: { readonly lines: number; readonly columns: number }
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
  /** From publishing to the painted frame, ms. */
  readonly sincePublish: number
}

/** What arrives on `WS /demo/events`. */
export type DemoEvent = ({ readonly type: 'state' } & WallState) | ({ readonly type: 'receipt' } & Receipt)

export type Action = 'send' | 'update' | 'end'

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
    return event.type === 'state' || event.type === 'receipt' ? event : undefined
  } catch {
    return undefined
  }
}
