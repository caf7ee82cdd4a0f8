import { reaches } from '../alert/area.ts'
import type { Current } from '../alert/incident.ts'
import type { Clock } from '../base/clock.ts'
import { type Disposable, Disposables } from '../base/disposal.ts'
import type { Panel } from '../panel/profile.ts'
import type { Delivery } from './connection.ts'
import { hostRoutes } from './host-routes.ts'
import { Hosts } from './hosts.ts'
import { Idles } from './idles.ts'
import type { Log } from './log.ts'
import type { PanelChannel } from './panel-channel.ts'
import { PanelStates } from './panel-state.ts'
import { Positions } from './position.ts'
import type { View } from './presenter.ts'
import type { HttpRoute } from './server.ts'
import type { Surroundings } from './stage.ts'

export interface HostSideOptions {
  readonly player: string
  readonly panels: readonly Panel[]
  readonly channels: ReadonlyMap<string, PanelChannel>
  /** For the states of panels, absolute. */
  readonly stateFolder: string
  readonly clock: Clock
  readonly log: Log
  /** What must be on the panels may be another now. */
  onChange(): void
}

/** Everything around the alerts that is not ours: the hosts of panels and their content, who touches them, where they drive. */
export class HostSide implements Disposable {
  readonly #options: HostSideOptions
  readonly #held = new Disposables()
  readonly #positions: Positions
  readonly #hosts: Hosts
  readonly #states: PanelStates
  readonly #idles: Idles
  readonly #moves: boolean
  readonly #hidden: ReadonlySet<string>
  readonly #ids: readonly string[]

  constructor(options: HostSideOptions) {
    this.#options = options
    const { player, panels, channels, clock, log, stateFolder, onChange } = options
    // The controllers of signs have a feed that says more.
    const screens = panels.filter(({ pixels, onlyIdle }) => onlyIdle || pixels?.font === 'outline')
    this.#ids = screens.map(({ id }) => id)
    this.#moves = panels.some(({ place }) => place.moving)
    this.#hidden = new Set(panels.filter(({ idle }) => idle.type === 'hidden').map(({ id }) => id))
    this.#positions = this.#held.add(new Positions({ player, clock, log, onChange }))
    this.#hosts = this.#held.add(
      new Hosts({
        ...{ panels, clock, log },
        onChange: () => {
          onChange()
          this.#states.renew()
        },
      }),
    )
    this.#states = this.#held.add(
      new PanelStates({
        ...{ player, panels: this.#ids, folder: stateFolder, clock, log },
        host: (id) => this.#hosts.verdict(id),
      }),
    )
    this.#idles = this.#held.add(new Idles({ panels, channels, clock, log }))
    for (const [id, channel] of channels) {
      channel.onTouched = () => this.#hosts.touched(id)
      if (this.#hidden.has(id)) channel.shell.setVisible(false)
    }
  }

  /** Takes a message from a broker. @returns false when it is none of ours */
  take(delivery: Delivery): boolean {
    return this.#positions.take(delivery)
  }

  /** For one look at all panels. */
  surroundings(live: readonly Current[]): Surroundings {
    const judged = this.#positions.judge(live)
    return {
      whereabouts: ({ place }, current) =>
        place.moving ? judged(place, current) : reaches(current.alert.area, place),
      isFree: (panel) => this.#hosts.isFree(panel),
    }
  }

  /** What is to be seen on a panel is another. */
  setView(panel: string, view: View): void {
    this.#states.setView(panel, view)
    if (this.#hidden.has(panel)) this.#options.channels.get(panel)?.shell.setVisible(view.showing)
  }

  /** @param origin of our pages: known once the server listens */
  routes(origin: () => string): readonly HttpRoute[] {
    const parts = { hosts: this.#hosts, states: this.#states, positions: this.#positions }
    return [...hostRoutes({ panels: this.#ids, ...parts }), ...this.#idles.routes(origin)]
  }

  /** How a panel's host and idle content are; undefined for a panel that has neither. */
  panelStatus(
    id: string,
  ): { readonly host: string | null; readonly idleFaults: readonly string[] } | undefined {
    if (!this.#ids.includes(id)) return undefined
    return { host: this.#hosts.verdict(id) ?? null, idleFaults: this.#idles.faults(id) }
  }

  /** For the summary: the position of the player when it moves, and how many panels lack idle content. */
  get status() {
    return {
      ...(this.#moves && { position: this.#positions.status }),
      idleFailing: this.#ids.filter((id) => this.#idles.faults(id).length > 0).length,
    }
  }

  /** What is wrong with the files between the player and hosts, one line each. */
  get faults(): readonly string[] {
    return [...this.#hosts.faults, ...(this.#states.fault === undefined ? [] : [this.#states.fault])]
  }

  dispose(): Promise<void> {
    return this.#held.dispose()
  }
}
