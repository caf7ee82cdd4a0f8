import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Alert, AlertSchema } from '../display-client/alert/model.ts'
import { compose, composeEnd } from '../display-client/compose/compose.ts'
import type { Composition } from '../display-client/compose/composition.ts'
import { type Panel, PanelProfileSchema } from '../display-client/panel/profile.ts'
import { named } from '../display-client/testkit/corpus/corpus.ts'
import { shippedLibrary } from '../display-client/testkit/library.ts'
import { portrait } from '../display-client/testkit/portrait.ts'
import { type Figure, openCamera, writeSheet } from './pictures/camera.ts'

/**
 * Everything that a screen can show, to be looked at before a layout or a theme goes on glass: each size of screen with
 * alerts short and long, of every kind, with and without a photo, tests and ends; drawn by the screen page in Chromium.
 *
 * Run it with `node_modules/.bin/node scripts/look-picture.ts <folder> [theme] [part of a size's name]`; it writes one sheet for
 * each size.
 */

const SHEET = 1_900

/** Panels by the name of their sheet: pixels, distance between them and from the farthest reader (mm, m), zone. */
const SIZES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  '1920x1080': { pixels: { width: 1_920, height: 1_080, pitch: 0.63 }, viewingDistance: 10 },
  '1080x1920': { pixels: { width: 1_080, height: 1_920, pitch: 0.63 }, viewingDistance: 10 },
  '1920x360': { pixels: { width: 1_920, height: 360, pitch: 0.37 }, viewingDistance: 4 },
  '1280x720': { pixels: { width: 1_280, height: 720, pitch: 0.55 }, viewingDistance: 5 },
  '800x600': { pixels: { width: 800, height: 600, pitch: 0.3 }, viewingDistance: 1.5 },
  '480x800': { pixels: { width: 480, height: 800, pitch: 0.2 }, viewingDistance: 1 },
  '3840x2160': { pixels: { width: 3_840, height: 2_160, pitch: 0.315 }, viewingDistance: 10 },
  side: zone('side', 1_320, 0, 600, 1_080),
  top: zone('top', 0, 0, 1_920, 324),
  bottom: zone('bottom', 0, 756, 1_920, 324),
}

const [folder, theme = 'kijkuit', only = ''] = process.argv.slice(2)
if (folder === undefined) throw new Error('name a folder for the sheets')
await mkdir(folder, { recursive: true })
const library = await shippedLibrary()
const photo = await portrait()
const amber = named('amber-full')
const { sender, incident, kind, status } = amber
const ending = { sender, incident, revision: 1, kind, status }

const alert =
  (one: Alert, media: readonly unknown[] = []) =>
  (panel: Panel): Composition =>
    compose(AlertSchema.parse({ ...one, media }), panel, library)
const SHOWN: readonly (readonly [string, (panel: Panel) => Composition])[] = [
  ['amber', alert(amber, [photo.media])],
  ['amber, no photo', alert(amber)],
  ['amber, exercise', alert({ ...amber, status: 'Exercise' }, [photo.media])],
  ['long names', alert(named('amber-long-names'), [photo.media])],
  ['free text', alert(named('cap-free-text'), [photo.media])],
  ['missing child', alert(named('missing-child'), [photo.media])],
  ['headline only', alert(named('headline-only'))],
  ['missing person', alert(named('burgernet'), [photo.media])],
  ['public warning', alert(named('nl-alert'))],
  ['longest', alert(named('longest'))],
  ['community', alert({ ...named('burgernet'), kind: 'community' })],
  ['drill', alert(named('drill'))],
  ['two languages', (panel) => alert(amber, [photo.media])({ ...panel, languages: ['nl', 'en'] })],
  ['the end', (panel) => composeEnd(ending, panel, library)],
]

for (const [name, profile] of Object.entries(SIZES)) {
  if (!name.includes(only)) continue
  const usual = { schema: 'kijkuit-panel/1', title: name, tests: true, theme }
  const panel: Panel = { ...PanelProfileSchema.parse({ ...usual, ...profile }), id: `look-${name}` }
  const camera = await openCamera([panel], photo)
  try {
    const figures: Figure[] = []
    for (const [caption, shown] of SHOWN) {
      const pictures = await camera.photograph(panel, shown(panel))
      const { width, height } = panel.zone ?? panel.pixels ?? { width: 1, height: 1 }
      figures.push({ pictures, caption, width: Math.round(width * Math.min(620 / width, 330 / height)) })
    }
    const file = join(folder, `${theme}-${name}.png`)
    await writeSheet(camera, file, figures, SHEET)
  } finally {
    await camera.dispose()
  }
}

function zone(takeover: string, x: number, y: number, width: number, height: number) {
  const pixels = { width: 1_920, height: 1_080, pitch: 0.4 }
  return { pixels, takeover, zone: { x, y, width, height }, viewingDistance: 4 }
}
