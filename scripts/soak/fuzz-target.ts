import type { Disposable } from '../../display-client/base/disposal.ts'
import type { Dice } from './soaking.ts'

/** One way in for strangers. */
export interface FuzzTarget extends Disposable {
  /** As it is counted. */
  readonly name: string
  /** What happened so far, by name: which codes were given, which kinds of input were tried. */
  readonly counts: ReadonlyMap<string, number>
  /** Sends something that nobody should believe. */
  attack(dice: Dice): Promise<Attack>
  dispose(): Promise<void>
}

export interface Attack {
  /** What kind of thing was sent. */
  readonly kind: string
  /** What was sent, to look at when it did harm. */
  readonly input: Uint8Array
  /** What harm it did. */
  readonly wrong?: string
}

/** Adds one to what is counted under `name`. */
export function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}
