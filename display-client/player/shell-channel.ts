import { WebSocket } from 'ws'
import { cleanText } from '../alert/text.ts'
import type { CancelTimer, Clock } from '../base/clock.ts'
import type { Disposable } from '../base/disposal.ts'
import { fail, ok, type Result } from '../base/result.ts'
import type { Log } from './log.ts'
import {
  type CapturedMessage,
  type RefusedMessage,
  SHELL_TAKEN,
  type StepMessage,
  type ToShell,
} from './protocol.ts'
import { readShellMessage } from './shell-messages.ts'

/** ms between two round trips with the shell; one that misses a whole one has lost its seat. */
const PING = 5_000
/** ms that a shell gets for a screenshot: a page that is being mended may need a new browser first. */
const CAPTURE_TIME = 10_000
/** Screenshots that may be wanted at once. */
const MOST_CAPTURES = 4
/** The first bytes of every PNG (PNG specification, 5.2). */
const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

interface Seat {
  readonly socket: WebSocket
  answered: boolean
}

interface Wanted {
  readonly cancel: CancelTimer
  readonly settle: (result: Result<Buffer, string>) => void
}

/** The one shell that puts a panel's page on a monitor, over protocol.ts. */
export class ShellChannel implements Disposable {
  readonly #panel: string
  readonly #clock: Clock
  readonly #log: Log
  readonly #wanted = new Map<number, Wanted>()
  #seat: Seat | undefined
  #visible = true
  #step: StepMessage | undefined
  #beats = 0
  #captures = 0
  #cancelPing: CancelTimer | undefined

  /** @param panel id of the panel */
  constructor(panel: string, clock: Clock, log: Log) {
    this.#panel = panel
    this.#clock = clock
    this.#log = log
  }

  /** Whether a shell shows this panel. */
  get attached(): boolean {
    return this.#seat !== undefined
  }

  /** The last step of the shell's recovery ladder, also of a shell that is gone; undefined while there was none. */
  get step(): StepMessage | undefined {
    return this.#step
  }

  /** Whether the window is to be seen. */
  get visible(): boolean {
    return this.#visible
  }

  /** @param visible false = the host's own content is to be seen */
  setVisible(visible: boolean): void {
    if (visible === this.#visible) return
    this.#visible = visible
    this.#send({ type: 'window', visible })
  }

  /** A viewer of this panel has answered. */
  beat(): void {
    this.#beats += 1
    this.#send({ type: 'beat', sequence: this.#beats })
  }

  /**
   * Asks the shell for a picture of its page as it is now.
   *
   * @returns the PNG, or one sentence that says why there is none
   */
  capture(): Promise<Result<Buffer, string>> {
    if (this.#seat === undefined) {
      return Promise.resolve(
        fail(`no shell shows ${this.#panel}; start kijkuit-chromium or kijkuit-shell for it`),
      )
    }
    if (this.#wanted.size >= MOST_CAPTURES) {
      return Promise.resolve(
        fail(`${MOST_CAPTURES} screenshots of ${this.#panel} are being made; ask again later`),
      )
    }
    this.#captures += 1
    const sequence = this.#captures
    return new Promise((resolve) => {
      const settle = (result: Result<Buffer, string>): void => {
        this.#wanted.delete(sequence)
        resolve(result)
      }
      const late = fail(`the shell of ${this.#panel} made no screenshot within ${CAPTURE_TIME / 1_000} s`)
      this.#wanted.set(sequence, { settle, cancel: this.#clock.after(CAPTURE_TIME, () => settle(late)) })
      this.#send({ type: 'capture', sequence })
    })
  }

  /** Takes the shell in, unless there is one: then this one is told, and the first goes on. */
  add(socket: WebSocket): void {
    // One that breaks the protocol of WebSocket is closed by ws itself, after this event.
    socket.on('error', () => {})
    if (this.#seat !== undefined) {
      this.#log.warn(
        `${this.#panel}: a second shell wanted to show this panel and was refused; stop one of the two`,
      )
      socket.close(SHELL_TAKEN, `another shell shows ${this.#panel} already; stop one of the two`)
      return
    }
    const seat: Seat = { socket, answered: true }
    this.#seat = seat
    socket.on('message', (data, isBinary) => this.#receive(seat, isBinary ? '' : String(data)))
    socket.on('pong', () => {
      seat.answered = true
    })
    socket.on('close', () => this.#remove(seat))
    this.#send({ type: 'window', visible: this.#visible })
    this.#cancelPing = this.#clock.after(PING, () => this.#ping(seat))
  }

  dispose(): void {
    if (this.#seat === undefined) return
    this.#seat.socket.terminate()
    this.#remove(this.#seat)
  }

  /** Without a beat from its page a shell may well hang; its seat must then be free for the next one. */
  #ping(seat: Seat): void {
    if (!seat.answered) {
      this.#log.warn(`${this.#panel}: its shell no longer answers; another may take its place`)
      seat.socket.terminate()
      this.#remove(seat)
      return
    }
    seat.answered = false
    seat.socket.ping()
    this.#cancelPing = this.#clock.after(PING, () => this.#ping(seat))
  }

  #send(message: ToShell): void {
    const socket = this.#seat?.socket
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
  }

  #receive(seat: Seat, text: string): void {
    if (seat !== this.#seat) return
    const message = readShellMessage(text)
    if (message === undefined) {
      seat.socket.close(1008, 'not a message of the shell protocol')
      this.#remove(seat)
    } else if (message.type === 'step') this.#keep(message)
    else this.#settle(message)
  }

  #keep(step: StepMessage): void {
    // Said anew after every connection.
    if (step.at === this.#step?.at && step.step === this.#step.step) return
    this.#step = { ...step, text: cleanText(step.text) }
    const line = `${this.#panel}: ${this.#step.text}`
    if (step.step === 'well') this.#log.info(line)
    else this.#log.warn(line)
  }

  #settle(message: CapturedMessage | RefusedMessage): void {
    const wanted = this.#wanted.get(message.sequence)
    // Too late, or never asked for.
    if (wanted === undefined) return
    wanted.cancel()
    if (message.type === 'refused') {
      wanted.settle(fail(`the shell of ${this.#panel} made no screenshot: ${cleanText(message.reason)}`))
      return
    }
    const png = Buffer.from(message.png, 'base64')
    const isPng = png.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE)
    wanted.settle(isPng ? ok(png) : fail(`the shell of ${this.#panel} sent something that is no PNG`))
  }

  #remove(seat: Seat): void {
    if (seat !== this.#seat) return
    this.#seat = undefined
    this.#cancelPing?.()
    this.#cancelPing = undefined
    for (const { cancel, settle } of this.#wanted.values()) {
      cancel()
      settle(fail(`the shell of ${this.#panel} ended before it had made a screenshot`))
    }
  }
}
