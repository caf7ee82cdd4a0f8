import { html, nothing, type TemplateResult } from 'lit'
import { mediaPath } from '../player/protocol.ts'
import type { Box, PixelContent } from './messages.ts'
import { place } from './place.ts'

type BoxOf<Type extends Box['type']> = Extract<Box, { type: Type }>
type Rectangle = BoxOf<'photo'>['crop']
type Edges = Record<'left' | 'top' | 'width' | 'height', string>

/** Read aloud first and last; what is between them keeps its order. */
const READ: Readonly<Record<string, number>> = { banner: -2, kind: -1, call: 1, source: 2 }

/**
 * The boxes of a page, each at its exact pixels, and its words in the order in which they make sense aloud: the composer
 * gives the fixed parts first. Nothing is painted over words, so they may come last.
 *
 * @param hasPhoto whether a photo is here; the box of one that is not stays empty
 */
export function drawBoxes(content: PixelContent, hasPhoto: (sha256: string) => boolean): TemplateResult[] {
  const words = content.boxes.filter((box) => box.type === 'text')
  const place = ({ fact }: BoxOf<'text'>): number => READ[fact] ?? 0
  return [
    ...content.boxes.flatMap((box) => {
      if (box.type === 'text') return []
      return [box.type === 'fill' ? drawFill(box) : drawPhoto(box, hasPhoto(box.sha256))]
    }),
    ...words.toSorted((a, b) => place(a) - place(b)).map((box) => drawText(box, content.height)),
  ]
}

function drawFill(box: BoxOf<'fill'>): TemplateResult {
  return html`<div class="fill" ${place({ ...edges(box), backgroundColor: box.colour })}></div>`
}

/** A run ends on its baseline (panel.css sees to that), so its lower edge is placed there: no font metric is needed. */
function drawText(box: BoxOf<'text'>, height: number): TemplateResult {
  return html`<div
    class="text"
    lang=${box.language}
    data-fact=${box.fact}
    data-width=${box.width}
    role=${box.fact === 'kind' ? 'heading' : nothing}
    aria-level=${box.fact === 'kind' ? 1 : nothing}
    ${place({
      left: `${box.x}px`,
      bottom: `${height - box.baseline}px`,
      color: box.colour,
      fontSize: `${box.size}px`,
      fontWeight: `${box.weight}`,
    })}
  >${box.text}</div>`
}

function drawPhoto(box: BoxOf<'photo'>, here: boolean): TemplateResult {
  return html`<div class="photo" ${place(edges(box))}>
    ${here ? html`<img src=${mediaPath(box.sha256)} alt="" decoding="sync" ${place(cropped(box))} />` : nothing}
  </div>`
}

/** Where the whole photo lies behind its box so that exactly `crop` shows through, however many px it was served with. */
function cropped({ width, height, photo, crop }: BoxOf<'photo'>): Edges {
  const across = width / crop.width
  const down = height / crop.height
  return {
    left: `${-crop.x * across}px`,
    top: `${-crop.y * down}px`,
    width: `${photo.width * across}px`,
    height: `${photo.height * down}px`,
  }
}

function edges(box: Rectangle): Edges {
  return { left: `${box.x}px`, top: `${box.y}px`, width: `${box.width}px`, height: `${box.height}px` }
}
