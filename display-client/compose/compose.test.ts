import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Alert } from '../alert/model.ts'
import { formatFault, readDocument } from '../base/document.ts'
import { type Panel, PanelProfileSchema } from '../panel/profile.ts'
import { readLibrary } from '../player/library-files.ts'
import { amberAlert, cancelOf } from '../testkit/alerts.ts'
import { compose, composer } from './compose.ts'
import type { Composition, CompositionPage, TextBox } from './composition.ts'

const read = await readLibrary()
if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
const library = read.value

const PRESETS = new URL('../../templates/panels/', import.meta.url)

function preset(name: string, changes: Partial<Panel> = {}): Panel {
  const profile = readDocument(
    name,
    readFileSync(new URL(`${name}.yaml`, PRESETS), 'utf8'),
    PanelProfileSchema,
  )
  if (!profile.ok) throw new Error(profile.failure.map(formatFault).join('\n'))
  return { ...profile.value, id: name, ...changes }
}

const presets = readdirSync(PRESETS)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => preset(name.slice(0, -5)))

function sign(lines: number, columns: number, changes: Record<string, unknown> = {}): Panel {
  const profile = {
    schema: 'kijkuit-panel/1',
    title: 'Sign',
    viewingDistance: 10,
    characters: { lines, columns },
    ...changes,
  }
  return { ...PanelProfileSchema.parse(profile), id: 'sign' }
}

function screen(width: number, height: number, changes: Record<string, unknown> = {}): Panel {
  const profile = {
    schema: 'kijkuit-panel/1',
    title: 'Screen',
    viewingDistance: 3,
    pixels: { width, height, pitch: 0.4 },
    ...changes,
  }
  return { ...PanelProfileSchema.parse(profile), id: 'screen' }
}

const SHA = 'a'.repeat(64)
const photo = {
  sha256: SHA,
  mimeType: 'image/jpeg',
  width: 1200,
  height: 1600,
  role: 'subject',
  focus: { x: 400, y: 380, width: 400, height: 520 },
} as const

const amber = amberAlert({
  media: [photo],
  call: ['112', '0800-6070'],
  suspect: { sex: 'male', age: 40, looks: { nl: 'baard, blauwe pet' } },
})
const [dutch, english] = amber.info
if (!dutch || !english) throw new Error('the sample speaks two languages')

const bare: Alert = (() => {
  const {
    subject: _,
    vehicle: __,
    place: ___,
    suspect: ____,
    ...rest
  } = amberAlert({ kind: 'missing-child' })
  return {
    ...rest,
    info: [
      {
        ...dutch,
        description: 'Daan is sinds zaterdag vermist. Hij draagt een groene jas. Heeft u hem gezien?',
      },
    ],
  }
})()

function textsOf(page: CompositionPage): readonly string[] {
  const { content } = page
  return content.type === 'characters'
    ? content.lines
    : content.boxes.flatMap((box) => (box.type === 'text' ? [box.text] : []))
}

const texts = (composition: Composition): readonly string[] => composition.pages.flatMap(textsOf)

/** Everything on all pages in one line, as a reader meets it. */
const running = (composition: Composition): string => texts(composition).join(' ')

describe.each([
  ['an alert with every field', amber],
  ['an alert with a headline and a description', bare],
  ['a test', { ...amber, status: 'Test' as const }],
])('%s', (_, alert) => {
  test.each(presets.map((panel) => [panel.id, panel] as const))('is composed for %s', (_, panel) => {
    const composition = compose(alert, panel, library)
    const { available, needed } = composition.reading
    expect(composition.pages.length).toBeGreaterThan(0)
    expect(composition.pages.length).toBeLessThanOrEqual(panel.pages)
    if (available !== null && composition.chosen.length > 0) expect(needed).toBeLessThanOrEqual(available)
    if (panel.trafficSpeed === 0) {
      expect(composition.cannotFit).toEqual([])
      for (const page of composition.pages) expect(page.dwell).toBeGreaterThanOrEqual(4_000)
    }
    for (const page of composition.pages) {
      const { content } = page
      if (content.type !== 'characters') continue
      expect(content.lines.length).toBeLessThanOrEqual(panel.characters?.lines ?? 0)
      for (const line of content.lines) {
        const { columns = 0, bytes = 1_000 } = panel.characters ?? {}
        expect(line.length).toBeLessThanOrEqual(content.scroll === undefined ? columns : bytes)
        expect(line).toBe(line.trimEnd())
      }
    }
  })

  test('every fact shown is whole, word for word, on one page', () => {
    for (const panel of presets) {
      const composition = compose(alert, panel, library)
      for (const { text, page } of composition.chosen) {
        const shown = composition.pages[page]
        const words = shown ? textsOf(shown).flatMap((line) => line.split(' ')) : []
        expect(words, `${panel.id}: ${text}`).toEqual(expect.arrayContaining(text.split(' ')))
      }
    }
  })
})

