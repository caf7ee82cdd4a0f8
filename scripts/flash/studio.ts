import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { type Alert, AlertSchema } from '../../display-client/alert/model.ts'
import { type Disposable, Disposables } from '../../display-client/base/disposal.ts'
import { compose, composeEnd } from '../../display-client/compose/compose.ts'
import type { Composition } from '../../display-client/compose/composition.ts'
import { allFonts, type Library } from '../../display-client/compose/library.ts'
import {
  characterFrame,
  characterFrameSize,
  readCellFont,
  runningFrame,
} from '../../display-client/paint/character-sign.ts'
import type { Panel } from '../../display-client/panel/profile.ts'
import { paintPages } from '../../display-client/player/frames.ts'
import { frameContent } from '../../display-client/player/outputs/output.ts'
import { panelMessage } from '../../display-client/player/panel-message.ts'
import type { StagePage } from '../../display-client/player/protocol.ts'
import { startChromium } from '../../display-client/testkit/chromium.ts'
import { named } from '../../display-client/testkit/corpus/corpus.ts'
import { type Film, film, until } from '../../display-client/testkit/flash/film.ts'
import { shippedLibrary } from '../../display-client/testkit/library.ts'
import { preset } from '../../display-client/testkit/panels.ts'
import { portrait } from '../../display-client/testkit/portrait.ts'
import { builtScreen, startStageServer } from '../../display-client/testkit/stage-server.ts'

/** The panels that are filmed, by preset. */
const PRESETS = ['atm', 'station-landscape', 'text-car-112x80', 'ticker-1x20'] as const
/** The first of them again, with images of its host where no alert is: an alert takes all of it, or a zone, px. */
const HOSTED = {
  'atm-full': undefined,
  'atm-side': { x: 400, y: 0, width: 400, height: 600 },
  'atm-top': { x: 0, y: 0, width: 800, height: 300 },
  'atm-bottom': { x: 0, y: 300, width: 800, height: 300 },
} as const
export type HostedPanel = keyof typeof HOSTED
export type FilmedPanel = (typeof PRESETS)[number] | HostedPanel
const FILMED: readonly FilmedPanel[] = [...PRESETS, ...hosted()]

function hosted(): readonly HostedPanel[] {
  return Object.keys(HOSTED) as HostedPanel[]
}

function isHosted(name: FilmedPanel): name is HostedPanel {
  return name in HOSTED
}

function panelNamed(name: FilmedPanel): Panel {
  if (!isHosted(name)) return preset(name)
  const zone = HOSTED[name]
  return { ...preset('atm'), id: name, ...(zone && { zone }) }
}

/** Of a host, by name. */
const IMAGES = { light: '#ffffff', dark: '#000000' }
const LIGHT = '[src="/media/light"]:not(.entering)'

/** What a fine pattern is finer than, in a reader's view (WCAG 2.2, general flash and red flash thresholds). Degrees. */
const FINE = 0.1

/** Where panels are filmed: the screen page as it ships, in a real Chromium, and the player's half of its protocol. */
export interface Studio extends Disposable {
  /** An alert of the corpus, by its name, with the photo of the demo. */
  alert(name: string): Alert
  /** What a panel shows of an alert. */
  pages(panel: FilmedPanel, alert: Alert, library?: Library): readonly StagePage[]
  /** The end card of an alert. */
  endCard(panel: FilmedPanel, alert: Alert): readonly StagePage[]
  /**
   * Puts images around the alerts of a panel, in turn the lightest and the darkest that there is, and waits until the first stands there.
   *
   * @param time ms of each; absent = the lightest alone
   */
  surround(panel: HostedPanel, time?: number): Promise<void>
  /** Puts pages on a panel and waits until they stand there. */
  show(panel: FilmedPanel, pages: readonly StagePage[]): Promise<void>
  /** Only sends them. @returns the revision */
  send(panel: FilmedPanel, pages: readonly StagePage[]): number
  /** Waits until a revision stands there. */
  painted(panel: FilmedPanel, revision: number): Promise<void>
  film(panel: FilmedPanel, act: (tab: Page) => Promise<void>, moves?: boolean): Promise<Film>
  /** A page of nobody's that does what no panel may: red and black in turn, eight times a second, for a second and a half. */
  flashing(): Promise<Film>
  readonly library: Library
  dispose(): Promise<void>
}

