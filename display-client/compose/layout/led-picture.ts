import type { Box, Colour, FillBox, Rectangle } from '../composition.ts'
import type { Pictogram } from '../pictogram.ts'
import type { Request } from '../request.ts'
import type { SignFit } from '../sign-fit.ts'
import { faceHeight, photoBox, smallestFaceOnLeds } from './photo.ts'
import { WORTH_OF_PHOTO } from './search.ts'

export interface Size {
  /** px */
  readonly width: number
  /** px */
  readonly height: number
}

/** A message with what stands beside it, on every page at the same place. */
export interface Pictured {
  readonly made: SignFit
  /** Where its lines stand. */
  readonly room: Rectangle
  readonly boxes: readonly Box[]
}

/** One way to divide a panel. */
interface Option extends Size {
  readonly side: 'left' | 'top'
  /** What it may cost, in the unit of utility. */
  readonly worth: number
  readonly boxes: (at: { readonly x: number; readonly y: number }) => readonly Box[]
}

/** What a panel of LEDs is divided for. */
export interface Division {
  readonly surface: Size
  /** Of a pictogram. */
  readonly colour: Colour
  /** Between the picture and the text, px. */
  readonly gap: number
  /** Height of a line, px. */
  readonly lineHeight: number
  /** The best message in a part of the panel. */
  readonly fit: (room: Size) => SignFit
  /** How wide the widest line of a message is, px. */
  readonly inkOf: (made: SignFit) => number
}

/**
 * Puts the photo or the pictogram of an alert beside its text where that costs no fact: the first of these under which the message
 * says as much as `plain` (with a photo: no less than the photo is worth) on as many pages. The photo comes first, then the
 * pictogram from large to small; each at the left, else above.
 *
 * @param plain the best message that has the panel for itself
 */
export function pictured(request: Request, division: Division, plain: SignFit): Pictured {
  const { surface, gap } = division
  const all = { x: 0, y: 0, ...surface }
  const isNothing = plain.spoken.chosen.length === 0
  for (const option of isNothing ? [] : optionsFor(request, division, plain)) {
    const room =
      option.side === 'left'
        ? { ...all, width: surface.width - option.width - gap }
        : { ...all, height: surface.height - option.height - gap }
    if (room.width <= 0 || room.height < division.lineHeight) continue
    const made = division.fit(room)
    const { keep, spoken, pages } = made
    if (keep < plain.keep || pages.length > plain.pages.length) continue
    if (spoken.utility + option.worth < plain.spoken.utility) continue
    return {
      made: { ...made, spoken: { ...spoken, optimal: spoken.optimal && plain.spoken.optimal } },
      ...place(option, division, made),
    }
  }
  return { made: plain, room: all, boxes: [] }
}

function optionsFor(request: Request, division: Division, plain: SignFit): readonly Option[] {
  const { alert, panel, library, pictogram } = request
  const photo = alert.media.find((one) => one.role === 'subject')
  const worth = Math.floor((plain.spoken.utility * WORTH_OF_PHOTO) / 1_000)
  const photos =
    photo === undefined
      ? []
      : photoSizes(division.surface).flatMap((size): readonly Option[] => {
          const isRecognised = faceHeight(photo, size) >= smallestFaceOnLeds(panel)
          return isRecognised
            ? [{ ...size, worth, boxes: (at) => [photoBox(photo, { ...at, ...size })] }]
            : []
        })
  const sizes = library.pictograms.get(pictogram) ?? []
  const pictograms = sizes.flatMap((one): readonly Option[] =>
    sidesFor(one, division.surface).map((side) => ({
      ...{ side, width: one.width, height: one.height, worth: 0 },
      boxes: (at) => drawn(one, at, division.colour),
    })),
  )
  return [...photos, ...pictograms]
}

/** A photo is as high as the panel at its left, or as wide as the panel above the text. */
function photoSizes({ width, height }: Size): readonly (Size & Pick<Option, 'side'>)[] {
  return [
    { side: 'left', width: Math.round(Math.min(height * 0.8, width * 0.42)), height },
    { side: 'top', width, height: Math.round(Math.min(height * 0.45, width * 1.1)) },
  ]
}

/** The text is the message: a pictogram takes no more than a third of the panel. */
function sidesFor({ width, height }: Size, surface: Size): readonly Option['side'][] {
  if (width > surface.width || height > surface.height) return []
  return [
    ...(width * 3 <= surface.width ? (['left'] as const) : []),
    ...(height * 3 <= surface.height ? (['top'] as const) : []),
  ]
}

function drawn(
  { lit }: Pictogram,
  at: { readonly x: number; readonly y: number },
  colour: Colour,
): readonly FillBox[] {
  return lit.map(({ x, y, width, height }) => ({
    type: 'fill',
    x: at.x + x,
    y: at.y + y,
    width,
    height,
    colour,
  }))
}

/** A photo fills its side; a pictogram and the text share what is left free. */
function place(
  option: Option,
  { surface, gap, inkOf, lineHeight }: Division,
  made: SignFit,
): Omit<Pictured, 'made'> {
  const { side, width, height, boxes } = option
  const fills = side === 'left' ? height === surface.height : width === surface.width
  if (side === 'left') {
    const free = surface.width - width - gap - inkOf(made)
    const x = fills ? 0 : Math.floor(free / 3)
    const left = x + width + gap
    const y = Math.floor((surface.height - height) / 2)
    return {
      boxes: boxes({ x, y }),
      room: { x: left, y: 0, width: surface.width - left - x, height: surface.height },
    }
  }
  const lines = Math.max(...made.pages.map((page) => page.length))
  const free = surface.height - height - gap - lines * lineHeight
  const y = fills ? 0 : Math.floor(free / 3)
  const top = y + height + gap
  const x = Math.floor((surface.width - width) / 2)
  return {
    boxes: boxes({ x, y }),
    room: { x: 0, y: top, width: surface.width, height: surface.height - top - y },
  }
}
