import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type Alert, AlertSchema } from '../../alert/model.ts'
import { formatFault, readDocument } from '../../base/document.ts'
import { type Panel, PanelProfileSchema } from '../../panel/profile.ts'
import { readLibrary } from '../../player/library-files.ts'
import { compose } from '../compose.ts'
import type { Box, PixelContent, TextBox } from '../composition.ts'
import { themeOf } from '../library.ts'

/** How the pages of the screen presets come out with the alert that the demo sends. */

const read = await readLibrary()
if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
const library = read.value
const kijkuit = themeOf(library, {})
const root = new URL('../../../', import.meta.url)

function preset(name: string): Panel {
  const text = readFileSync(new URL(`templates/panels/${name}.yaml`, root), 'utf8')
  const profile = readDocument(name, text, PanelProfileSchema)
  if (!profile.ok) throw new Error(profile.failure.map(formatFault).join('\n'))
  return { ...profile.value, id: name }
}

const photo = {
  sha256: 'd'.repeat(64),
  mimeType: 'image/jpeg',
  width: 900,
  height: 1_100,
  role: 'subject',
  focus: { x: 120, y: 60, width: 660, height: 800 },
}

function demo(changes: Record<string, unknown> = {}): Alert {
  return AlertSchema.parse({
    ...parse(readFileSync(new URL('scripts/demo/alert.yaml', root), 'utf8')),
    identifier: 'demo-zoe.1',
    revision: 1,
    sent: '2026-11-22T14:05:00+01:00',
    expires: '2026-11-22T15:05:00+01:00',
    media: [photo],
    ...changes,
  })
}

const [dutch] = demo().info
const silent = { subject: undefined, vehicle: undefined, place: undefined, media: [] }
const headlineOnly = demo({
  ...silent,
  kind: 'missing-child',
  info: [{ ...dutch, description: undefined, instruction: undefined }],
})
const warning = demo({
  ...silent,
  kind: 'public-warning',
  call: [],
  info: [
    {
      ...dutch,
      event: 'NL-Alert',
      senderName: 'Veiligheidsregio Utrecht',
      headline: 'Grote brand in Nieuwegein',
      description:
        'Er komt veel rook vrij bij een brand op een bedrijventerrein in Nieuwegein. Sluit ramen en deuren. Zet de ventilatie uit.',
      instruction: 'Ga naar binnen en blijf daar. Help elkaar.',
    },
  ],
})

function pagesOf(alert: Alert, panel: string): readonly PixelContent[] {
  return compose(alert, preset(panel), library).pages.map(({ content }) => {
    if (content.type !== 'pixels') throw new Error('a screen gets pixels')
    return content
  })
}

function textsOf({ boxes }: PixelContent, ...facts: readonly string[]): readonly TextBox[] {
  return boxes.filter((box) => box.type === 'text').filter((box) => facts.includes(box.fact))
}

function isPlate(box: Box): boolean {
  return box.type === 'fill' && box.colour === kijkuit.plate.background
}

/** The parts that are the same on every page. */
const FIXED = ['kind', 'call', 'source']
const SCREENS = [
  'atm',
  'atm-1024x768',
  'atm-1280x1024',
  'kiosk-480x800',
  'luggage-rack-bar',
  'metro-2560x720',
  'on-board-1080x360',
  'platform-edge-3840x1080',
  'station-landscape',
  'station-portrait',
  'transit-bar',
]

