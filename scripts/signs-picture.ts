import { fileURLToPath } from 'node:url'
import sharp, { type OverlayOptions } from 'sharp'
import { Disposables } from '../display-client/base/disposal.ts'
import { formatFault } from '../display-client/base/document.ts'
import { compose, composeEnd } from '../display-client/compose/compose.ts'
import { allFonts } from '../display-client/compose/library.ts'
import { readCellFont } from '../display-client/paint/character-sign.ts'
import type { LedFrame } from '../display-client/paint/led-frame.ts'
import { ledPreview } from '../display-client/paint/led-preview.ts'
import type { Panel } from '../display-client/panel/profile.ts'
import { readLibrary } from '../display-client/player/library-files.ts'
import type { Programme } from '../display-client/player/outputs/output.ts'
import { outputsOf } from '../display-client/player/outputs/outputs.ts'
import { RtigFeed } from '../display-client/player/rtigt047-feed.ts'
import { AlphaModel } from '../display-client/simulators/alpha-model.ts'
import { Am004Model } from '../display-client/simulators/am004-model.ts'
import { signOf } from '../display-client/simulators/controlled-sign.ts'
import { framesOf } from '../display-client/simulators/frames.ts'
import { HanoverModel } from '../display-client/simulators/hanover-model.ts'
import { IbisModel } from '../display-client/simulators/ibis-model.ts'
import { MobitecModel } from '../display-client/simulators/mobitec-model.ts'
import { Rtigt047Model } from '../display-client/simulators/rtigt047-model.ts'
import { SignController } from '../display-client/simulators/sign-controller.ts'
import type { SignModel } from '../display-client/simulators/sign-model.ts'
import { SignSimulator } from '../display-client/simulators/sign-simulator.ts'
import { amberAlert } from '../display-client/testkit/alerts.ts'
import { feedOf } from '../display-client/testkit/feeds.ts'
import { TEST_TIME, TestClock } from '../display-client/testkit/test-clock.ts'
import { readPanel } from './commands/panel-argument.ts'

/**
 * Makes docs/signs.png: what simulated signs show, told in their own protocols over TCP, of an AMBER Alert with a plate, one without, its end
 * card, and after that; and what a simulated controller of road signs puts up, from the MULTI of the feed.
 *
 * Run it with `node_modules/.bin/node scripts/signs-picture.ts` after a protocol or a template has changed.
 */

const FILE = fileURLToPath(new URL('../docs/signs.png', import.meta.url))
const HOUR = 3_600_000
/** px of the picture for one dot. */
const SCALE = 3
const GAP = 14
const LABEL = 24
const COLUMN = 600

const SIGNS: readonly {
  title: string
  preset: string
  /** What differs from the preset. */
  changes?: (panel: Panel) => Panel
  make: () => SignModel
}[] = [
  {
    title: 'Alpha, 1x20: its running line in pieces',
    preset: 'ticker-1x20',
    make: () => new AlphaModel(1, false),
  },
  {
    title: 'AM004, 3x16',
    preset: 'stop-display-3x26',
    changes: ({ characters, ...panel }) => ({
      ...panel,
      characters: characters && { ...characters, columns: 16, repertoire: 'ascii' },
      output: { protocol: 'am004', address: 1, page: 'Z', home: 'A', refresh: 30 },
    }),
    make: () => new Am004Model(1, 3),
  },
  { title: 'IBIS DS009b, 1x24', preset: 'bus-interior-1x24', make: () => new IbisModel(1, 1) },
  { title: 'Hanover, 96x16', preset: 'led-96x16', make: () => new HanoverModel(1, 96, 16) },
  { title: 'Mobitec, 112x16', preset: 'bus-front-112x16', make: () => new MobitecModel(6, 112, 16) },
]
/** Signs that their own controller drives. */
const OFFERED = ['character-3x18', 'drip-city-192x128', 'trailer-80x80'] as const
const MOMENTS = ['AMBER Alert with a plate', 'AMBER Alert without', 'End card, and then'] as const

const read = await readLibrary()
const cellFont = await readCellFont()
if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
if (!cellFont.ok) throw new Error(cellFont.failure.map(formatFault).join('\n'))
const library = read.value
const font = cellFont.value

/** The programmes of one sign, one after the other. */
function programmes(panel: Panel): readonly (readonly Programme[])[] {
  const item = (alert: ReturnType<typeof amberAlert>): Programme => {
    const { sender, incident, revision, kind, status } = alert
    const composition = compose(alert, panel, library)
    return [
      {
        about: { sender, incident, revision, kind, status },
        live: true,
        until: TEST_TIME + HOUR,
        composition,
      },
    ]
  }
  const alert = amberAlert()
  const { vehicle: _, ...without } = alert
  const [first] = item(alert)
  if (first === undefined) throw new Error('no programme')
  const end = { ...first, live: false, composition: composeEnd(first.about, panel, library) }
  return [[item(alert)], [item(amberAlert({ ...without, vehicle: undefined }))], [[end], []]]
}

