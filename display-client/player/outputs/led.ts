import type { BitmapFont } from '../../compose/bitmap-font.ts'
import { type LedColours, paintFrame } from '../../paint/led-frame.ts'
import type { PanelChannel } from '../panel-channel.ts'
import type { StagePage } from '../protocol.ts'
import { frameContent, type Output, type Programme } from './output.ts'

/** A matrix of LEDs: every page is a finished frame. */
export class LedOutput implements Output {
  readonly channel: PanelChannel
  readonly #colours: LedColours
  readonly #fonts: () => readonly BitmapFont[]

  /** @param fonts those of the library that the programme was composed with */
  constructor(channel: PanelChannel, colours: LedColours, fonts: () => readonly BitmapFont[]) {
    this.channel = channel
    this.#colours = colours
    this.#fonts = fonts
  }

  present(programme: Programme): number {
    const pages = programme.flatMap(({ composition }) =>
      composition.pages.map(({ dwell, content }): StagePage => {
        if (content.type !== 'pixels') throw new RangeError('a page of characters for a matrix of LEDs')
        return { dwell, content: frameContent(paintFrame(content, this.#colours, this.#fonts())) }
      }),
    )
    return this.channel.show(pages)
  }
}
