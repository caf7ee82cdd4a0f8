import { type Alert, type AlertInput, AlertSchema } from '../alert/model.ts'
import type { CancelTimer, Clock } from '../base/clock.ts'
import type { Disposable } from '../base/disposal.ts'
import { compose } from '../compose/compose.ts'
import type { Library } from '../compose/library.ts'
import { formatKey, type Panel } from '../panel/profile.ts'
import type { Log } from './log.ts'

/** How often for each format: the first time compiles, the others make what is used much fast. */
const ROUNDS = 5

/** Between two compositions, so that whatever comes in goes first. ms */
const PAUSE = 10

export interface WarmUpOptions {
  readonly panels: readonly Panel[]
  readonly clock: Clock
  readonly log: Log
  library(): Library
  /** There is nothing more to do, now or later. */
  onDone(): void
}

/**
 * Composes an exercise that nobody sees, for every format of the player's own panels, one at a time: code that has not
 * run yet is many times slower, and the first alert after a start should not be the one to wait for it.
 */
export class WarmUp implements Disposable {
  readonly #options: WarmUpOptions
  #isStarted = false
  #cancelTimer: CancelTimer | undefined

  constructor(options: WarmUpOptions) {
    this.#options = options
  }

  /** Only the first time does anything. */
  start(): void {
    if (this.#isStarted) return
    this.#isStarted = true
    const formats = new Map(this.#options.panels.map((panel) => [formatKey(panel), panel]))
    this.#next(
      AlertSchema.parse(EXERCISE),
      Array.from({ length: ROUNDS }, () => [...formats.values()]).flat(),
    )
  }

  dispose(): void {
    this.#cancelTimer?.()
  }

  #next(exercise: Alert, [panel, ...others]: readonly Panel[]): void {
    const { clock, library, log, onDone } = this.#options
    if (panel === undefined) {
      onDone()
      return
    }
    this.#cancelTimer = clock.after(PAUSE, () => {
      try {
        compose(exercise, panel, library())
      } catch (error) {
        // Nobody waits for it, so nothing else may suffer from it.
        log.warn(`a fault in Kijkuit: an exercise cannot be composed for ${panel.id}: ${error}`)
        onDone()
        return
      }
      this.#next(exercise, others)
    })
  }
}

/** Says something in every part of a message. Fictional. */
const EXERCISE: AlertInput = {
  schema: 'kijkuit-alert/1',
  identifier: 'warm-up',
  sender: 'kijkuit@example.org',
  sent: '2026-01-01T12:00:00+01:00',
  expires: '2026-01-01T13:00:00+01:00',
  status: 'Exercise',
  msgType: 'Alert',
  scope: 'Public',
  incident: 'warm-up',
  revision: 1,
  kind: 'amber',
  info: ['nl', 'en'].map((language) => ({
    language,
    category: ['Rescue'],
    event: 'AMBER Alert',
    urgency: 'Immediate',
    severity: 'Extreme',
    certainty: 'Likely',
    senderName: 'Politie',
    headline: 'Renée vermist',
    description: 'Renée is 8 jaar. Zij is voor het laatst gezien bij het station. Zij draagt een rode jas.',
    instruction: 'Blijf uit de buurt. Bel direct.',
  })),
  subject: {
    name: 'Renée de Vries',
    age: 8,
    sex: 'female',
    looks: { nl: 'lang blond haar, blauwe bril' },
    clothes: { nl: 'rode jas, blauwe rugzak' },
  },
  suspect: { sex: 'male', age: 40 },
  vehicle: { make: 'Volvo', model: 'V60', colour: { nl: 'grijze' }, plate: 'QX-417-C', country: 'NL' },
  place: { description: { nl: 'station Utrecht Centraal' }, time: '2026-01-01T11:00:00+01:00' },
  call: ['0800-0000', '112'],
  media: [
    {
      sha256: '0'.repeat(64),
      mimeType: 'image/jpeg',
      width: 900,
      height: 1_200,
      role: 'subject',
      focus: { x: 300, y: 200, width: 300, height: 400 },
    },
  ],
}
