import type { StagePage } from '../player/protocol.ts'
import type { Box, PixelContent } from './messages.ts'

interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** How far ink may reach beyond the advance widths and above and below the baseline, em: accents on capitals, tails, any face. */
const INK = { beside: 0.25, above: 1.5, below: 0.75 }

/**
 * The part of a page outside of which another page has the very same pixels: the photo and the bands of an alert stay where they
 * are when its page turns. px; all of it where that cannot be told.
 */
export function differingPart(one: StagePage['content'], other: StagePage['content']): Rectangle {
  const whole = { x: 0, y: 0, width: one.width, height: one.height }
  if (one.type === 'frame' || other.type === 'frame' || !isOfOneGround(one, other)) return whole
  const [ours, theirs] = [byText(one.boxes), byText(other.boxes)]
  const shared = [...ours.keys()].filter((text) => theirs.has(text))
  // In another order one of two that overlap would be seen through the other.
  const sharedThere = [...theirs.keys()].filter((text) => ours.has(text))
  if (shared.some((text, index) => text !== sharedThere[index])) return whole
  const differing = [...ours, ...theirs].filter(([text]) => !(ours.has(text) && theirs.has(text)))
  return around(
    differing.map(([, box]) => inkOf(box)),
    whole,
  )
}

function isOfOneGround(one: PixelContent, other: PixelContent): boolean {
  const isSameSize = one.width === other.width && one.height === other.height
  return isSameSize && one.background === other.background
}

function byText(boxes: readonly Box[]): ReadonlyMap<string, Box> {
  return new Map(boxes.map((box) => [JSON.stringify(box), box]))
}

function inkOf(box: Box): Rectangle {
  if (box.type !== 'text') return box
  const { x, baseline, width, size } = box
  return {
    x: x - INK.beside * size,
    y: baseline - INK.above * size,
    width: width + 2 * INK.beside * size,
    height: (INK.above + INK.below) * size,
  }
}

/** The least rectangle of whole px in which all of these lie, as far as they lie in the whole. */
function around(parts: readonly Rectangle[], whole: Rectangle): Rectangle {
  const left = Math.max(0, Math.floor(Math.min(...parts.map(({ x }) => x))))
  const top = Math.max(0, Math.floor(Math.min(...parts.map(({ y }) => y))))
  const right = Math.min(whole.width, Math.ceil(Math.max(...parts.map(({ x, width }) => x + width))))
  const bottom = Math.min(whole.height, Math.ceil(Math.max(...parts.map(({ y, height }) => y + height))))
  const isNone = parts.length === 0 || right <= left || bottom <= top
  return isNone
    ? { x: 0, y: 0, width: 0, height: 0 }
    : { x: left, y: top, width: right - left, height: bottom - top }
}