describe('what is shown', () => {
  test('the main things of an AMBER Alert are on a station screen: kind, child, car, plate, number, source, photo', () => {
    const composition = compose(amber, preset('station-landscape'), library)
    const first = composition.pages[0]
    expect(first && textsOf(first).join(' ')).toMatch(/AMBER ALERT.*Gezien\? Bel 112 of 0800-6070/)
    for (const text of ['Zoë', 'Volvo', 'XX-123-X', 'Politie', 'rode jas'])
      expect(running(composition)).toContain(text)
    expect(first?.content).toMatchObject({
      boxes: expect.arrayContaining([expect.objectContaining({ type: 'photo', sha256: SHA })]),
    })
  })

  test('kind, source and number stand in the same place on every page', () => {
    const composition = compose(amber, preset('transit-bar'), library)
    expect(composition.pages.length).toBeGreaterThan(1)
    const fixed = composition.pages.map(({ content }) =>
      content.type === 'pixels'
        ? content.boxes.filter((box) => box.type === 'text' && ['kind', 'call', 'source'].includes(box.fact))
        : [],
    )
    for (const page of fixed) expect(page).toEqual(fixed[0])
  })

  test('a page has at most three sizes of letters beside its small print, and the kind is the largest', () => {
    for (const panel of presets.filter((one) => one.pixels?.font === 'outline')) {
      for (const { content } of compose({ ...amber, status: 'Test' }, panel, library).pages) {
        const boxes = content.type === 'pixels' ? content.boxes.filter((box) => box.type === 'text') : []
        const kind = boxes.find((box) => box.fact === 'kind')
        const isPrint = ({ fact }: TextBox): boolean => fact === 'source' || fact === 'banner'
        const read = boxes.filter((box) => !isPrint(box)).map((box) => box.size)
        const print = boxes.filter(isPrint).map((box) => box.size)
        expect(new Set(read).size, panel.id).toBeLessThanOrEqual(3)
        // One size, and never larger than anything that is to be read.
        expect(new Set(print).size, panel.id).toBe(1)
        expect(Math.max(...print), panel.id).toBeLessThanOrEqual(Math.min(...read))
        for (const box of boxes) expect(box.size).toBeLessThanOrEqual(kind?.size ?? 0)
      }
    }
  })

  test('90 characters hold what a bus stop needs', () => {
    expect(texts(compose(amber, preset('stop-board-90'), library))).toEqual([
      'AMBER ALERT - Zoë Müller-d’Oré (8 jaar) - Grijze Volvo V60 - XX-123-X - Gezien? Bel 112',
    ])
  })

  test('a driver is shown no more than can be read in passing, and never a plate', () => {
    const composition = compose(amber, preset('character-3x16'), library)
    expect(composition.dropped).toContainEqual({ fact: 'plate', reason: 'reading-time' })
    expect(running(composition)).toMatch(/AMBER.*112/)
  })

  test('no number is shown that the issuer did not give', () => {
    const silent = { ...amber, call: [] }
    for (const panel of presets)
      expect(running(compose(silent, panel, library))).not.toMatch(/112|0800|Gezien\? Bel/)
  })

  test('a Cancel, which says nothing, still gives a page', () => {
    const composition = compose(cancelOf(amber), preset('station-landscape'), library)
    expect(texts(composition)[0]).toBe('AMBER ALERT')
  })
})

describe('languages', () => {
  test('alternate in the order of the panel, each on its own pages', () => {
    const composition = compose(amber, preset('station-landscape', { languages: ['en', 'nl'] }), library)
    expect(composition.languages).toEqual(['en', 'nl'])
    expect(running(composition)).toMatch(/Seen\? Call 112.*Gezien\? Bel 112/)
  })

  test('one page has room for one language', () => {
    expect(
      compose(amber, preset('station-landscape', { languages: ['nl', 'en'], pages: 1 }), library).languages,
    ).toEqual(['nl'])
  })

  test('drivers are never shown a second language', () => {
    expect(compose(amber, preset('character-3x16', { languages: ['nl', 'en'] }), library).languages).toEqual([
      'nl',
    ])
  })
})

describe('tests and exercises', () => {
  test('every page says so in words on its first line', () => {
    for (const panel of presets.filter((one) => one.trafficSpeed === 0)) {
      for (const page of compose({ ...amber, status: 'Exercise' }, panel, library).pages) {
        expect(textsOf(page)[0], panel.id).toMatch(/^OEFENING/i)
      }
    }
  })

  test('a panel that has no room for those words shows nothing at all', () => {
    expect(texts(compose({ ...amber, status: 'Exercise' }, sign(3, 6), library))).toEqual([])
  })

  test('a real alert has no banner', () => {
    expect(running(compose(amber, preset('station-landscape'), library))).not.toMatch(/TEST|OEFENING/)
  })
})

