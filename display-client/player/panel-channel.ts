import { WebSocket } from 'ws'
import { cleanText } from '../alert/text.ts'
import type { CancelTimer, Clock } from '../base/clock.ts'
import type { Disposable } from '../base/disposal.ts'
import type { Log } from './log.ts'
import {
  type IdleMessage,
  type PaintedMessage,
  type PanelMessage,
  type PhotoFault,
  type PhotoMessage,
  PING_INTERVAL,
  type StageMessage,
  type StagePage,
  type ToViewer,
} from './protocol.ts'
import { ShellChannel } from './shell-channel.ts'
import { readViewerMessage } from './viewer-messages.ts'

/** Bytes that may wait for one viewer. One that cannot keep up is dropped; it gets the whole state when it is back. */
const LARGEST_BACKLOG = 8 * 1024 * 1024
/** The wall, the kiosk and somebody who looks: more for one panel is a fault. */
const MOST_VIEWERS = 32

interface Viewer {
  readonly socket: WebSocket
  /** The ping that it has not answered. */
  unanswered: number | undefined
  /** The revision that it has painted last. */
  painted: number
  /** It has shown on this connection that its frames are painted, and is to be seen. */
  isPainting: boolean
  /** Photos that it cannot draw. */
  readonly photoFaults: Map<string, PhotoFault>
}

/** What the log says of them. */
const PHOTO_FAULT_WORDS: Readonly<Record<PhotoFault, string>> = {
  undrawable: 'cannot load or draw',
  slow: 'has waited too long for',
}

/** Everybody who looks at one panel now, over protocol.ts. Knows what is on the panel, not why. */
export class PanelChannel implements Disposable {
  readonly panel: PanelMessage
  /** The shell that puts the page of this panel on a monitor. */
  readonly shell: ShellChannel
  /** Told of the first paint of each revision. @param at wall time of the paint, ms since 1970 */
  onPainted: (revision: number, at: number) => void = () => {}
  /** Somebody has touched the panel. */
  onTouched: () => void = () => {}
  /** Told when {@link photoFault} answers otherwise than before. */
  onPhotoFault: () => void = () => {}
  readonly #clock: Clock
  readonly #log: Log
  readonly #viewers = new Set<Viewer>()
  #idle: IdleMessage | undefined
  #idleFault: string | undefined
  #stage: StageMessage = { type: 'stage', revision: 0, pages: [] }
  #painted = -1
  /** Wall time at which the stage was last sent, ms since 1970. */
  #sentAt = 0
  #sequence = 0
  #cancelPing: CancelTimer | undefined

  constructor(panel: PanelMessage, clock: Clock, log: Log) {
    this.panel = panel
    this.shell = new ShellChannel(panel.id, clock, log)
    this.#clock = clock
    this.#log = log
  }

  /** How many look at the panel now. */
  get viewers(): number {
    return this.#viewers.size
  }

  /** What is around the alerts; undefined = nothing was said of it. */
  get idle(): IdleMessage | undefined {
    return this.#idle
  }

  /** What a viewer says keeps its idle content away; undefined = nothing. */
  get idleFault(): string | undefined {
    return this.#idleFault
  }

