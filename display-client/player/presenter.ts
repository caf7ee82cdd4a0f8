import type { Current } from '../alert/incident.ts'
import type { Alert } from '../alert/model.ts'
import type { CancelTimer, Clock } from '../base/clock.ts'
import type { Disposable } from '../base/disposal.ts'
import { composer } from '../compose/compose.ts'
import type { Library } from '../compose/library.ts'
import type { Panel } from '../panel/profile.ts'
import type { Log } from './log.ts'
import type { Output, Programme, ProgrammeItem } from './outputs/output.ts'
import type { Receipt, ReceiptKind } from './receipts.ts'
import { stage } from './stage.ts'

export interface PresenterOptions {
  readonly panels: readonly Panel[]
  /** One for each panel, by its id. */
  readonly outputs: ReadonlyMap<string, Output>
  readonly clock: Clock
  readonly log: Log
  library(): Library
  /** What the ledger says is alive. */
  live(): readonly Current[]
  /** Whether a photo is there and verified. */
  hasPhoto(sha256: string): boolean
  onReceipts(receipts: readonly Receipt[]): void
}

interface Presented {
  /** What it was made of; the same again changes nothing. */
  readonly key: string
  readonly revision: number
  readonly programme: Programme
}

interface Staged {
  readonly current: Current
  /** With the photos that are there. */
  readonly alert: Alert
}

/** Keeps on every panel what the stage says must be there now, and says what became of it. */
export class Presenter implements Disposable {
  readonly #options: PresenterOptions
  readonly #presented = new Map<string, Presented>()
  /** What a viewer has painted last, by panel. */
  readonly #onGlass = new Map<string, Programme>()
  #cancelTimer: CancelTimer | undefined
  #edition = 0

  constructor(options: PresenterOptions) {
    this.#options = options
    for (const [panel, { channel }] of options.outputs) {
      channel.onPainted = (revision, at) => this.#painted(panel, revision, at)
    }
  }

  /** Composes everything anew: the library is another. */
  renew(): void {
    this.#edition += 1
    this.update()
  }

  /** Puts on every panel what must be there now; a panel on which nothing changes is not touched. */
  update(): void {
    const { panels, clock, library, live, onReceipts } = this.#options
    const all = live()
    const { panels: shown, next } = stage(panels, all, clock.now())
    this.#cancelTimer?.()
    this.#cancelTimer = next === undefined ? undefined : clock.after(next - clock.now(), () => this.update())
    // Panels that look alike share one alert and what was composed of it.
    const alerts = new Map(all.map((one) => [one, this.#withPhotosThatAreThere(one.alert)]))
    const compose = composer(library())
    const receipts = panels.flatMap((panel) => {
      const staged = (shown.get(panel.id) ?? []).map((current): Staged => {
        return { current, alert: alerts.get(current) ?? current.alert }
      })
      return this.#show(panel, staged, compose)
    })
    // Last: the disk is slower than glass.
    onReceipts(receipts)
  }

  dispose(): void {
    this.#cancelTimer?.()
  }

  #show(panel: Panel, staged: readonly Staged[], compose: ReturnType<typeof composer>): readonly Receipt[] {
    const { outputs, clock, log } = this.#options
    const output = outputs.get(panel.id)
    if (output === undefined) throw new Error(`panel ${panel.id} has no output`)
    const key = JSON.stringify([this.#edition, ...staged.map(({ alert }) => identityOf(alert))])
    if (this.#presented.get(panel.id)?.key === key) return []
    try {
      const programme = staged.map(({ current, alert }): ProgrammeItem => {
        return { current, composition: compose(alert, panel) }
      })
      const composedAt = clock.now()
      this.#presented.set(panel.id, { key, revision: output.present(programme), programme })
      return programme.map((item) => receipt('composed', panel.id, item, composedAt))
    } catch (error) {
      // A fault of ours in one message must not keep the last one up after its end, nor take other panels along.
      log.warn(`a fault in Kijkuit: ${panel.id} shows nothing, ${key} cannot be composed: ${error}`)
      this.#presented.set(panel.id, { key, revision: output.present([]), programme: [] })
      return []
    }
  }

  #withPhotosThatAreThere(alert: Alert): Alert {
    return { ...alert, media: alert.media.filter(({ sha256 }) => this.#options.hasPhoto(sha256)) }
  }

  #painted(panel: string, revision: number, at: number): void {
    const presented = this.#presented.get(panel)
    if (presented?.revision !== revision) return
    const before = this.#onGlass.get(panel) ?? []
    const now = presented.programme
    this.#onGlass.set(panel, now)
    const isOn = ({ current }: ProgrammeItem): boolean =>
      now.some((item) => item.current.alert.incident === current.alert.incident)
    this.#options.onReceipts([
      ...now.map((item) => receipt('shown', panel, item, at)),
      ...before.filter((item) => !isOn(item)).map((item) => receipt('removed', panel, item, at)),
    ])
  }
}

function receipt(
  kind: ReceiptKind,
  panel: string,
  { current, composition }: ProgrammeItem,
  at: number,
): Receipt {
  const { incident, revision } = current.alert
  return { kind, panel, incident, revision, at, hash: composition.hash }
}

function identityOf({ incident, sender, identifier, revision, media }: Alert): readonly unknown[] {
  return [incident, sender, identifier, revision, ...media.map(({ sha256 }) => sha256)]
}
