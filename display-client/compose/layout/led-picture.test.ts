import { describe, expect, it } from 'vitest'
import { type AlertInput, KINDS } from '../../alert/model.ts'
import { formatFault } from '../../base/document.ts'
import { type Panel, PanelProfileSchema } from '../../panel/profile.ts'
import { readLibrary } from '../../player/library-files.ts'
import { amberAlert, type Changes } from '../../testkit/alerts.ts'
import { compose, composeEnd } from '../compose.ts'
import type { Box, Composition, Rectangle } from '../composition.ts'
import type { Library } from '../library.ts'

const read = await readLibrary()
if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
const library = read.value
/** What there would be without this. */
const bare: Library = { ...library, pictograms: new Map() }

const photo: NonNullable<AlertInput['media']>[number] = {
  sha256: 'ab'.repeat(32),
  mimeType: 'image/jpeg',
  width: 1200,
  height: 1600,
  role: 'subject',
  focus: { x: 400, y: 300, width: 400, height: 500 },
}

/** A panel of LEDs. */
function sign(width: number, height: number, pixels: object = {}, changes: object = {}): Panel {
  const profile = {
    ...{ schema: 'kijkuit-panel/1', title: 'Sign', viewingDistance: 15 },
    pixels: { width, height, pitch: 10, colours: 'amber', font: 'led', ...pixels },
    ...changes,
  }
  return { ...PanelProfileSchema.parse(profile), id: 'sign' }
}

const drip = sign(450, 100, { pitch: 20 }, { viewingDistance: 200, trafficSpeed: 100, pages: 2 })

const boxesOf = (composition: Composition): readonly Box[] =>
  composition.pages.flatMap(({ content }) => (content.type === 'pixels' ? content.boxes : []))
const typesOf = (composition: Composition): ReadonlySet<string> =>
  new Set(boxesOf(composition).map(({ type }) => type))
const photoOn = (panel: Panel, changes: Changes = {}): Rectangle | undefined =>
  boxesOf(compose(amberAlert({ media: [photo], ...changes }), panel, library)).find(
    ({ type }) => type === 'photo',
  ) as Rectangle | undefined

/** What is said, without where. */
const said = ({ chosen, dropped, cannotFit, utility }: Composition) => ({
  chosen,
  dropped,
  cannotFit,
  utility,
})

describe('a pictogram', () => {
  it('stands beside the text where that costs no fact: the message is the same without it', () => {
    const alert = amberAlert()
    const [pictured, plain] = [compose(alert, drip, library), compose(alert, drip, bare)]
    expect(typesOf(pictured)).toEqual(new Set(['fill', 'text']))
    expect(typesOf(plain)).toEqual(new Set(['text']))
    expect(said(pictured)).toEqual(said(plain))
    expect(pictured.optimal).toBe(true)
    expect(pictured.pages.map(({ dwell }) => dwell)).toEqual(plain.pages.map(({ dwell }) => dwell))
  })

  it('is left out where a fact would have to go, and where the alert has none', () => {
    expect(typesOf(compose(amberAlert(), sign(96, 16), library))).toEqual(new Set(['text']))
    const drill = amberAlert({ kind: 'drill', status: 'Exercise' })
    expect(typesOf(compose(drill, drip, library)).has('fill')).toBe(false)
  })

  it('never costs a word, a page or a size of type, on any panel', () => {
    for (const width of [40, 64, 80, 112, 144, 192, 320]) {
      for (const height of [16, 24, 32, 48, 64, 80, 100, 128]) {
        for (const trafficSpeed of [0, 70]) {
          const panel = sign(
            width,
            height,
            {},
            { trafficSpeed, viewingDistance: trafficSpeed > 0 ? 150 : 15 },
          )
          const alert = amberAlert({ vehicle: undefined })
          const [pictured, plain] = [compose(alert, panel, library), compose(alert, panel, bare)]
          const words = ({ chosen }: Composition) => chosen.map(({ text }) => text)
          expect(words(pictured)).toEqual(words(plain))
          expect(pictured.dropped).toEqual(plain.dropped)
          expect(pictured.cannotFit).toEqual(plain.cannotFit)
          expect(pictured.pages.length).toBeLessThanOrEqual(plain.pages.length)
          const fonts = [pictured, plain].map((one) => [
            ...new Set(boxesOf(one).flatMap((box) => (box.type === 'text' ? [box.font] : []))),
          ])
          expect(fonts[0]).toEqual(fonts[1])
        }
      }
    }
  })

  it('stays inside the panel and clear of the text', () => {
    for (const [width, height] of [
      [450, 100],
      [192, 128],
      [80, 80],
      [112, 80],
      [300, 64],
    ] as const) {
      const panel = sign(width, height, { pitch: 20 }, { viewingDistance: 150, trafficSpeed: 50 })
      for (const made of [
        compose(amberAlert({ vehicle: undefined }), panel, library),
        composeEnd(amberAlert(), panel, library),
      ]) {
        for (const { content } of made.pages) {
          if (content.type !== 'pixels') throw new Error('no pixels')
          const texts = content.boxes.filter((box) => box.type === 'text')
          for (const fill of content.boxes.filter((box) => box.type === 'fill')) {
            expect(fill.x).toBeGreaterThanOrEqual(0)
            expect(fill.y).toBeGreaterThanOrEqual(0)
            expect(fill.x + fill.width).toBeLessThanOrEqual(width)
            expect(fill.y + fill.height).toBeLessThanOrEqual(height)
            for (const text of texts) {
              const font = library.bitmaps.find(({ name }) => name === text.font)
              if (font === undefined) throw new Error(text.font)
              const top = text.baseline - font.ascent
              const apart =
                fill.x + fill.width <= text.x ||
                text.x + text.width <= fill.x ||
                fill.y + fill.height <= top ||
                top + font.height <= fill.y
              expect(apart).toBe(true)
            }
          }
        }
      }
    }
  })

  it('is a tick for the end, in green where the panel has any', () => {
    const coloursOf = (colours: string): ReadonlySet<string> =>
      new Set(
        boxesOf(
          composeEnd(amberAlert(), sign(300, 100, { colours }, { viewingDistance: 25 }), library),
        ).flatMap((box) => (box.type === 'fill' ? [box.colour] : [])),
      )
    expect(coloursOf('classic')).toEqual(new Set(['#00ff00']))
    expect(coloursOf('amber')).toEqual(new Set(['#ffb000']))
  })
})

