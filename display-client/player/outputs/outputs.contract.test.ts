import { beforeAll, describe, expect, test } from 'vitest'
import { type Current, currentOf, DEFAULT_LIMITS } from '../../alert/incident.ts'
import type { BitmapFont } from '../../compose/bitmap-font.ts'
import { compose } from '../../compose/compose.ts'
import type { Library } from '../../compose/library.ts'
import { readCellFont } from '../../paint/character-sign.ts'
import type { Panel } from '../../panel/profile.ts'
import { amberAlert } from '../../testkit/alerts.ts'
import { TEST_TIME, TestClock } from '../../testkit/test-clock.ts'
import { loadConfig } from '../config.ts'
import { Feed } from '../feed/feed.ts'
import { diskFiles } from '../files.ts'
import { readLibrary } from '../library-files.ts'
import type { StagePage } from '../protocol.ts'
import type { Output, Programme } from './output.ts'
import { isSign, outputsOf } from './outputs.ts'

const PLAYER = `{ schema: kijkuit-player/1, player: test, brokers: ["mqtt://127.0.0.1"], areas: [nl], keyring: k, data: d,
  panels: [{ id: screen, preset: transit-bar }, { id: led, preset: drip-192x128 }, { id: characters, preset: ticker-1x20 },
           { id: zone, preset: transit-bar, takeover: side, zone: { x: 1440, y: 0, width: 480, height: 360 } }] }`

let library: Library
let cellFont: BitmapFont
let panels: ReadonlyMap<string, Panel>

beforeAll(async () => {
  const read = await readLibrary()
  const font = await readCellFont()
  const read2 = (path: string): string | undefined =>
    path === '/p/player.yaml' ? PLAYER : path === '/p/k' ? '{}' : diskFiles.read(path)
  const config = loadConfig('/p/player.yaml', { read: read2, list: diskFiles.list })
  if (!read.ok || !font.ok || !config.ok) throw new Error('the files of Kijkuit are faulty')
  library = read.value
  cellFont = font.value
  panels = new Map(config.value.panels.map((panel) => [panel.id, panel]))
})

const clock = new TestClock()
const log = { info: () => {}, warn: () => {} }

interface Made {
  readonly panel: Panel
  readonly output: Output
  /** What the sign's topic got, in order. */
  readonly published: { topic: string; record: Record<string, unknown>; lifetime: number | undefined }[]
}

function make(id: string): Made {
  const panel = panels.get(id)
  if (panel === undefined) throw new Error(`no panel ${id}`)
  const published: Made['published'] = []
  let sequence = 0
  const signs = new Feed({
    ...{ player: 'test', clock, panels: [panel].filter(isSign), period: 30_000, fontNumbers: {} },
    fonts: () => library.bitmaps,
    counter: { epoch: 1, next: () => (sequence += 1) },
    onReceipts: () => {},
    publish: (topic, payload, { lifetime }) =>
      published.push({ topic, record: JSON.parse(payload), lifetime }),
  })
  const fonts = (): readonly BitmapFont[] => library.bitmaps
  const output = outputsOf([panel], {
    clock,
    log,
    signs,
    cellFont,
    fonts,
  }).get(id)
  if (output === undefined) throw new Error(`no output for ${id}`)
  return { panel, output, published }
}

function programme(panel: Panel, ...incidents: readonly string[]): Programme {
  return incidents.map((incident) => {
    const alert = amberAlert({ incident, identifier: incident })
    const current: Current = currentOf(alert, alert.sender, TEST_TIME, DEFAULT_LIMITS, undefined)
    const { until } = current
    return { about: alert, live: true, until, composition: compose(alert, panel, library) }
  })
}

const sizes = (pages: readonly StagePage[]) =>
  pages.map(({ content: { width, height } }) => ({ width, height }))

