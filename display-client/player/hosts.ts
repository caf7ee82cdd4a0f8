import type { CancelTimer, Clock } from '../base/clock.ts'
import { type Disposable, Disposables } from '../base/disposal.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { type HostReport, type HostVerdict, hostVerdict } from '../panel/policy.ts'
import type { Panel } from '../panel/profile.ts'
import { followFile } from './follow-file.ts'
import type { Log } from './log.ts'

export interface HostsOptions {
  readonly panels: readonly Panel[]
  readonly clock: Clock
  readonly log: Log
  /** On some panel an alert may be now, or may no longer be. */
  onChange(): void
}

/** Bytes of what a host writes; `idle` and `busy` have four. */
const LARGEST_WORD = 64

/** The hosts of the panels that show alerts only while those are idle: what they said last, and who touched the panel. */
export class Hosts implements Disposable {
  readonly #options: HostsOptions
  readonly #held = new Disposables()
  readonly #panels: ReadonlyMap<string, Panel>
  readonly #reports = new Map<string, HostReport>()
  readonly #faults = new Map<string, string>()
  readonly #timers = new Map<string, CancelTimer>()
  /** What a file says at the start is no change. */
  #isOpen = false

  constructor(options: HostsOptions) {
    this.#options = options
    this.#panels = new Map(options.panels.filter(({ onlyIdle }) => onlyIdle).map((one) => [one.id, one]))
    this.#held.defer(() => {
      for (const cancel of this.#timers.values()) cancel()
    })
    for (const { id, host } of this.#panels.values()) {
      if (host?.file === undefined) continue
      const { clock } = options
      const path = host.file
      this.#held.add(
        followFile({
          path,
          largest: LARGEST_WORD,
          clock,
          onText: (text, age) => this.#read(id, path, text, age),
        }),
      )
    }
    this.#isOpen = true
    for (const panel of this.#panels.values()) {
      if (this.isFree(panel)) continue
      options.log.info(`${panel.id} shows alerts once its host has said that it is idle (docs/cms.md)`)
    }
  }

  /** Whether an alert may be on a panel. */
  isFree(panel: Pick<Panel, 'id'>): boolean {
    const verdict = this.verdict(panel.id)
    return verdict === undefined || verdict === 'idle'
  }

  /** Why, or why not; undefined for a panel that asks no host. */
  verdict(id: string): HostVerdict | undefined {
    const panel = this.#panels.get(id)
    return panel && hostVerdict(panel, this.#reports.get(id) ?? {}, this.#options.clock.monotonic()).verdict
  }

  /** What is wrong with the files of hosts, one line for each. */
  get faults(): readonly string[] {
    return [...this.#faults.values()]
  }

  /**
   * The host of a panel says whether it is idle.
   *
   * @param age how long ago it said so, ms
   * @returns what is wrong with saying it there
   */
  say(id: string, idle: boolean, age = 0): Result<HostVerdict, string> {
    if (!this.#panels.has(id)) return fail(`panel ${id} asks no host; set onlyIdle: true in its profile`)
    this.#change(id, (report, now) => {
      const at = now - age
      const same = report.said?.idle === idle
      return { ...report, said: { idle, since: same ? report.said.since : at, at } }
    })
    return ok(this.verdict(id) ?? 'unheard')
  }

  /** Somebody touches the panel. */
  touched(id: string): void {
    if (this.#panels.has(id)) this.#change(id, (report, at) => ({ ...report, touchedAt: at }))
  }

  dispose(): Promise<void> {
    return this.#held.dispose()
  }

  #read(id: string, path: string, text: string | undefined, age: number): void {
    const word = text?.trim().toLowerCase()
    // A host that has not started yet has written nothing: that is not wrong, and counts as nothing said.
    if (word === undefined || word === '') return
    if (word === 'idle' || word === 'busy') {
      this.#faults.delete(id)
      this.say(id, word === 'idle', age)
      return
    }
    const fault = `${path} must hold one word, idle or busy; until then the host of ${id} counts as busy`
    if (!this.#faults.has(id)) this.#options.log.warn(fault)
    this.#faults.set(id, fault)
    this.say(id, false)
  }

  #change(id: string, change: (report: HostReport, now: number) => HostReport): void {
    const before = this.verdict(id)
    this.#reports.set(id, change(this.#reports.get(id) ?? {}, this.#options.clock.monotonic()))
    this.#settle(id, before)
  }

  #settle(id: string, before: HostVerdict | undefined): void {
    const panel = this.#panels.get(id)
    if (panel === undefined) return
    const { clock, onChange } = this.#options
    const now = clock.monotonic()
    const { verdict, next } = hostVerdict(panel, this.#reports.get(id) ?? {}, now)
    this.#timers.get(id)?.()
    this.#timers.delete(id)
    if (next !== undefined)
      this.#timers.set(
        id,
        clock.after(next - now, () => this.#settle(id, verdict)),
      )
    if (verdict !== before && this.#isOpen) onChange()
  }
}
