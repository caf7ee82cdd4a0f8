import type { Disposable } from '../../display-client/base/disposal.ts'
import type { BitmapFont } from '../../display-client/compose/bitmap-font.ts'
import {
  type Characters,
  characterFrame,
  characterFrameSize,
  runningFrame,
} from '../../display-client/paint/character-sign.ts'
import { frameContent } from '../../display-client/player/outputs/output.ts'
import type { StagePage } from '../../display-client/player/protocol.ts'
import type { Seen, SimulatedSign } from '../../display-client/simulators/sign-model.ts'
import type { DemoSign } from './signs.ts'

/** How fast a simulated sign lets a long line run by, characters a second. */
const SPEED = 10
/** How long a sign is without power, ms. */
const OUTAGE = 2_000

/** An alert that a sign has to show, or has to stop showing. */
interface Awaited {
  readonly kind: 'shown' | 'removed'
  readonly incident: string
  readonly revision: number
}

/** What is to be seen on a sign. */
export interface SignGlass {
  readonly panel: string
  readonly pages: readonly StagePage[]
  /** Whether it shows something that it was told. */
  readonly isTold: boolean
}

interface Watched {
  readonly sign: SimulatedSign
  readonly characters: Characters
  /** What it shows when nobody told it anything. */
  home: string
  /** What is to be seen on it, and that as text. */
  pages: readonly StagePage[]
  look: string
}

export interface SignWatchOptions {
  /** The panels whose signs come, sooner or later. */
  readonly panels: readonly string[]
  /** The dots of signs of letters. */
  readonly font: BitmapFont
  /** What is to be seen on a sign is another. */
  onChange(glass: SignGlass): void
  /** A sign has what was awaited of it: from its own side, whatever it answers. */
  onReceipt(receipt: Awaited & { readonly panel: string }): void
}

/** Looks at the simulated signs as a person in the street would: at what they show, not at what they were sent. */
export class SignWatch implements Disposable {
  readonly #options: SignWatchOptions
  readonly #signs = new Map<string, Watched>()
  readonly #awaited = new Map<string, Awaited>()
  #cancelOutage = (): void => {}
  #isOver = false
  #outage: Promise<void> | undefined

  constructor(options: SignWatchOptions) {
    this.#options = options
  }

  /** What is to be seen on every sign. */
  get glass(): readonly SignGlass[] {
    return [...this.#signs].map(([panel, watched]) => glassOf(panel, watched))
  }

  /** Looks at `sign` from now on; nothing of ours is on it yet. @param characters of a sign of letters */
  add({ panel, sign }: DemoSign, characters: Characters = { lines: 1, columns: 1 }): void {
    const watched: Watched = { sign, characters, home: '', pages: [], look: '' }
    this.#signs.set(panel, watched)
    this.#look(panel, watched)
    watched.home = watched.look
    this.#options.onChange(glassOf(panel, watched))
    sign.onTold = () => this.#told(panel)
  }

  /** What `panel` must show is decided: its sign has it with the next that it is told. */
  awaitShown(panel: string, incident: string, revision: number): void {
    if (this.#options.panels.includes(panel)) this.#awaited.set(panel, { kind: 'shown', incident, revision })
  }

  /** The end of an incident is decided for every sign. */
  awaitRemoved(incident: string, revision: number): void {
    for (const panel of this.#options.panels)
      this.#awaited.set(panel, { kind: 'removed', incident, revision })
  }

  /** Cuts the power of all signs for a moment, once at a time: what is on them comes back because it is told again. */
  cutPower(): Promise<void> {
    this.#outage ??= this.#cutPower().finally(() => {
      this.#outage = undefined
    })
    return this.#outage
  }

  dispose(): void {
    this.#isOver = true
    this.#cancelOutage()
  }

  async #cutPower(): Promise<void> {
    const signs = [...this.#signs]
    const each = async (change: (sign: SimulatedSign) => Promise<void>): Promise<void> => {
      await Promise.all(signs.map(([, { sign }]) => change(sign)))
      for (const [panel, watched] of signs) this.#look(panel, watched)
    }
    await each((sign) => sign.powerOff())
    if (this.#isOver) return
    await new Promise<void>((done) => {
      const timer = setTimeout(done, OUTAGE)
      this.#cancelOutage = () => {
        clearTimeout(timer)
        done()
      }
    })
    if (!this.#isOver) await each((sign) => sign.powerOn())
  }

  #told(panel: string): void {
    const watched = this.#signs.get(panel)
    if (watched === undefined) return
    this.#look(panel, watched)
    const awaited = this.#awaited.get(panel)
    if (awaited === undefined || (awaited.kind === 'shown' && !isTold(watched))) return
    this.#awaited.delete(panel)
    this.#options.onReceipt({ panel, ...awaited })
  }

  #look(panel: string, watched: Watched): void {
    const pages = watched.sign.pages.map(({ dwell, seen }): StagePage => {
      return { dwell, content: this.#draw(seen, watched.characters) }
    })
    const look = JSON.stringify(pages)
    if (look === watched.look) return
    watched.look = look
    watched.pages = pages
    this.#options.onChange(glassOf(panel, watched))
  }

  #draw(seen: Seen, characters: Characters): StagePage['content'] {
    const { font } = this.#options
    if ('pixels' in seen) return frameContent(seen)
    const long = seen.find((line) => Array.from(line).length > characters.columns)
    if (long === undefined) return frameContent(characterFrame(seen, characters, font))
    const { width } = characterFrameSize({ lines: 1, columns: 1 }, font)
    return { ...frameContent(runningFrame(long, characters, font)), scroll: width * SPEED }
  }
}

function isTold({ pages, look, home }: Watched): boolean {
  return pages.length > 0 && look !== home
}

function glassOf(panel: string, watched: Watched): SignGlass {
  return { panel, pages: watched.pages, isTold: isTold(watched) }
}