describe.each(SCREENS)('%s', (panel) => {
  test('has the band, the photo and the number to call on every page', () => {
    const band = kijkuit.kinds.amber.band.background
    for (const page of pagesOf(demo(), panel)) {
      expect(page.boxes.filter((box) => box.type === 'photo')).toHaveLength(1)
      for (const fact of FIXED) {
        const lines = textsOf(page, fact)
        expect(lines.length, fact).toBeGreaterThan(0)
        for (const line of lines) {
          const ground = page.boxes.find(
            (box) =>
              box.type === 'fill' &&
              box.x <= line.x &&
              line.x + line.width <= box.x + box.width &&
              box.y < line.baseline &&
              line.baseline < box.y + box.height,
          )
          expect(ground, line.text).toMatchObject({ colour: band })
        }
      }
    }
  })

  test.each([
    ['the alert of the demo', demo()],
    ['an alert without a photo', demo({ media: [] })],
    ['a headline', headlineOnly],
    ['a public warning', warning],
    ['an exercise', demo({ status: 'Exercise' })],
  ])('has kind, number and source of %s in one place and size on every page', (_, alert) => {
    const pages = pagesOf(alert, panel)
    const fixed = pages.map((page) => textsOf(page, ...FIXED, 'banner'))
    expect(fixed[0]?.length).toBeGreaterThan(0)
    for (const page of fixed) expect(page).toEqual(fixed[0])
    for (const page of pages) {
      const texts = page.boxes.filter((box) => box.type === 'text')
      const isPrint = ({ fact }: TextBox): boolean => fact === 'source' || fact === 'banner'
      const read = texts.filter((box) => !isPrint(box)).map((box) => box.size)
      expect(new Set(read).size).toBeLessThanOrEqual(3)
      for (const { size } of texts.filter(isPrint)) expect(size).toBeLessThanOrEqual(Math.min(...read))
    }
  })

  test('has as much room above the facts as below them', () => {
    for (const page of [...pagesOf(demo(), panel), ...pagesOf(headlineOnly, panel)]) {
      const facts = page.boxes.filter((box) => box.type === 'text').filter((box) => !FIXED.includes(box.fact))
      const [first, last] = [facts[0], facts.at(-1)]
      if (first === undefined || last === undefined) throw new Error('every page says something')
      // What the facts stand between: band, photo, bar; the yellow of a plate is one of them.
      const edges = page.boxes.flatMap((box) =>
        box.type !== 'text' && box.x < first.x + first.width && first.x < box.x + box.width && !isPlate(box)
          ? [box]
          : [],
      )
      const ends = edges.map((box) => box.y + box.height)
      const starts = edges.map((box) => box.y)
      const top = Math.max(0, ...ends.filter((y) => y < first.baseline))
      const bottom = Math.min(page.height, ...starts.filter((y) => y >= last.baseline))
      const above = first.baseline - library.outline.capHeight * first.size - top
      const below = bottom - last.baseline
      expect(Math.abs(above - below)).toBeLessThanOrEqual(0.6 * Math.max(first.size, last.size))
    }
  })
})

test('a lone headline is as large as the kind of alert', () => {
  const [page] = pagesOf(headlineOnly, 'station-landscape')
  expect(page && textsOf(page, 'headline')[0]?.size).toBe(page && textsOf(page, 'kind')[0]?.size)
})

test('a detail that is alone on its page grows as large as the number to call', () => {
  const { subject } = demo()
  const alert = demo({ status: 'Test', subject: { ...subject, looks: { nl: 'blond haar' } } })
  const last = pagesOf(alert, 'transit-bar').at(-1)
  if (last === undefined) throw new Error('there are pages')
  const [looks, call, source] = ['looks', 'call', 'source'].map((fact) => textsOf(last, fact)[0]?.size ?? 0)
  expect(looks).toBe(call)
  expect(looks).toBeGreaterThan(source ?? 0)
})

test('the pages after the first are evenly full, so that no sentence is left alone on the last', () => {
  const instruction =
    'Ga naar binnen en blijf daar. Help elkaar. Luister naar de radio. Bel alleen bij nood. Houd de weg vrij voor de brandweer.'
  const longer = { ...warning, info: warning.info.map((info) => ({ ...info, instruction })) }
  const pages = pagesOf(longer, 'on-board-1080x360')
  const facts = pages.map(
    (page) =>
      new Set(
        page.boxes.flatMap((box) => (box.type === 'text' && !FIXED.includes(box.fact) ? [box.fact] : [])),
      ),
  )
  expect(facts.map((one) => one.size)).toEqual([3, 3, 3])
})