  /** Puts this around the alerts. */
  setIdle(message: IdleMessage): void {
    this.#idle = message
    this.#idleFault = undefined
    const text = JSON.stringify(message satisfies ToViewer)
    for (const viewer of this.#viewers) this.#send(viewer, text)
  }

  /** How many of them are known to paint: neither hidden nor hung, nor too new to tell. */
  get painting(): number {
    return [...this.#viewers].filter(({ isPainting }) => isPainting).length
  }

  /** What is to be seen now. */
  get stage(): StageMessage {
    return this.#stage
  }

  /** Why a photo is missing on some viewer; undefined when it is on none that has said so. */
  photoFault(sha256: string): PhotoFault | undefined {
    for (const { photoFaults } of this.#viewers) {
      const fault = photoFaults.get(sha256)
      if (fault !== undefined) return fault
    }
    return undefined
  }

  /** Whether some viewer has painted what is to be seen now. */
  get painted(): boolean {
    return this.#painted === this.#stage.revision
  }

  /** Whether there are viewers that are to be seen, and every one of them has painted what must be there now. */
  get paintedByAll(): boolean {
    const viewers = [...this.#viewers].filter(({ isPainting }) => isPainting)
    return viewers.length > 0 && viewers.every(({ painted }) => painted === this.#stage.revision)
  }

  /**
   * Puts `pages` in place of what was there; none = nothing of ours.
   *
   * @returns the revision that {@link onPainted} will name
   */
  show(pages: readonly StagePage[]): number {
    this.#stage = { type: 'stage', revision: this.#stage.revision + 1, pages }
    this.#sendStage()
    return this.#stage.revision
  }

  /** Puts `pages` in place of what was last shown, under the same revision: the same, drawn more completely. */
  complete(pages: readonly StagePage[]): void {
    this.#stage = { ...this.#stage, pages }
    this.#sendStage()
  }

  #sendStage(): void {
    // A gateway of 2,000 signs has viewers on few of them.
    if (this.#viewers.size === 0) return
    const text = JSON.stringify(this.#stage)
    this.#sentAt = this.#clock.now()
    for (const viewer of this.#viewers) this.#send(viewer, text)
  }

  /** Takes a viewer in: it gets the panel and the whole state at once. */
  add(socket: WebSocket): void {
    if (this.#viewers.size >= MOST_VIEWERS) {
      socket.close(1013, 'too many viewers of this panel')
      return
    }
    const viewer: Viewer = {
      ...{ socket, unanswered: undefined, painted: -1, isPainting: false },
      photoFaults: new Map(),
    }
    this.#viewers.add(viewer)
    socket.on('message', (data, isBinary) => this.#receive(viewer, isBinary ? '' : String(data)))
    socket.on('close', () => this.#remove(viewer))
    // A viewer that breaks the protocol of WebSocket is closed by ws itself, after this event.
    socket.on('error', () => {})
    this.#send(viewer, JSON.stringify(this.panel satisfies ToViewer))
    if (this.#idle !== undefined) this.#send(viewer, JSON.stringify(this.#idle satisfies ToViewer))
    this.#send(viewer, JSON.stringify(this.#stage satisfies ToViewer))
    this.#cancelPing ??= this.#clock.after(PING_INTERVAL, () => this.#ping())
  }

  dispose(): void {
    this.#cancelPing?.()
    for (const { socket } of this.#viewers) socket.terminate()
    this.#viewers.clear()
    this.shell.dispose()
  }

  #ping(): void {
    this.#sequence += 1
    const text = JSON.stringify({ type: 'ping', sequence: this.#sequence } satisfies ToViewer)
    for (const viewer of this.#viewers) {
      if (viewer.unanswered !== undefined) {
        this.#log.warn(
          `${this.panel.id}: a viewer no longer answers; it was dropped and will be let in again`,
        )
        viewer.socket.terminate()
        this.#remove(viewer)
        continue
      }
      viewer.unanswered = this.#sequence
      this.#send(viewer, text)
    }
    this.#cancelPing =
      this.#viewers.size > 0 ? this.#clock.after(PING_INTERVAL, () => this.#ping()) : undefined
  }

  #send(viewer: Viewer, text: string): void {
    if (viewer.socket.readyState !== WebSocket.OPEN) return
    if (viewer.socket.bufferedAmount > LARGEST_BACKLOG) {
      viewer.socket.terminate()
      this.#remove(viewer)
      return
    }
    viewer.socket.send(text)
  }

  #receive(viewer: Viewer, text: string): void {
    const message = readViewerMessage(text)
    if (message === undefined) {
      viewer.socket.close(1008, 'not a message of the viewer protocol')
      this.#remove(viewer)
    } else if (message.type === 'pong') {
      if (message.sequence !== viewer.unanswered) return
      viewer.unanswered = undefined
      viewer.isPainting = message.hidden !== true
      this.shell.beat()
    } else if (message.type === 'touched') this.onTouched()
    else if (message.type === 'photo') this.#notePhoto(viewer, message)
    else if (message.type === 'idle-fault') this.#noteIdle(message.reason)
    else if (message.type === 'failed') {
      this.#log.warn(
        `${this.panel.id}: a viewer could not draw revision ${message.revision}: ${cleanText(message.reason)}`,
      )
    } else {
      viewer.isPainting = true
      if (message.revision !== this.#stage.revision) return
      viewer.painted = message.revision
      if (this.painted) return
      this.#painted = message.revision
      this.onPainted(message.revision, this.#paintedAt(message))
    }
  }

  #noteIdle(reason: string | null): void {
    const fault = reason === null ? undefined : cleanText(reason)
    if (fault === this.#idleFault) return
    this.#idleFault = fault
    if (fault === undefined) this.#log.info(`${this.panel.id}: the idle content is there again`)
    else this.#log.warn(`${this.panel.id}: the idle content does not come: ${fault}`)
  }

  /** Its own word counts where that can be: between sending and now. A clock that was set meanwhile is found out so. */
  #paintedAt({ ago, at }: PaintedMessage): number {
    const now = this.#clock.now()
    return at !== undefined && at >= this.#sentAt && at <= now ? at : now - ago
  }

  #notePhoto({ photoFaults }: Viewer, { sha256, fault }: PhotoMessage): void {
    const before = this.photoFault(sha256)
    if (fault === null) photoFaults.delete(sha256)
    // Only of what it was given: a viewer's word is no reason to remember anything else.
    else if (photoFaults.has(sha256) || this.#hasPhoto(sha256)) photoFaults.set(sha256, fault)
    const now = this.photoFault(sha256)
    if (now === before) return
    const name = `photo ${sha256.slice(0, 12)}`
    if (now === undefined) this.#log.info(`${this.panel.id}: ${name} came after all`)
    else {
      this.#log.warn(
        `${this.panel.id}: a viewer ${PHOTO_FAULT_WORDS[now]} ${name}; its alert is shown without it`,
      )
    }
    this.onPhotoFault()
  }

  /** Whether it is part of what is to be seen now. */
  #hasPhoto(sha256: string): boolean {
    return this.#stage.pages.some(
      ({ content }) =>
        content.type === 'pixels' &&
        content.boxes.some((box) => box.type === 'photo' && box.sha256 === sha256),
    )
  }

  #remove(viewer: Viewer): void {
    const wasThere = this.#viewers.delete(viewer)
    // Whoever comes next may have it. Not at once: it may be on its way out in the middle of a round to all.
    if (wasThere && viewer.photoFaults.size > 0) this.#clock.after(0, () => this.onPhotoFault())
    if (this.#viewers.size > 0) return
    this.#cancelPing?.()
    this.#cancelPing = undefined
  }
}
