import type { PanelChannel } from '../panel-channel.ts'
import type { Output, Programme } from './output.ts'

/** Where the messages of signs go. */
export interface SignSink {
  set(panel: string, programme: Programme): void
}

/** A sign that a controller of somebody else drives: what it shows goes out in the feed, viewers see a preview. */
export class FeedOutput implements Output {
  readonly channel: PanelChannel
  readonly #preview: Output
  readonly #sink: SignSink

  constructor(preview: Output, sink: SignSink) {
    this.channel = preview.channel
    this.#preview = preview
    this.#sink = sink
  }

  present(programme: Programme): number {
    const revision = this.#preview.present(programme)
    this.#sink.set(this.channel.panel.id, programme)
    return revision
  }
}