describe('a photo on a matrix of LEDs', () => {
  const wall = sign(480, 320, { pitch: 4, colours: 'rgb' }, { viewingDistance: 8 })

  it('is at the left of a wide panel and above the text of a high one, over the whole side', () => {
    expect(photoOn(wall)).toMatchObject({ x: 0, y: 0, width: 202, height: 320 })
    const high = sign(320, 640, { pitch: 4, colours: 'rgb' }, { viewingDistance: 8 })
    expect(photoOn(high)).toMatchObject({ x: 0, y: 0 })
  })

  it('leaves every fact that must be kept', () => {
    const alert = amberAlert({ media: [photo] })
    expect(compose(alert, wall, library).cannotFit).toEqual([])
  })

  it('is shown only where a face has 60 dots, or 120 that are on or off (IEC 62676-4, identify)', () => {
    // The face is some 45 % of the height of the picture.
    expect(photoOn(sign(300, 160, { colours: 'rgb' }, { viewingDistance: 10 }))).toBeDefined()
    expect(photoOn(sign(300, 96, { colours: 'rgb' }, { viewingDistance: 10 }))).toBeUndefined()
    expect(photoOn(sign(300, 160, { colours: 'classic' }, { viewingDistance: 10 }))).toBeUndefined()
    expect(photoOn(sign(480, 320, { colours: 'classic' }, { viewingDistance: 10 }))).toBeDefined()
  })

  it('is not shown to those who are too far away, nor to drivers', () => {
    expect(photoOn(sign(480, 320, { colours: 'rgb' }, { viewingDistance: 100 }))).toBeUndefined()
    expect(
      photoOn(sign(480, 320, { colours: 'rgb' }, { viewingDistance: 15, trafficSpeed: 30 })),
    ).toBeUndefined()
  })

  it('is that of the child, not of a car', () => {
    expect(photoOn(wall, { media: [{ ...photo, role: 'vehicle' }] })).toBeUndefined()
  })

  it('is part of what is signed with the hash', () => {
    const [one, other] = [amberAlert({ media: [photo] }), amberAlert()].map((alert) =>
      compose(alert, wall, library),
    )
    expect(one?.hash).not.toBe(other?.hash)
    expect(compose(amberAlert({ media: [photo] }), wall, library).hash).toBe(one?.hash)
  })
})

describe('a page of a matrix of LEDs', () => {
  it('is dark but for what is written and drawn, and never red', () => {
    const lit = new Set<string>()
    for (const colours of ['mono', 'amber', 'classic', 'rgb']) {
      for (const kind of KINDS) {
        const alert = amberAlert({ kind, status: kind === 'drill' ? 'Exercise' : 'Actual' })
        const panel = sign(300, 100, { colours }, { viewingDistance: 25 })
        for (const made of [compose(alert, panel, library), composeEnd(alert, panel, library)]) {
          for (const { content } of made.pages) {
            if (content.type !== 'pixels') throw new Error('no pixels')
            expect(content.background).toBe('#000000')
            for (const box of content.boxes) if (box.type !== 'photo') lit.add(box.colour)
          }
        }
      }
    }
    expect(lit).toEqual(new Set(['#ffffff', '#ffb000', '#00ff00']))
  })
})
