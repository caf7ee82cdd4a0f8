import type { IncomingMessage } from 'node:http'
import { type RawData, WebSocket } from 'ws'
import type { CancelTimer } from '../base/clock.ts'
import {
  type FromShell,
  LONGEST_SHELL_TEXT,
  SHELL_TAKEN,
  type StepMessage,
  type ToShell,
} from '../player/protocol.ts'
import { retryWait } from './patience.ts'
import type { ShellClock } from './shell-clock.ts'
import { playerOrigin } from './targets.ts'

/** ms without a ping of the player, which sends one every 5 s, after which it counts as gone. */
const SILENCE = 15_000
/** The longest text frame that is read from the player, bytes: its messages are tiny. */
const LARGEST_MESSAGE = 4_096

/** What a {@link PlayerLink} tells. */
export interface PlayerLinkListener {
  /** The player has taken this shell in, or is gone. Alternates. */
  player(there: boolean): void
  /** Whether the window is to be seen; each time it is said. */
  window(visible: boolean): void
  /** A viewer of the panel has answered the player. */
  beat(): void
  /** @returns a PNG of the page as it is. @throws an Error whose message says why there is none */
  capture(): Promise<Buffer>
  /** Another shell shows the panel; nothing is tried any more. @param reason one sentence that names the fix */
  taken(reason: string): void
  /** The player does not let this shell in; it is tried again. Once for each reason. @param reason names the fix */
  refused(reason: string): void
}

export interface PlayerLinkOptions {
  readonly port: number
  readonly panel: string
  /** The viewer token; asked for at each attempt, because it changes. */
  token(): string
  readonly clock: ShellClock
  readonly listener: PlayerLinkListener
}

/** A shell's connection to the player for one panel, tried again for as long as the shell lives. */
export class PlayerLink {
  readonly #options: PlayerLinkOptions
  #socket: WebSocket | undefined
  #there = false
  #attempt = 0
  #step: StepMessage | undefined
  #cancelRetry: CancelTimer | undefined
  #cancelSilence: CancelTimer | undefined
  #refusal = ''
  #disposed = false

  constructor(options: PlayerLinkOptions) {
    this.#options = options
  }

  /** Begins to connect; the listener is not called before that. */
  open(): void {
    const { port, panel, token } = this.#options
    const address = `ws://127.0.0.1:${port}/panels/${panel}/shell`
    // The player lets in nobody without an origin of its own.
    const socket = new WebSocket(address, {
      origin: playerOrigin(port),
      headers: { authorization: `Bearer ${token()}` },
      maxPayload: LARGEST_MESSAGE,
      perMessageDeflate: false,
      handshakeTimeout: SILENCE,
    })
    this.#socket = socket
    socket.on('message', (data, isBinary) => this.#receive(isBinary ? '' : textOf(data)))
    socket.on('ping', () => this.#listen())
    socket.on('unexpected-response', (_request, response) => {
      void this.#refuse(response).finally(() => socket.terminate())
    })
    // Every failure is also told by `close`.
    socket.on('error', () => {})
    socket.on('close', (code, reason) => this.#closed(socket, code, String(reason)))
  }

  /** Tells the player the last step of the recovery ladder: now, and after every connection. */
  report(step: StepMessage): void {
    this.#step = { ...step, text: step.text.slice(0, LONGEST_SHELL_TEXT) }
    this.#send(this.#step)
  }

  /** Closes and stops trying. What was sent is out when this resolves, or a second has passed. */
  async dispose(): Promise<void> {
    this.#disposed = true
    this.#cancelRetry?.()
    this.#cancelSilence?.()
    const socket = this.#socket
    if (socket === undefined || socket.readyState === WebSocket.CLOSED) return
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    socket.close()
    const cancel = this.#options.clock.after(1_000, () => socket.terminate())
    await closed
    cancel()
  }

  #receive(text: string): void {
    const message = parse(text)
    const { listener } = this.#options
    this.#listen()
    if (message?.type === 'window') {
      // Its first word: only now is this shell taken in, and not refused.
      if (!this.#there) this.#begin()
      listener.window(message.visible)
    } else if (message?.type === 'beat') listener.beat()
    else if (message?.type === 'capture') void this.#capture(message.sequence)
    // Anything else may come from a newer player and is passed over.
  }

  #begin(): void {
    this.#there = true
    this.#attempt = 0
    this.#refusal = ''
    if (this.#step !== undefined) this.#send(this.#step)
    this.#options.listener.player(true)
  }

  async #capture(sequence: number): Promise<void> {
    try {
      const png = await this.#options.listener.capture()
      this.#send({ type: 'captured', sequence, png: png.toString('base64') })
    } catch (error) {
      const reason = (error instanceof Error ? error.message : String(error)).slice(0, LONGEST_SHELL_TEXT)
      this.#send({ type: 'refused', sequence, reason })
    }
  }

  async #refuse(response: IncomingMessage): Promise<void> {
    let reason = ''
    try {
      for await (const chunk of response) {
        reason += String(chunk)
        if (reason.length > LONGEST_SHELL_TEXT) break
      }
    } catch {
      // What there is of it will do.
    }
    const line =
      reason.trim().slice(0, LONGEST_SHELL_TEXT) || `it answers with HTTP status ${response.statusCode}`
    if (line === this.#refusal || this.#disposed) return
    this.#refusal = line
    this.#options.listener.refused(line)
  }

  #listen(): void {
    this.#cancelSilence?.()
    this.#cancelSilence = this.#options.clock.after(SILENCE, () => this.#socket?.terminate())
  }

  #closed(socket: WebSocket, code: number, reason: string): void {
    if (socket !== this.#socket || this.#disposed) return
    const { listener, clock } = this.#options
    this.#cancelSilence?.()
    if (this.#there) {
      this.#there = false
      listener.player(false)
    }
    if (code === SHELL_TAKEN) {
      listener.taken(reason)
      return
    }
    this.#cancelRetry = clock.after(retryWait(this.#attempt), () => this.open())
    this.#attempt += 1
  }

  #send(message: FromShell): void {
    if (this.#there && this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message))
  }
}

function textOf(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString() : ''
}

/** The player is trusted, its version may differ: read just closely enough. */
function parse(text: string): ToShell | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined
  if (value.type === 'window' && 'visible' in value && typeof value.visible === 'boolean') {
    return { type: 'window', visible: value.visible }
  }
  if (!('sequence' in value) || !Number.isSafeInteger(value.sequence)) return undefined
  if (value.type !== 'beat' && value.type !== 'capture') return undefined
  return { type: value.type, sequence: Number(value.sequence) }
}
