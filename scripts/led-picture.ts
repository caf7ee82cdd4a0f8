import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import type { Alert } from '../display-client/alert/model.ts'
import { formatFault } from '../display-client/base/document.ts'
import { type BitmapFont, glyphOf } from '../display-client/compose/bitmap-font.ts'
import { compose, composeEnd } from '../display-client/compose/compose.ts'
import type { Composition, PhotoBox } from '../display-client/compose/composition.ts'
import { allFonts } from '../display-client/compose/library.ts'
import { type LedFrame, paintFrame } from '../display-client/paint/led-frame.ts'
import { ledPreview } from '../display-client/paint/led-preview.ts'
import { ledPhoto } from '../display-client/paint/photo.ts'
import { type Panel, PanelProfileSchema } from '../display-client/panel/profile.ts'
import { readLibrary } from '../display-client/player/library-files.ts'
import { readPanel } from './commands/panel-argument.ts'
import { readToLookAt } from './issuer/draft.ts'
import { preparePhoto } from './issuer/photo.ts'

/**
 * Makes docs/led.png: what panels of LEDs show of the demo's alert, with a plate and without, of its end, and on a wall that is
 * large enough for a face; each with its size and how long the page stays.
 *
 * Run it with `node_modules/.bin/node scripts/led-picture.ts [file]`.
 */

const FILE = process.argv[2] ?? fileURLToPath(new URL('../docs/led.png', import.meta.url))

/** px of the picture for one dot. */
const DOT = 4
/** px between two panels. */
const GAP = 24
const LABEL = { font: 'led-9', colour: '#9a9a98', scale: 2, height: 36 } as const
const BOARD = '#1c1d1f'
/** The face in scripts/demo/portrait.svg, px. */
const FACE = { x: 120, y: 60, width: 660, height: 800 }

const library = await readLibrary()
if (!library.ok) throw new Error(library.failure.map(formatFault).join('\n'))
const { value: read } = library
const demo = (name: string): string => fileURLToPath(new URL(`demo/${name}`, import.meta.url))
const portrait = await preparePhoto(readFileSync(demo('portrait.svg')), FACE)

/** The alert of the demo, without its vehicle and with a photo where that is wanted. */
function demoAlert({ plate = true, photo = false } = {}): Alert {
  const file = demo('alert.yaml')
  const looked = readToLookAt(file, readFileSync(file, 'utf8'), Date.parse('2026-11-22T16:00:00Z'))
  if (!looked.ok) throw new Error(looked.failure.map(formatFault).join('\n'))
  const { vehicle: _, ...withoutPlate } = looked.value.alert
  return { ...(plate ? looked.value.alert : withoutPlate), media: photo ? [portrait.media] : [] }
}

function wall(width: number, height: number, colours: string): Panel {
  const pixels = { width, height, pitch: 6, colours, font: 'led' }
  const profile = { schema: 'kijkuit-panel/1', title: 'LED wall', pixels, viewingDistance: 8 }
  return { ...PanelProfileSchema.parse(profile), id: 'wall' }
}

const [city, trailer, car, drip, bus] = [
  'drip-city-192x128',
  'trailer-80x80',
  'text-car-112x80',
  'drip-text-450x100',
  'led-96x16',
].map(readPanel) as [Panel, Panel, Panel, Panel, Panel]

const ROWS = [
  [shown(city), shown(trailer), shown(car)],
  [shown(drip)],
  [shown(drip, { plate: false })],
  [shown(bus)],
  [ended(city), ended(trailer), ended(car)],
  [shown(wall(240, 160, 'rgb'), { photo: true })],
  [shown(wall(240, 192, 'amber'), { photo: true })],
]

function shown(panel: Panel, options: Parameters<typeof demoAlert>[0] = {}): Shown {
  return { panel, composition: compose(demoAlert(options), panel, read) }
}

function ended(panel: Panel): Shown {
  return { panel, composition: composeEnd(demoAlert(), panel, read) }
}

interface Shown {
  readonly panel: Panel
  readonly composition: Composition
}

interface Picture {
  readonly png: Buffer
  readonly width: number
  readonly height: number
}

async function picturesOf({ panel, composition }: Shown): Promise<readonly Picture[]> {
  const { width = 0, height = 0, colours = 'mono' } = panel.pixels ?? {}
  const pages = composition.pages.length
  return Promise.all(
    composition.pages.map(async ({ content, dwell }, index) => {
      if (content.type !== 'pixels') throw new Error(`${panel.id} is no panel of LEDs`)
      const photos = new Map<PhotoBox, LedFrame>()
      for (const box of content.boxes) {
        if (box.type === 'photo') photos.set(box, await ledPhoto(portrait.bytes, box, colours))
      }
      const frame = paintFrame(content, colours, allFonts(read), (box) => photos.get(box))
      const turn = pages > 1 ? ` · page ${index + 1} of ${pages}, ${(dwell / 1_000).toFixed(1)} s` : ''
      return labelled(frame, `${panel.title.replace(/ \d+x\d+$/, '')} · ${width} x ${height}${turn}`)
    }),
  )
}

async function labelled(frame: LedFrame, text: string): Promise<Picture> {
  const preview = await ledPreview(frame, DOT)
  if (!preview.ok) throw new Error(preview.failure)
  const { width = 0, height = 0 } = await sharp(preview.value).metadata()
  const words = await lettering(text)
  const size = { width: Math.max(width, words.width + 2 * DOT), height: height + LABEL.height }
  const png = await sharp({ create: { ...size, channels: 3, background: BOARD } })
    .composite([
      { input: preview.value, left: 0, top: 0 },
      { input: words.png, left: 2 * DOT, top: height + 6 },
    ])
    .png()
    .toBuffer()
  return { png, ...size }
}

/** A line in a LED type: the same on every machine, whatever fonts it has. */
async function lettering(text: string): Promise<{ readonly png: Buffer; readonly width: number }> {
  const font = read.bitmaps.find(({ name }) => name === LABEL.font) as BitmapFont
  const line = Array.from(text, (one) => (font.has(one) ? one : '-')).join('')
  const width = font.advance(line)
  const data = Buffer.alloc(width * font.height * 4)
  const colour = Number.parseInt(`${LABEL.colour.slice(1)}ff`, 16)
  let left = 0
  for (const character of line) {
    const glyph = glyphOf(font, character)
    glyph.rows.forEach((row, y) => {
      for (let x = 0; x < glyph.width; x += 1)
        if ((row >> (glyph.width - 1 - x)) & 1) data.writeUInt32BE(colour, (y * width + left + x) * 4)
    })
    left += glyph.advance
  }
  const png = await sharp(data, { raw: { width, height: font.height, channels: 4 } })
    .resize({ width: width * LABEL.scale, kernel: 'nearest' })
    .png()
    .toBuffer()
  return { png, width: width * LABEL.scale }
}

const rows = await Promise.all(ROWS.map(async (row) => (await Promise.all(row.map(picturesOf))).flat()))
const placed: { input: Buffer; left: number; top: number }[] = []
let top = GAP
let right = 0
for (const row of rows) {
  let left = GAP
  for (const { png, width } of row) {
    placed.push({ input: png, left, top })
    left += width + GAP
  }
  right = Math.max(right, left)
  top += Math.max(...row.map(({ height }) => height)) + GAP
}
await sharp({ create: { width: right, height: top, channels: 3, background: BOARD } })
  .composite(placed)
  .png({ palette: true, colours: 128, dither: 0, compressionLevel: 9, effort: 10 })
  .toFile(FILE)
process.stdout.write(`${FILE}\n`)
