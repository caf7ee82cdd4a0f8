import type { Rectangle } from '../composition.ts'
import { EVERY_PLACE, type FrameInput, fill, inset, type Layout, marginOf, onBand, setKind } from './frame.ts'
import { LEADING } from './pen.ts'
import { photoBox, photoWidth } from './photo.ts'
import { sideBlock } from './side-block.ts'

/** A picture at least this many times as wide as high is a bar. */
export const BAR_ASPECT = 4
/** And at least this many times: too low for a band above and a bar below the facts. */
export const WIDE_ASPECT = 2.5

/** The band over the facts of a wide picture, as a share of the size of its letters. */
const BAND = 1.35

/**
 * Ultra-wide bar: photo square at the left edge, the kind as a block, at most two facts a page, and at the right edge the
 * number to call, in the same place on every page.
 */
export const bar: Layout = {
  places: EVERY_PLACE,
  largest: (area) => Math.round(area.height * 0.17),
  lead: (area) => Math.round(Math.min(area.height * 0.2, area.width * 0.0375)),
  build: (input) => {
    const { area, far, photo } = input
    const margin = Math.round(marginOf(area) * 1.75)
    const high = Math.round(Math.min(area.height * 0.3, area.width * 0.06))
    const kindLines = Math.max(
      1,
      Math.min(2, Math.floor((area.height * 0.94) / (LEADING * Math.max(high, far)))),
    )
    const head = setKind(input, Math.round(area.width * 0.24), high, kindLines)
    if (input.kind && head === undefined) return undefined
    const wanted = bar.lead(area, photo !== undefined)
    const block = sideBlock(input, { margin, medium: Math.min(wanted, head?.size ?? area.height), lines: 2 })
    const width = photo ? photoWidth(photo, area.height, { wanted: area.height, most: 2 * area.height }) : 0
    if (width === undefined) return undefined
    const band = {
      x: area.x + width,
      y: area.y,
      width: head ? head.width + 2 * margin + 2 : 0,
      height: area.height,
    }
    const facts = between(area, width + band.width, block.width)
    const headHeight = head ? Math.round(head.lines.length * head.size * LEADING) : 0
    if (tooNarrow(input, facts) || Math.max(headHeight, block.height) > area.height) return undefined
    return {
      boxes: [
        ...(photo ? [photoBox(photo, { ...area, width })] : []),
        ...(head
          ? [fill(band, input.look.band.background), ...onBand(input, head, inset(band, margin, 0), 'left')]
          : []),
        ...block.boxes,
      ],
      room: { rectangle: inset(facts, margin, Math.round(margin * 0.6)), facts: 2 },
      medium: block.medium,
      shown: [...(head ? [head] : []), ...block.shown],
    }
  },
}

/**
 * Wide, but not a bar: photo left, the number as a block at the right edge, and between them the band over the facts. A
 * bar along the bottom would take the height that the facts need.
 */
export const wide: Layout = {
  places: EVERY_PLACE,
  largest: (area) => Math.round(area.height * 0.12),
  lead: (area) => Math.round(area.height * 0.15),
  build: (input) => {
    const { area, photo } = input
    const margin = Math.round(marginOf(area) * 1.5)
    const wanted = Math.round(area.height * 0.8)
    const width = photo ? photoWidth(photo, area.height, { wanted, most: area.height }) : 0
    if (width === undefined) return undefined
    const block = sideBlock(input, { margin, medium: wide.lead(area, photo !== undefined), lines: 3 })
    // The band and the block are two things, and stand apart.
    const middle = between(area, width, block.width + (block.width > 0 ? Math.round(margin * 0.4) : 0))
    const head = setKind(input, middle.width - 2 * margin, Math.round(area.height * 0.17), 1)
    if (input.kind && head === undefined) return undefined
    const band = { ...middle, height: head ? Math.round(head.size * BAND) : 0 }
    const facts = { ...middle, y: area.y + band.height, height: area.height - band.height }
    if (tooNarrow(input, facts) || facts.height < 0 || block.height > area.height) return undefined
    return {
      boxes: [
        ...(photo ? [photoBox(photo, { ...area, width })] : []),
        ...(head
          ? [fill(band, input.look.band.background), ...onBand(input, head, inset(band, margin, 0), 'left')]
          : []),
        ...block.boxes,
      ],
      room: {
        rectangle: inset(facts, margin, Math.round(margin * 0.8)),
        facts: Number.POSITIVE_INFINITY,
      },
      medium: block.medium,
      shown: [...(head ? [head] : []), ...block.shown],
    }
  },
}

function between(area: Rectangle, left: number, right: number): Rectangle {
  return { ...area, x: area.x + left, width: area.width - left - right }
}

function tooNarrow({ small }: FrameInput, facts: Rectangle): boolean {
  return facts.width < 4 * small
}