test('a block for the number is rather wider than usual than without the main number', () => {
  for (const panel of ['on-board-1080x360', 'metro-2560x720', 'transit-bar']) {
    for (const page of pagesOf(demo({ call: ['0800-6070', '112'] }), panel)) {
      const words = textsOf(page, 'call').map((box) => box.text)
      expect(words.join(' '), panel).toContain('0800-6070')
    }
  }
})

test('a number too long for its place stands whole among the facts, and the band stays', () => {
  const pages = pagesOf(demo({ call: ['+31 88 123 45 67'] }), 'transit-bar')
  const numbers = pages.flatMap((page) => textsOf(page, 'call'))
  expect(numbers.map((box) => box.text)).toEqual([expect.stringMatching(/Bel \+31 88 123 45 67$/)])
  // 16 arc minutes at 4 m, in px of 0.364 mm.
  expect((numbers[0]?.size ?? 0) * library.outline.capHeight).toBeGreaterThanOrEqual(51)
  const band = kijkuit.kinds.amber.band.background
  for (const page of pages) {
    const fills = page.boxes.flatMap((box) => (box.type === 'fill' ? [box.colour] : []))
    expect(fills[0]).toBe(band)
    expect(
      textsOf(page, 'kind')
        .map((box) => box.text)
        .join(' '),
    ).toBe('AMBER ALERT')
  }
})

describe.each([
  [3_120, 260, 0.5, 4],
  [1_920, 360, 0.364, 4],
  [1_150, 160, 0.4, 2],
  [970, 250, 0.4, 2],
  [800, 130, 0.4, 1.5],
  [728, 90, 0.4, 1.5],
  [480, 270, 0.4, 1.5],
  [1_920, 1_080, 0.63, 10],
  [1_440, 760, 0.4, 3],
  [1_280, 720, 0.4, 3],
  [768, 864, 0.4, 2],
  [432, 1_008, 0.4, 2],
  [480, 800, 0.19, 1],
  [600, 1_080, 0.4, 3],
  [1_080, 1_920, 0.63, 8],
])('%i x %i px', (width, height, pitch, viewingDistance) => {
  const profile = { schema: 'kijkuit-panel/1', title: 'Screen', viewingDistance, pages: 2 }
  const panel = {
    ...PanelProfileSchema.parse({ ...profile, pixels: { width, height, pitch } }),
    id: 'screen',
  }
  const pages = compose(demo({ call: ['112', '0800-0000'] }), panel, library).pages.map(({ content }) => {
    if (content.type !== 'pixels') throw new Error('a screen gets pixels')
    return content
  })

  test('has a car and its plate on one page', () => {
    const pagesWith = (fact: string): readonly number[] =>
      pages.flatMap((page, index) => (textsOf(page, fact).length > 0 ? [index] : []))
    expect(pagesWith('plate')).toHaveLength(1)
    expect(pagesWith('vehicle')).toEqual(pagesWith('plate'))
  })

  test('has the whole face in its photo', () => {
    for (const box of pages.flatMap(({ boxes }) => boxes)) {
      if (box.type !== 'photo') continue
      const { crop } = box
      // A crop is rounded to hundredths of a px.
      expect(crop.x).toBeLessThanOrEqual(photo.focus.x + 0.05)
      expect(crop.y).toBeLessThanOrEqual(photo.focus.y + 0.05)
      expect(crop.x + crop.width).toBeGreaterThanOrEqual(photo.focus.x + photo.focus.width - 0.05)
      expect(crop.y + crop.height).toBeGreaterThanOrEqual(photo.focus.y + photo.focus.height - 0.05)
    }
  })

  test('has every number, and nothing but the kind is larger', () => {
    for (const page of pages) {
      const call = textsOf(page, 'call')
      expect(call.map((box) => box.text).join(' ')).toMatch(/112 of 0800-0000$/)
      expect(textsOf(page, 'kind')[0]?.size).toBeGreaterThanOrEqual(call[0]?.size ?? 0)
    }
  })
})
