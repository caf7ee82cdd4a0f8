import type { PanelMessage } from '../player/protocol.ts'
import { Around } from './around.ts'
import { ownSocket } from './connection.ts'
import { loadFonts } from './fonts.ts'
import type { KijkuitPanel } from './kijkuit-panel.ts'
import { afterPaint, signOfLife } from './painted.ts'
import { StageSocket } from './stage-socket.ts'

/** One for the whole document. */
const fonts = loadFonts()

/**
 * Keeps a panel of this page at what the player wants on it, and tells the player what really stands there.
 *
 * @param panel `<id>` in `/panels/<id>/stage`
 * @param element draws it
 * @param configure called with the panel each time the player has named it: sets the element's size
 * @param idle draws what is around the alerts; absent = nothing is
 * @returns stops it
 */
export function view(
  panel: string,
  element: KijkuitPanel,
  configure: (message: PanelMessage) => void,
  idle?: HTMLElement,
): () => void {
  let known: PanelMessage | undefined
  let latest = 0
  let cancel = (): void => {}
  let cancelPong = (): void => {}

  /** What was promised so far is void: revisions start anew with the player, and a newer one makes an older one moot. */
  const begin = (): number => {
    cancel()
    latest += 1
    return latest
  }

  const around = idle && new Around(element, idle, (message) => socket.send(message), begin)
  const socket: StageSocket = new StageSocket(ownSocket(`/panels/${encodeURIComponent(panel)}/stage`), {
    panel(message) {
      known = message
      configure(message)
    },
    idle(message) {
      if (known !== undefined) around?.show(message, known)
    },
    async stage({ revision, pages }) {
      const turn = begin()
      if (around?.isStale(pages.length)) return
      const fault = known === undefined ? 'the panel is not known yet' : misfit(known, pages)
      if (fault !== undefined) {
        socket.send({ type: 'failed', revision, reason: fault })
        return
      }
      const shown = await element.show(pages)
      if (shown) around?.settled()
      const complete = await fonts.inTime
      if (!shown || turn !== latest) return
      if (!complete && element.isInOtherFace) {
        const reason = 'a typeface did not load; it stands there in another, and is drawn anew when it comes'
        socket.send({ type: 'failed', revision, reason })
        await fonts.whole
        await element.drawInOtherFace(false)
        if (turn !== latest) return
      }
      cancel = afterPaint((ago, at) => socket.send({ type: 'painted', revision, ago, at }))
    },
    ping({ sequence }) {
      cancelPong()
      cancelPong = signOfLife((hidden) => socket.send({ type: 'pong', sequence, ...(hidden && { hidden }) }))
    },
    lost() {
      cancelPong()
      begin()
    },
  })

  void fonts.inTime.then(async (there) => {
    if (there) return
    await element.drawInOtherFace(true)
    await fonts.whole
    await element.drawInOtherFace(false)
  })
  element.onPhoto = (sha256, fault) => socket.send({ type: 'photo', sha256, fault })

  return () => {
    cancelPong()
    begin()
    socket.dispose()
  }
}

/** Why these pages are not for this panel; undefined when they are. */
function misfit(
  panel: PanelMessage,
  pages: readonly { content: { type: string; width: number; height: number; scroll?: number } }[],
): string | undefined {
  for (const [index, { content }] of pages.entries()) {
    // A frame that runs by is wider.
    const tooWide = content.width > panel.width && content.scroll === undefined
    if (tooWide || content.height > panel.height) {
      return `page ${index} is ${content.width}x${content.height} px on a panel of ${panel.width}x${panel.height} px`
    }
    if (panel.surface === 'matrix' && content.type !== 'frame')
      return `page ${index} is not a frame, which a matrix needs`
  }
  return undefined
}
