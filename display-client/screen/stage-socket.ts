import {
  type FromViewer,
  type IdleMessage,
  LONGEST_SILENCE,
  type PanelMessage,
  type PingMessage,
  type StageMessage,
} from '../player/protocol.ts'
import { Connection, type Socket } from './connection.ts'
import { readMessage } from './messages.ts'

/** What a {@link StageSocket} tells. */
export interface StageListener {
  /** First after every connection. */
  panel(message: PanelMessage): void
  /** What is around the alerts, each time it changes and after every connection. */
  idle(message: IdleMessage): void
  /** The whole state, each time it changes and after every connection. */
  stage(message: StageMessage): void
  /** To be answered by a frame. */
  ping(message: PingMessage): void
  /** The connection is gone; what was shown stays, what was promised to it is void. */
  lost(): void
}

/**
 * The page's connection to the player: always trying, passing on what it can read.
 *
 * Nothing is kept here: the player sends the whole state after every connection, so the next message heals any gap.
 */
export class StageSocket {
  readonly #listener: StageListener
  readonly #connection: Connection

  /**
   * @param url `ws://…/panels/<id>/stage`
   * @param listener told of everything
   * @param open makes the connection
   */
  constructor(url: string, listener: StageListener, open?: (url: string) => Socket) {
    this.#listener = listener
    this.#connection = new Connection(
      url,
      { receive: (data) => this.#receive(data), lost: () => listener.lost() },
      { silence: LONGEST_SILENCE, ...(open && { open }) },
    )
  }

  /** Sends to the player; dropped while there is no connection, because the state is sent and answered anew after it. */
  send(message: FromViewer): void {
    this.#connection.send(message)
  }

  /** Closes and stops trying. */
  dispose(): void {
    this.#connection.dispose()
  }

  #receive(data: unknown): boolean {
    const reading = readMessage(data)
    if (reading.type === 'unknown') return false
    if (reading.type === 'undrawable') {
      this.send({ type: 'failed', revision: reading.revision, reason: reading.reason })
      return true
    }
    const { message } = reading
    if (message.type === 'ping') this.#listener.ping(message)
    else if (message.type === 'panel') this.#listener.panel(message)
    else if (message.type === 'idle') this.#listener.idle(message)
    else this.#listener.stage(message)
    return true
  }
}
