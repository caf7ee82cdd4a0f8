import type { Current, Ended, Incident } from './incident.ts'
import { PartedMap } from './parted-map.ts'

/** All incidents by their key. */
export type Incidents = ReadonlyMap<string, Incident>

/**
 * {@link Incidents} that never change: `with` gives others that share almost everything. What time changes and what it
 * does not are kept apart: most of what a device knows are tombstones.
 */
export class IncidentMap implements ReadonlyMap<string, Incident> {
  /** What is in force or pending. */
  readonly current: PartedMap<Current>
  /** No tombstone may be forgotten before this moment, ms since 1970; infinite when there is none. */
  readonly forgetFrom: number
  readonly #ended: PartedMap<Ended>

  constructor(
    current: PartedMap<Current> = PartedMap.of(),
    ended: PartedMap<Ended> = PartedMap.of(),
    forgetFrom = Number.POSITIVE_INFINITY,
  ) {
    this.current = current
    this.#ended = ended
    this.forgetFrom = forgetFrom
  }

  /** The same incidents in this form; `incidents` itself when it has it. */
  static of(incidents: Iterable<readonly [string, Incident]>): IncidentMap {
    return incidents instanceof IncidentMap ? incidents : new IncidentMap().with(incidents)
  }

  get size(): number {
    return this.current.size + this.#ended.size
  }

  get(id: string): Incident | undefined {
    return this.current.get(id) ?? this.#ended.get(id)
  }

  has(id: string): boolean {
    return this.get(id) !== undefined
  }

  /** These with other incidents in their place; undefined takes one out. Each key once. `this` when nothing changes. */
  with(changes: Iterable<readonly [string, Incident | undefined]>): IncidentMap {
    const currents: [string, Current | undefined][] = []
    const tombstones: [string, Ended | undefined][] = []
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
  forget(proven: number): { readonly incidents: IncidentMap; readonly forgotten: readonly string[] } {
    if (proven < this.forgetFrom) return { incidents: this, forgotten: [] }
    const forgotten: string[] = []
    let forgetFrom = Number.POSITIVE_INFINITY
    for (const [id, one] of this.#ended) {
      if (one.forgetAt <= proven) forgotten.push(id)
      else forgetFrom = Math.min(forgetFrom, one.forgetAt)
    }
    const ended = this.#ended.with(forgotten.map((id) => [id, undefined]))
    return { incidents: new IncidentMap(this.current, ended, forgetFrom), forgotten }
  }

  *entries(): MapIterator<[string, Incident]> {
    yield* this.current.entries()
    yield* this.#ended.entries()
  }

  *keys(): MapIterator<string> {
    yield* this.current.keys()
    yield* this.#ended.keys()
  }

  *values(): MapIterator<Incident> {
    yield* this.current.values()
    yield* this.#ended.values()
  }

  [Symbol.iterator](): MapIterator<[string, Incident]> {
    return this.entries()
  }

  forEach(visit: (incident: Incident, id: string, all: Incidents) => void): void {
    for (const [id, incident] of this) visit(incident, id, this)
  }
}
