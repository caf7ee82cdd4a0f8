import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { AlertSchema } from '../../display-client/alert/model.ts'
import { compose } from '../../display-client/compose/compose.ts'
import type { PhotoBox, PixelContent } from '../../display-client/compose/composition.ts'
import { allFonts, type Library } from '../../display-client/compose/library.ts'
import { type LedColours, packFrame, paintFrame } from '../../display-client/paint/led-frame.ts'
import { checkPhoto, ledPhoto } from '../../display-client/paint/photo.ts'
import { type Panel, PanelProfileSchema } from '../../display-client/panel/profile.ts'
import { readLibrary } from '../../display-client/player/library-files.ts'
import { amberAlert } from '../../display-client/testkit/alerts.ts'

/**
 * What frames of LED panels cost, ms. The machine is shared, so each thing is done in threes and the least of them counts: that is
 * what it costs, and the rest is what others took.
 */
export interface LedCost {
  /** By what was done: ours, and the least that anybody pays for it in the same run. */
  readonly rows: ReadonlyMap<string, { readonly times: readonly number[]; readonly floor: readonly number[] }>
}

const REPEATS = 3
/** Rounds before anything is measured. */
const WARM_UP = 500
const PHOTO = { width: 1_632, height: 1_224 }

/** @param rounds of what takes microseconds @param photos how many photos are made ready for a panel */
export async function ledCost(rounds: number, photos: number): Promise<LedCost> {
  const read = await readLibrary()
  if (!read.ok) throw new Error('the library is faulty')
  const library = read.value
  const rows = new Map<string, { times: number[]; floor: number[] }>()
  for (const [width, height, goal] of [
    [128, 32, 0.05],
    [320, 64, 0.1],
  ] as const) {
    rows.set(
      `frame ${width}x${height}, 4 lines, packed (goal p99 ${goal})`,
      frame(library, width, height, rounds),
    )
  }
  for (const [width, height] of [
    [128, 32],
    [96, 16],
    [192, 128],
  ] as const) {
    rows.set(
      `JSON alert to packed frame ${width}x${height} (1)`,
      alertToFrame(library, sign(width, height), rounds),
    )
  }
  const bytes = await noisyPhoto()
  for (const [width, height, colours, goal] of [
    [480, 640, 'rgb', 50],
    [480, 640, 'mono', 50],
    [64, 64, 'mono', 25],
  ] as const) {
    rows.set(
      `photo of 2 MP to ${width}x${height} ${colours} (p95 ${goal})`,
      await photo(bytes, { width, height }, colours, photos),
    )
  }
  rows.set('  and once before that: checked and cleaned', await cleaning(bytes, photos))
  return { rows }
}

/** Four lines that fill the panel. */
function frame(
  library: Library,
  width: number,
  height: number,
  rounds: number,
): { times: number[]; floor: number[] } {
  const font = library.bitmaps.find((one) => one.name === (height > 32 ? 'led-11' : 'led-5'))
  if (font === undefined) throw new Error('no LED type')
  const letters = 'AMBER ALERT Grijze Volvo V60 XX-123-X Bel 0800-0000 '.repeat(3)
  const lines = Array.from({ length: 4 }, (_, index) => {
    let line = ''
    for (const letter of letters.slice(index * 7)) {
      if (font.advance(line + letter) > width) break
      line += letter
    }
    return line
  })
  const content: PixelContent = {
    ...{ type: 'pixels', width, height, background: '#000000' },
    boxes: lines.map((text, index) => ({
      ...{ type: 'text', x: 0, width: font.advance(text), text, language: 'nl', font: font.name },
      ...{ baseline: index * Math.floor(height / 4) + font.ascent, size: font.height },
      ...{ weight: 400, colour: '#ffb000', fact: 'text' },
    })),
  }
  const fonts = allFonts(library)
  const all = new Uint8Array(width * height)
  return measured(
    rounds,
    () => packFrame(paintFrame(content, 'amber', fonts)),
    // Every dot written once.
    (round) => {
      for (let at = 0; at < all.length; at += 1) all[at] = (at + round) & 1
    },
  )
}