/** Everything that is to be seen on a sign of one preset, for each of {@link MOMENTS}. */
async function watch({
  preset,
  changes,
  make,
}: (typeof SIGNS)[number]): Promise<readonly (readonly LedFrame[])[]> {
  const held = new Disposables()
  const sign = held.add(new SignSimulator(make))
  await sign.start()
  const clock = new TestClock()
  const shipped = readPanel(preset)
  const profile = changes ? changes(shipped) : shipped
  const output = { ...profile.output, connection: `tcp://${sign.address}` } as NonNullable<Panel['output']>
  const panel: Panel = { ...profile, output }
  const log = { info: () => {}, warn: (line: string) => console.error(line) }
  const driven = outputsOf([panel], {
    ...{ clock, random: () => 0, log, cellFont: font },
    signs: { set: () => {} },
    fonts: () => allFonts(library),
    photo: () => undefined,
  }).get(panel.id)
  if (driven?.sign === undefined) throw new Error(`${preset} has no sign`)
  held.add(driven.sign)
  const link = driven.sign
  const moments: (readonly LedFrame[])[] = []
  for (const moment of programmes(panel)) {
    const seen: SignModel['seen'][] = []
    for (const programme of moment) {
      let isDone = false
      link.onDelivered = () => {
        isDone = true
      }
      driven.present(programme)
      let pages = Math.max(1, programme.flatMap(({ composition }) => composition.pages).length)
      while (!isDone) {
        const before = sign.received.length
        clock.advance(250)
        await new Promise((done) => setTimeout(done, 10))
        const now = JSON.stringify(sign.model.seen)
        if (sign.received.length > before && pages > 0 && JSON.stringify(seen.at(-1)) !== now) {
          seen.push(structuredClone(sign.model.seen))
          pages -= 1
        }
      }
      await new Promise((done) => setTimeout(done, 30))
      if (JSON.stringify(seen.at(-1)) !== JSON.stringify(sign.model.seen))
        seen.push(structuredClone(sign.model.seen))
    }
    moments.push(seen.flatMap((one) => framesOf(one, panel.characters ?? { lines: 1, columns: 1 }, font)))
  }
  await held.dispose()
  return moments
}

/** What a display that listens to MQTT shows, for each of {@link MOMENTS}. */
function listen(preset: string): readonly (readonly LedFrame[])[] {
  const device = { stop: '31000495', vendor: 'SIMULATED', device: '1' }
  const output = { protocol: 'rtigt047', ...device, displayType: 'PID-LED', actionPriority: 1 } as const
  const panel: Panel = { ...readPanel(preset), output: { ...output, target: 'FULL_SCREEN' } }
  const { lines = 1, columns = 1 } = panel.characters ?? {}
  const model = new Rtigt047Model({ ...device, lines, columns, canScroll: false })
  const clock = new TestClock()
  const displays = new RtigFeed({
    ...{ player: 'picture', panels: [panel], clock },
    log: { info: () => {}, warn: (line) => console.error(line) },
    publish: (topic, payload) => void model.take(topic, Buffer.from(payload)),
  })
  return programmes(panel).map((moment) =>
    moment.flatMap((programme) => {
      displays.set(panel.id, programme)
      return model.pages(clock.now()).flatMap(({ seen }) => framesOf(seen, { lines, columns }, font))
    }),
  )
}

/** What a controller puts up, for each of {@link MOMENTS}: for drivers there is no end card, only a dark sign. */
async function control(preset: string): Promise<readonly (readonly LedFrame[])[]> {
  const panel = readPanel(preset)
  const { feed, clock } = feedOf(
    [panel],
    library,
    Object.fromEntries(library.bitmaps.map(({ name }, at) => [name, at + 1])),
  )
  const model = await signOf(panel, library.bitmaps)
  const controller = new SignController({ sign: panel.id, model, clock })
  const { width, height } = model
  const dark: LedFrame = { width, height, palette: ['#000000'], pixels: new Uint8Array(width * height) }
  const moments = programmes(panel).map((moment) => {
    feed.set(panel.id, panel.trafficSpeed > 0 && moment.length > 1 ? [] : (moment[0] ?? []))
    clock.advance(1_000)
    controller.hear(feed.issue)
    for (const { record } of feed.records) {
      const wrong = controller.take(record).find(({ state }) => state === 'refused')
      if (wrong !== undefined) throw new Error(`${preset} refuses its message: ${wrong.reason}`)
    }
    const frames = controller.pictures.map(({ frame }) => frame)
    return frames.length > 0 ? frames : [dark]
  })
  feed.dispose()
  return moments
}

const layers: OverlayOptions[] = []
function label(text: string, left: number, top: number, size: number): void {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${COLUMN}" height="${LABEL}"><text x="0" y="${size + 2}" font-family="sans-serif" font-size="${size}" fill="#d8d8d8">${text}</text></svg>`
  layers.push({ input: Buffer.from(svg), left, top })
}

MOMENTS.forEach((moment, column) => {
  label(moment, GAP + column * (COLUMN + GAP), GAP, 16)
})
let top = GAP + LABEL + 8
async function row(title: string, moments: readonly (readonly LedFrame[])[]): Promise<void> {
  label(title, GAP, top, 13)
  top += LABEL
  let lowest = top
  for (const [column, frames] of moments.entries()) {
    let y = top
    for (const frame of frames) {
      const picture = await ledPreview(frame, SCALE)
      if (!picture.ok) throw new Error(picture.failure)
      layers.push({ input: picture.value, left: GAP + column * (COLUMN + GAP), top: y })
      y += (frame.height + 4) * SCALE + 6
    }
    lowest = Math.max(lowest, y)
  }
  top = lowest + 10
}
for (const sign of SIGNS) await row(sign.title, await watch(sign))
await row('RTIGT047, 3x26: its own lines and pages', listen('stop-display-3x26'))
for (const preset of OFFERED)
  await row(`${readPanel(preset).title}, by its controller`, await control(preset))
const width = GAP + MOMENTS.length * (COLUMN + GAP)
const sheet = sharp({ create: { width, height: top, channels: 3, background: '#26262a' } }).composite(layers)
await sheet.png({ palette: true, colours: 32, dither: 0, compressionLevel: 9, effort: 10 }).toFile(FILE)
