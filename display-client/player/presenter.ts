import type { Current } from '../alert/incident.ts'
import { type IncidentId, incidentId } from '../alert/incident-id.ts'
import type { Alert } from '../alert/model.ts'
import type { CancelTimer, Clock } from '../base/clock.ts'
import type { Disposable } from '../base/disposal.ts'
import { composeEnd, composer } from '../compose/compose.ts'
import type { Library } from '../compose/library.ts'
import { showsEndCards, type Turns, turnAt, turnsOf } from '../panel/policy.ts'
import type { Panel } from '../panel/profile.ts'
import { type EndCard, EndCards } from './end-cards.ts'
import { Glass, PROVEN, type Proof, receiptsOf, SENT } from './glass.ts'
import type { Log } from './log.ts'
import type { Output, Programme, ProgrammeItem } from './outputs/output.ts'
import { LEAST_DWELL, type PhotoFault } from './protocol.ts'
import type { Receipt } from './receipts.ts'
import { STANDING, type Surroundings, stage } from './stage.ts'

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
  /** What of the world around the panels counts, for one look at all of them; absent = they stand still and ask no host. */
  surroundings?(live: readonly Current[]): Surroundings
  /** What is to be seen on a panel is another, or it was just put there for the first time. */
  onView?(panel: string, view: View): void
  /** Signs of which their controllers say what they show; what a viewer paints of them is a preview. */
  readonly byController?: ReadonlySet<string>
}

/** What is to be seen on a panel now. */
export interface View {
  readonly programme: Programme
  /** Whether the programme is to be seen; false = there is none, or it is the turn of the host's content. */
  readonly showing: boolean
  /** When the turn ends on a panel that shares its time, ms since 1970. */
  readonly turnEnds: number | undefined
}

interface Presented {
  /** What it was made of; the same again changes nothing. */
  readonly key: string
  readonly programme: Programme
  /** On a panel that shares its time. */
  readonly turns: Turns | undefined
  /** When it came, ms of the monotonic clock. */
  readonly since: number
  /** Of what the output was given last. */
  revision: number
  /** Whether that is the programme: nothing is on a panel while the host has its turn. */
  isUp: boolean
  /** It was seen in an earlier turn already. */
  isProven: boolean
  cancelTurn: CancelTimer
}

interface Staged {
  readonly current: Current
  /** With the photos that are there. */
  readonly alert: Alert
  /** Why it has one photo less here than elsewhere. */
  readonly photoFault?: PhotoFault
}

/** Keeps on every panel what the stage says must be there now, and says what became of it. */
export class Presenter implements Disposable {
  readonly #options: PresenterOptions
  readonly #presented = new Map<string, Presented>()
  readonly #glass = new Glass()
  readonly #endCards: EndCards
  #cancelTimer: CancelTimer | undefined
  #edition = 0

  constructor(options: PresenterOptions) {
    this.#options = options
    for (const [panel, { channel, sign }] of options.outputs) {
      channel.onPhotoFault = () => this.update()
      if (sign !== undefined) {
        sign.onDelivered = (revision, at, proof) =>
          this.#onPanel(panel, revision, at, proof === 'accepted' ? PROVEN : SENT)
      } else if (!options.byController?.has(panel)) {
        channel.onPainted = (revision, at) => this.#onPanel(panel, revision, at, PROVEN)
      }
    }
    this.#endCards = new EndCards(options.clock, () => this.update())
  }

