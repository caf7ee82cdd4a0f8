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
  readonly #silence: number | undefined
  #socket: Socket | undefined
  #retry: ReturnType<typeof setTimeout> | undefined
  #tooQuiet: ReturnType<typeof setTimeout> | undefined
  #attempt = 0
  #disposed = false

  /**
   * @param url `ws://…`
   * @param listener told of everything
   * @param options how the connection is made, and how long the other side may say nothing, ms; then it is taken for lost
   *   however open it seems (a player that hangs, a machine that slept). Absent: for ever
   */
  constructor(
    url: string,
    listener: ConnectionListener,
    {
      open = (to) => new WebSocket(to),
      silence,
    }: { readonly open?: (url: string) => Socket; readonly silence?: number } = {},
  ) {
    this.#url = url
    this.#listener = listener
    this.#open = open
    this.#silence = silence
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
    clearTimeout(this.#tooQuiet)
    this.#socket?.close()
  }

  #connect(): void {
    const socket = this.#open(this.#url)
    this.#socket = socket
    this.#listen()
    socket.addEventListener('message', (event) => {
      if (socket !== this.#socket) return
      this.#listen()
      if (this.#listener.receive((event as MessageEvent<unknown>).data)) this.#attempt = 0
    })
    // A browser reports every failure, also a refused connection, with `close`.
    socket.addEventListener('close', () => this.#lose(socket))
  }

  /** Waits for the next sign of the other side. */
  #listen(): void {
    clearTimeout(this.#tooQuiet)
    const socket = this.#socket
    if (this.#silence === undefined || socket === undefined) return
    this.#tooQuiet = setTimeout(() => {
      // First: `close` comes when the other side agrees, or much later.
      this.#lose(socket)
      socket.close()
    }, this.#silence)
  }

  #lose(socket: Socket): void {
    if (this.#disposed || socket !== this.#socket) return
    clearTimeout(this.#tooQuiet)
    this.#socket = undefined
    this.#listener.lost()
    this.#retry = setTimeout(() => this.#connect(), retryWait(this.#attempt))
    this.#attempt += 1
  }
}

/** The WebSocket address of a path of this page's own origin. */
export function ownSocket(path: string): string {
  const address = new URL(path, location.href)
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
  return address.href
}
