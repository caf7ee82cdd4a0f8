import { fileURLToPath } from 'node:url'
import { type Alert, AlertSchema } from '../display-client/alert/model.ts'
import { compose } from '../display-client/compose/compose.ts'
import { type Panel, PanelProfileSchema } from '../display-client/panel/profile.ts'
import { named } from '../display-client/testkit/corpus/corpus.ts'
import { shippedLibrary } from '../display-client/testkit/library.ts'
import { preset } from '../display-client/testkit/panels.ts'
import { portrait } from '../display-client/testkit/portrait.ts'
import { type Figure, openCamera, widestOn, writePages, writeSheet } from './pictures/camera.ts'

/**
 * Makes docs/fitting.png: one AMBER Alert on a stop board of 90 characters and on the poster sizes of the field that are
 * hardest to fill, each drawn by the screen page in Debian's Chromium.
 *
 * Run it with `node_modules/.bin/node scripts/fitting-picture.ts [folder]`; a folder also gets every page as a picture of
 * its own, at full size.
 */

const FILE = fileURLToPath(new URL('../docs/fitting.png', import.meta.url))

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

const library = await shippedLibrary()
const photo = await portrait()
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
const folder = process.argv[2]
const camera = await openCamera(panels, photo)
try {
  const figures: Figure[] = []
  for (const panel of panels) {
    const pictures = await camera.photograph(panel, compose(alertWithPhoto(), panel, library))
    figures.push({ pictures, ...labelOf(panel, pictures.length) })
    if (folder !== undefined) await writePages(folder, `${panel.id}`, pictures)
  }
  await writeSheet(camera, FILE, figures, SHEET)
} finally {
  await camera.dispose()
}

function alertWithPhoto(): Alert {
  return AlertSchema.parse({ ...named('amber-full'), media: [photo.media] })
}

function labelOf(panel: Panel, pages: number): Pick<Figure, 'width' | 'caption'> {
  const { pixels, characters } = panel
  const widest = widestOn(SHEET)
  const name = characters ? panel.title : `${pixels?.width} × ${pixels?.height}`
  return {
    width: pixels ? Math.min(widest, Math.round(pixels.width * SCALE)) : widest,
    caption: pages > 1 ? `${name}, ${pages} pages` : name,
  }
}
