import type { BitmapFont } from '../compose/bitmap-font.ts'
import type { CompositionPage } from '../compose/composition.ts'
import { type LedColours, type LedFrame, paintFrame } from '../paint/led-frame.ts'
import { frameContent } from './outputs/output.ts'
import type { StagePage } from './protocol.ts'

interface Painted {
  readonly frames: readonly LedFrame[]
  readonly stage: readonly StagePage[]
}

/** By what was composed once for all panels of one format: 2000 signs must not hold 2000 times the same picture. */
const painted = new WeakMap<readonly CompositionPage[], Painted>()

/**
 * The frames of a matrix of LEDs, for outputs and for viewers.
 *
 * @throws RangeError when a page is one of characters, a fault of the composer
 */
export function paintPages(
  pages: readonly CompositionPage[],
  colours: LedColours,
  fonts: readonly BitmapFont[],
): Painted {
  const known = painted.get(pages)
  if (known !== undefined) return known
  const frames = pages.map(({ content }) => {
    if (content.type !== 'pixels') throw new RangeError('a page of characters for a matrix of LEDs')
    return paintFrame(content, colours, fonts)
  })
  const stage = frames.map((frame, index) => ({
    dwell: pages[index]?.dwell ?? 0,
    content: frameContent(frame),
  }))
  const made = { frames, stage }
  painted.set(pages, made)
  return made
}
