import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { type Alert, AlertSchema } from '../display-client/alert/model.ts'
import { compose } from '../display-client/compose/compose.ts'
import { characterFrame, readCellFont } from '../display-client/paint/character-sign.ts'
import { type Panel, PanelProfileSchema } from '../display-client/panel/profile.ts'
import { frameContent } from '../display-client/player/outputs/output.ts'
import { panelMessage } from '../display-client/player/panel-message.ts'
import type { StagePage } from '../display-client/player/protocol.ts'
import { startChromium, type TestBrowser } from '../display-client/testkit/chromium.ts'
import { corpus, nameOf } from '../display-client/testkit/corpus/corpus.ts'
import { shippedLibrary } from '../display-client/testkit/library.ts'
import { preset } from '../display-client/testkit/panels.ts'
import { builtScreen, type StageServer, startStageServer } from '../display-client/testkit/stage-server.ts'
import { preparePhoto } from './issuer/photo.ts'

/**
 * Makes docs/fitting.png: one AMBER Alert on a stop board of 90 characters and on the poster sizes of the field that are
 * hardest to fill, each drawn by the screen page in Debian's Chromium.
 *
 * Run it with `node_modules/.bin/node scripts/fitting-picture.ts [folder]`; a folder also gets every page as a picture of
 * its own, at full size.
 */

const FILE = fileURLToPath(new URL('../docs/fitting.png', import.meta.url))
const PORTRAIT = new URL('demo/portrait.svg', import.meta.url)
const FACE = { x: 186, y: 92, width: 528, height: 660 }

/** width, height (px), pitch (mm), viewing distance (m): what the smallest letters follow from. */
const POSTERS: readonly (readonly [number, number, number, number])[] = [
  [3_120, 260, 0.5, 4],
  [970, 250, 0.4, 2],
  [480, 270, 0.4, 1.5],
  [1_150, 160, 0.4, 2],
  [800, 130, 0.4, 1.5],
  [728, 90, 0.4, 1.5],
  [1_440, 760, 0.4, 3],
  [768, 864, 0.4, 2],
  [432, 1_008, 0.4, 2],
]

/** The contact sheet: share of the size that is drawn, and px. */
const SCALE = 0.45
const SHEET = 1_600
const MARGIN = 20

/** One page of one panel. */
interface Shot {
  readonly panel: Panel
  readonly page: number
  readonly png: Buffer
}

const library = await shippedLibrary()
const cells = await readCellFont()
if (!cells.ok) throw new Error('the type of character signs has faults')
const cellFont = cells.value
const photo = await preparePhoto(await readFile(PORTRAIT), FACE)
const panels = [
  preset('stop-board-90'),
  ...POSTERS.map(([width, height, pitch, viewingDistance]): Panel => {
    const profile = { schema: 'kijkuit-panel/1', title: `${width}x${height}`, viewingDistance }
    return {
      ...PanelProfileSchema.parse({ ...profile, pixels: { width, height, pitch }, pages: 2 }),
      id: `${width}x${height}`,
    }
  }),
]
const files = await builtScreen()
const chromium = await startChromium()
const server = await startStageServer(
  files,
  panels.map((panel) => panelMessage(panel, cellFont)),
)
try {
  server.setPhoto(photo.media.sha256, photo.bytes)
  const shots: Shot[] = []
  for (const panel of panels) shots.push(...(await shotsOf(panel, server, chromium)))
  const folder = process.argv[2]
  if (folder !== undefined) {
    await mkdir(folder, { recursive: true })
    for (const { panel, page, png } of shots)
      await writeFile(join(folder, `${panel.id}-${page + 1}.png`), png)
  }
  const sheet = await contactSheet(shots, chromium)
  const small = await sharp(sheet).png({ palette: true, colours: 128, effort: 10 }).toBuffer()
  await writeFile(FILE, small)
  console.log(`${FILE}: ${(small.length / 1_000).toFixed(0)} kB`)
} finally {
  await server.dispose()
  await chromium.dispose()
  await files.dispose()
}

function alertWithPhoto(): Alert {
  const alert = corpus().find((one) => nameOf(one) === 'amber-full')
  if (alert === undefined) throw new Error('the corpus has an amber-full')
  return AlertSchema.parse({ ...alert, media: [photo.media] })
}

async function shotsOf(panel: Panel, stage: StageServer, { page: open }: TestBrowser): Promise<Shot[]> {
  const { pages } = compose(alertWithPhoto(), panel, library)
  const { width, height } = panelMessage(panel, cellFont)
  const shots: Shot[] = []
  for (const [index, { content, dwell }] of pages.entries()) {
    const shown: StagePage =
      content.type === 'pixels'
        ? { dwell, content }
        : { dwell, content: frameContent(characterFrame(content.lines, dotsOf(panel), cellFont)) }
    const revision = stage.stage(panel.id, [shown])
    const tab = await open({ width, height })
    await tab.goto(`${stage.origin}/panels/${panel.id}/`)
    await until(() =>
      stage.heard(panel.id).some((one) => one.type === 'painted' && one.revision === revision),
    )
    // A photo joins its text in a cross-fade.
    await tab.waitForTimeout(1_500)
    shots.push({ panel, page: index, png: await tab.screenshot() })
    await tab.close()
  }
  return shots
}

function dotsOf({ characters, id }: Panel): NonNullable<Panel['characters']> {
  if (characters === undefined) throw new Error(`${id} is no sign of characters`)
  return characters
}

/** @throws when it does not become true within ten seconds */
async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (holds()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('a page was not painted')
}

/** All of them on one page, the pages of a panel together, with their sizes. */
async function contactSheet(shots: readonly Shot[], { page: open }: TestBrowser): Promise<Buffer> {
  const figures = panels.map((panel) => {
    const pictures = shots.filter((shot) => shot.panel === panel)
    const widest = SHEET - 2 * MARGIN
    const width = panel.pixels ? Math.min(widest, Math.round(panel.pixels.width * SCALE)) : widest
    const images = pictures.map(
      ({ png }) => `<img width="${width}" src="data:image/png;base64,${png.toString('base64')}">`,
    )
    const name = panel.characters ? panel.title : `${panel.pixels?.width} × ${panel.pixels?.height}`
    const caption = pictures.length > 1 ? `${name}, ${pictures.length} pages` : name
    const wide = 2 * width > widest ? ' class="wide"' : ''
    return `<figure${wide}><div>${images.join('')}</div><figcaption>${caption}</figcaption></figure>`
  })
  const tab = await open({ width: SHEET, height: 900 })
  await tab.setContent(`<!doctype html><style>
    body { margin: ${MARGIN}px; display: flex; flex-wrap: wrap; gap: 20px; align-items: flex-start; font: 14px sans-serif }
    figure { margin: 0 }
    div { display: flex; gap: 6px }
    .wide div { flex-direction: column }
    figcaption { margin-top: 4px; color: #444 }
  </style>${figures.join('')}`)
  return tab.screenshot({ fullPage: true })
}
