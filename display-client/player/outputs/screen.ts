import type { PanelChannel } from '../panel-channel.ts'
import type { StagePage } from '../protocol.ts'
import type { Output, Programme } from './output.ts'

/** A screen: the page draws the boxes of the composition as they are. */
export class ScreenOutput implements Output {
  readonly channel: PanelChannel

  constructor(channel: PanelChannel) {
    this.channel = channel
  }

  present(programme: Programme): number {
    const pages = programme.flatMap(({ composition }) =>
      composition.pages.map(({ dwell, content }): StagePage => {
        if (content.type !== 'pixels') throw new RangeError('a page of characters for a screen')
        return { dwell, content }
      }),
    )
    return this.channel.show(pages)
  }
}