describe('texts by the issuer', () => {
  const short = {
    nl: {
      line90: 'AMBER ALERT: Zoe (8), grijze Volvo XX-123-X. Bel 112',
      panels: ['AMBER ALERT', 'BEL 112'],
    },
  }

  test('are shown as they are where they fit', () => {
    const composition = compose({ ...amber, short }, preset('stop-board-90'), library)
    expect(texts(composition)).toEqual([short.nl.line90])
    expect(composition.chosen).toEqual([{ fact: 'short', wording: -1, text: short.nl.line90, page: 0 }])
  })

  test('for road panels keep their lines', () => {
    expect(texts(compose({ ...amber, short }, preset('character-3x16'), library))).toEqual([
      'AMBER ALERT',
      'BEL 112',
    ])
  })

  test('that do not fit make place for the facts', () => {
    const composition = compose(
      { ...amber, short: { nl: { line90: short.nl.line90 } } },
      sign(1, 20),
      library,
    )
    expect(composition.chosen.some((fact) => fact.fact === 'short')).toBe(false)
    expect(running(composition)).toContain('AMBER')
  })
})

describe('characters', () => {
  test('that a sign has not are replaced and reported', () => {
    const composition = compose(amber, sign(4, 30), library)
    expect(running(composition)).toContain("Zoe Muller-d'Ore")
    expect(composition.substitutions).toContainEqual({ from: 'ë', to: 'e' })
  })

  test('of a script that the panel cannot write do not break it: the fact is dropped and named', () => {
    const alert = {
      ...bare,
      info: [{ ...dutch, headline: '王小明失踪', event: '失踪', description: '请打电话。' }],
    }
    const composition = compose(alert, sign(4, 30), library)
    expect(composition.dropped).toContainEqual({ fact: 'headline', reason: 'not-in-repertoire' })
    expect(texts(composition)).toContain('VERMIST KIND ALERT')
    expect(running(composition)).not.toMatch(/\?\?/)
  })

  test('a message stays within the bytes of its protocol', () => {
    const composition = compose(
      amber,
      sign(6, 40, { characters: { lines: 6, columns: 40, bytes: 60 } }),
      library,
    )
    const bytes = composition.pages.reduce(
      (sum, page) => sum + textsOf(page).reduce((all, line) => all + Buffer.byteLength(line) + 1, 0),
      0,
    )
    expect(bytes).toBeLessThanOrEqual(61)
  })
})

describe('a panel on which nothing fits', () => {
  test.each([
    ['one pixel', screen(1, 1)],
    ['one LED', screen(1, 1, { pixels: { width: 1, height: 1, pitch: 10, font: 'led' } })],
    ['one character', sign(1, 1)],
  ])('of %s gets one blank page, and is told what is missing', (_, panel) => {
    const composition = compose(amber, panel, library)
    expect(composition.pages).toHaveLength(1)
    expect(texts(composition)).toEqual([])
    expect(composition.cannotFit).toEqual(['kind', 'call'])
    expect(composition.utility).toBe(0)
  })
})

describe('the result', () => {
  test('is the same to the byte each time, and its hash says so', () => {
    const [one, other] = [1, 2].map(() => compose(amber, preset('station-portrait'), library))
    expect(one).toEqual(other)
    expect(one?.hash).toMatch(/^[0-9a-f]{64}$/)
  })

  test('has another hash when anything on the glass is another', () => {
    const other = { ...amber, vehicle: { ...amber.vehicle, plate: 'XX-123-Y' } }
    const panel = preset('station-portrait')
    expect(compose(other, panel, library).hash).not.toBe(compose(amber, panel, library).hash)
  })
  test('is the same for a panel alone and for one of many; those of one format share its pages', () => {
    const many = composer(library)
    for (const panel of presets) expect(many(amber, panel)).toEqual(compose(amber, panel, library))
    for (const panel of presets) {
      const place = { regions: ['nl'], moving: false }
      const twin: Panel = { ...panel, id: 'twin', title: 'Elsewhere', place, kinds: ['drill'], ceiling: 1 }
      const composition = many(amber, twin)
      expect(composition).toEqual(compose(amber, twin, library))
      expect(composition.pages).toBe(many(amber, panel).pages)
    }
  })

  test('is another for a panel of another format, and for another alert', () => {
    const many = composer(library)
    const changes: Partial<Panel>[] = [
      { characters: { lines: 3, columns: 17, repertoire: 'ascii', capitals: false } },
      { pages: 1 },
      { viewingDistance: 50, trafficSpeed: 80 },
      { languages: ['en'] },
    ]
    const panel = sign(3, 18)
    many(amber, panel)
    for (const change of changes) {
      const other = { ...panel, ...change }
      expect(many(amber, other)).toEqual(compose(amber, other, library))
    }
    expect(many(bare, panel)).toEqual(compose(bare, panel, library))
  })
})
