import type { BitmapFont } from '../../compose/bitmap-font.ts'
import type { CompositionPage, PhotoBox } from '../../compose/composition.ts'
import { type LedColours, type LedFrame, paintFrame } from '../../paint/led-frame.ts'
import { paintPages } from '../frames.ts'
import type { Log } from '../log.ts'
import type { PanelChannel } from '../panel-channel.ts'
import type { StagePage } from '../protocol.ts'
import { frameContent, type Output, type Programme } from './output.ts'

export interface LedOutputParts {
  readonly log: Log
  /** Those of the library that the programme was composed with. */
  fonts(): readonly BitmapFont[]
  /** A photo of a live alert; undefined once it is gone. */
  photo(sha256: string): { readonly bytes: Uint8Array } | undefined
}

/** A matrix of LEDs: every page is a finished frame. The text is there at once, and a photo joins it when its dots are made. */
export class LedOutput implements Output {
  readonly channel: PanelChannel
  readonly #colours: LedColours
  readonly #parts: LedOutputParts
  /** The dots of every photo in what is shown now. */
  readonly #photos = new Map<string, LedFrame>()
  #revision = 0

  constructor(channel: PanelChannel, colours: LedColours, parts: LedOutputParts) {
    this.channel = channel
    this.#colours = colours
    this.#parts = parts
  }

  present(programme: Programme): number {
    const pages = programme.flatMap(({ composition }) => composition.pages)
    const painted = this.#paint(programme)
    const boxes = new Map(pages.flatMap(photosOn).map((box) => [keyOf(box), box]))
    for (const [key, { pixels }] of this.#photos) {
      if (boxes.has(key)) continue
      pixels.fill(0)
      this.#photos.delete(key)
    }
    const missing = [...boxes.values()].filter((box) => !this.#photos.has(keyOf(box)))
    const revision = this.channel.show(painted)
    this.#revision = revision
    if (missing.length > 0) void this.#join(missing, programme, revision)
    return revision
  }

  #paint(programme: Programme): readonly StagePage[] {
    const fonts = this.#parts.fonts()
    const photoOf = (box: PhotoBox): LedFrame | undefined => this.#photos.get(keyOf(box))
    return programme.flatMap(({ composition: { pages } }) => {
      if (pages.every((page) => photosOn(page).length === 0))
        return paintPages(pages, this.#colours, fonts).stage
      return pages.map(({ dwell, content }): StagePage => {
        if (content.type !== 'pixels') throw new RangeError('a page of characters for a matrix of LEDs')
        return { dwell, content: frameContent(paintFrame(content, this.#colours, fonts, photoOf)) }
      })
    })
  }

  async #join(boxes: readonly PhotoBox[], programme: Programme, revision: number): Promise<void> {
    const isOn = (): boolean => this.#revision === revision
    try {
      // Only here: the decoder takes 20 MB, and most panels of LEDs never have a photo.
      const { ledPhoto } = await import('../../paint/photo.ts')
      for (const box of boxes) {
        const photo = isOn() ? this.#parts.photo(box.sha256) : undefined
        if (photo === undefined) return
        const dots = await ledPhoto(photo.bytes, box, this.#colours)
        if (!isOn()) return
        this.#photos.set(keyOf(box), dots)
      }
      this.channel.complete(this.#paint(programme))
    } catch (error) {
      // The bytes of an alert that has ended are overwritten while they are read.
      if (isOn()) {
        this.#parts.log.warn(
          `a fault in Kijkuit: ${this.channel.panel.id} shows no photo, its dots cannot be made: ${error}`,
        )
      }
    }
  }
}

function photosOn({ content }: CompositionPage): readonly PhotoBox[] {
  return content.type === 'pixels' ? content.boxes.filter((box) => box.type === 'photo') : []
}

/** Everything on which the dots of a photo depend. */
function keyOf({ sha256, width, height, crop }: PhotoBox): string {
  return JSON.stringify([sha256, width, height, crop])
}
