import type { Current, Ended, Incident } from './incident.ts'
import type { IncidentId } from './incident-id.ts'
import { PartedMap } from './parted-map.ts'

/** All incidents. */
export type Incidents = ReadonlyMap<IncidentId, Incident>

/**
 * {@link Incidents} that never change: `with` gives others that share almost everything. What time changes and what it
 * does not are kept apart: most of what a device knows are tombstones.
 */
export class IncidentMap implements ReadonlyMap<IncidentId, Incident> {
  /** What is in force or pending. */
  readonly current: PartedMap<IncidentId, Current>
  /** No tombstone may be forgotten before this moment, ms since 1970; infinite when there is none. */
  readonly forgetFrom: number
  readonly #ended: PartedMap<IncidentId, Ended>

  constructor(
    current: PartedMap<IncidentId, Current> = PartedMap.of(),
    ended: PartedMap<IncidentId, Ended> = PartedMap.of(),
    forgetFrom = Number.POSITIVE_INFINITY,
  ) {
    this.current = current
    this.#ended = ended
    this.forgetFrom = forgetFrom
  }

  /** The same incidents in this form; `incidents` itself when it has it. */
  static of(incidents: Iterable<readonly [IncidentId, Incident]>): IncidentMap {
    return incidents instanceof IncidentMap ? incidents : new IncidentMap().with(incidents)
  }

  get size(): number {
    return this.current.size + this.#ended.size
  }

  get(id: IncidentId): Incident | undefined {
    return this.current.get(id) ?? this.#ended.get(id)
  }

  has(id: IncidentId): boolean {
    return this.get(id) !== undefined
  }

  /** These with other incidents in their place; undefined takes one out. Each key once. `this` when nothing changes. */
  with(changes: Iterable<readonly [IncidentId, Incident | undefined]>): IncidentMap {
    const currents: [IncidentId, Current | undefined][] = []
    const tombstones: [IncidentId, Ended | undefined][] = []
    let { forgetFrom } = this
    for (const [id, next] of changes) {
      const isEnded = next?.phase === 'ended'
      currents.push([id, isEnded ? undefined : next])
      tombstones.push([id, isEnded ? next : undefined])
      if (isEnded) forgetFrom = Math.min(forgetFrom, next.forgetAt)
    }
    const [current, ended] = [this.current.with(currents), this.#ended.with(tombstones)]
    if (current === this.current && ended === this.#ended) return this
    return new IncidentMap(current, ended, forgetFrom)
  }

  /** These without the tombstones that may go at `proven` (ms since 1970), and which these were. */
  forget(proven: number): { readonly incidents: IncidentMap; readonly forgotten: readonly IncidentId[] } {
    if (proven < this.forgetFrom) return { incidents: this, forgotten: [] }
    const forgotten: IncidentId[] = []
    let forgetFrom = Number.POSITIVE_INFINITY
    for (const [id, one] of this.#ended) {
      if (one.forgetAt <= proven) forgotten.push(id)
      else forgetFrom = Math.min(forgetFrom, one.forgetAt)
    }
    const ended = this.#ended.with(forgotten.map((id) => [id, undefined]))
    return { incidents: new IncidentMap(this.current, ended, forgetFrom), forgotten }
  }

  *entries(): MapIterator<[IncidentId, Incident]> {
    yield* this.current.entries()
    yield* this.#ended.entries()
  }

  *keys(): MapIterator<IncidentId> {
    yield* this.current.keys()
    yield* this.#ended.keys()
  }

  *values(): MapIterator<Incident> {
    yield* this.current.values()
    yield* this.#ended.values()
  }

  [Symbol.iterator](): MapIterator<[IncidentId, Incident]> {
    return this.entries()
  }

  forEach(visit: (incident: Incident, id: IncidentId, all: Incidents) => void): void {
    for (const [id, incident] of this) visit(incident, id, this)
  }
}
