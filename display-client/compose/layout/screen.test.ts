import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Alert } from '../../alert/model.ts'
import { formatFault } from '../../base/document.ts'
import { type Panel, PanelProfileSchema } from '../../panel/profile.ts'
import { readLibrary } from '../../player/library-files.ts'
import { amberAlert } from '../../testkit/alerts.ts'
import { compose } from '../compose.ts'
import type { PixelContent, Rectangle, TextBox } from '../composition.ts'

const read = await readLibrary()
if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
const library = read.value

function screen(changes: Record<string, unknown>): Panel {
  const profile = { schema: 'kijkuit-panel/1', title: 'Screen', ...changes }
  return { ...PanelProfileSchema.parse(profile), id: 'screen' }
}

function contents(alert: Alert, panel: Panel): readonly PixelContent[] {
  return compose(alert, panel, library).pages.map(({ content }) => {
    if (content.type !== 'pixels') throw new Error('a panel of pixels gets pixels')
    return content
  })
}

/** Where the letters of a text box can have ink. */
function inkOf(box: TextBox): Rectangle {
  const dots = library.bitmaps.find((font) => font.name === box.font)
  const above = dots ? dots.ascent : library.outline.ascent * box.size
  const below = dots ? dots.height - dots.ascent : library.outline.descent * box.size
  return { x: box.x, y: box.baseline - above, width: box.width, height: above + below }
}

function measured(box: TextBox): number {
  const dots = library.bitmaps.find((font) => font.name === box.font)
  return dots ? dots.advance(box.text) : library.outline.advance(box.text, box.size, box.weight)
}

function overlap(a: Rectangle, b: Rectangle): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

function inside(box: Rectangle, width: number, height: number): boolean {
  return box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height
}

const name = fc.constantFrom(
  'Zoë',
  'Zoë Müller-d’Oré',
  'Maximiliaan Ferdinand van den Berghe-Ştefănescu',
  'Li',
)
const alert = fc
  .record({
    kind: fc.constantFrom('amber', 'missing-child', 'missing-person', 'public-warning', 'community'),
    status: fc.constantFrom('Actual', 'Actual', 'Test'),
    person: fc.option(name),
    car: fc.boolean(),
    place: fc.boolean(),
    call: fc.constantFrom<string[]>([], ['112'], ['0800-6070', '112'], ['+31 88 123 45 67']),
    photo: fc.boolean(),
    description: fc.constantFrom(
      'Kort.',
      'Er komt veel rook vrij bij een brand op een bedrijventerrein. Sluit ramen en deuren. Zet de ventilatie uit.',
    ),
  })
  .map(({ kind, status, person, car, place, call, photo, description }): Alert => {
    const sample = amberAlert({ kind, status, call })
    return {
      ...sample,
      subject: person === null ? undefined : { ...sample.subject, name: person },
      vehicle: car ? sample.vehicle : undefined,
      place: place ? sample.place : undefined,
      info: sample.info.map((info) => ({ ...info, description })),
      media: photo
        ? [
            {
              sha256: 'b'.repeat(64),
              mimeType: 'image/jpeg',
              width: 900,
              height: 1200,
              role: 'subject',
              focus: { x: 300, y: 200, width: 300, height: 400 },
            },
          ]
        : [],
    } as Alert
  })
const side = fc.integer({ min: 20, max: 4_000 })
const panel = fc
  .record({
    width: side,
    height: side,
    pitch: fc.constantFrom(0.25, 0.4, 0.63),
    viewingDistance: fc.constantFrom(0.6, 1.5, 4, 10),
    languages: fc.constantFrom(['nl'], ['nl', 'en']),
    font: fc.constantFrom('outline', 'outline', 'outline', 'led'),
  })
  .map(({ width, height, pitch, font, ...rest }) =>
    screen({
      ...rest,
      pixels:
        font === 'led'
          ? { width: Math.ceil(width / 10), height: Math.ceil(height / 10), pitch: 10, font }
          : { width, height, pitch },
    }),
  )

test('on panels of any size, every text is as wide as measured, inside the panel and free of every other', () => {
  fc.assert(
    fc.property(alert, panel, (given, screen) => {
      for (const { boxes, width, height } of contents(given, screen)) {
        expect({ width, height }).toEqual({ width: screen.pixels?.width, height: screen.pixels?.height })
        const texts = boxes.filter((box) => box.type === 'text')
        const photos = boxes.filter((box) => box.type === 'photo')
        for (const text of texts) {
          expect(Math.abs(text.width - measured(text))).toBeLessThan(0.01)
          expect(text.size).toBeGreaterThan(0)
        }
        const inks = texts.map(inkOf)
        for (const box of [...inks, ...boxes.filter((box) => box.type !== 'text')])
          expect(inside(box, width, height)).toBe(true)
        inks.forEach((one, index) => {
          for (const other of [...inks.slice(index + 1), ...photos]) expect(overlap(one, other)).toBe(false)
        })
      }
    }),
    { numRuns: 200 },
  )
})

test('a zone is composed as if it were the panel', () => {
  const pixels = { width: 1920, height: 1080, pitch: 0.3 }
  const zone = { x: 1320, y: 0, width: 600, height: 1080 }
  const within = contents(amberAlert(), screen({ pixels, zone, takeover: 'side', viewingDistance: 2 }))
  const alone = contents(amberAlert(), screen({ pixels: { ...pixels, width: 600 }, viewingDistance: 2 }))
  expect(within).toEqual(alone)
})

test('letters that are read from afar are never below the legible size for that distance', () => {
  const panel = screen({ pixels: { width: 1920, height: 1080, pitch: 0.63 }, viewingDistance: 10 })
  for (const { boxes } of contents(amberAlert(), panel)) {
    const far = boxes.filter(
      (box) => box.type === 'text' && ['kind', 'child', 'vehicle', 'plate', 'call'].includes(box.fact),
    )
    // 16 arc minutes at 10 m are 46.5 mm: 74 px of 0.63 mm.
    for (const box of far)
      expect(box.type === 'text' && box.size * library.outline.capHeight).toBeGreaterThanOrEqual(74)
  }
})

test('a photo too small for a face to be recognised is left out, and the facts take its room', () => {
  const alert = amberAlert({
    media: [{ sha256: 'c'.repeat(64), mimeType: 'image/png', width: 900, height: 1200, role: 'subject' }],
  })
  const has = (width: number, height: number): boolean =>
    contents(alert, screen({ pixels: { width, height, pitch: 0.25 }, viewingDistance: 1 })).some(
      ({ boxes }) => boxes.some((box) => box.type === 'photo'),
    )
  expect(has(800, 600)).toBe(true)
  expect(has(480, 270)).toBe(false)
})
