import type { BitmapFont } from '../../compose/bitmap-font.ts'
import type { LedColours } from '../../paint/led-frame.ts'
import { paintPages } from '../frames.ts'
import type { PanelChannel } from '../panel-channel.ts'
import type { Output, Programme } from './output.ts'

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
    const pages = programme.flatMap(
      ({ composition }) => paintPages(composition.pages, this.#colours, this.#fonts()).stage,
    )
    return this.channel.show(pages)
  }
}
