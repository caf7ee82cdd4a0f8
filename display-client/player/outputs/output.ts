import type { Composition } from '../../compose/composition.ts'
import type { LedFrame } from '../../paint/led-frame.ts'
import type { Ending } from '../../panel/policy.ts'
import type { PanelChannel } from '../panel-channel.ts'
import type { FrameContent } from '../protocol.ts'
import type { SignLink } from '../signs/sign-link.ts'

/** One alert on one panel, or the end card of one. */
export interface ProgrammeItem {
  readonly about: Ending
  /** Whether it is live; false = this is its end card. */
  readonly live: boolean
  /** When it must be gone at the latest, ms since 1970. */
  readonly until: number
  readonly composition: Composition
}

/** What is on one panel: alerts that take turns, in order, or one end card; none = nothing of ours. */
export type Programme = readonly ProgrammeItem[]

/** Puts programmes on one panel: on glass or on a wire. */
export interface Output {
  /** Where viewers look at it, and say when they have painted it. */
  readonly channel: PanelChannel
  /** The way to the panel's own sign; then it, and no viewer, says what was shown. */
  readonly sign?: SignLink
  /**
   * Puts `programme` in place of whatever is there.
   *
   * @returns the revision under which the channel, or the sign, will tell what became of it
   * @throws RangeError when the composition is not for this panel (a fault of the composer); nothing has changed then
   */
  present(programme: Programme): number
}

/** A frame as viewers get it. */
export function frameContent({ width, height, palette, pixels }: LedFrame): FrameContent {
  return { type: 'frame', width, height, palette, pixels: Buffer.from(pixels).toString('base64') }
}