export async function openStudio(): Promise<Studio> {
  const held = new Disposables()
  const library = await shippedLibrary()
  const cells = await readCellFont()
  if (!cells.ok) throw new Error('the type of character signs has faults')
  const cellFont = cells.value
  const photo = await portrait()
  const files = held.add(await builtScreen())
  const chromium = held.add(await startChromium())
  const panels = new Map<string, Panel>(FILMED.map((name) => [name, panelNamed(name)]))
  const messages = [...panels.values()].map((panel) => panelMessage(panel, cellFont))
  const server = held.add(await startStageServer(files, messages))
  server.setPhoto(photo.media.sha256, photo.bytes)
  for (const [name, background] of Object.entries(IMAGES)) {
    const image = sharp({ create: { width: 800, height: 600, channels: 3, background } })
    server.setPhoto(name, await image.png().toBuffer())
  }
  const tabs = new Map<string, Page>()

  const panelOf = (name: string): Panel => {
    const panel = panels.get(name)
    if (panel === undefined) throw new Error(`${name} is not filmed`)
    return panel
  }
  const tabOf = async (name: FilmedPanel): Promise<Page> => {
    const known = tabs.get(name)
    if (known !== undefined) return known
    const tab = await chromium.page(viewOf(panelOf(name)))
    tabs.set(name, tab)
    await tab.goto(`${server.origin}/panels/${name}/`)
    return tab
  }
  const stagePages = (name: string, { pages }: Composition): readonly StagePage[] => {
    const { characters, pixels } = panelOf(name)
    if (pixels && pixels.font !== 'outline') return paintPages(pages, pixels.colours, allFonts(library)).stage
    return pages.map(({ dwell, content }): StagePage => {
      if (content.type === 'pixels') return { dwell, content }
      if (characters === undefined) throw new Error(`${name} is no sign of characters`)
      if (content.scroll === undefined)
        return { dwell, content: frameContent(characterFrame(content.lines, characters, cellFont)) }
      const frame = runningFrame(content.lines[0] ?? '', characters, cellFont)
      const { width } = characterFrameSize({ lines: 1, columns: 1 }, cellFont)
      return { dwell, content: { ...frameContent(frame), scroll: width * content.scroll } }
    })
  }
  const painted = (name: string, revision: number): Promise<void> =>
    until(
      () => server.heard(name).some((one) => one.type === 'painted' && one.revision === revision),
      `revision ${revision} of ${name}`,
    )

  return {
    library,
    alert(name) {
      const found = named(name)
      return found.subject === undefined ? found : AlertSchema.parse({ ...found, media: [photo.media] })
    },
    pages: (name, alert, other = library) => stagePages(name, compose(alert, panelOf(name), other)),
    endCard(name, { sender, incident, revision, kind, status }) {
      return stagePages(
        name,
        composeEnd({ sender, incident, revision, kind, status }, panelOf(name), library),
      )
    },
    async surround(name, time) {
      const tab = await tabOf(name)
      const { width, height } = panelOf(name).pixels ?? { width: 0, height: 0 }
      const images = Object.keys(IMAGES).map((image) => `/media/${image}`)
      server.setIdle(name, {
        type: 'idle',
        content: {
          type: 'images',
          time: time ?? 0,
          images: time === undefined ? images.slice(0, 1) : images,
        },
        ...{ width, height, x: HOSTED[name]?.x ?? 0, y: HOSTED[name]?.y ?? 0, touch: false },
      })
      const count = (which: string): Promise<number> => tab.locator(`kijkuit-idle img${which}`).count()
      const isThere = async (): Promise<boolean> =>
        time === undefined ? (await count('')) === 1 && (await count(LIGHT)) === 1 : (await count('')) > 0
      await until(isThere, `the image around ${name}`)
    },
    async show(name, pages) {
      await tabOf(name)
      await painted(name, server.stage(name, pages))
    },
    send: (name, pages) => server.stage(name, pages),
    painted,
    async film(name, act, moves) {
      const tab = await tabOf(name)
      return film(tab, () => act(tab), moves)
    },
    async flashing() {
      const tab = await chromium.page({ width: 320, height: 240 })
      await tab.setContent('<body style="background: #000">')
      const made = await film(tab, async () => void (await tab.evaluate(FLASHING)))
      await tab.close()
      return made
    },
    dispose: () => held.dispose(),
  }
}

/** Runs in the page; ends where it began. */
const FLASHING = `document.body.animate(
  [{ background: '#ff0000' }, { background: '#000000' }],
  { duration: 125, easing: 'steps(2, jump-none)', iterations: 12 },
).finished.then(() => undefined)`

/** Of the page on which a panel is filmed, CSS px: a screen as it is, dots of a matrix four px apart. */
function viewOf({ pixels, characters }: Panel): { width: number; height: number } {
  if (pixels?.font === 'outline') return { width: pixels.width, height: pixels.height }
  const { columns = 0, lines = 0 } = characters ?? {}
  return { width: (pixels?.width ?? columns * 6) * DOT, height: (pixels?.height ?? lines * 8) * DOT }
}
const DOT = 4

/** mm between dots of a sign of characters: the usual small one. */
const CHARACTER_PITCH = 5

/** Side of the regions in which the flashing of a panel is judged, px of its film: 0.1 degrees at its viewing distance. */
export function regionOf(name: FilmedPanel): number {
  const { pixels, viewingDistance } = panelNamed(name)
  const isScreen = pixels?.font === 'outline'
  const pitch = (pixels?.pitch ?? CHARACTER_PITCH) / (isScreen ? 1 : DOT)
  const side = viewingDistance * 1_000 * 2 * Math.tan((FINE / 2) * (Math.PI / 180))
  return Math.max(1, Math.floor(side / pitch))
}

/** How much of a reader's view a panel fills, steradians. */
export function viewOfReader(name: FilmedPanel): number {
  const { pixels, characters, viewingDistance } = panelNamed(name)
  const { columns = 0, lines = 0 } = characters ?? {}
  const pitch = (pixels?.pitch ?? CHARACTER_PITCH) / 1_000
  const width = (pixels?.width ?? columns * 6) * pitch
  const height = (pixels?.height ?? lines * 8) * pitch
  return (width * height) / viewingDistance ** 2
}
