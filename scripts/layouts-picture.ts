import { fileURLToPath } from 'node:url'
import { type Alert, AlertSchema } from '../display-client/alert/model.ts'
import { compose, composeEnd } from '../display-client/compose/compose.ts'
import type { Composition } from '../display-client/compose/composition.ts'
import { type Panel, PanelProfileSchema } from '../display-client/panel/profile.ts'
import { named } from '../display-client/testkit/corpus/corpus.ts'
import { shippedLibrary } from '../display-client/testkit/library.ts'
import { preset } from '../display-client/testkit/panels.ts'
import { portrait } from '../display-client/testkit/portrait.ts'
import { type Figure, openCamera, widestOn, writePages, writeSheet } from './pictures/camera.ts'

/**
 * Makes docs/layouts.png: alerts long and short, with and without a photo, on every layout and in every theme that screens
 * have, drawn by the screen page in Debian's Chromium.
 *
 * Run it with `node_modules/.bin/node scripts/layouts-picture.ts [folder]`; a folder also gets every page as a picture of
 * its own, at full size.
 */

const FILE = fileURLToPath(new URL('../docs/layouts.png', import.meta.url))
const SHEET = 1_600

/** What is shown of an alert. */
type Shown = (panel: Panel) => Composition

const library = await shippedLibrary()
const photo = await portrait()
const amber = named('amber-full')
const alert =
  (one: Alert): Shown =>
  (panel) =>
    compose(one, panel, library)
const withPhoto = (one: Alert): Shown => alert(AlertSchema.parse({ ...one, media: [photo.media] }))
const bare = alert(AlertSchema.parse({ ...amber, media: [] }))
const exercise = withPhoto(AlertSchema.parse({ ...amber, status: 'Exercise', media: [] }))
const ended: Shown = (panel) =>
  composeEnd(
    { sender: amber.sender, incident: amber.incident, revision: 1, kind: 'amber', status: 'Actual' },
    panel,
    library,
  )

const PIXELS = { width: 1_920, height: 1_080, pitch: 0.4 }
const zone = (takeover: string, x: number, y: number, width: number, height: number): Panel =>
  screen(`zone-${takeover}`, { pixels: PIXELS, takeover, zone: { x, y, width, height }, viewingDistance: 4 })

/** Panel, what it shows, caption, and the width of one page on the sheet, px. */
const SHOTS: readonly (readonly [Panel, Shown, string, number])[] = [
  [preset('station-landscape'), withPhoto(amber), 'landscape, 1920 × 1080 at 10 m', 380],
  [preset('station-landscape'), bare, 'without a photo', 380],
  [preset('station-portrait'), withPhoto(amber), 'portrait, 1080 × 1920 at 10 m', 230],
  [preset('kiosk-480x800'), withPhoto(named('missing-child')), '480 × 800', 200],
  [screen('square', { pixels: { ...PIXELS, width: 1_080 } }), withPhoto(amber), 'square', 250],
  [preset('atm'), withPhoto(named('amber-long-names')), 'long names, 800 × 600', 250],
  [preset('station-landscape'), ended, 'the end', 335],
  [preset('transit-bar'), withPhoto(amber), 'bar, 1920 × 360 at 4 m', 505],
  [
    screen('long-bar', { pixels: { width: 3_120, height: 260, pitch: 0.5 }, pages: 2 }),
    withPhoto(amber),
    'bar with two columns, 3120 × 260',
    770,
  ],
  [preset('metro-2560x720'), withPhoto(amber), 'wide, 2560 × 720', 505],
  [preset('on-board-1080x360'), withPhoto(named('missing-child')), 'wide, 1080 × 360', 240],
  [
    screen('small', { pixels: { width: 480, height: 270, pitch: 0.4 }, viewingDistance: 1.5 }),
    bare,
    'small, 480 × 270',
    240,
  ],
  [zone('side', 1_320, 0, 600, 1_080), withPhoto(amber), 'zone at the side', 170],
  [zone('top', 0, 0, 1_920, 324), withPhoto(amber), 'zone at the top', 380],
  [zone('bottom', 0, 756, 1_920, 324), alert(named('nl-alert')), 'zone at the bottom', 380],
  [preset('platform-edge-3840x1080'), alert(named('nl-alert')), '3840 × 1080', 380],
  [preset('atm-1280x1024'), exercise, 'an exercise, 1280 × 1024', 270],
  [{ ...preset('atm'), languages: ['nl', 'en'] }, withPhoto(amber), 'two languages, 800 × 600', 240],
  ...['neutral-light', 'neutral-dark', 'warning-light', 'warning-dark'].flatMap(
    (theme): (typeof SHOTS)[number][] => [
      [themed('missing-child', theme), withPhoto(named('missing-child')), `${theme}: a missing child`, 370],
      [themed('public-warning', theme), alert(named('nl-alert')), `${theme}: a public warning`, 370],
      [themed('exercise', theme), exercise, `${theme}: an exercise`, 370],
    ],
  ),
]

const folder = process.argv[2]
const camera = await openCamera([...new Map(SHOTS.map(([panel]) => [panel.id, panel])).values()], photo)
try {
  const figures: Figure[] = []
  for (const [index, [panel, shown, caption, width]] of SHOTS.entries()) {
    const pictures = await camera.photograph(panel, shown(panel))
    figures.push({ pictures, caption, width: Math.min(width, widestOn(SHEET)) })
    if (folder !== undefined) await writePages(folder, `${index}-${panel.id}`, pictures)
  }
  await writeSheet(camera, FILE, figures, SHEET)
} finally {
  await camera.dispose()
}

/** A panel for one kind of picture in a theme. */
function themed(id: string, theme: string): Panel {
  const pixels = { ...PIXELS, width: 1_280, height: 720 }
  return screen(`${theme}-${id}`, { pixels, theme, tests: true })
}

function screen(id: string, profile: Readonly<Record<string, unknown>>): Panel {
  const usual = { schema: 'kijkuit-panel/1', title: id, viewingDistance: 4 }
  return { ...PanelProfileSchema.parse({ ...usual, ...profile }), id }
}
