import type { FitFact, FitLimits } from './fit-problem.ts'
import { MOST_SPLITS, MOST_UTILITY, type Option, type State } from './fit-states.ts'

/**
 * What can still come of a partial solution, at most: the facts ahead need not stand anywhere, they only may not use more
 * of one thing (area, bytes, units, time) than is left of it. That is solved exactly, for each thing by itself.
 */

/** Something of which every fact that is shown takes a part. */
interface Resource {
  readonly capacity: number
  costOf(option: Option): number
  usedBy(state: State): number
}

/** Amounts told apart, at most; in larger steps the bound is looser, but stays a bound. */
const STEPS = 400

export class Bound {
  readonly #tables: readonly Table[]

  /** @param options the ways to set each fact */
  constructor(facts: readonly FitFact[], options: readonly (readonly Option[])[], limits: FitLimits) {
    this.#tables = resourcesOf(limits).map((resource) => new Table(resource, facts, options))
  }

  /** The most worth that the facts from `index` on can add to this state. */
  ahead(state: State, index: number): number {
    let least = Number.POSITIVE_INFINITY
    for (const table of this.#tables) least = Math.min(least, table.ahead(state, index))
    return least
  }
}

function resourcesOf({
  pages,
  height,
  width,
  bytes,
  unitsInMessage,
  reading,
}: FitLimits): readonly Resource[] {
  return [
    {
      capacity: pages * height * width,
      costOf: (option) => option.height * option.width,
      usedBy: ({ page, height: used, open }) =>
        (page * height + used) * width - (open < 0 ? 0 : width - open),
    },
    ...(bytes
      ? [
          // Between two facts there is at least one more.
          {
            capacity: bytes.most + 1,
            costOf: (option: Option) => option.bytes + 1,
            usedBy: (state: State) => state.bytes + (state.placed ? 1 : 0),
          },
        ]
      : []),
    ...(unitsInMessage === undefined
      ? []
      : [
          {
            capacity: unitsInMessage,
            costOf: (option: Option) => option.units,
            usedBy: (state: State) => state.units,
          },
        ]),
    ...(reading
      ? [
          {
            capacity: reading.available,
            costOf: (option: Option) => option.wordTime,
            usedBy: (state: State) => state.time + state.pageWords,
          },
          {
            capacity: reading.available,
            costOf: (option: Option) => option.units * reading.perUnit,
            usedBy: (state: State) => state.time + state.pageUnits * reading.perUnit,
          },
        ]
      : []),
  ]
}

class Table {
  readonly #resource: Resource
  readonly #step: number
  /** For each index, by what is left in whole steps: the most worth of the facts from there on. */
  readonly #most: readonly Float64Array[]

  constructor(resource: Resource, facts: readonly FitFact[], options: readonly (readonly Option[])[]) {
    const capacity = Math.max(0, Math.floor(resource.capacity))
    this.#resource = resource
    // Whole numbers, and costs rounded down: what is rounded can only make the bound looser.
    this.#step = Math.max(1, Math.ceil(capacity / STEPS))
    const steps = Math.floor(capacity / this.#step)
    let after = new Float64Array(steps + 1)
    const most = [after]
    for (const [index, fact] of [...facts.entries()].toReversed()) {
      const next = Float64Array.from(after)
      for (const option of options[index] ?? []) {
        const worth =
          ((fact.keep ? fact.weight : 0) * MOST_UTILITY + fact.weight * option.quality) * MOST_SPLITS
        const cost = Math.floor(Math.floor(resource.costOf(option)) / this.#step)
        for (let left = cost; left <= steps; left += 1) {
          const total = worth + (after[left - cost] ?? 0)
          if (total > (next[left] ?? 0)) next[left] = total
        }
      }
      after = next
      most.unshift(after)
    }
    this.#most = most
  }

  ahead(state: State, index: number): number {
    const left = Math.floor(Math.ceil(this.#resource.capacity - this.#resource.usedBy(state)) / this.#step)
    const row = this.#most[index]
    return row?.[Math.max(0, Math.min(left, row.length - 1))] ?? 0
  }
}
