import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CancelTimer, Clock } from '../base/clock.ts'
import type { Disposable } from '../base/disposal.ts'
import type { HostVerdict } from '../panel/policy.ts'
import type { Log } from './log.ts'
import type { View } from './presenter.ts'

/**
 * What a panel shows, for the host of its owner's own content (docs/cms.md): over HTTP, and in a file for each panel. Ids and
 * times only; what an alert says is in neither.
 */
export interface PanelState {
  readonly schema: 'kijkuit-panel-state/1'
  readonly player: string
  readonly panel: string
  /** Rises with every change; higher again after a restart of the player. */
  readonly sequence: number
  /** Whether something of ours is to be seen now. */
  readonly showing: boolean
  /** Since when that is so, ms since 1970. */
  readonly since: number
  /** When all of it must be gone at the latest, ms since 1970; null while there is nothing. */
  readonly until: number | null
  /** On a panel that shares its time: when `showing` changes next, ms since 1970. */
  readonly turnEnds: number | null
  /** What is on the panel, also while the host has its turn. `live: false` = the card that says how it ended. */
  readonly alerts: readonly {
    readonly sender: string
    readonly incident: string
    readonly revision: number
    readonly kind: string
    readonly status: string
    readonly live: boolean
    readonly until: number
  }[]
  /** Of a panel that shows alerts only while its host is idle: what is known of that; else null. */
  readonly host: HostVerdict | null
}

export interface PanelStatesOptions {
  readonly player: string
  readonly panels: readonly string[]
  /** Absolute path of the folder for the files; made if it is not there. */
  readonly folder: string
  readonly clock: Clock
  readonly log: Log
  host(panel: string): HostVerdict | undefined
}

/** Longest wait for a change, ms: below the patience of any proxy or HTTP client. */
export const LONGEST_WAIT = 25_000
/** For one panel; more at once is a fault of the host. */
const MOST_WAITING = 16

/** ms */
const RETRY = 10_000

const NOTHING: View = { programme: [], showing: false, turnEnds: undefined }

interface Kept {
  state: PanelState
  view: View
  readonly waiting: Set<() => void>
}

/** The state of each panel, kept for who asks and in files for who watches those. */
export class PanelStates implements Disposable {
  readonly #options: PanelStatesOptions
  readonly #kept = new Map<string, Kept>()
  readonly #unwritten = new Set<string>()
  #writing: Promise<void> | undefined
  #fault: string | undefined
  #swept = false
  #cancelRetry: CancelTimer = () => {}
  #disposed = false

  constructor(options: PanelStatesOptions) {
    this.#options = options
    const sequence = Math.floor(options.clock.now())
    for (const panel of options.panels) {
      const state = this.#made(panel, NOTHING, sequence)
      this.#kept.set(panel, { state, view: NOTHING, waiting: new Set() })
      this.#unwritten.add(panel)
    }
    this.#writeSoon()
  }

  /** Why files cannot be written; undefined when they are. */
  get fault(): string | undefined {
    return this.#fault
  }

  get(panel: string): PanelState | undefined {
    return this.#kept.get(panel)?.state
  }

  /** What is to be seen on a panel is another. */
  setView(panel: string, view: View): void {
    const kept = this.#kept.get(panel)
    if (kept === undefined) return
    kept.view = view
    this.#renew(panel, kept)
  }