describe.each(['screen', 'led', 'characters', 'zone'])('every output keeps the contract: %s', (id) => {
  test('has nothing of ours on it before it is told to', () => {
    expect(make(id).output.channel.stage).toEqual({ type: 'stage', revision: 0, pages: [] })
  })

  test('shows each page of a programme in order, in the size that viewers were told', () => {
    const { panel, output } = make(id)
    const one = programme(panel, 'a')
    const revision = output.present(one)
    const { pages } = output.channel.stage
    expect(output.channel.stage.revision).toBe(revision)
    expect(pages.map(({ dwell }) => dwell)).toEqual(one[0]?.composition.pages.map(({ dwell }) => dwell))
    const { width, height } = output.channel.panel
    expect(new Set(sizes(pages).map((size) => JSON.stringify(size)))).toEqual(
      new Set([JSON.stringify({ width, height })]),
    )
  })

  test('shows equals one after the other', () => {
    const { panel, output } = make(id)
    output.present(programme(panel, 'a'))
    const alone = output.channel.stage.pages.length
    output.present(programme(panel, 'a', 'b'))
    expect(output.channel.stage.pages).toHaveLength(2 * alone)
  })

  test('replaces everything with each programme, under a revision that rises', () => {
    const { panel, output } = make(id)
    const first = output.present(programme(panel, 'a'))
    const second = output.present([])
    expect(second).toBeGreaterThan(first)
    expect(output.channel.stage).toEqual({ type: 'stage', revision: second, pages: [] })
  })

  test('changes nothing when the composition is for another kind of panel', () => {
    const { panel, output, published } = make(id)
    const other = make(id === 'characters' ? 'screen' : 'characters').panel
    output.present(programme(panel, 'a'))
    const before = [output.channel.stage, published.length]
    expect(() => output.present(programme(other, 'a'))).toThrow(RangeError)
    expect([output.channel.stage, published.length]).toEqual(before)
  })
})

describe('a screen', () => {
  test('gets the boxes as they were composed', () => {
    const { panel, output } = make('screen')
    const one = programme(panel, 'a')
    output.present(one)
    expect(output.channel.stage.pages).toEqual(one[0]?.composition.pages)
  })
})

describe('a sign of characters', () => {
  test('puts its text on its topic, with the moment at which it must be gone, and takes it back', () => {
    const { panel, output, published } = make('characters')
    output.present(programme(panel, 'a'))
    output.present([])
    expect(published.map(({ topic }) => topic)).toEqual(
      Array(2).fill('kijkuit/v1/players/test/signs/characters'),
    )
    expect(published[0]).toMatchObject({
      lifetime: 7_200,
      record: {
        schema: 'kijkuit-sign/1',
        panel: 'characters',
        until: '2026-11-22T18:00:00+00:00',
        incidents: [{ incident: 'a', revision: 1, kind: 'amber' }],
      },
    })
    expect(JSON.stringify(published[0]?.record['pages'])).toContain('0800-0000')
    expect(published[1]).toMatchObject({
      topic: 'kijkuit/v1/players/test/signs/characters',
      lifetime: undefined,
      record: {
        ...{
          schema: 'kijkuit-sign/1',
          panel: 'characters',
          state: 'withdraw',
          pages: [],
          incidents: [],
          multi: '',
        },
        withdrawn: [{ incident: 'a', revision: 1 }],
      },
    })
  })
})

describe('a matrix of LEDs', () => {
  test('gets finished frames: one byte for each dot, some of them lit', () => {
    const { panel, output } = make('led')
    output.present(programme(panel, 'a'))
    const content = output.channel.stage.pages[0]?.content
    if (content?.type !== 'frame') throw new Error('no frame')
    const dots = Buffer.from(content.pixels, 'base64')
    expect(dots).toHaveLength(192 * 128)
    expect(dots.some((dot) => dot > 0)).toBe(true)
    expect(dots.every((dot) => dot < content.palette.length)).toBe(true)
  })
})
