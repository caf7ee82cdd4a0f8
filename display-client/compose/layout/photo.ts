import type { Media } from '../../alert/model.ts'
import type { PhotoBox, Rectangle } from '../composition.ts'

/** A face lower than this on the panel is recognised by nobody, px. */
export const SMALLEST_FACE = 160

/** Height of the picture around a face, in faces: head, shoulders and air. */
const FACES_HIGH = 2.1
/** Where the eyes are in a face box, and where they belong in the picture, from the top. */
const EYES_IN_FACE = 0.45
const EYES_IN_PICTURE = 1 / 3
/** Where no face box is given: the share of a portrait's height that is face. */
const USUAL_FACE = 0.4

/**
 * The part of a photo that fills a box: same proportions, the focus whole inside, eyes at one third from the top, as
 * near as the photo's edges allow. Where the box cannot hold the whole focus at its proportions: as much as can be.
 */
export function cropFor(media: Media, box: { readonly width: number; readonly height: number }): Rectangle {
  const aspect = box.width / box.height
  const most = media.width / media.height > aspect ? media.height : media.width / aspect
  const focus = media.focus
  if (focus === undefined) {
    // Faces are in the upper half of a portrait; nothing better is known.
    const height = most
    return place(media, aspect, height, (media.width - height * aspect) / 2, (media.height - height) * 0.25)
  }
  const needed = Math.max(focus.height, focus.width / aspect)
  const height = Math.min(most, Math.max(needed * 1.1, focus.height * FACES_HIGH))
  const eyes = focus.y + focus.height * EYES_IN_FACE
  const left = focus.x + focus.width / 2 - (height * aspect) / 2
  const wanted = eyes - height * EYES_IN_PICTURE
  // Eyes at one third, unless that would cut the chin or the hair.
  const top =
    height >= focus.height ? Math.min(Math.max(wanted, focus.y + focus.height - height), focus.y) : wanted
  return place(media, aspect, height, left, top)
}

function place(media: Media, aspect: number, height: number, left: number, top: number): Rectangle {
  const width = height * aspect
  const within = (value: number, room: number): number => Math.min(Math.max(0, value), Math.max(0, room))
  return {
    x: hundredths(within(left, media.width - width)),
    y: hundredths(within(top, media.height - height)),
    width: hundredths(width),
    height: hundredths(height),
  }
}

/** Rounded down, so that a crop never reaches outside its photo. */
function hundredths(value: number): number {
  return Math.floor(value * 100) / 100
}

/** Height of the face on the panel, px. */
export function faceHeight(media: Media, box: { readonly width: number; readonly height: number }): number {
  const crop = cropFor(media, box)
  const face = media.focus?.height ?? media.height * USUAL_FACE
  return Math.min(box.height, (face * box.height) / crop.height)
}

export function photoBox(media: Media, box: Rectangle): PhotoBox {
  const photo = { width: media.width, height: media.height }
  return { type: 'photo', ...box, sha256: media.sha256, photo, crop: cropFor(media, box) }
}
