import { beforeAll, describe, expect, test } from 'vitest'
import { formatFault } from '../base/document.ts'
import type { BitmapFont } from '../compose/bitmap-font.ts'
import { compose } from '../compose/compose.ts'
import type { CompositionPage, PixelContent, TextBox } from '../compose/composition.ts'
import type { Library } from '../compose/library.ts'
import type { Panel } from '../panel/profile.ts'
import { readLibrary } from '../player/library-files.ts'
import { signOf } from '../simulators/controlled-sign.ts'
import { amberAlert } from '../testkit/alerts.ts'
import { allPresets, preset } from '../testkit/panels.ts'
import { characterFrame, readCellFont } from './character-sign.ts'
import { paintFrame } from './led-frame.ts'
import { previewMulti } from './multi-preview.ts'
import type { MultiSign } from './multi-sign.ts'
import { writeMulti } from './multi-write.ts'

let library: Library

beforeAll(async () => {
  const read = await readLibrary()
  if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
  library = read.value
})

const ROAD = allPresets().filter(
  ({ pixels, characters }) =>
    (pixels && pixels.font !== 'outline') || (characters && characters.scroll === undefined),
)

async function written(panel: Panel, changes: Partial<MultiSign> = {}, alert = amberAlert()) {
  const sign = { ...(await signOf(panel, library.bitmaps)), ...changes }
  const { pages } = compose(alert, panel, library)
  return { sign, pages, made: writeMulti(pages, sign, panel.trafficSpeed > 0) }
}

/** A pictogram has no tag: MULTI knows only pictures that the sign already has. Without one its words stand in the middle. */
function wordsOf(content: PixelContent): PixelContent {
  const texts = content.boxes.filter((box) => box.type === 'text')
  if (texts.length === content.boxes.length) return content
  const typeOf = ({ font }: TextBox): BitmapFont => {
    const type = library.bitmaps.find(({ name }) => name === font)
    if (type === undefined) throw new Error(`no type ${font}`)
    return type
  }
  const top = Math.min(...texts.map((box) => box.baseline - typeOf(box).ascent))
  const bottom = Math.max(...texts.map((box) => box.baseline - typeOf(box).ascent + typeOf(box).height))
  const down = Math.floor((content.height - (bottom - top)) / 2) - top
  return {
    ...content,
    boxes: texts.map((box) => {
      const line = texts.filter(({ baseline }) => baseline === box.baseline)
      const left = Math.min(...line.map(({ x }) => x))
      const right = Math.max(...line.map((one) => one.x + one.width - typeOf(one).spacing))
      const across = Math.floor((content.width - (right - left)) / 2) - left
      return { ...box, x: box.x + across, baseline: box.baseline + down }
    }),
  }
}

const page = (...lines: string[]): CompositionPage => ({
  dwell: 3_000,
  content: { type: 'characters', lines },
})

