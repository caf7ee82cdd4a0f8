import { fill, inset, type Layout, marginOf, onBand, setKind } from './frame.ts'
import { LEADING, type SetFact, setFact, sizesDown } from './pen.ts'
import { photoBox } from './photo.ts'

/** A picture at least this many times as wide as high is a bar. */
export const BAR_ASPECT = 4

/**
 * Ultra-wide bar: photo square at the left edge, the kind as a block, at most two facts a page, and at the right edge the
 * number to call, in the same place on every page.
 */
export const bar: Layout = {
  largest: (area) => Math.round(area.height * 0.17),
  build: (input) => {
    const { area, call, face, far, photo, small, source } = input
    const margin = Math.round(marginOf(area) * 1.75)
    const high = Math.round(Math.min(area.height * 0.3, area.width * 0.06))
    const kindLines = Math.max(
      1,
      Math.min(2, Math.floor((area.height * 0.94) / (LEADING * Math.max(high, far)))),
    )
    const head = setKind(input, Math.round(area.width * 0.24), high, kindLines)
    if (input.kind && head === undefined) return undefined
    const wanted = Math.max(
      far,
      Math.min(
        Math.round(Math.min(area.height * 0.2, area.width * 0.0375)),
        input.most,
        head?.size ?? area.height,
      ),
    )
    const callWidth = Math.round(area.width * 0.24)
    const callLines = Math.max(1, Math.min(2, Math.floor((area.height * 0.94) / (LEADING * wanted))))
    const number =
      call &&
      setFact(face, call, {
        weight: 700,
        width: callWidth,
        mostLines: callLines,
        sizes: sizesDown(wanted, far),
      })
    const left = area.height - 2 * margin - (number ? number.lines.length * number.size * LEADING : 0)
    const sourceLines = Math.min(3, Math.floor((left - small * 0.5) / (small * LEADING)))
    const who =
      source && sourceLines > 0
        ? setFact(face, source, {
            weight: 400,
            width: number ? Math.max(number.width, callWidth * 0.8) : callWidth,
            mostLines: sourceLines,
            sizes: [small],
          })
        : undefined
    const photoWidth = photo ? area.height : 0
    const band = {
      x: area.x + photoWidth,
      y: area.y,
      width: head ? head.width + 2 * margin + 2 : 0,
      height: area.height,
    }
    const text = Math.max(number?.width ?? 0, who?.width ?? 0)
    const blockWidth = text > 0 ? text + 2 * margin + 2 : 0
    const block = { x: area.x + area.width - blockWidth, y: area.y, width: blockWidth, height: area.height }
    const facts = {
      x: band.x + band.width,
      y: area.y,
      width: block.x - band.x - band.width,
      height: area.height,
    }
    const parts = stack(number, who, block.height)
    const highest = Math.max(
      head ? heightOf(head) : 0,
      ...parts.map((part) => part.y + part.height),
      ...parts.map((part) => area.height - part.y),
    )
    if (facts.width < 4 * small || highest > area.height) return undefined
    const ground = input.look.band.background
    return {
      boxes: [
        ...(photo ? [photoBox(photo, { x: area.x, y: area.y, width: photoWidth, height: area.height })] : []),
        ...(head ? [fill(band, ground), ...onBand(input, head, inset(band, margin, 0), 'left')] : []),
        ...(blockWidth > 0 ? [fill(block, ground)] : []),
        ...parts.flatMap(({ set, y, height }) =>
          onBand(input, set, inset({ ...block, y: block.y + y, height }, margin, 0), 'left'),
        ),
      ],
      room: { rectangle: inset(facts, margin, Math.round(margin * 0.6)), facts: 2, align: 'middle' },
      medium: number?.size ?? wanted,
      shown: [head, number, who].filter((one) => one !== undefined),
    }
  },
}

function heightOf(set: SetFact): number {
  return Math.round(set.lines.length * set.size * LEADING)
}

/** Number above source, together in the middle of the height. */
function stack(
  number: SetFact | undefined,
  who: SetFact | undefined,
  room: number,
): readonly { readonly set: SetFact; readonly y: number; readonly height: number }[] {
  const numberHeight = number ? heightOf(number) : 0
  const gap = number && who ? Math.round(who.size * 0.4) : 0
  const top = Math.floor((room - numberHeight - (who ? heightOf(who) : 0) - gap) / 2)
  return [
    ...(number ? [{ set: number, y: top, height: numberHeight }] : []),
    ...(who ? [{ set: who, y: top + numberHeight + gap, height: heightOf(who) }] : []),
  ]
}
