import type { BitmapFont } from '../../compose/bitmap-font.ts'
import {
  type Characters,
  characterFrame,
  characterFrameSize,
  runningFrame,
} from '../../paint/character-sign.ts'
import type { PanelChannel } from '../panel-channel.ts'
import type { StagePage } from '../protocol.ts'
import { frameContent, type Output, type Programme } from './output.ts'

/** One page of a sign of characters. */
export interface SignPage {
  /** ms until the next page; ignored when there is only one. */
  readonly dwell: number
  readonly lines: readonly string[]
  /** The line is longer than the sign and runs by, cells per second; absent = it stands. */
  readonly scroll?: number
}

/** Where the text of a sign goes. */
export interface SignSink {
  /** @param programme the alerts that `pages` are about */
  set(panel: string, pages: readonly SignPage[], programme: Programme): void
}

/** A sign of characters: its text goes out over MQTT; viewers see what its dots will show. */
export class CharactersOutput implements Output {
  readonly channel: PanelChannel
  readonly #characters: Characters
  readonly #font: BitmapFont
  readonly #sink: SignSink

  constructor(channel: PanelChannel, characters: Characters, font: BitmapFont, sink: SignSink) {
    this.channel = channel
    this.#characters = characters
    this.#font = font
    this.#sink = sink
  }

  present(programme: Programme): number {
    const signPages = programme.flatMap(({ composition }) =>
      composition.pages.map(({ dwell, content }): SignPage => {
        if (content.type !== 'characters') throw new RangeError('a page of pixels for a sign of characters')
        const { lines, scroll } = content
        return { dwell, lines, ...(scroll !== undefined && { scroll }) }
      }),
    )
    const pages = signPages.map(({ dwell, lines, scroll }): StagePage => {
      if (scroll === undefined) {
        return { dwell, content: frameContent(characterFrame(lines, this.#characters, this.#font)) }
      }
      const frame = runningFrame(lines[0] ?? '', this.#characters, this.#font)
      const { width } = characterFrameSize({ lines: 1, columns: 1 }, this.#font)
      return { dwell, content: { ...frameContent(frame), scroll: width * scroll } }
    })
    this.#sink.set(this.channel.panel.id, signPages, programme)
    return this.channel.show(pages)
  }
}