  /** Looks again at what is known of the hosts. */
  renew(): void {
    for (const [panel, kept] of this.#kept) this.#renew(panel, kept)
  }

  /**
   * The state of a panel as soon as it is another than that of `after`, or as it is when the longest wait is over.
   *
   * @param gone resolves when nobody wants the answer any more
   * @returns undefined when too many wait already
   */
  async next(panel: string, after: number, gone: Promise<void>): Promise<PanelState | undefined> {
    const kept = this.#kept.get(panel)
    if (kept === undefined || kept.state.sequence !== after || this.#disposed) return kept?.state
    if (kept.waiting.size >= MOST_WAITING) return undefined
    let cancel: CancelTimer = () => {}
    await new Promise<void>((resolve) => {
      const done = (): void => {
        kept.waiting.delete(done)
        resolve()
      }
      kept.waiting.add(done)
      cancel = this.#options.clock.after(LONGEST_WAIT, done)
      void gone.then(done)
    })
    cancel()
    return kept.state
  }

  /** Lets everybody who waits go, and takes the files away: a player that does not run shows nothing. */
  async dispose(): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
    this.#cancelRetry()
    for (const { waiting } of this.#kept.values()) for (const done of [...waiting]) done()
    await this.#writing
    this.#cancelRetry()
    const files = [...this.#kept.keys()].map((panel) => this.#path(panel))
    await Promise.all(files.map((file) => rm(file, { force: true }).catch(() => undefined)))
  }

  #renew(panel: string, kept: Kept): void {
    const next = this.#made(panel, kept.view, kept.state.sequence + 1, kept.state)
    if (isSame(next, kept.state)) return
    kept.state = next
    for (const done of [...kept.waiting]) done()
    this.#unwritten.add(panel)
    this.#writeSoon()
  }

  #made(panel: string, view: View, sequence: number, before?: PanelState): PanelState {
    const { player, clock, host } = this.#options
    const { programme, showing, turnEnds } = view
    const alerts = programme.map(({ about, live, until }) => {
      const { sender, incident, revision, kind, status } = about
      return { sender, incident, revision, kind, status, live, until }
    })
    return {
      ...{ schema: 'kijkuit-panel-state/1', player, panel, sequence, showing },
      since: before?.showing === showing ? before.since : Math.floor(clock.now()),
      until: alerts.length === 0 ? null : Math.max(...alerts.map(({ until }) => until)),
      turnEnds: turnEnds === undefined ? null : Math.ceil(turnEnds),
      alerts,
      host: host(panel) ?? null,
    }
  }

  /** One after another, and of each panel only the newest: a disk that is slow falls behind, and never clogs. */
  #writeSoon(): void {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined
    })
  }

  async #write(): Promise<void> {
    const { folder, log } = this.#options
    // What changes in the same moment is written once.
    await Promise.resolve()
    try {
      await mkdir(folder, { recursive: true })
      await this.#sweep()
      for (
        let panel = first(this.#unwritten);
        panel !== undefined && !this.#disposed;
        panel = first(this.#unwritten)
      ) {
        const { state } = this.#kept.get(panel) ?? {}
        const half = `${this.#path(panel)}.new`
        await writeFile(half, `${JSON.stringify(state)}\n`, { mode: 0o644 })
        await rename(half, this.#path(panel))
        if (state === this.get(panel)) this.#unwritten.delete(panel)
      }
      this.#fault = undefined
    } catch (error) {
      const fault = `the state of panels cannot be written to ${folder} (${error instanceof Error ? error.message : error}); free space or make the folder writable`
      if (this.#fault === undefined) log.warn(fault)
      this.#fault = fault
      if (!this.#disposed) this.#cancelRetry = this.#options.clock.after(RETRY, () => this.#writeSoon())
    }
  }

  /** Takes away what a player with other panels has left. */
  async #sweep(): Promise<void> {
    if (this.#swept) return
    this.#swept = true
    const own = new Set([...this.#kept.keys()].map((panel) => `${panel}.json`))
    const names = await readdir(this.#options.folder)
    await Promise.all(
      names
        .filter((name) => /\.json(\.new)?$/.test(name) && !own.has(name))
        .map((name) => rm(join(this.#options.folder, name), { force: true })),
    )
  }

  #path(panel: string): string {
    return join(this.#options.folder, `${panel}.json`)
  }
}

function first(names: ReadonlySet<string>): string | undefined {
  const [name] = names
  return name
}

function isSame(a: PanelState, b: PanelState): boolean {
  return JSON.stringify({ ...a, sequence: 0 }) === JSON.stringify({ ...b, sequence: 0 })
}
