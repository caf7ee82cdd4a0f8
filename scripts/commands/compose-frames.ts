import { writeFileSync } from 'node:fs'
import type { Alert } from '../../display-client/alert/model.ts'
import type { Composition, PhotoBox } from '../../display-client/compose/composition.ts'
import { allFonts, type Library } from '../../display-client/compose/library.ts'
import { characterFrame, readCellFont, runningFrame } from '../../display-client/paint/character-sign.ts'
import { type LedFrame, packFrame, paintFrame, rgbOf } from '../../display-client/paint/led-frame.ts'
import { ledPreview } from '../../display-client/paint/led-preview.ts'
import type { Panel } from '../../display-client/panel/profile.ts'
import { orMistake, reasonOf } from './input.ts'
import { Mistake } from './terminal.ts'

/** px of a picture for one dot. */
const DOT = 8

/** The dots of each page; none for a screen, which has no dots to speak of. */
export async function framesOf(
  composition: Composition,
  alert: Alert,
  panel: Panel,
  library: Library,
): Promise<LedFrame[]> {
  const { characters, pixels } = panel
  if (pixels?.font === 'outline') return []
  const cells = orMistake(await readCellFont())
  const boxes = composition.pages.flatMap(({ content }) =>
    content.type === 'pixels' ? content.boxes.filter((box) => box.type === 'photo') : [],
  )
  const photos = new Map<string, LedFrame | undefined>()
  for (const box of boxes) {
    // One photo stands at the same place on every page.
    if (!photos.has(box.sha256)) photos.set(box.sha256, await photoDots(box, alert, panel))
  }
  return composition.pages.map(({ content }) => {
    if (content.type === 'characters') {
      if (characters === undefined) throw new Error('characters on a panel that has none')
      if (content.scroll !== undefined) return runningFrame(content.lines[0] ?? '', characters, cells)
      return characterFrame(content.lines, characters, cells)
    }
    const photoOf = ({ sha256 }: PhotoBox): LedFrame | undefined => photos.get(sha256)
    return paintFrame(content, pixels?.colours ?? 'mono', allFonts(library), photoOf)
  })
}

/** Of a photo that the alert carries itself; undefined for one that goes by the media topic. @throws Mistake */
async function photoDots(
  { sha256, ...box }: PhotoBox,
  alert: Alert,
  panel: Panel,
): Promise<LedFrame | undefined> {
  const media = alert.media.find((one) => one.sha256 === sha256)
  if (media?.data === undefined) return undefined
  const { checkPhoto, ledPhoto, PHOTO_FAULTS } = await import('../../display-client/paint/photo.ts')
  const checked = await checkPhoto(Buffer.from(media.data, 'base64'), media)
  if (!checked.ok) throw new Mistake(`photo ${sha256.slice(0, 12)} ${PHOTO_FAULTS[checked.failure]}`)
  return ledPhoto(checked.value.bytes, { ...box, sha256 }, panel.pixels?.colours ?? 'mono')
}

/** Pictures as the eye sees the panel (`--png`). @throws Mistake */
export async function drawPreviews(file: string, frames: readonly LedFrame[]): Promise<void> {
  if (frames.length === 0) throw noDots('--png')
  for (const [index, frame] of frames.entries()) {
    const picture = await ledPreview(frame, DOT)
    if (!picture.ok) throw new Mistake(`--png: ${picture.failure}`)
    write('--png', file, index, picture.value)
  }
}

/** The forms of a frame, by the ending of its file. */
const FORMS: Readonly<Record<string, (frame: LedFrame) => Uint8Array | Promise<Uint8Array>>> = {
  png: framePng,
  bits: (frame) => packFrame(frame).bytes,
  rgb: rgbOf,
}

/** The exact dots (`--frame`), in the form that the ending of the file says. @throws Mistake */
export async function writeFrames(file: string, frames: readonly LedFrame[]): Promise<void> {
  const form = FORMS[/\.([a-z]+)$/.exec(file)?.[1] ?? '']
  if (form === undefined) {
    throw new Mistake(
      `--frame ${file}: must end in .png (one px for each dot), .bits (one bit for each dot) or .rgb (three bytes)`,
    )
  }
  if (frames.length === 0) throw noDots('--frame')
  for (const [index, frame] of frames.entries()) write('--frame', file, index, await form(frame))
}

async function framePng(frame: LedFrame): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp')
  const { width, height } = frame
  return sharp(rgbOf(frame), { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 9 })
    .toBuffer()
}

function noDots(option: string): Mistake {
  return new Mistake(
    `${option}: only panels of LEDs and characters can be drawn; a screen is drawn by its page (kijkuit play)`,
  )
}

/** The first page in the file itself, the second in `<file>-2`. */
function write(option: string, file: string, index: number, bytes: Uint8Array): void {
  const path = index === 0 ? file : file.replace(/(\.[a-z]+)?$/, `-${index + 1}$1`)
  try {
    writeFileSync(path, bytes)
  } catch (error) {
    throw new Mistake(`${option} ${path}: cannot be written: ${reasonOf(error)}`, { cause: error })
  }
}
