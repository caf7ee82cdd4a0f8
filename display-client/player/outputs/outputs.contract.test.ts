import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
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
import { isOffered, outputsOf } from './outputs.ts'

const PLAYER = `{ schema: kijkuit-player/1, player: test, brokers: ["mqtt://127.0.0.1"], areas: [nl], keyring: k, data: d,
  panels: [{ id: screen, preset: transit-bar }, { id: led, preset: drip-192x128 },
           { id: photos, preset: drip-192x128, trafficSpeed: 0, viewingDistance: 8, pixels: { width: 480, height: 320, pitch: 4, colours: rgb, font: led } }, { id: characters, preset: ticker-1x20 },
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
let warnings: string[] = []
const log = { info: () => {}, warn: (line: string) => void warnings.push(line) }

interface Made {
  readonly panel: Panel
  readonly output: Output
  /** What the sign's topic got, in order. */
  readonly published: { topic: string; record: Record<string, unknown>; lifetime: number | undefined }[]
}

function make(
  id: string,
  photo: (sha256: string) => { bytes: Uint8Array } | undefined = () => undefined,
): Made {
  const panel = panels.get(id)
  if (panel === undefined) throw new Error(`no panel ${id}`)
  const published: Made['published'] = []
  let sequence = 0
  const signs = new Feed({
    ...{ player: 'test', clock, panels: [panel].filter(isOffered), period: 30_000, fontNumbers: {} },
    fonts: () => library.bitmaps,
    counter: { epoch: 1, next: () => (sequence += 1) },
    onReceipts: () => {},
    publish: (topic, payload, { lifetime }) =>
      published.push({ topic, record: JSON.parse(payload), lifetime }),
  })
  const fonts = (): readonly BitmapFont[] => library.bitmaps
  const output = outputsOf([panel], {
    clock,
    random: () => 0,
    log,
    signs,
    cellFont,
    fonts,
    photo,
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

beforeEach(() => {
  warnings = []
})

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
        incidents: [{ sender: 'politie@example.org', incident: 'a', revision: 1, kind: 'amber' }],
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
        withdrawn: [{ sender: 'politie@example.org', incident: 'a', revision: 1 }],
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

describe('a photo on a matrix of LEDs', () => {
  /** Dark above, bright below. */
  const bytes = sharp({ create: { width: 600, height: 800, channels: 3, background: '#202020' } })
    .composite([
      {
        input: { create: { width: 600, height: 400, channels: 3, background: '#ffffff' } },
        left: 0,
        top: 400,
      },
    ])
    .jpeg()
    .toBuffer()

  async function withPhoto(): Promise<Programme> {
    const panel = panels.get('photos')
    if (panel === undefined) throw new Error('no panel')
    const sha256 = createHash('sha256')
      .update(await bytes)
      .digest('hex')
    const media = [
      { sha256, mimeType: 'image/jpeg' as const, width: 600, height: 800, role: 'subject' as const },
    ]
    const alert = amberAlert({ media })
    return [{ about: alert, live: true, until: TEST_TIME, composition: compose(alert, panel, library) }]
  }

  /** How many dots are lit at the left, where the photo is: in its upper half and its lower. */
  function halves(output: Output): readonly [number, number] {
    const content = output.channel.stage.pages[0]?.content
    if (content?.type !== 'frame') throw new Error('no frame')
    const dots = Buffer.from(content.pixels, 'base64')
    const lit = (from: number, to: number): number => {
      let sum = 0
      for (let y = from; y < to; y += 1)
        for (let x = 0; x < 200; x += 1) {
          const colour = content.palette[dots[y * content.width + x] ?? 0]
          if (colour === '#ffffff') sum += 1
        }
      return sum
    }
    return [lit(0, 160), lit(160, 320)]
  }

  test('joins the text under the same revision, for whoever looks now and later', async () => {
    const held = { bytes: await bytes }
    const { output } = make('photos', () => held)
    const revision = output.present(await withPhoto())
    expect(halves(output)).toEqual([0, 0])
    await vi.waitFor(() => expect(halves(output)[1]).toBeGreaterThan(25_000))
    expect(halves(output)[0]).toBeLessThan(2_000)
    expect(output.channel.stage.revision).toBe(revision)
    // The same again is drawn at once.
    output.present(await withPhoto())
    expect(halves(output)[1]).toBeGreaterThan(25_000)
    expect(warnings).toEqual([])
  })

  test('does not come back when its alert has gone while its dots were made', async () => {
    const held = { bytes: await bytes }
    const asked = Promise.withResolvers<void>()
    const { output } = make('photos', () => {
      asked.resolve()
      return held
    })
    output.present(await withPhoto())
    await asked.promise
    const revision = output.present([])
    // Longer than the dots of a photo take: the same photo made once more.
    const { ledPhoto } = await import('../../paint/photo.ts')
    const box = (await withPhoto())[0]?.composition.pages[0]?.content
    const photo = box?.type === 'pixels' ? box.boxes.find(({ type }) => type === 'photo') : undefined
    if (photo?.type !== 'photo') throw new Error('no photo')
    for (let round = 0; round < 3; round += 1) await ledPhoto(held.bytes, photo, 'rgb')
    expect(output.channel.stage).toEqual({ type: 'stage', revision, pages: [] })
    expect(warnings).toEqual([])
  })

  test('that cannot be drawn leaves the text, and says so', async () => {
    const { output } = make('photos', () => ({ bytes: new Uint8Array(100) }))
    output.present(await withPhoto())
    await vi.waitFor(() => expect(warnings).toHaveLength(1))
    expect(warnings[0]).toMatch(/^a fault in Kijkuit: photos shows no photo, its dots cannot be made: /)
    expect(output.channel.stage.pages).not.toEqual([])
  })
})
