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

/** A sign of characters: viewers see what its dots will show. */
export class CharactersOutput implements Output {
  readonly channel: PanelChannel
  readonly #characters: Characters
  readonly #font: BitmapFont

  constructor(channel: PanelChannel, characters: Characters, font: BitmapFont) {
    this.channel = channel
    this.#characters = characters
    this.#font = font
  }

  present(programme: Programme): number {
    const all = programme.flatMap(({ composition }) => composition.pages)
    const pages = all.map(({ dwell, content }): StagePage => {
      if (content.type !== 'characters') throw new RangeError('a page of pixels for a sign of characters')
      const { lines, scroll } = content
      if (scroll === undefined) {
        return { dwell, content: frameContent(characterFrame(lines, this.#characters, this.#font)) }
      }
      const frame = runningFrame(lines[0] ?? '', this.#characters, this.#font)
      const { width } = characterFrameSize({ lines: 1, columns: 1 }, this.#font)
      return { dwell, content: { ...frameContent(frame), scroll: width * scroll } }
    })
    return this.channel.show(pages)
  }
}
