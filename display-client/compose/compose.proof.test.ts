import { describe, expect, test } from 'vitest'
import type { Alert } from '../alert/model.ts'
import { PanelProfileSchema } from '../panel/profile.ts'
import { faultsOf, outcomeOf } from '../testkit/compositions/faults.ts'
import { CompositionTrials } from '../testkit/compositions/trials.ts'
import { corpus, nameOf } from '../testkit/corpus/corpus.ts'
import { shippedLibrary } from '../testkit/library.ts'
import { allPresets, preset } from '../testkit/panels.ts'
import { compose } from './compose.ts'
import type { Box, Composition, CompositionPage } from './composition.ts'

/** That nothing overflows, whatever the alert and the panel. The short form of `npm run soak -- compose`. */

const library = await shippedLibrary()
const trials = await CompositionTrials.open()
const SEED = 20_261_125

describe('no text overflows, no word is cut, and what is missing is named', () => {
  test.each(allPresets().map((panel, index) => [panel.id, panel, index] as const))(
    'on %s',
    (_, panel, index) => {
      for (const alert of trials.alerts.filter((__, at) => at % 20 === index % 20 || at < 8))
        expect(trials.try(alert, panel).wrong).toEqual([])
    },
  )

  test('on 500 panels of any size', () => {
    const outcomes = new Map<string | undefined, number>()
    for (let run = 0; run < 500; run += 1) {
      const { outcome, wrong } = trials.random(SEED + run)
      expect(wrong).toEqual([])
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
    for (const outcome of ['shown', 'without what must be kept', 'blank'])
      expect([outcome, (outcomes.get(outcome) ?? 0) > 20]).toEqual([outcome, true])
  })
})

/** Each overflowed, or had no outcome that has a name, until the check found it. */
describe('what was found once stays mended', () => {
  const named = (name: string): Alert => {
    const alert = trials.alerts.find((one) => nameOf(one) === name)
    if (alert === undefined) throw new Error(`the corpus has no ${name}`)
    return alert
  }
  const screen = (width: number, height: number, pitch: number, viewingDistance: number, pages = 6) => ({
    pixels: { width, height, pitch },
    viewingDistance,
    pages,
  })
  const both = { viewingDistance: 5, languages: ['en', 'nl'] }
  const full = named('amber-full')
  const [dutch] = full.info
  // Of this nothing but the kind fits in letters that are read from 25 m.
  const onlyKind = {
    ...full,
    call: [],
    subject: { name: 'Tsjêbbe Bûwalda-Nijdam', age: 10 },
    vehicle: undefined,
    suspect: undefined,
    info: [{ ...dutch, senderName: 'Veiligheidsregio Noord- en Oost-Gelderland' }],
    media: [
      { ...full.media[0], width: 1_219, height: 1_621, focus: { x: 366, y: 162, width: 488, height: 648 } },
    ],
  } as Alert
  const sentences = {
    ...full,
    kind: 'missing-person',
    subject: undefined,
    suspect: undefined,
    vehicle: undefined,
    place: undefined,
    media: [],
    call: ['0800-0000'],
    info: [
      {
        ...dutch,
        senderName: 'Burgernet',
        headline: 'Burgernet de kermis op het Wilhelminaplein in Kapelle',
        description:
          'Wij zoeken een rode Volvo V60 in de omgeving van de kermis op het Wilhelminaplein in Kapelle. Ziet u iets? ' +
          'Benader de persoon niet zelf.',
      },
    ],
  } as Alert

  test.each<readonly [string, Alert, object]>([
    [
      'two languages in which nothing fits are one blank page',
      full,
      { ...both, pixels: { width: 8, height: 8, pitch: 20, font: 'led' } },
    ],
    [
      'a limit in bytes is for both languages together',
      full,
      { ...both, characters: { lines: 2, columns: 41, bytes: 59, repertoire: 'unicode' } },
    ],
    [
      'what parts a test banner from the message has bytes too',
      { ...full, status: 'Test' },
      {
        viewingDistance: 5,
        characters: { lines: 1, columns: 41, bytes: 44, repertoire: 'unicode' },
        pages: 3,
      },
    ],
    ['a test banner never stands alone', named('amber-test'), screen(2_482, 260, 0.1, 3)],
    ['a photo has a width', onlyKind, screen(3_897, 1_657, 0.25, 25, 2)],
    ['a page that takes a fact over has room for it', sentences, screen(2_158, 1_038, 0.63, 25)],
  ])('%s', (_, alert, panel) => {
    const profile = { schema: 'kijkuit-panel/1', title: 'Found', ...panel }
    expect(trials.try(alert, { ...PanelProfileSchema.parse(profile), id: 'found' }).wrong).toEqual([])
  })
})

/** What is proven is worth as much as the check, so this holds the check. */
describe('the check of the proof', () => {
  const alert = corpus().find((one) => nameOf(one) === 'amber-full')
  if (alert === undefined) throw new Error('the corpus has it')
  type Change = (composition: Composition) => Composition
  const onFirst =
    (change: (content: CompositionPage['content']) => CompositionPage['content']): Change =>
    (composition) => ({
      ...composition,
      pages: composition.pages.map((page, at) =>
        at === 0 ? { ...page, content: change(page.content) } : page,
      ),
    })
  const boxes = (change: (boxes: readonly Box[]) => readonly Box[]): Change =>
    onFirst((content) => (content.type === 'pixels' ? { ...content, boxes: change(content.boxes) } : content))
  const texts = (change: (box: Extract<Box, { type: 'text' }>) => Partial<Extract<Box, { type: 'text' }>>) =>
    boxes((all) => all.map((box) => (box.type === 'text' ? { ...box, ...change(box) } : box)))
  const lines = (change: (lines: readonly string[]) => readonly string[]): Change =>
    onFirst((content) =>
      content.type === 'characters' ? { ...content, lines: change(content.lines) } : content,
    )

  test.each<readonly [string, string, RegExp, Change]>([
    [
      'a text beyond the right edge',
      'station-landscape',
      /leaves the panel/,
      texts(({ x }) => ({ x: x + 900 })),
    ],
    ['a text beyond the bottom', 'station-landscape', /leaves the panel/, texts(() => ({ baseline: 1_080 }))],
    [
      'a text wider than it says',
      'station-landscape',
      /px wide and not/,
      texts(({ width }) => ({ width: width - 1 })),
    ],
    [
      'letters too small to read',
      'station-landscape',
      /smaller than can be read/,
      texts(() => ({ size: 9 })),
    ],
    [
      'letters that are not in the type',
      'station-landscape',
      /letters that its type has not/,
      texts(() => ({ text: '明' })),
    ],
    ['texts over each other', 'station-landscape', /overlap/, texts(() => ({ x: 700, baseline: 500 }))],
    ['a text on a photo', 'station-landscape', /stands on a photo/, texts(() => ({ x: 50 }))],
    [
      'a text across the edge of the band',
      'station-landscape',
      /across the edge/,
      texts(({ baseline }) => ({ baseline: baseline + 60 })),
    ],
    ['a word that is cut', 'station-landscape', /is cut/, texts(({ text }) => ({ text: text.slice(0, -1) }))],
    [
      'a fact that is not drawn',
      'station-landscape',
      /is cut/,
      boxes((all) => all.filter((box) => box.type !== 'text' || box.fact !== 'plate')),
    ],
    ['no text at all', 'station-landscape', /no outcome/, boxes(() => [])],
    [
      'a photo beyond the edge',
      'station-landscape',
      /a photo leaves the panel/,
      boxes((all) => all.map((box) => (box.type === 'photo' ? { ...box, y: box.y - 1 } : box))),
    ],
    [
      'a photo that is stretched',
      'station-landscape',
      /stretched/,
      boxes((all) =>
        all.map((box) =>
          box.type === 'photo' ? { ...box, crop: { ...box.crop, width: box.crop.width - 20 } } : box,
        ),
      ),
    ],
    [
      'a line that is too long',
      'stop-display-3x26',
      /characters, and there are/,
      lines((all) => all.map((line) => line.padEnd(27, 'x'))),
    ],
    ['a line too many', 'stop-display-3x26', /4 lines/, lines((all) => [...all, 'x', 'x', 'x'].slice(0, 4))],
    [
      'a space at the end',
      'stop-display-3x26',
      /spaces at its ends/,
      lines((all) => all.map((line) => `${line} `)),
    ],
    [
      'a letter that the sign has not',
      'character-3x16',
      /cannot be written/,
      lines(([, ...all]) => ['ş', ...all]),
    ],
    [
      'a word cut over two lines',
      'stop-display-3x26',
      /not made of its facts/,
      lines(([first = '', ...all]) => [first.slice(0, 3), first.slice(3), ...all].slice(0, 3)),
    ],
    [
      'a fact that is hidden',
      'stop-display-3x26',
      /accounts for/,
      (one) => ({ ...one, dropped: [], chosen: one.chosen.slice(1) }),
    ],
    [
      'a wording that nobody wrote',
      'stop-display-3x26',
      /no wording of it/,
      (one) => ({ ...one, chosen: one.chosen.map((fact) => ({ ...fact, text: 'EVERYTHING IS FINE' })) }),
    ],
    [
      'a fact that is missing without a word',
      'trailer-80x80',
      /neither shown nor dropped|accounts for/,
      (one) => ({ ...one, dropped: [], cannotFit: ['kind'] }),
    ],
    [
      'too much to read in passing',
      'character-3x16',
      /ms to read/,
      (one) => ({ ...one, reading: { ...one.reading, available: 1_000 } }),
    ],
    [
      'a page that turns too soon',
      'character-3x16',
      /too soon/,
      (one) => ({ ...one, pages: one.pages.map((page) => ({ ...page, dwell: 100 })) }),
    ],
    ['no proof of optimality', 'transit-bar', /optimal/, (one) => ({ ...one, optimal: false })],
    [
      'too many pages',
      'stop-board-90',
      /2 pages/,
      (one) => ({ ...one, pages: [...one.pages, ...one.pages] }),
    ],
  ])('sees %s', (_, name, fault, change) => {
    const panel = preset(name)
    const composition = compose(alert, panel, library)
    expect(faultsOf(composition, alert, panel, library)).toEqual([])
    expect(faultsOf(change(composition), alert, panel, library).join('\n')).toMatch(fault)
  })

  test('knows the outcomes by their names', () => {
    const composition = compose(alert, preset('station-landscape'), library)
    expect(outcomeOf(composition)).toBe('shown')
    expect(outcomeOf({ ...composition, cannotFit: ['call'] })).toBe('without what must be kept')
    expect(outcomeOf({ ...composition, chosen: [] })).toBe(undefined)
  })
})