  /**
   * Somebody has signed the end of an incident: every panel that shows it will say so for a while, where its owner lets it.
   * To be called before the {@link update} that takes the alert off.
   */
  end(id: IncidentId): void {
    for (const panel of this.#options.panels) {
      const shown = this.#presented
        .get(panel.id)
        ?.programme.find(({ about }) => incidentId(about.sender, about.incident) === id)
      // Nothing to end where nothing of it was to be seen.
      if (!shown?.live || shown.composition.chosen.length === 0 || !showsEndCards(panel)) continue
      this.#endCards.set(panel.id, shown.about)
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
    const surroundings = this.#options.surroundings?.(all) ?? STANDING
    const { panels: shown, next } = stage(panels, all, clock.now(), surroundings)
    this.#cancelTimer?.()
    this.#cancelTimer = next === undefined ? undefined : clock.after(next - clock.now(), () => this.update())
    // Panels that look alike share one alert and what was composed of it.
    const alerts = new Map(all.map((one) => [one, this.#withPhotosThatAreThere(one.alert)]))
    const compose = composer(library())
    const receipts = panels.flatMap((panel) => {
      const staged = (shown.get(panel.id) ?? []).map((current): Staged => {
        return this.#drawable(panel.id, { current, alert: alerts.get(current) ?? current.alert })
      })
      const card = surroundings.isFree(panel) ? this.#endCards.get(panel.id) : undefined
      // Whatever is alive comes before the end of anything.
      return staged.length === 0 && card !== undefined
        ? this.#showEnd(panel, card)
        : this.#show(panel, staged, compose)
    })
    // Last: the disk is slower than glass.
    onReceipts(receipts)
  }

  /** What is on a panel now. */
  programme(panel: string): Programme {
    return this.#presented.get(panel)?.programme ?? []
  }

  dispose(): void {
    this.#endCards.dispose()
    this.#cancelTimer?.()
    for (const { cancelTurn } of this.#presented.values()) cancelTurn()
  }

  #show(panel: Panel, staged: readonly Staged[], compose: ReturnType<typeof composer>): readonly Receipt[] {
    const key = JSON.stringify([this.#edition, ...staged.map(identityOf)])
    const receipts = this.#put(panel, key, () =>
      staged.map(({ current: { until, sender }, alert }): ProgrammeItem => {
        const { incident, revision, kind, status } = alert
        const composition = compose(alert, panel)
        return { about: { sender, incident, revision, kind, status }, live: true, until, composition }
      }),
    )
    if (receipts.length === 0) return receipts
    const at = this.#options.clock.now()
    const without = staged.flatMap(({ current: { sender }, alert, photoFault }): readonly Receipt[] => {
      const { incident, revision } = alert
      return photoFault === undefined
        ? []
        : [{ kind: 'photo-failed', panel: panel.id, sender, incident, revision, at, reason: photoFault }]
    })
    return [...receipts, ...without]
  }

  #showEnd(panel: Panel, { ending, until }: EndCard): readonly Receipt[] {
    const key = JSON.stringify([this.#edition, 'end', ending])
    return this.#put(panel, key, () => {
      const composition = composeEnd(ending, panel, this.#options.library())
      // A card that does not fit is a blank page, and that is what there is without one.
      return composition.cannotFit.length > 0 ? [] : [{ about: ending, live: false, until, composition }]
    })
  }

  /** Puts a programme on a panel, unless it is there: the same `key` makes the same programme. */
  #put(panel: Panel, key: string, make: () => Programme): readonly Receipt[] {
    const { clock, log } = this.#options
    const before = this.#presented.get(panel.id)
    if (before?.key === key) return []
    before?.cancelTurn()
    try {
      const programme = make()
      const composedAt = clock.now()
      this.#begin(panel, key, programme)
      return receiptsOf('composed', panel.id, programme, composedAt)
    } catch (error) {
      // A fault of ours in one message must not keep the last one up after its end, nor take other panels along.
      log.warn(`a fault in Kijkuit: ${panel.id} shows nothing, ${key} cannot be composed: ${error}`)
      this.#begin(panel, key, [])
      return []
    }
  }

  #begin(panel: Panel, key: string, programme: Programme): void {
    const kind = programme[0]?.about.kind
    const turns = kind && turnsOf(panel, kind, roundOf(programme))
    const since = this.#options.clock.monotonic()
    const revision = this.#outputOf(panel.id).present(programme)
    const presented: Presented = {
      ...{ key, programme, turns, since, revision, isUp: true, isProven: false },
      cancelTurn: () => {},
    }
    this.#presented.set(panel.id, presented)
    this.#tell(panel.id, presented)
  }

  /** Says what is to be seen, and has it changed when the turn is over. */
  #tell(panel: string, presented: Presented): void {
    const { clock, onView } = this.#options
    const { programme, turns, since, isUp } = presented
    const now = clock.monotonic()
    const left = turns && turnAt(turns, since, now).next - now
    onView?.(panel, {
      ...{ programme, showing: isUp && programme.length > 0 },
      turnEnds: left === undefined ? undefined : clock.now() + left,
    })
    if (turns === undefined || left === undefined) return
    presented.cancelTurn = clock.after(left, () => {
      presented.isUp = turnAt(turns, since, clock.monotonic()).isAlert
      presented.revision = this.#outputOf(panel).present(presented.isUp ? programme : [])
      this.#tell(panel, presented)
    })
  }

  #outputOf(panel: string): Output {
    const output = this.#options.outputs.get(panel)
    if (output === undefined) throw new Error(`panel ${panel} has no output`)
    return output
  }

  #withPhotosThatAreThere(alert: Alert): Alert {
    return { ...alert, media: alert.media.filter(({ sha256 }) => this.#options.hasPhoto(sha256)) }
  }

  /** Without the photos that viewers of this panel cannot draw: an empty place says less than words that fill it. */
  #drawable(panel: string, staged: Staged): Staged {
    const channel = this.#options.outputs.get(panel)?.channel
    const { media } = staged.alert
    const [photoFault] = media.flatMap(({ sha256 }) => channel?.photoFault(sha256) ?? [])
    if (photoFault === undefined) return staged
    const drawn = media.filter(({ sha256 }) => channel?.photoFault(sha256) === undefined)
    return { ...staged, alert: { ...staged.alert, media: drawn }, photoFault }
  }

  #onPanel(panel: string, revision: number, at: number, proof: Proof): void {
    const presented = this.#presented.get(panel)
    // Whoever has their turn, the alert is on this panel until it ends: it is shown once, and removed once.
    if (presented?.revision !== revision || !presented.isUp || presented.isProven) return
    presented.isProven = presented.turns !== undefined
    this.#options.onReceipts(this.#glass.put(panel, presented.programme, at, proof))
  }
}

/** How long one look at every page takes, ms. */
function roundOf(programme: Programme): number {
  const pages = programme.flatMap(({ composition }) => composition.pages)
  return pages.reduce((sum, { dwell }) => sum + Math.max(dwell, LEAST_DWELL.screen), 0)
}

/** Of what is shown: whose incident, and which message of it by whom. */
function identityOf({ current, alert }: Staged): readonly unknown[] {
  const { incident, sender, identifier, revision, media } = alert
  return [current.sender, incident, sender, identifier, revision, ...media.map(({ sha256 }) => sha256)]
}