function alertToFrame(library: Library, panel: Panel, rounds: number): { times: number[]; floor: number[] } {
  const fonts = allFonts(library)
  // No two alike: whatever a composer remembers of the last one is of no use.
  const texts = Array.from({ length: rounds + WARM_UP }, (_, index) =>
    JSON.stringify(
      amberAlert({
        incident: `bench-${index}`,
        subject: { name: `Kind ${index}`, age: index % 17, sex: index % 2 === 0 ? 'female' : 'male' },
        vehicle: { make: 'Volvo', plate: `XX-${100 + (index % 900)}-X`, country: 'NL' },
      }),
    ),
  )
  const textOf = (round: number): string => texts[round + WARM_UP] as string
  return measured(
    rounds,
    (round) => {
      const alert = AlertSchema.parse(JSON.parse(textOf(round)))
      const { pages } = compose(alert, panel, library)
      const content = pages[0]?.content
      if (content?.type !== 'pixels') throw new Error('no page of pixels')
      return packFrame(paintFrame(content, panel.pixels?.colours ?? 'amber', fonts))
    },
    // Read, and hashed as the proof of what is shown.
    (round) =>
      createHash('sha256')
        .update(JSON.stringify(JSON.parse(textOf(round))))
        .digest('hex'),
  )
}

async function photo(
  bytes: Buffer,
  size: { readonly width: number; readonly height: number },
  colours: LedColours,
  rounds: number,
): Promise<{ times: number[]; floor: number[] }> {
  const crop = { x: 400, y: 100, width: (1_000 * size.width) / size.height, height: 1_000 }
  const box: PhotoBox = { type: 'photo', x: 0, y: 0, ...size, sha256: '', photo: PHOTO, crop }
  const { x: left, y: top, width, height } = crop
  return slowly(
    rounds,
    () => ledPhoto(bytes, box, colours),
    () =>
      sharp(bytes)
        .extract({ left, top, width, height })
        .resize({ ...size, fit: 'fill' })
        .raw()
        .toBuffer(),
  )
}

async function cleaning(bytes: Buffer, rounds: number): Promise<{ times: number[]; floor: number[] }> {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return slowly(
    rounds,
    async () => {
      const checked = await checkPhoto(bytes, { sha256, mimeType: 'image/jpeg', ...PHOTO })
      if (!checked.ok) throw new Error(checked.failure)
    },
    () => sharp(bytes).jpeg().toBuffer(),
  )
}

/** 2 MP with as much detail as a photo has. */
async function noisyPhoto(): Promise<Buffer> {
  const noise = await sharp({
    create: {
      ...PHOTO,
      channels: 3,
      background: '#808080',
      noise: { type: 'gaussian', mean: 128, sigma: 30 },
    },
  })
    .blur(2)
    .jpeg({ quality: 86 })
    .toBuffer()
  return noise
}

function sign(width: number, height: number): Panel {
  const pixels = { width, height, pitch: 10, colours: 'amber', font: 'led' }
  const profile = { schema: 'kijkuit-panel/1', title: 'Sign', pixels, viewingDistance: 15 }
  return { ...PanelProfileSchema.parse(profile), id: 'sign' }
}

function measured(
  rounds: number,
  ours: (round: number) => unknown,
  bare: (round: number) => unknown,
): { times: number[]; floor: number[] } {
  const times: number[] = []
  const floor: number[] = []
  for (let round = -WARM_UP; round < rounds; round += 1) {
    const [least, leastBare] = [ours, bare].map((run) => {
      let best = Number.POSITIVE_INFINITY
      for (let repeat = 0; repeat < REPEATS; repeat += 1) {
        const before = performance.now()
        run(round)
        best = Math.min(best, performance.now() - before)
      }
      return best
    }) as [number, number]
    if (round < 0) continue
    times.push(least)
    floor.push(leastBare)
  }
  return { times, floor }
}

async function slowly(
  rounds: number,
  ours: () => Promise<unknown>,
  bare: () => Promise<unknown>,
): Promise<{ times: number[]; floor: number[] }> {
  const times: number[] = []
  const floor: number[] = []
  for (let round = -3; round < rounds; round += 1) {
    for (const [run, kept] of [
      [ours, times],
      [bare, floor],
    ] as const) {
      let best = Number.POSITIVE_INFINITY
      for (let repeat = 0; repeat < REPEATS; repeat += 1) {
        const before = performance.now()
        await run()
        best = Math.min(best, performance.now() - before)
      }
      if (round >= 0) kept.push(best)
    }
  }
  return { times, floor }
}
