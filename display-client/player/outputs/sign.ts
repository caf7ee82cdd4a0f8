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
    const revision = this.#seen.present(programme)
    const stage = this.channel.stage.pages
    let index = 0
    const pages = programme.flatMap(({ composition, until }) =>
      composition.pages.map(({ dwell, content }): WiredPage => {
        const picture = content.type === 'characters' ? textOf(content) : frameOf(stage[index])
        index += 1
        return { packets: this.#protocol.show(picture), dwell, until }
      }),
    )
    this.sign.show(revision, pages)
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