describe.each(ROAD.map((panel) => [panel.id, panel] as const))('on %s', (_, panel) => {
  test('a sign with our types shows, to the dot, what was composed', async () => {
    const { sign, pages, made } = await written(panel)
    if (!made.ok) throw new Error(JSON.stringify(made.failure))
    const shown = previewMulti(made.value, sign)
    if (!shown.ok) throw new Error(JSON.stringify(shown.failure))
    expect(shown.value).toHaveLength(pages.length)
    const cellFont = await readCellFont()
    if (!cellFont.ok || !pages[0]) throw new Error('no cell font')
    for (const [index, { content, dwell }] of pages.entries()) {
      const picture = shown.value[index]
      const wanted =
        content.type === 'pixels'
          ? paintFrame(wordsOf(content), sign.colours, library.bitmaps)
          : characterFrame(
              content.lines,
              panel.characters as NonNullable<Panel['characters']>,
              cellFont.value,
            )
      const lit = (frame: { palette: readonly string[]; pixels: Uint8Array }) =>
        Array.from(frame.pixels, (dot) => frame.palette[dot])
      expect(picture && lit(picture.frame)).toEqual(lit(wanted))
      if (pages.length > 1) expect(picture?.on).toBe(dwell)
    }
    expect(made.value).not.toMatch(/\[(fl|mv)/)
  })
})

test('the text under a pictogram moves into the middle, where nothing but words can be said', async () => {
  const panel = preset('trailer-80x80')
  const { vehicle: _, ...without } = amberAlert()
  const { pages } = compose({ ...without }, panel, library)
  const withPictogram = pages.filter(
    ({ content }) => content.type === 'pixels' && content.boxes.some(({ type }) => type !== 'text'),
  )
  // Or this would hold of nothing.
  expect(withPictogram.length).toBeGreaterThan(0)
  const multi = writeMulti(withPictogram, await signOf(panel, library.bitmaps), true)
  expect(multi.ok && multi.value).toMatch(/\[jp3\]\[jl3\]/)
  expect(multi.ok && multi.value).not.toContain('[tr')
})

describe('a sign is sent only what it takes', () => {
  test('with the NTCIP name of what it would refuse', async () => {
    const panel = preset('drip-192x128')
    const fault = async (changes: Partial<MultiSign>) => {
      const { made } = await written(panel, changes)
      return made.ok ? made.value : made.failure.error
    }
    expect(await fault({ pages: 0 })).toBe('tooManyPages')
    expect(await fault({ bytes: 20 })).toBe('other')
    expect(await fault({ tags: new Set(['np', 'fo']) })).toBe('unsupportedTag')
    expect(await fault({ fonts: new Map() })).toBe('fontNotDefined')
    expect(await fault({ width: 40 })).toBe('textTooBig')
    expect(await fault({ height: 20 })).toBe('textTooBig')
  })

  test('with types that nobody has named, as lines without fonts', async () => {
    const panel = preset('drip-192x128')
    const { pages } = compose(amberAlert(), panel, library)
    const sign = { ...(await signOf(panel, library.bitmaps)), fonts: undefined }
    const made = writeMulti(pages, sign, true)
    expect(made.ok && made.value).toMatch(
      /^\[pt\d+o3\]\[jp3\]\[jl3\]\[cf\d\][^[\]]+\[nl\]|^\[jp3\]\[jl3\]\[cf\d\][^[\]]+/,
    )
    expect(made.ok && made.value).not.toContain('[fo')
  })

  test('hostile words stay words', async () => {
    const sign = await signOf(preset('character-3x18'), [])
    const made = writeMulti([page('[np][fl]EVIL', 'a[[b')], sign, false)
    const shown = previewMulti(made.ok ? made.value : '', sign)
    expect(shown.ok && shown.value.map(({ lines }) => lines)).toEqual([['[np][fl]EVIL', 'a[[b']])
  })

  test.each([
    ['Ж', 'characterNotDefined'],
    ['x'.repeat(19), 'textTooBig'],
  ])('not %j', async (text, error) => {
    const sign = await signOf(preset('character-3x18'), [])
    expect(writeMulti([page(text)], sign, false)).toMatchObject({ ok: false, failure: { error } })
  })
})

describe('a preview', () => {
  const previewed = async (multi: string, changes: Partial<MultiSign> = {}) => {
    const sign = {
      ...(await signOf(
        preset('drip-192x128'),
        library.bitmaps.filter(({ name }) => name === 'led-9'),
      )),
      ...changes,
    }
    const shown = previewMulti(multi, sign)
    return shown.ok ? shown.value : shown.failure.error
  }

  test('puts text where justification, rectangles and spacing say, and counts time in ms', async () => {
    const shown = await previewed('[pt35o3][jp2][jl2]A[jl4]B[nl2]C[np][tr10,20,50,30][jp4]D[pto]')
    if (typeof shown === 'string') throw new Error(shown)
    expect(shown.map(({ on, off, lines }) => ({ on, off, lines }))).toEqual([
      { on: 3_500, off: 300, lines: ['AB', 'C'] },
      { on: 3_000, off: 0, lines: ['D'] },
    ])
    const corners = shown.map(({ frame: { pixels, width } }) => {
      const lit = Array.from(pixels).flatMap((dot, at) =>
        dot > 0 ? [[at % width, Math.floor(at / width)] as const] : [],
      )
      return {
        left: Math.min(...lit.map(([x]) => x)),
        right: Math.max(...lit.map(([x]) => x)),
        bottom: Math.max(...lit.map(([, y]) => y)),
      }
    })
    expect(corners[0]).toMatchObject({ left: 0, right: 191 })
    expect(corners[1]?.left).toBeGreaterThanOrEqual(9)
    expect(corners[1]?.right).toBeLessThan(59)
    expect(corners[1]?.bottom).toBeLessThan(49)
  })

  test('draws rectangles and backgrounds in their colours', async () => {
    const shown = await previewed('[pb1][cr1,1,10,10,4]')
    if (typeof shown === 'string') throw new Error(shown)
    const { frame } = shown[0] as (typeof shown)[number]
    expect(frame.palette[frame.pixels[0] ?? 0]).toBe('#00ffff')
    expect(frame.palette[frame.pixels[191] ?? 0]).toBe('#ff0000')
  })

  test.each([
    ['[jl4]A[jl2]B', 'tagConflict'],
    ['[jp4]A[jp2]B', 'tagConflict'],
    ['[fo9]A', 'fontNotDefined'],
    ['[hc4e00]', 'characterNotDefined'],
    ['[g1]', 'graphicNotDefined'],
    ['[f1]', 'fieldDeviceNotExist'],
    ['[fl]A[fl]', 'flashRegionError'],
    ['[/fl]', 'flashRegionError'],
    ['[cf1,2,3]A', 'unsupportedTagValue'],
    ['[tr1,1,500,10]A', 'unsupportedTagValue'],
    ['A[np]B[np]C', 'tooManyPages'],
    ['A'.repeat(60), 'textTooBig'],
  ])('of %s is refused', async (multi, error) => {
    expect(await previewed(multi)).toBe(error)
  })
})
