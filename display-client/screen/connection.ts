/** What a {@link Connection} tells. */
export interface ConnectionListener {
  /** A text frame. @returns whether it made sense: only then does the next loss begin with a short wait again */
  receive(data: unknown): boolean
  /** It is gone and will be tried again; whoever listens keeps what it has. */
  lost(): void
}

/** The part of a browser's WebSocket that is used here. */
export interface Socket extends EventTarget {
  readonly readyState: number
  send(data: string): void
  close(): void
}

/** `WebSocket.OPEN`, which a page has and a test in Node may not. */
const OPEN = 1

/** Wait before the first and the last attempts, ms. The player is on this machine: 2 s is rude to nobody. */
const SHORTEST_WAIT = 100
const LONGEST_WAIT = 2_000

/** How long to wait before attempt `attempt` (0 = the first after a loss), ms. */
export function retryWait(attempt: number): number {
  return Math.min(SHORTEST_WAIT * 2 ** Math.min(attempt, 10), LONGEST_WAIT)
}

/** A WebSocket to the player that is tried again for as long as the page lives. */
export class Connection {
  readonly #url: string
  readonly #listener: ConnectionListener
  readonly #open: (url: string) => Socket
  #socket: Socket | undefined
  #retry: ReturnType<typeof setTimeout> | undefined
  #attempt = 0
  #disposed = false

  /**
   * @param url `ws://…`
   * @param listener told of everything
   * @param open makes the connection
   */
  constructor(url: string, listener: ConnectionListener, open = (to: string): Socket => new WebSocket(to)) {
    this.#url = url
    this.#listener = listener
    this.#open = open
    this.#connect()
  }

  /** Sends a message as JSON; dropped while there is no connection: the other side says all anew after it. */
  send(message: object): void {
    if (this.#socket?.readyState === OPEN) this.#socket.send(JSON.stringify(message))
  }

  /** Closes and stops trying. */
  dispose(): void {
    this.#disposed = true
    clearTimeout(this.#retry)
    this.#socket?.close()
  }

  #connect(): void {
    const socket = this.#open(this.#url)
    this.#socket = socket
    socket.addEventListener('message', (event) => {
      if (this.#listener.receive((event as MessageEvent<unknown>).data)) this.#attempt = 0
    })
    // A browser reports every failure, also a refused connection, with `close`.
    socket.addEventListener('close', () => {
      if (this.#disposed) return
      this.#listener.lost()
      this.#retry = setTimeout(() => this.#connect(), retryWait(this.#attempt))
      this.#attempt += 1
    })
  }
}

/** The WebSocket address of a path of this page's own origin. */
export function ownSocket(path: string): string {
  const address = new URL(path, location.href)
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
  return address.href
}
