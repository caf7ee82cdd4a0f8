import type { Media } from '../../alert/model.ts'
import { smallestFaceOnLeds } from '../../panel/legibility.ts'
import type { BitmapFont } from '../bitmap-font.ts'
import type { Box, Colour, FillBox, Rectangle } from '../composition.ts'
import type { Pictogram, PictogramName } from '../pictogram.ts'
import type { Request } from '../request.ts'
import type { SignFit, SignLine } from '../sign-fit.ts'
import { faceHeight, photoBox } from './photo.ts'
import { WORTH_OF_PHOTO } from './search.ts'

export interface Size {
  /** px */
  readonly width: number
  /** px */
  readonly height: number
}

/** A message in one type. */
export interface Candidate {
  readonly font: BitmapFont
  readonly made: SignFit
}

/** A message with what stands beside it, on every page at the same place. */
export interface Pictured extends Candidate {
  /** Where its lines stand. */
  readonly room: Rectangle
  readonly boxes: readonly Box[]
}

/** How to compose for parts of a panel of LEDs. */
export interface Composing {
  readonly surface: Size
  /** Of a pictogram. */
  readonly colour: Colour
  /** The best message in the type that says it best. */
  readonly best: (room: Size) => Candidate
  /** How wide the letters of a line are, px. */
  readonly inkOf: (line: SignLine, font: BitmapFont) => number
}

/** At the left of the text, or above it. */
type Side = 'left' | 'top'

/**
 * The best message with the photo of the subject beside it, where a face can be recognised and what is left out for it is worth
 * less; as it is, with the largest pictogram for which its lines leave room; else by itself.
 */
export function pictured(request: Request, composing: Composing): Pictured {
  const { surface } = composing
  const plain = composing.best(surface)
  const alone = { ...plain, room: { x: 0, y: 0, ...surface }, boxes: [] }
  if (plain.made.spoken.chosen.length === 0) return alone
  return withPhoto(request, composing, plain) ?? withPictogram(request, composing, plain) ?? alone
}

/** What is to be said of an end has the type of message by which the end was signed. */
export function pictogramOf({ alert }: Request): PictogramName {
  return alert.msgType === 'Cancel' ? 'end' : alert.kind
}

function withPhoto(request: Request, { surface, best }: Composing, plain: Candidate): Pictured | undefined {
  const photo = request.alert.media.find(({ role }) => role === 'subject')
  const box = photo && photoPlace(photo, request, surface)
  if (photo === undefined || box === undefined) return undefined
  const gap = Math.round(Math.min(surface.width, surface.height) * 0.04)
  const left = box.height === surface.height ? box.width + gap : 0
  const top = left === 0 ? box.height + gap : 0
  const room = { x: left, y: top, width: surface.width - left, height: surface.height - top }
  const { font, made } = best(room)
  const worth = Math.floor((plain.made.spoken.utility * WORTH_OF_PHOTO) / 1_000)
  if (made.keep < plain.made.keep || made.spoken.utility + worth < plain.made.spoken.utility) return undefined
  const optimal = made.spoken.optimal && plain.made.spoken.optimal
  return { font, made: { ...made, spoken: { ...made.spoken, optimal } }, room, boxes: [photoBox(photo, box)] }
}

/** As high as a wide panel, or as wide as a high one; undefined where nobody would recognise the face. */
function photoPlace(photo: Media, { panel }: Request, { width, height }: Size): Rectangle | undefined {
  const size =
    width > height
      ? { width: Math.round(Math.min(height * 0.8, width * 0.42)), height }
      : { width, height: Math.round(Math.min(height * 0.45, width * 1.1)) }
  return faceHeight(photo, size) < smallestFaceOnLeds(panel) ? undefined : { x: 0, y: 0, ...size }
}

function withPictogram(request: Request, composing: Composing, plain: Candidate): Pictured | undefined {
  const { surface, colour, inkOf } = composing
  const gap = Math.round(plain.font.capHeight * 0.7)
  for (const pictogram of request.library.pictograms.get(pictogramOf(request)) ?? []) {
    for (const side of sidesFor(pictogram, surface)) {
      const room =
        side === 'left'
          ? { ...surface, width: surface.width - pictogram.width - gap }
          : { ...surface, height: surface.height - pictogram.height - gap }
      if (!hasRoom(plain, side, room, inkOf)) continue
      const at = place(pictogram, side, gap, composing, plain)
      return { ...plain, room: at.room, boxes: drawn(pictogram, at, colour) }
    }
  }
  return undefined
}

/** Whether every page stands there as it is. */
function hasRoom({ font, made }: Candidate, side: Side, room: Size, inkOf: Composing['inkOf']): boolean {
  // Lines under a pictogram keep some air between them.
  const air = side === 'top' ? Math.ceil(font.height / 6) : 0
  return made.pages.every(
    (page) =>
      page.length * (font.height + air) - air <= room.height &&
      page.every((line) => inkOf(line, font) <= room.width),
  )
}

/** The text is the message: a pictogram takes no more than a third of the panel. */
function sidesFor({ width, height }: Size, surface: Size): readonly Side[] {
  if (width > surface.width || height > surface.height) return []
  return [
    ...(width * 3 <= surface.width ? (['left'] as const) : []),
    ...(height * 3 <= surface.height ? (['top'] as const) : []),
  ]
}

/** A pictogram and the text share what is left free: a third before, between and after them. */
function place(
  { width, height }: Size,
  side: Side,
  gap: number,
  { surface, inkOf }: Composing,
  { font, made }: Candidate,
): { readonly x: number; readonly y: number; readonly room: Rectangle } {
  if (side === 'left') {
    const ink = Math.max(...made.pages.flat().map((line) => inkOf(line, font)))
    const x = Math.floor((surface.width - width - gap - ink) / 3)
    const left = x + width + gap
    const room = { x: left, y: 0, width: surface.width - left - x, height: surface.height }
    return { x, y: Math.floor((surface.height - height) / 2), room }
  }
  const lines = Math.max(...made.pages.map((page) => page.length))
  const y = Math.floor((surface.height - height - gap - lines * font.height) / 3)
  const top = y + height + gap
  const room = { x: 0, y: top, width: surface.width, height: surface.height - top - y }
  return { x: Math.floor((surface.width - width) / 2), y, room }
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
