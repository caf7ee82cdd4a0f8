import type { Clock } from '../base/clock.ts'
import type { CharacterContent, CompositionPage } from '../compose/composition.ts'
import {
  type RtigOutput,
  readRtigCapability,
  rtigCapabilityAnswers,
  rtigCapabilityRequest,
  rtigCapabilityTopic,
  rtigContent,
  rtigDelete,
  rtigMessageId,
  rtigTopic,
} from '../paint/signs/rtigt047.ts'
import type { Panel } from '../panel/profile.ts'
import type { Delivery } from './connection.ts'
import type { Log } from './log.ts'
import type { SignSink } from './outputs/feed.ts'
import type { Programme } from './outputs/output.ts'
import type { PublishOptions } from './publish-queue.ts'

export interface RtigFeedOptions {
  readonly player: string
  readonly panels: readonly Panel[]
  readonly clock: Clock
  readonly log: Log
  publish(topic: string, payload: string, options: PublishOptions): void
}

interface Display {
  readonly panel: Panel
  readonly output: RtigOutput
  readonly id: string
  /** What is retained for it now. */
  record?: { readonly payload: string; readonly until: number | undefined }
  /** Said already, of what it is capable of. */
  told?: string
}

/** A deletion may stay on the broker this long, s: as the standard suggests for what is retained. */
const DELETION = 3_600

/** Information messages for displays that speak RTIGT047, retained, on every broker that is there. */
export class RtigFeed implements SignSink {
  /** The topics that it listens to. */
  readonly filters: readonly string[]
  readonly #options: RtigFeedOptions
  readonly #displays: ReadonlyMap<string, Display>

  constructor(options: RtigFeedOptions) {
    this.#options = options
    const { player, panels } = options
    this.#displays = new Map(
      panels.flatMap((panel): [string, Display][] =>
        panel.output?.protocol === 'rtigt047'
          ? [[panel.id, { panel, output: panel.output, id: rtigMessageId(player, panel.id) }]]
          : [],
      ),
    )
    const answers = [...this.#displays.values()].map(({ output }) => rtigCapabilityAnswers(output))
    this.filters = [...new Set(answers)]
  }

  set(panel: string, programme: Programme): void {
    const display = this.#displays.get(panel)
    if (display === undefined) return
    const [first] = programme
    if (first === undefined) display.record = { payload: rtigDelete(display.id), until: undefined }
    else {
      const until = Math.min(...programme.map((item) => item.until))
      const pages = programme.flatMap(({ composition }) => composition.pages.map(textOf))
      const scrolls = pages.some(({ scroll }) => scroll !== undefined)
      const payload = rtigContent(display.output, {
        id: display.id,
        language: first.composition.languages[0] ?? 'nl',
        text: programme.flatMap(({ composition }) => composition.chosen.map(({ text }) => text)).join(' - '),
        from: this.#options.clock.now(),
        until,
        isEmergency: programme.some(({ live, about }) => live && about.kind !== 'community'),
        behaviour: scrolls ? 'SCROLL' : pages.length > 1 ? 'PAGED' : 'STATIC',
      })
      display.record = { payload, until }
    }
    this.#publish(display)
  }

  /** Publishes everything anew, and asks every display what it is capable of: a broker is there. */
  publishAll(): void {
    for (const display of this.#displays.values()) {
      this.#publish(display)
      const topic = rtigCapabilityTopic(display.output)
      if (topic !== undefined)
        this.#options.publish(topic, rtigCapabilityRequest(display.id), { retain: false })
    }
  }

  /**
   * Takes the answer of a display, and says where its panel profile is another.
   *
   * @returns whether the message was for us
   */
  take({ topic, bytes }: Delivery): boolean {
    if (!this.filters.includes(topic)) return false
    const answer = readRtigCapability(bytes)
    const display = [...this.#displays.values()].find(
      ({ id, output }) =>
        answer?.requestId === id && output.vendor === answer.vendorId && output.device === answer.deviceId,
    )
    if (answer === undefined || display === undefined) return true
    const { panel } = display
    const { lines, charsPerLine, canScroll } = answer.textDisplayConfig
    const { characters } = panel
    const wrong = [
      lines !== undefined && characters && lines < characters.lines && `characters.lines must be ${lines}`,
      charsPerLine !== undefined &&
        characters &&
        charsPerLine < characters.columns &&
        `characters.columns must be ${charsPerLine}`,
      canScroll === false && characters?.scroll !== undefined && 'characters.scroll must be left out',
    ].filter((one) => typeof one === 'string')
    const line = wrong.join(', ')
    if (line !== '' && line !== display.told)
      this.#options.log.warn(`${panel.id}: its display says that it is smaller than its profile: ${line}`)
    display.told = line
    return true
  }

  #publish({ record, output, id }: Display): void {
    if (record === undefined) return
    const { clock, publish } = this.#options
    // A name must not stay on the broker, also when the player is not there to take it back.
    const lifetime =
      record.until === undefined ? DELETION : Math.max(1, Math.ceil((record.until - clock.now()) / 1_000))
    publish(rtigTopic(output, id), record.payload, { retain: true, lifetime })
  }
}

/** @throws RangeError for a page of pixels: the profile must refuse a display that has no characters */
function textOf({ content }: CompositionPage): CharacterContent {
  if (content.type !== 'characters') throw new RangeError('a page of pixels for a display of characters')
  return content
}
