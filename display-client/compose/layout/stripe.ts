import type { Box, Rectangle } from '../composition.ts'
import type { Request } from '../request.ts'
import { fill, inset, marginOf } from './frame.ts'
import { drawText, type SetText, setText } from './pen.ts'

/** The test banner, at the very top of the picture. */
export interface Stripe {
  /** px */
  readonly height: number
  readonly boxes: readonly Box[]
}

/** Thickness of the line that parts it from what is below, px. */
function edgeOf(small: number): number {
  return Math.max(1, Math.round(small / 12))
}

/** The stripe that says that this is not real; undefined when there is none to draw or none fits. */
export function stripeFor(
  {
    area,
    banner,
    request,
  }: {
    readonly area: Rectangle
    readonly banner: readonly (readonly string[])[] | undefined
    readonly request: Request
  },
  small: number,
): Stripe | undefined {
  const face = request.library.outline
  const margin = marginOf(area)
  const text = banner
    ?.map((atoms) => setText(face, atoms, small, 700, area.width - 2 * margin, 1))
    .find((set): set is SetText => set !== undefined)
  const height = Math.ceil(small * 1.6)
  if (text === undefined || height > area.height) return undefined
  const box = { x: area.x, y: area.y, width: area.width, height }
  const { background, text: colour } = request.theme.banner
  // A band may have the same colour, and a reader of greys sees no colour.
  const edge = { ...box, y: box.y + height - edgeOf(small), height: edgeOf(small) }
  const inner = { ...box, height: height - edgeOf(small) }
  return {
    height,
    boxes: [
      fill(inner, background),
      fill(edge, colour),
      ...drawText(face, text, inset(inner, margin, 0), 'left', {
        language: request.words.language,
        colour,
        fact: 'banner',
      }),
    ],
  }
}
