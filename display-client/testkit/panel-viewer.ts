import { WebSocket } from 'ws'
import type { Disposable } from '../base/disposal.ts'
import type { Player } from '../player/player.ts'
import type { FromViewer, StageMessage, ToViewer } from '../player/protocol.ts'
import { bearer } from './bearer.ts'

/** Somebody who looks at a panel of a player. */
export interface PanelViewer extends Disposable {
  /** All that it was sent. */
  readonly heard: readonly ToViewer[]
  /** What is to be seen now. @throws before anything was said of that */
  stage(): StageMessage
  /** Of the newest stage; -1 before the first. */
  pages(): number
  send(message: FromViewer): void
  /** Says that the newest stage was painted. */
  paint(): void
}

/**
 * Looks at a panel as its page does, also anew when it was dropped: the clock of a test leaps over many pings at once.
 *
 * @param paintsAtOnce it says of each stage that it was painted
 */
export function viewPanel(
  { address, viewerToken }: Pick<Player, 'address' | 'viewerToken'>,
  panel: string,
  { paintsAtOnce = false }: { readonly paintsAtOnce?: boolean } = {},
): PanelViewer {
  const heard: ToViewer[] = []
  let socket: WebSocket
  let isOver = false
  const newest = (): StageMessage | undefined => heard.findLast((one) => one.type === 'stage')
  const stage = (): StageMessage => {
    const last = newest()
    if (last === undefined) throw new Error('no stage message')
    return last
  }
  const send = (message: FromViewer): void => socket.send(JSON.stringify(message))
  const paint = (): void => send({ type: 'painted', revision: stage().revision, ago: 1 })
  const open = (): void => {
    let wasOpen = false
    const headers = { origin: address, ...bearer(viewerToken) }
    socket = new WebSocket(`${address.replace('http', 'ws')}/panels/${panel}/stage`, { headers })
    socket.on('error', () => {})
    socket.on('open', () => {
      wasOpen = true
    })
    // A player that is gone is not asked for ever.
    socket.on('close', () => {
      if (wasOpen && !isOver) open()
    })
    socket.on('message', (data) => {
      const message: ToViewer = JSON.parse(String(data))
      heard.push(message)
      if (paintsAtOnce && message.type === 'stage') paint()
    })
  }
  open()
  return {
    ...{ heard, stage, send, paint },
    pages: () => newest()?.pages.length ?? -1,
    dispose() {
      isOver = true
      socket.terminate()
    },
  }
}
