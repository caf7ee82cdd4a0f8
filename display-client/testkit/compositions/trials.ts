import type { Alert } from '../../alert/model.ts'
import { compose } from '../../compose/compose.ts'
import type { Library } from '../../compose/library.ts'
import type { Panel } from '../../panel/profile.ts'
import { corpus, nameOf } from '../corpus/corpus.ts'
import { Dice } from '../dice.ts'
import { shippedLibrary } from '../library.ts'
import { allPresets } from '../panels.ts'
import { faultsOf, type Outcome, outcomeOf } from './faults.ts'
import { randomPanel } from './random-panels.ts'

export interface Trial {
  readonly outcome: Outcome | undefined
  readonly wrong: readonly string[]
}

/** Alerts of the corpus on panels of every size. */
export class CompositionTrials {
  readonly presets = allPresets()
  readonly alerts = corpus()
  readonly #library: Library

  private constructor(library: Library) {
    this.#library = library
  }

  static async open(): Promise<CompositionTrials> {
    return new CompositionTrials(await shippedLibrary())
  }

  /** Any alert on any panel. */
  random(seed: number): Trial {
    const dice = new Dice(seed)
    return this.try(dice.pick(this.alerts), randomPanel(dice))
  }

  try(alert: Alert, panel: Panel): Trial {
    const where = `${nameOf(alert)} on ${panel.id} ${JSON.stringify(panel.characters ?? panel.zone ?? panel.pixels)}`
    try {
      const composition = compose(alert, panel, this.#library)
      const faults = faultsOf(composition, alert, panel, this.#library)
      return { outcome: outcomeOf(composition), wrong: faults.map((fault) => `${where}: ${fault}`) }
    } catch (error) {
      return { outcome: undefined, wrong: [`${where}: ${error instanceof Error ? error.stack : error}`] }
    }
  }
}
