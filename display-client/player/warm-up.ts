import { openEnvelope, sealAlert } from '../alert/envelope.ts'
import { generateKey, keyringOf } from '../alert/keyring.ts'
import { type AlertInput, AlertSchema } from '../alert/model.ts'
import type { CancelTimer, Clock } from '../base/clock.ts'
import type { Disposable } from '../base/disposal.ts'
import { compose } from '../compose/compose.ts'
import type { Library } from '../compose/library.ts'
import { formatKey, type Panel } from '../panel/profile.ts'
import type { Log } from './log.ts'

/** How often for each format at first: the first time compiles, the others make what is used much fast. */
const ROUNDS = 5

/**
 * Exercises after that, of all formats of screens in turn: only now does the compiler optimise. It forgets what it made when
 * memory is given back, so they come after `onDone`. They cost some 10 MB; signs are slower than anything that they would win.
 */
const PRACTICE = 50

/** Between two exercises, so that whatever comes in goes first. ms */
const PAUSE = 10

const HOUR = 3_600_000

export interface WarmUpOptions {
  readonly panels: readonly Panel[]
  readonly clock: Clock
  readonly log: Log
  library(): Library
  /** Everything has run: what only a start needs may be given back. */
  onDone(): void
}

/**
 * Opens and composes an exercise that nobody sees, for every format of the player's own panels, one at a time: code that has
 * not run yet is many times slower, and the first alert after a start should not be the one to wait for it.
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
    const formats = [...new Map(this.#options.panels.map((panel) => [formatKey(panel), panel])).values()]
    const screens = formats.filter(({ pixels }) => pixels?.font === 'outline')
    const rounds = inTurn(formats, ROUNDS * formats.length)
    this.#next(this.#exercise(), [...rounds, ...inTurn(screens, PRACTICE)], rounds.length)
  }

  dispose(): void {
    this.#cancelTimer?.()
  }

  /** @param rounds how many of them are the first rounds; below 0 when those are over */
  #next(exercise: Exercise, [panel, ...others]: readonly Panel[], rounds: number): void {
    const { clock, log, onDone } = this.#options
    if (rounds === 0) onDone()
    if (panel === undefined) return
    this.#cancelTimer = clock.after(PAUSE, () => {
      try {
        exercise(panel)
      } catch (error) {
        // Nobody waits for it, so nothing else may suffer from it.
        log.warn(`a fault in Kijkuit: an exercise cannot be composed for ${panel.id}: ${error}`)
        if (rounds > 0) onDone()
        return
      }
      this.#next(exercise, others, rounds - 1)
    })
  }

  /** The exercise as it would come from a broker, signed by a key that nobody else has. */
  #exercise(): Exercise {
    const { clock, library } = this.#options
    const now = clock.now()
    const { entry, file } = generateKey({
      ...{ kid: 'warm-up', roles: ['drill'], senders: [EXERCISE.sender] },
      ...{ notBefore: now - HOUR, notAfter: now + HOUR },
    })
    const keyring = keyringOf({ schema: 'kijkuit-keyring/1', keys: [entry] })
    const envelope = sealAlert(JSON.stringify(AlertSchema.parse(EXERCISE)), file.privateKey, entry.kid)
    return (panel) => {
      const opened = openEnvelope(envelope, keyring, now)
      if (!opened.ok) throw new Error(`the exercise is refused: ${opened.failure.code}`)
      compose(opened.value.alert, panel, library())
    }
  }
}

type Exercise = (panel: Panel) => void

/** So many, one after the other and from the beginning again. */
function inTurn(panels: readonly Panel[], count: number): readonly Panel[] {
  return Array.from(
    { length: panels.length === 0 ? 0 : count },
    (_, index) => panels[index % panels.length] as Panel,
  )
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
