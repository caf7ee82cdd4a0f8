import type { Current, Ended, Incident } from './incident.ts'

/** All incidents by their key. */
export type Incidents = ReadonlyMap<string, Incident>

/** Tombstones are many; a change copies one of these parts and not all of them. */
const PARTS = 1_024

type Part = ReadonlyMap<string, Ended>

/**
 * {@link Incidents} that never change: `with` gives others that share almost everything. A device may hold
 * 100,000 tombstones beside a few live incidents, so these are kept apart.
 */
export class IncidentMap implements ReadonlyMap<string, Incident> {
  /** What is in force or pending. */
  readonly current: ReadonlyMap<string, Current>
  /** No tombstone may be forgotten before this moment, ms since 1970; infinite when there is none. */
  readonly forgetFrom: number
  readonly #ended: readonly (Part | undefined)[]
  readonly #tombstones: number

  constructor(
    current: ReadonlyMap<string, Current> = new Map(),
    ended: readonly (Part | undefined)[] = [],
    tombstones = 0,
    forgetFrom = Number.POSITIVE_INFINITY,
  ) {
    this.current = current
    this.#ended = ended
    this.#tombstones = tombstones
    this.forgetFrom = forgetFrom
  }

  /** The same incidents in this form; `incidents` itself when it has it. */
  static of(incidents: Iterable<readonly [string, Incident]>): IncidentMap {
    if (incidents instanceof IncidentMap) return incidents
    const current = new Map<string, Current>()
    const ended: Map<string, Ended>[] = []
    let [tombstones, forgetFrom] = [0, Number.POSITIVE_INFINITY]
    for (const [id, one] of incidents) {
      if (one.phase !== 'ended') current.set(id, one)
      else {
        const at = partOf(id)
        const part = ended[at] ?? new Map<string, Ended>()
        ended[at] = part.set(id, one)
        tombstones += 1
        forgetFrom = Math.min(forgetFrom, one.forgetAt)
      }
    }
    return new IncidentMap(current, ended, tombstones, forgetFrom)
  }

  get size(): number {
    return this.current.size + this.#tombstones
  }

  get(id: string): Incident | undefined {
    return this.current.get(id) ?? this.#ended[partOf(id)]?.get(id)
  }

  has(id: string): boolean {
    return this.get(id) !== undefined
  }

  /** These with other incidents in their place; undefined takes one out. Each key once. `this` when nothing changes. */
  with(changes: Iterable<readonly [string, Incident | undefined]>): IncidentMap {
    const current = new Map(this.current)
    const ended = [...this.#ended]
    let { forgetFrom } = this
    let [tombstones, changed] = [this.#tombstones, false]
    const copied = new Set<number>()
    const part = (id: string): Map<string, Ended> => {
      const at = partOf(id)
      const own = copied.has(at) ? (ended[at] as Map<string, Ended>) : new Map(ended[at])
      copied.add(at)
      ended[at] = own
      return own
    }
    for (const [id, next] of changes) {
      const before = this.get(id)
      if (before === next) continue
      changed = true
      if (before?.phase === 'ended') {
        part(id).delete(id)
        tombstones -= 1
      } else current.delete(id)
      if (next?.phase === 'ended') {
        part(id).set(id, next)
        tombstones += 1
        forgetFrom = Math.min(forgetFrom, next.forgetAt)
      } else if (next !== undefined) current.set(id, next)
    }
    return changed ? new IncidentMap(current, ended, tombstones, forgetFrom) : this
  }

  /** These without the tombstones that may go at `proven` (ms since 1970), and which these were. */
  forget(proven: number): { readonly incidents: IncidentMap; readonly forgotten: readonly string[] } {
    if (proven < this.forgetFrom) return { incidents: this, forgotten: [] }
    const forgotten: string[] = []
    let forgetFrom = Number.POSITIVE_INFINITY
    for (const [id, one] of this.entries()) {
      if (one.phase !== 'ended') continue
      if (one.forgetAt <= proven) forgotten.push(id)
      else forgetFrom = Math.min(forgetFrom, one.forgetAt)
    }
    const rest = this.with(forgotten.map((id) => [id, undefined]))
    return {
      incidents: new IncidentMap(rest.current, rest.#ended, rest.#tombstones, forgetFrom),
      forgotten,
    }
  }

  *entries(): MapIterator<[string, Incident]> {
    yield* this.current.entries()
    for (const part of this.#ended) if (part) yield* part.entries()
  }

  *keys(): MapIterator<string> {
    for (const [id] of this.entries()) yield id
  }

  *values(): MapIterator<Incident> {
    for (const [, incident] of this.entries()) yield incident
  }

  [Symbol.iterator](): MapIterator<[string, Incident]> {
    return this.entries()
  }

  forEach(visit: (incident: Incident, id: string, all: Incidents) => void): void {
    for (const [id, incident] of this.entries()) visit(incident, id, this)
  }
}

/** FNV-1a over UTF-16 code units: spreads keys that differ in one character. */
function partOf(id: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < id.length; index += 1) {
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193)
  }
  return (hash >>> 0) % PARTS
}
