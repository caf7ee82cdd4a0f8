import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Disposable } from '../../display-client/base/disposal.ts'
import type { Composition } from '../../display-client/compose/composition.ts'
import { characterFrame, readCellFont } from '../../display-client/paint/character-sign.ts'
import type { Panel } from '../../display-client/panel/profile.ts'
import { frameContent } from '../../display-client/player/outputs/output.ts'
import { panelMessage } from '../../display-client/player/panel-message.ts'
import type { StagePage } from '../../display-client/player/protocol.ts'
import { startChromium } from '../../display-client/testkit/chromium.ts'
import { builtScreen, startStageServer } from '../../display-client/testkit/stage-server.ts'
import type { Photo } from '../issuer/photo.ts'

/** Photographs what panels show, through the screen page as it ships, in Debian's Chromium. */
export interface Camera extends Disposable {
  /** Every page of a composition, px for px. @throws when a page is not painted within ten seconds */
  photograph(panel: Panel, composition: Composition): Promise<readonly Buffer[]>
  /** A page of HTML of this width and as high as it needs, as a PNG of few colours. @param width px */
  sheet(html: string, width: number): Promise<Buffer>
}

/** @param photo the one that alerts may show */
export async function openCamera(panels: readonly Panel[], photo: Photo): Promise<Camera> {
  const cells = await readCellFont()
  if (!cells.ok) throw new Error('the type of character signs has faults')
  const cellFont = cells.value
  const files = await builtScreen()
  const chromium = await startChromium()
  const server = await startStageServer(
    files,
    panels.map((panel) => panelMessage(panel, cellFont)),
  )
  server.setPhoto(photo.media.sha256, photo.bytes)

  const stagePage = (panel: Panel, { content, dwell }: Composition['pages'][number]): StagePage => {
    if (content.type === 'pixels') return { dwell, content }
    if (panel.characters === undefined) throw new Error(`${panel.id} is no sign of characters`)
    return { dwell, content: frameContent(characterFrame(content.lines, panel.characters, cellFont)) }
  }
  const isPainted = (id: string, revision: number): boolean =>
    server.heard(id).some((one) => one.type === 'painted' && one.revision === revision)

  return {
    async photograph(panel, { pages }) {
      const { width, height } = panelMessage(panel, cellFont)
      const pictures: Buffer[] = []
      const tab = await chromium.page({ width, height })
      await tab.goto(`${server.origin}/panels/${panel.id}/`)
      for (const page of pages) {
        const revision = server.stage(panel.id, [stagePage(panel, page)])
        await until(() => isPainted(panel.id, revision))
        // One that takes long on a busy machine comes after its words.
        await until(async () => (await tab.locator('.front .photo:not(:has(img))').count()) === 0)
        pictures.push(await tab.screenshot())
      }
      await tab.close()
      return pictures
    },
    async sheet(html, width) {
      const tab = await chromium.page({ width, height: 900 })
      await tab.setContent(html)
      const picture = await tab.screenshot({ fullPage: true })
      await tab.close()
      return sharp(picture).png({ palette: true, colours: 128, effort: 10 }).toBuffer()
    },
    async dispose() {
      await server.dispose()
      await chromium.dispose()
      await files.dispose()
    },
  }
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('a page was not painted')
}

/** Pictures of one panel, with what they are. */
export interface Figure {
  readonly pictures: readonly Buffer[]
  /** Of one picture on the sheet, px. */
  readonly width: number
  readonly caption: string
}

const MARGIN = 20

/** The widest picture on a sheet of this width, px. */
export function widestOn(sheet: number): number {
  return sheet - 2 * MARGIN
}

/** Makes a contact sheet, and says how large the file is. @param width px */
export async function writeSheet(
  camera: Camera,
  file: string,
  figures: readonly Figure[],
  width: number,
): Promise<void> {
  const sheet = await camera.sheet(contactSheet(figures, width), width)
  await writeFile(file, sheet)
  console.log(`${file}: ${(sheet.length / 1_000).toFixed(0)} kB`)
}

/** Writes each page at its full size, as `<name>-<page>.png`. */
export async function writePages(folder: string, name: string, pictures: readonly Buffer[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [page, png] of pictures.entries()) await writeFile(join(folder, `${name}-${page + 1}.png`), png)
}

/** A contact sheet as HTML: the pages of a panel together, below each other where two do not fit. @param width px */
function contactSheet(figures: readonly Figure[], width: number): string {
  const all = figures.map((figure) => {
    const images = figure.pictures.map(
      (png) => `<img width="${figure.width}" src="data:image/png;base64,${png.toString('base64')}">`,
    )
    const wide = 2 * figure.width > widestOn(width) ? ' class="wide"' : ''
    return `<figure${wide}><div>${images.join('')}</div><figcaption>${figure.caption}</figcaption></figure>`
  })
  return `<!doctype html><style>
    body { margin: ${MARGIN}px; display: flex; flex-wrap: wrap; gap: 20px; align-items: flex-start; font: 14px sans-serif; background: #e2e2e2 }
    figure { margin: 0 }
    div { display: flex; gap: 6px }
    .wide div { flex-direction: column }
    figcaption { margin-top: 4px; color: #444 }
  </style>${all.join('')}`
}
