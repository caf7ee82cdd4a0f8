import type { Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import type { BitmapFont } from '../compose/bitmap-font.ts'
import type { Composition } from '../compose/composition.ts'
import { characterFrame, runningFrame } from '../paint/character-sign.ts'
import type { LedFrame } from '../paint/led-frame.ts'
import type { Panel } from '../panel/profile.ts'
import type { Log } from './log.ts'
import type { Programme } from './outputs/output.ts'
import type { PanelChannel } from './panel-channel.ts'
import type { FrameContent, StagePage } from './protocol.ts'
import { coveredLine, coversOf, isNeutral, samplesOf } from './screenshot-cover.ts'
import type { CoveredFrame, Picture } from './screenshot-picture.ts'

/** Why there is no screenshot. */
export interface ScreenshotFailure {
  /** `no-picture`: nobody can make one now. `unsure`: there is one, and nobody can say where on it a person is. */
  readonly code: 'no-picture' | 'unsure'
  /** One sentence that names the fix. */
  readonly message: string
}

export interface ScreenshotParts {
  readonly panels: readonly Panel[]
  readonly channels: ReadonlyMap<string, PanelChannel>
  readonly clock: Clock
  readonly log: Log
  /** The dots of signs of characters. */
  readonly cellFont: BitmapFont
  /** What is on a panel, as it was composed. */
  programme(panel: string): Programme
}

/** How often a picture is asked for, and the time in between, ms: a page that waits for its turn is there after some seconds. */
const TRIES = 10
const PAUSE = 500

/**
 * Pictures of what really stands on glass, for whoever operates the panels.
 *
 * Photo, name and every other fact of a person are covered before a picture leaves the player. None is kept: not on disk, and
 * not in memory beyond the answer (DESIGN §5.3.6).
 */
export class Screenshots {
  readonly #parts: ScreenshotParts

  constructor(parts: ScreenshotParts) {
    this.#parts = parts
  }

  /**
   * A picture of a panel as a PNG: of a screen what its shell sees; of a matrix all its pages, below each other.
   *
   * @param panel id of a panel of this player
   * @param covered false = with the person on it; that goes to the log
   */
  async take(panel: string, covered: boolean): Promise<Result<Buffer, ScreenshotFailure>> {
    const { panels, channels, log } = this.#parts
    const profile = panels.find(({ id }) => id === panel)
    const channel = channels.get(panel)
    if (profile === undefined || channel === undefined) throw new RangeError(`no panel ${panel}`)
    if (!covered) log.warn(`${panel}: somebody took a screenshot with the person on it (unredacted)`)
    if (channel.panel.surface === 'matrix') return this.#drawn(profile, channel, covered)
    return covered ? this.#coveredScreen(channel) : this.#seen(channel)
  }

  async #seen({ shell }: PanelChannel): Promise<Result<Buffer, ScreenshotFailure>> {
    const captured = await shell.capture()
    return captured.ok ? captured : noPicture(captured.failure)
  }

  /** Tries until a picture is of the very revision of which it is known where the person is. */
  async #coveredScreen(channel: PanelChannel): Promise<Result<Buffer, ScreenshotFailure>> {
    const { panel } = channel
    // Only here: the decoder takes 20 MB.
    const pictures = await import('./screenshot-picture.ts')
    let doubt = ''
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      if (attempt > 0) await this.#pause()
      const { stage } = channel
      const captured = await this.#seen(channel)
      if (!captured.ok) return captured
      const picture = await pictures.decodePng(captured.value)
      captured.value.fill(0)
      if (picture === undefined)
        return noPicture(`the shell of ${panel.id} sent a picture that cannot be read`)
      if (channel.stage !== stage) doubt = 'it changed while the picture was made'
      else if (!channel.paintedByAll) doubt = 'its page has not yet painted what must be there'
      else if (!isOf(picture, stage.pages, pictures.shows)) doubt = 'the picture is not of what must be there'
      else {
        pictures.cover(picture, stage.pages.flatMap(coversOfPage))
        return ok(await pictures.encodePng(picture))
      }
      picture.rgb.fill(0)
    }
    const message = `nobody can say where on ${panel.id} a person is to be seen: ${doubt}; ask again, or ask for it unredacted`
    return fail({ code: 'unsure', message })
  }

  /** A matrix shows what the player has drawn. */
  async #drawn(
    profile: Panel,
    channel: PanelChannel,
    covered: boolean,
  ): Promise<Result<Buffer, ScreenshotFailure>> {
    const { width, height } = channel.panel
    const dark = { width, height, palette: ['#000000'], pixels: new Uint8Array(width * height) }
    const frames = covered ? this.#coveredFrames(profile, channel) : channel.stage.pages.map(bare)
    const { drawFrames, encodePng } = await import('./screenshot-picture.ts')
    return ok(await encodePng(drawFrames(frames.length > 0 ? frames : [{ frame: dark, covers: [] }])))
  }

  #coveredFrames({ id, characters }: Panel, { stage }: PanelChannel): readonly CoveredFrame[] {
    const { cellFont, programme } = this.#parts
    const pages = programme(id).flatMap(({ composition }) =>
      composition.pages.map((page, index) => ({ ...page, neutral: neutralTexts(composition, index) })),
    )
    return pages.map(({ content, neutral }, index): CoveredFrame => {
      if (content.type === 'pixels')
        return { frame: frameOf(stage.pages[index]?.content), covers: coversOf(content) }
      if (characters === undefined) throw new RangeError(`a page of characters on ${id}`)
      const lines = content.lines.map((line) => coveredLine(line, neutral))
      const frame =
        content.scroll === undefined
          ? characterFrame(lines, characters, cellFont)
          : runningFrame(lines[0] ?? '', characters, cellFont)
      return { frame, covers: [] }
    })
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => this.#parts.clock.after(PAUSE, resolve))
  }
}

function noPicture(message: string): Result<never, ScreenshotFailure> {
  return fail({ code: 'no-picture', message })
}

function coversOfPage({ content }: StagePage): ReturnType<typeof coversOf> {
  return content.type === 'pixels' ? coversOf(content) : wholeOf(content)
}

/** Of dots for an LED sender nobody here knows which are whose. */
function wholeOf({ width, height }: FrameContent): ReturnType<typeof coversOf> {
  return [{ x: 0, y: 0, width, height }]
}

/**
 * Whether a picture is of one of these pages, or of nothing of ours. A page that lags, another size of pixels or a page of
 * the browser itself has other colours somewhere.
 */
function isOf(
  picture: Picture,
  pages: readonly StagePage[],
  shows: (picture: Picture, samples: ReturnType<typeof samplesOf>) => boolean,
): boolean {
  return (
    pages.length === 0 ||
    pages.some(({ content }) => content.type !== 'pixels' || shows(picture, samplesOf(content)))
  )
}

function neutralTexts({ chosen }: Composition, page: number): readonly string[] {
  return chosen.flatMap((one) => (one.page === page && isNeutral(one.fact) ? [one.text] : []))
}

function bare({ content }: StagePage): CoveredFrame {
  return { frame: frameOf(content), covers: [] }
}

function frameOf(content: StagePage['content'] | undefined): LedFrame {
  if (content?.type !== 'frame') throw new RangeError('a page without dots on a matrix')
  const { width, height, palette, pixels } = content
  return { width, height, palette, pixels: Buffer.from(pixels, 'base64') }
}
