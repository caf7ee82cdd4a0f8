import { describe, expect, test } from 'vitest'
import type { Alert, Info } from '../alert/model.ts'
import { formatFault } from '../base/document.ts'
import { passTime, RUNNING_TEXT, runningSpeed } from '../panel/legibility.ts'
import { type Panel, PanelProfileSchema } from '../panel/profile.ts'
import { readLibrary } from '../player/library-files.ts'
import { amberAlert } from '../testkit/alerts.ts'
import { compose } from './compose.ts'
import type { CharacterContent, Composition } from './composition.ts'

const read = await readLibrary()
if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
const library = read.value

function ticker(characters: object = {}, changes: object = {}): Panel {
  const profile = {
    ...{ schema: 'kijkuit-panel/1', title: 'Ticker', viewingDistance: 10, ...changes },
    characters: { lines: 1, columns: 20, repertoire: 'latin1', scroll: 10, ...characters },
  }
  return { ...PanelProfileSchema.parse(profile), id: 'ticker' }
}

const [sample] = amberAlert().info
if (sample === undefined) throw new Error('the sample speaks Dutch')
const dutch: Info = sample

function telling(description: string): Alert {
  const { subject: _, vehicle: __, place: ___, call: ____, ...rest } = amberAlert({ kind: 'missing-person' })
  return { ...rest, call: [], info: [{ ...dutch, headline: 'Man vermist', description }] }
}

const told = telling(
  'Vermist sinds zondagmiddag uit de omgeving van het park. De man draagt een blauwe jas. Bel 0900-0000 als u hem ziet.',
)

const contents = ({ pages }: Composition): readonly CharacterContent[] =>
  pages.map(({ content }) => {
    if (content.type !== 'characters') throw new Error('no characters')
    return content
  })

describe('a line that runs by', () => {
  test('says what no page could hold, whole, in one pass that is not too long', () => {
    const composition = compose(told, ticker(), library)
    const [content] = contents(composition)
    expect(contents(composition)).toHaveLength(1)
    expect(content?.scroll).toBe(10)
    const line = content?.lines[0] ?? ''
    expect(line).toContain('Bel 0900-0000 als u hem ziet.')
    expect(line).toContain('Vermist sinds zondagmiddag uit de omgeving van het park.')
    expect(composition.pages[0]?.dwell).toBe(passTime(line.length, 20, 10))
    expect(composition.reading.needed).toBe(passTime(line.length, 20, 10))
    expect(composition.reading.needed).toBeLessThanOrEqual(RUNNING_TEXT.pass)
  })

  test('is not used where pages that stand still say nearly as much', () => {
    const named = amberAlert({ subject: { name: 'Zoë de Wit', age: 8, sex: 'female' } })
    const composition = compose(named, ticker(), library)
    for (const { scroll } of contents(composition)) expect(scroll).toBeUndefined()
  })

  test('is never longer than the time allows: seconds times cells per second', () => {
    const long = telling(
      `${Array.from({ length: 40 }, (_, index) => `Zin nummer ${index} zegt iets anders.`).join(' ')}`,
    )
    for (const scroll of [2, 4, 10, 17, 50]) {
      const composition = compose(long, ticker({ scroll }), library)
      const speed = runningSpeed(20, scroll)
      for (const content of contents(composition)) {
        const length = content.lines[0]?.length ?? 0
        if (content.scroll === undefined) expect(length).toBeLessThanOrEqual(20)
        else expect(length).toBeLessThanOrEqual((RUNNING_TEXT.pass / 1_000) * speed - 20)
      }
      expect(composition.reading.needed).toBeLessThanOrEqual(4 * RUNNING_TEXT.pass)
    }
  })

  test('keeps to the bytes of the sign, and to the words of the banner', () => {
    const composition = compose({ ...told, status: 'Test' }, ticker({ bytes: 60 }), library)
    for (const { lines } of contents(composition)) {
      expect(lines[0]?.length).toBeLessThanOrEqual(60)
      expect(lines[0]).toMatch(/^TEST /)
    }
  })

  test('is there for a text by the issuer that says more than his lines', () => {
    const line90 = 'AMBER ALERT. Meisje (8), grijze Volvo XX-123-X. Bel 0800-0000 als u haar ziet.'
    const short = { nl: { line90, panels: ['AMBER ALERT', 'GRIJZE VOLVO'] } }
    const [content] = contents(compose(amberAlert({ short }), ticker(), library))
    expect(content).toMatchObject({ scroll: 10, lines: [line90] })
  })

  test.each([
    ['for drivers', {}, { trafficSpeed: 50 }, 'must not be for drivers'],
    ['on several lines', { lines: 2 }, {}, 'is for a sign of one line'],
    ['at no speed', { scroll: 0 }, {}, 'must be more than 0 cells per second'],
  ])('is refused %s', (_, characters, changes, message) => {
    expect(() => ticker(characters, changes)).toThrow(message)
  })
})

describe('the speed', () => {
  test.each([
    [20, 10, 10],
    [20, 50, 10],
    [8, 10, 4],
    [80, 50, 17],
    [1, 10, 0.5],
  ])('of %i columns at %i cells per second is %f', (columns, device, speed) => {
    expect(runningSpeed(columns, device)).toBe(speed)
  })
})
