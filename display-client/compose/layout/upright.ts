import type { Media } from '../../alert/model.ts'
import type { Rectangle } from '../composition.ts'
import {
  callBar,
  EVERY_PLACE,
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
import { photoBox, photoWidth } from './photo.ts'

/** Height of the band, as a share of the size of its letters. */
const BAND = 1.5

/** What a second line of the band must gain in size. */
const MUCH_LARGER = 1.5

/** From this small on (px), a page says two facts and the number: more would be a wall of text. */
const SMALL = { width: 800, height: 480, facts: 2 } as const

function factsOn(area: Rectangle): number {
  return area.width <= SMALL.width && area.height <= SMALL.height ? SMALL.facts : Number.POSITIVE_INFINITY
}

/** Where photo, band and facts are. */
interface Upright {
  /** Whether the band goes over the photo too, and not over the facts alone. */
  readonly bandOverAll: boolean
  /** Narrowest and widest photo, as a share of the width. */
  readonly photo: readonly [least: number, most: number]
  /** Largest letters of the kind beside a photo and without one, px. */
  kind(area: Rectangle, hasPhoto: boolean): number
}

/** Photo left of the facts, which are in one column, and the call bar along the bottom over the whole width. */
function photoLeft(
  sizes: Pick<Layout, 'largest' | 'lead'>,
  { bandOverAll, photo: shares, kind }: Upright,
): Layout {
  return {
    ...sizes,
    places: EVERY_PLACE,
    build: (input) => {
      const { area, far, photo } = input
      const margin = marginOf(area)
      const wanted = Math.max(far, sizes.lead(area, photo !== undefined))
      const most = Math.floor(area.width * shares[1])
      const bar = (head: SetFact | undefined) =>
        callBar(input, Math.min(wanted, input.most, head?.size ?? wanted))
      const headIn = (width: number): SetFact | undefined =>
        setKind(input, width - 2 * margin, kind(area, photo !== undefined), 1)
      const whole = bandOverAll ? headIn(area.width) : undefined
      const top = area.y + (whole ? Math.round(whole.size * BAND) : 0)
      // A little higher than wide; on a very wide picture no wider than high.
      const guess = area.height - (whole ? bar(whole).height + top - area.y : Math.round(wanted * 1.75))
      const narrowest = Math.min(area.width * shares[0], guess)
      const width = photo
        ? photoWidth(photo, guess, {
            wanted: Math.round(Math.min(Math.max(guess * 0.8, narrowest), most)),
            most,
          })
        : 0
      if (width === undefined) return undefined
      const right = { x: area.x + width, width: area.width - width }
      const head = bandOverAll ? whole : headIn(right.width)
      if (input.kind && head === undefined) return undefined
      const call = bar(head)
      const bottom = area.y + area.height - call.height
      const high = head ? Math.round(head.size * BAND) : 0
      const band = { ...(bandOverAll ? { x: area.x, width: area.width } : right), y: area.y, height: high }
      if (bottom < area.y + high) return undefined
      return {
        boxes: [
          ...(photo ? [photoBox(photo, { x: area.x, y: top, width, height: bottom - top })] : []),
          ...(head
            ? [fill(band, input.look.band.background), ...onBand(input, head, inset(band, margin, 0), 'left')]
            : []),
          ...call.draw(bottom),
        ],
        room: {
          rectangle: inset({ ...right, y: area.y + high, height: bottom - area.y - high }, margin, margin),
          facts: factsOn(area),
        },
        medium: call.medium,
        shown: [...(head ? [head] : []), ...call.shown],
      }
    },
  }
}

/** Landscape: photo at full height (34 to 42 % of the width), band over the rest. Without a photo everything grows. */
export const landscape: Layout = photoLeft(
  {
    largest: (area) => Math.round(area.height * 0.08),
    lead: (area, hasPhoto) => Math.round(area.height * (hasPhoto ? 0.088 : 0.115)),
  },
  {
    bandOverAll: false,
    photo: [0.34, 0.42],
    kind: (area, hasPhoto) => Math.round(area.height * (hasPhoto ? 0.12 : 0.14)),
  },
)

/** About as wide as high, or a long kind: the band over everything, for beside a photo it would be small. */
export const square: Layout = photoLeft(
  {
    largest: (area) => Math.round(shorter(area) * 0.06),
    lead: (area) => Math.round(shorter(area) * 0.08),
  },
  {
    bandOverAll: true,
    photo: [0.3, 0.46],
    kind: (area) => Math.round(shorter(area) * 0.12),
  },
)

function shorter(area: Rectangle): number {
  return Math.min(area.width, area.height)
}

/** Portrait: band, photo (about 45 % of the height), facts, call bar. */
export const portrait: Layout = {
  places: EVERY_PLACE,
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
    const picture = pictureBelow(area, band, photo)
    if (picture === undefined) return undefined
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
        rectangle: inset(
          { x: area.x, y: top, width: area.width, height: bottom - top },
          margin,
          Math.round(margin * 0.6),
        ),
        facts: factsOn(area),
      },
      medium: bar.medium,
      shown: [...(head ? [head] : []), ...bar.shown],
    }
    return frame
  },
}

/** Over 40 % of the height over the whole width; higher where the focus would be cut, or narrower where that is not enough. */
function pictureBelow(area: Rectangle, band: Rectangle, photo: Media | undefined): Rectangle | undefined {
  const box = { x: area.x, y: band.y + band.height, width: area.width, height: 0 }
  if (photo === undefined) return box
  const most = { wanted: area.width, most: area.width }
  const usual = Math.round(Math.min(area.height * 0.414, area.width * 1.1))
  const tallest = Math.round(area.height * 0.45)
  // Rather a little more of the height than a strip of nothing beside it.
  const highest = Math.round(area.height * 0.5)
  for (let height = usual; height <= highest; height += Math.max(1, tallest - usual) / 4) {
    const at = Math.round(height)
    if (photoWidth(photo, at, most) === area.width) return { ...box, height: at }
  }
  const width = photoWidth(photo, tallest, most)
  // In line with the texts below it.
  const x = area.x + Math.min(marginOf(area), Math.floor((area.width - (width ?? 0)) / 2))
  return width === undefined ? undefined : { ...box, x, width, height: tallest }
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

/** Only a low band: for texts so long that a place for the number on every page would leave nothing. */
export const headed: Layout = {
  places: ['kind'],
  largest: (area) => Math.round(area.height * 0.5),
  lead: () => 0,
  build: (input) => {
    const { area } = input
    const margin = marginOf(area)
    const head = setKind(input, area.width - 2 * margin, leastMedium(input), 1)
    if (head === undefined) return undefined
    const band = { ...area, height: Math.round(head.size * BAND) }
    const facts = { ...area, y: area.y + band.height, height: area.height - band.height }
    // Without room for a line below it, it would be a band over nothing.
    if (facts.height < input.small * LEADING + 2 * margin) return undefined
    return {
      boxes: [fill(band, input.look.band.background), ...onBand(input, head, inset(band, margin, 0), 'left')],
      room: { rectangle: inset(facts, margin, Math.round(margin * 0.3)), facts: Number.POSITIVE_INFINITY },
      medium: leastMedium(input),
      shown: [head],
    }
  },
}

/** No parts: every fact in one column, for panels on which a band would leave nothing. */
export const plain: Layout = {
  places: [],
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
