import type { ReferenceEvent, ReferenceKey } from './events.ts'
import { shown } from './shown.ts'
import { timeline } from './timeline.ts'

/**
 * A second, slow telling of DESIGN §5.2, §5.3 and §5.8, for `alert/lifecycle.model.test.ts`: what is a device to show?
 *
 * It keeps everything that ever reached the device and works out the answer from the beginning each time. It shares no code
 * with `alert/`, and must not: its whole worth is that it was thought out separately. Where the two differ, one is wrong.
 */
export class ReferenceDevice {
  readonly #keys: readonly ReferenceKey[]
  readonly #built: number
  readonly #events: ReferenceEvent[] = []

  /** @param keys what it trusts from the start @param built when its software was built */
  constructor(keys: readonly ReferenceKey[], built: number) {
    this.#keys = keys
    this.#built = built
  }

  /** @returns what it shows after `event`: `owner incident revision`, sorted */
  take(event: ReferenceEvent): readonly string[] {
    this.#events.push(event)
    const moments = timeline(this.#events, this.#keys, this.#built)
    const alerts = this.#events.flatMap((one) => (one.type === 'alert' ? [one.alert] : []))
    const incidents = new Set(alerts.map((one) => one.incident))
    const owners = new Set(
      alerts.flatMap((one) => [one.sender, ...one.references.map(({ sender }) => sender)]),
    )
    return [...incidents]
      .flatMap((incident) => [...owners].flatMap((owner) => shown(owner, incident, moments)))
      .sort()
  }
}
