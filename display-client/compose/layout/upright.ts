import type { Rectangle } from '../composition.ts'
import {
  callBar,
  type Frame,
  type FrameInput,
  fill,
  inset,
  type Layout,
  leastMedium,
  marginOf,
  onBand,
  setKind,
} from './frame.ts'
import { LEADING, type SetFact } from './pen.ts'
import { photoBox } from './photo.ts'

/** Height of the band, as a share of the size of its letters. */
const BAND = 1.6

/** What a second line of the band must gain in size. */
const MUCH_LARGER = 1.5

/** From this small on (px), a page says two facts and the number: more would be a wall of text. */
const SMALL = { width: 800, height: 480, facts: 2 } as const

function factsOn(area: Rectangle): number {
  return area.width <= SMALL.width && area.height <= SMALL.height ? SMALL.facts : Number.POSITIVE_INFINITY
}

/**
 * Landscape: photo left at full height (34 to 42 % of the width), headline band over the rest, facts in one column, call
 * bar along the bottom over the whole width. Without a photo everything grows.
 */
export const landscape: Layout = {
  largest: (area) => Math.round(area.height * 0.08),
  lead: (area, hasPhoto) => Math.round(area.height * (hasPhoto ? 0.088 : 0.115)),
  build: (input) => {
    const { area, far, photo } = input
    const margin = marginOf(area)
    const wanted = Math.max(far, landscape.lead(area, photo !== undefined))
    const guess = area.height - Math.round(wanted * 1.75)
    // A little higher than wide, within 34 to 42 % of the width; on a very wide picture no wider than high.
    const narrowest = Math.min(area.width * 0.34, guess)
    const photoWidth = photo ? Math.round(Math.min(Math.max(guess * 0.8, narrowest), area.width * 0.42)) : 0
    const left = area.x + photoWidth
    const width = area.width - photoWidth
    const head = setKind(input, width - 2 * margin, Math.round(area.height * (photo ? 0.12 : 0.14)), 1)
    if (input.kind && head === undefined) return undefined
    const bar = callBar(input, Math.min(wanted, input.most, head?.size ?? wanted))
    const band = { x: left, y: area.y, width, height: head ? Math.round(head.size * BAND) : 0 }
    const bottom = area.y + area.height - bar.height
    if (bottom < band.y + band.height) return undefined
    const facts = inset(
      { x: left, y: band.y + band.height, width, height: bottom - band.y - band.height },
      margin,
      margin,
    )
    return {
      boxes: [
        ...(photo
          ? [photoBox(photo, { x: area.x, y: area.y, width: photoWidth, height: bottom - area.y })]
          : []),
        ...(head
          ? [fill(band, input.look.band.background), ...onBand(input, head, inset(band, margin, 0), 'left')]
          : []),
        ...bar.draw(bottom),
      ],
      room: { rectangle: facts, facts: factsOn(area) },
      medium: bar.medium,
      shown: [...(head ? [head] : []), ...bar.shown],
    }
  },
}

/** Portrait: band, photo (about 45 % of the height), facts, call bar. */
export const portrait: Layout = {
  largest: (area) => Math.round(Math.min(area.height * 0.048, area.width * 0.085)),
  lead: (area, hasPhoto) => Math.round(narrowUnit(area) * (hasPhoto ? 0.054 : 0.068)),
  build: (input) => {
    const { area, far, photo } = input
    const margin = marginOf(area)
    const wanted = Math.max(far, portrait.lead(area, photo !== undefined))
    const largest = Math.round(narrowUnit(area) * (photo ? 0.085 : 0.1))
    const head = setNarrowKind(input, area.width - 2 * margin, largest)
    if (input.kind && head === undefined) return undefined
    const bar = callBar(input, Math.min(wanted, input.most, head?.size ?? wanted))
    const bandHeight = head ? Math.round(head.size * (BAND + LEADING * (head.lines.length - 1))) : 0
    const band = { x: area.x, y: area.y, width: area.width, height: bandHeight }
    const picture = {
      x: area.x,
      y: band.y + band.height,
      width: area.width,
      height: photo ? Math.round(Math.min(area.height * 0.43, area.width * 1.1)) : 0,
    }
    const bottom = area.y + area.height - bar.height
    const top = picture.y + picture.height
    if (bottom < top) return undefined
    const frame: Frame = {
      boxes: [
        ...(head
          ? [fill(band, input.look.band.background), ...onBand(input, head, inset(band, margin, 0), 'left')]
          : []),
        ...(photo ? [photoBox(photo, picture)] : []),
        ...bar.draw(bottom),
      ],
      room: {
        rectangle: inset({ x: area.x, y: top, width: area.width, height: bottom - top }, margin, margin),
        facts: factsOn(area),
      },
      medium: bar.medium,
      shown: [...(head ? [head] : []), ...bar.shown],
    }
    return frame
  },
}

/** What the sizes of a portrait picture are shares of: its height, unless that is very high for its width, px. */
function narrowUnit(area: Rectangle): number {
  return Math.min(area.height, area.width * 1.8)
}

/** The kind on one line, unless two lines make it much larger or let it say more. */
function setNarrowKind(input: FrameInput, width: number, largest: number): SetFact | undefined {
  const one = setKind(input, width, largest, 1)
  const two = setKind(input, width, largest, 2)
  if (one === undefined || two === undefined) return one ?? two
  const larger = two.size > one.size * MUCH_LARGER || two.wording.quality > one.wording.quality
  return larger ? two : one
}

/** No parts: every fact in one column, for panels on which a band and a bar would leave nothing. */
export const plain: Layout = {
  largest: (area) => Math.round(area.height * 0.5),
  lead: () => 0,
  build: (input: FrameInput) => ({
    boxes: [],
    room: {
      rectangle: inset(input.area, Math.min(marginOf(input.area), 8), 0),
      facts: Number.POSITIVE_INFINITY,
    },
    medium: leastMedium(input),
    shown: [],
  }),
}
