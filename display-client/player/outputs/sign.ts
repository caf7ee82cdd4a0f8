import type { SignPicture, SignProtocol } from '../../paint/signs/sign-protocol.ts'
import type { PanelChannel } from '../panel-channel.ts'
import type { StagePage } from '../protocol.ts'
import type { SignLink, WiredPage } from '../signs/sign-link.ts'
import type { Output, Programme } from './output.ts'

/** A panel with a sign of its own on a wire: what its viewers see, the sign is sent as well. */
export class SignOutput implements Output {
  readonly channel: PanelChannel
  readonly sign: SignLink
  readonly #seen: Output
  readonly #protocol: SignProtocol

  /** @param seen the output for viewers, which decides what the pages are */
  constructor(seen: Output, protocol: SignProtocol, sign: SignLink) {
    this.channel = seen.channel
    this.sign = sign
    this.#seen = seen
    this.#protocol = protocol
  }

  present(programme: Programme): number {
    const pages = programme.flatMap(({ composition, until }) =>
      composition.pages.map(({ dwell, content }) => {
        const text = content.type === 'characters' ? this.#protocol.show(textOf(content)) : undefined
        return { dwell, until, text }
      }),
    )
    const revision = this.#seen.present(programme)
    const { pages: stage } = this.channel.stage
    this.sign.show(
      revision,
      pages.map(({ dwell, until, text }, index): WiredPage => {
        const packets = text ?? this.#protocol.show(frameOf(stage[index]))
        return { packets, dwell, until }
      }),
    )
    return revision
  }
}

function textOf({
  lines,
  scroll,
}: {
  readonly lines: readonly string[]
  readonly scroll?: number
}): SignPicture {
  return { type: 'text', lines, scroll: scroll !== undefined }
}

/** The dots that viewers get are those of the sign. */
function frameOf(page: StagePage | undefined): SignPicture {
  if (page?.content.type !== 'frame') throw new RangeError('a page without dots for a sign of dots')
  const { width, height, palette, pixels } = page.content
  return { type: 'frame', frame: { width, height, palette, pixels: Buffer.from(pixels, 'base64') } }
}
