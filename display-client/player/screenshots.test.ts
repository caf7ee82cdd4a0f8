import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { preparePhoto } from '../../scripts/issuer/photo.ts'
import { type Alert, AlertSchema } from '../alert/model.ts'
import { Disposables } from '../base/disposal.ts'
import { compose, composeEnd } from '../compose/compose.ts'
import type { Composition } from '../compose/composition.ts'
import type { Library } from '../compose/library.ts'
import { readCellFont } from '../paint/character-sign.ts'
import type { Panel } from '../panel/profile.ts'
import { PlayerLink } from '../shell/player-link.ts'
import { shellClock } from '../shell/shell-clock.ts'
import { bearer } from '../testkit/bearer.ts'
import { startChromium, type TestBrowser } from '../testkit/chromium.ts'
import { corpus, nameOf } from '../testkit/corpus/corpus.ts'
import { eventually } from '../testkit/eventually.ts'
import { shippedLibrary } from '../testkit/library.ts'
import { VIEWER_TOKEN } from '../testkit/panel-server.ts'
import { preset } from '../testkit/panels.ts'
import { builtScreen, type ScreenFiles } from '../testkit/stage-server.ts'
import type { Programme } from './outputs/output.ts'
import { outputsOf } from './outputs/outputs.ts'
import { isNeutral } from './screenshot-cover.ts'
import { screenshotRoutes } from './screenshot-route.ts'
import { Screenshots } from './screenshots.ts'
import { type Server, startServer } from './server.ts'
import { systemClock } from './system-clock.ts'

const PANELS: readonly Panel[] = [
  'atm',
  'station-portrait',
  'transit-bar',
  'drip-plus-256x88',
  'ticker-1x20',
  'character-3x18',
].map(preset)
/** Of whatever lies over a person. */
const COVER = 0x808080
/** A dot that is off. */
const UNLIT = 0x1b1a18

interface Picture {
  readonly width: number
  readonly height: number
  /** `0xrrggbb` */
  at(x: number, y: number): number
}

const browserHeld = new Disposables()
const held = new Disposables()
let library: Library
let files: ScreenFiles & { readonly folder: string }
let chromium: TestBrowser
let photo: Awaited<ReturnType<typeof preparePhoto>>
let served: Buffer
let server: Server
let lines: string[]
let programmes: Map<string, Programme>
let outputs: ReturnType<typeof outputsOf>

beforeAll(async () => {
  library = await shippedLibrary()
  photo = await preparePhoto(await readFile(new URL('../../scripts/demo/portrait.svg', import.meta.url)), {
    ...{ x: 186, y: 92, width: 528, height: 660 },
  })
  served = photo.bytes
  files = browserHeld.add(await builtScreen())
  chromium = browserHeld.add(await startChromium())
}, 60_000)
afterAll(() => browserHeld.dispose())

beforeEach(async () => {
  lines = []
  programmes = new Map()
  const log = { info: () => {}, warn: (line: string) => void lines.push(line) }
  const cellFont = await readCellFont()
  if (!cellFont.ok) throw new Error('the type of character signs')
  const clock = systemClock()
  outputs = outputsOf(PANELS, {
    ...{ clock, log, random: () => 0, cellFont: cellFont.value, signs: { set: () => {} } },
    fonts: () => [...library.bitmaps, ...library.own.values()],
    photo: () => ({ bytes: served }),
  })
  const channels = new Map([...outputs].map(([id, { channel }]) => [id, held.add(channel)]))
  for (const { sign } of outputs.values()) if (sign) held.add(sign)
  const screenshots = new Screenshots({
    ...{ panels: PANELS, channels, log, cellFont: cellFont.value },
    programme: (panel) => programmes.get(panel) ?? [],
    // Tries are not to take seconds here.
    clock: { ...clock, after: (_, callback) => clock.after(50, callback) },
  })
  const started = await startServer({
    ...{ port: 0, channels, screenDirectory: files.folder, log, viewerToken: VIEWER_TOKEN },
    routes: screenshotRoutes(PANELS, screenshots, VIEWER_TOKEN),
    media: (sha256) =>
      sha256 === photo.media.sha256 ? { mimeType: 'image/jpeg', bytes: served } : undefined,
    health: () => ({}),
  })
  if (!started.ok) throw new Error(started.failure)
  server = held.add(started.value)
})
afterEach(() => held.dispose())

function alert(name: string): Alert {
  const found = corpus().find((one) => nameOf(one) === name)
  if (found === undefined) throw new Error(`the corpus has no ${name}`)
  return AlertSchema.parse({ ...found, media: [photo.media] })
}

function put(panel: string, composition: Composition): void {
  const { alert: _, incident, revision } = composition
  const about = { sender: 'politie@nl', incident, revision, kind: 'amber', status: 'Actual' } as const
  const programme = [{ about, live: true, until: 0, composition }]
  programmes.set(panel, programme)
  outputs.get(panel)?.present(programme)
}

const channelOf = (panel: string) => {
  const channel = outputs.get(panel)?.channel
  if (channel === undefined) throw new Error(panel)
  return channel
}
/** A page of the panel in a real browser, and a shell that photographs it. */
async function shell(panel: string, capture?: (tab: Page) => Promise<Buffer>): Promise<Page> {
  const { width, height } = channelOf(panel).panel
  const tab = await chromium.page({ width, height })
  held.defer(() => tab.close())
  await tab.goto(`${server.address}/panels/${panel}/?token=${VIEWER_TOKEN.value}`)
  const ignore = (): void => {}
  const link = new PlayerLink({
    ...{ port: server.port, panel, token: () => VIEWER_TOKEN.value, clock: shellClock },
    listener: {
      ...{ player: ignore, window: ignore, beat: ignore, taken: ignore, refused: ignore },
      capture: () => (capture === undefined ? tab.screenshot() : capture(tab)),
    },
  })
  held.defer(() => link.dispose())
  link.open()
  await eventually(() => expect(channelOf(panel).shell.attached).toBe(true))
  return tab
}

/** What the player answers; the body is always read, or its connection would stay. */
async function asked(panel: string, query = '', headers: Record<string, string> = bearer(VIEWER_TOKEN)) {
  const response = await fetch(`${server.address}/panels/${panel}/screenshot${query}`, { headers })
  const bytes = Buffer.from(await response.arrayBuffer())
  return { status: response.status, headers: response.headers, bytes, text: bytes.toString() }
}

async function picture(png: Uint8Array): Promise<Picture> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const at = (x: number, y: number) => data.readUIntBE((y * info.width + x) * 3, 3)
  return { width: info.width, height: info.height, at }
}

async function screenshot(panel: string, query = ''): Promise<Picture> {
  const { status, headers, bytes, text } = await asked(panel, query)
  expect([status, status === 200 ? '' : text]).toEqual([200, ''])
  expect(headers.get('content-type')).toBe('image/png')
  expect(headers.get('cache-control')).toBe('no-store')
  return picture(bytes)
}

/** The places at which something holds. */
function places({ width, height }: Picture, holds: (x: number, y: number) => boolean) {
  const found: (readonly [number, number])[] = []
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) if (holds(x, y)) found.push([x, y])
  return found
}

/** What is drawn of a person: each px that is another once photo and personal texts are taken out of the page. */
async function personalPixels(tab: Page): Promise<readonly (readonly [number, number])[]> {
  const all = await picture(await tab.screenshot())
  await tab.evaluate(() => {
    for (const one of document.querySelectorAll<HTMLElement>('.photo, .text')) {
      const neutral = ['kind', 'banner', 'call', 'source', 'thanks'].includes(one.dataset['fact'] ?? '')
      if (!neutral) one.style.visibility = 'hidden'
    }
  })
  const without = await picture(await tab.screenshot())
  return places(all, (x, y) => all.at(x, y) !== without.at(x, y))
}

describe('a screenshot of a screen', () => {
  it.each([
    ['atm', 'amber-full'],
    ['atm', 'amber-long-names'],
    ['station-portrait', 'amber-full'],
    ['transit-bar', 'missing-child'],
    ['atm', 'headline-only'],
  ])(
    'of %s leaves no pixel of the person in %s, and the rest as it is',
    async (panel, name) => {
      const profile = PANELS.find(({ id }) => id === panel) as Panel
      const composition = compose(alert(name), profile, library)
      // One page: which of several was in front is not to be known here.
      put(panel, { ...composition, pages: composition.pages.slice(0, 1) })
      const tab = await shell(panel)
      await eventually(() => expect(channelOf(panel).paintedByAll).toBe(true))
      const taken = await screenshot(panel)
      const bare = await screenshot(panel, '?unredacted')
      expect([taken.width, taken.height]).toEqual([profile.pixels?.width, profile.pixels?.height])
      const personal = await personalPixels(tab)
      expect(personal.length).toBeGreaterThan(1_000)
      expect(personal.filter(([x, y]) => taken.at(x, y) !== COVER)).toEqual([])
      // Whoever looks still sees what it is and whom to call.
      const changed = places(taken, (x, y) => taken.at(x, y) !== bare.at(x, y))
      expect(changed.filter(([x, y]) => taken.at(x, y) !== COVER)).toEqual([])
      expect(changed.length).toBeLessThan(taken.width * taken.height * 0.8)
      const words = await tab.locator('.front .text').evaluateAll((all) =>
        all.map((one) => {
          const { left, top, width, height } = one.getBoundingClientRect()
          return {
            fact: (one as HTMLElement).dataset['fact'] ?? '',
            x: left + width / 2,
            y: top + height / 2,
          }
        }),
      )
      const isSeen = ({ x, y }: { x: number; y: number }) =>
        taken.at(Math.floor(x), Math.floor(y)) === bare.at(Math.floor(x), Math.floor(y))
      expect(words.filter(({ fact }) => isNeutral(fact)).length).toBeGreaterThan(0)
      expect(words.filter((one) => isNeutral(one.fact) && !isSeen(one))).toEqual([])
      expect(lines).toEqual([`${panel}: somebody took a screenshot with the person on it (unredacted)`])
    },
    60_000,
  )

  it('covers what is on any of its pages, whichever is in front', async () => {
    const [one, other] = ['amber-full', 'amber-long-names'].map((name) =>
      compose(alert(name), preset('atm'), library),
    )
    if (one === undefined || other === undefined) throw new Error('two compositions')
    put('atm', { ...one, pages: [...one.pages.slice(0, 1), ...other.pages.slice(0, 1)] })
    await shell('atm')
    await eventually(() => expect(channelOf('atm').paintedByAll).toBe(true))
    const first = await screenshot('atm')
    put('atm', { ...other, pages: [...other.pages.slice(0, 1), ...one.pages.slice(0, 1)] })
    const second = await screenshot('atm')
    const covered = [first, second].map((one) => places(one, (x, y) => one.at(x, y) === COVER))
    expect(covered[0]).toEqual(covered[1])
    expect(covered[0]?.length).toBeGreaterThan(10_000)
  }, 60_000)

  it('has nothing to cover on an end card or an idle screen', async () => {
    await shell('atm')
    await eventually(() => expect(channelOf('atm').paintedByAll).toBe(true))
    expect((await screenshot('atm')).at(400, 300)).toBe(0)
    const { sender, incident, revision } = alert('amber-full')
    const ending = { sender, incident, revision, kind: 'amber', status: 'Actual' } as const
    put('atm', composeEnd(ending, preset('atm'), library))
    await eventually(() => expect(channelOf('atm').paintedByAll).toBe(true))
    const card = await screenshot('atm')
    expect(places(card, (x, y) => card.at(x, y) === COVER)).toEqual([])
  }, 60_000)

  it('is made again when what is there changes meanwhile, and refused when it never stands still', async () => {
    const first = compose(alert('amber-full'), preset('atm'), library)
    const second = compose(alert('missing-child'), preset('atm'), library)
    put('atm', first)
    let changes = 1
    await shell('atm', async (tab) => {
      const png = await tab.screenshot()
      changes -= 1
      if (changes >= 0) put('atm', changes % 2 === 0 ? second : first)
      return png
    })
    await eventually(() => expect(channelOf('atm').paintedByAll).toBe(true))
    // The white page of a missing child stands in the end; a corner of it is neither text nor photo.
    expect((await screenshot('atm')).at(795, 300)).toBe(0xffffff)
    changes = 1_000
    const response = await asked('atm')
    expect(response.status).toBe(409)
    expect(response.text).toMatch(
      /^nobody can say where on atm a person is to be seen: .*; ask again, or ask for it unredacted\n$/,
    )
  }, 60_000)

  it('is refused when the picture is of something else: a page that hangs, another size of pixels', async () => {
    put('atm', compose(alert('amber-full'), preset('atm'), library))
    let old: Buffer | undefined
    await shell('atm', async (tab) => {
      old ??= await tab.screenshot()
      return old
    })
    await eventually(() => expect(channelOf('atm').paintedByAll).toBe(true))
    await screenshot('atm')
    put('atm', compose(alert('missing-child'), preset('atm'), library))
    await eventually(() => expect(channelOf('atm').paintedByAll).toBe(true))
    const stale = await asked('atm')
    expect([stale.status, stale.text]).toEqual([409, expect.stringContaining('not of what must be there')])
    old = await sharp(old).resize({ width: 1_600 }).png().toBuffer()
    put('atm', compose(alert('amber-full'), preset('atm'), library))
    await eventually(() => expect(channelOf('atm').paintedByAll).toBe(true))
    expect((await asked('atm')).status).toBe(409)
    // It is still to be had by who may see everything.
    expect((await asked('atm', '?unredacted')).status).toBe(200)
  }, 60_000)

  it('says what to do where no shell is, or its picture cannot be read', async () => {
    const none = await asked('atm')
    expect([none.status, none.text]).toEqual([
      503,
      'no shell shows atm; start kijkuit-chromium or kijkuit-shell for it\n',
    ])
    await shell('atm', async () => Buffer.from('89504e470d0a1a0a0000', 'hex'))
    const broken = await asked('atm')
    expect([broken.status, broken.text]).toEqual([
      503,
      'the shell of atm sent a picture that cannot be read\n',
    ])
    expect((await asked('nowhere')).status).toBe(404)
  })

  it('is for nobody without the token, and unredacted for no page of a browser', async () => {
    expect((await asked('atm', '', {})).status).toBe(401)
    const cookie = { cookie: `kijkuit-${server.port}=${VIEWER_TOKEN.value}` }
    expect((await asked('atm', '', cookie)).status).toBe(503)
    const bare = await asked('atm', '?unredacted', cookie)
    expect([bare.status, bare.text]).toEqual([
      401,
      `an unredacted screenshot needs the token of ${VIEWER_TOKEN.file} as Authorization: Bearer <token>\n`,
    ])
    expect(lines).toEqual([])
  })
})

describe('a screenshot of a matrix', () => {
  it('of dots is its frames, with photo and texts of the person covered', async () => {
    const panel = 'drip-plus-256x88'
    const composition = compose(alert('missing-child'), preset(panel), library)
    put(panel, composition)
    const pages = composition.pages.length
    const [taken, bare] = [await screenshot(panel), await screenshot(panel, '?unredacted')]
    expect([taken.width, taken.height]).toEqual([256 * 6, (88 * pages + pages - 1) * 6])
    const [content] = composition.pages.map((page) => page.content)
    if (content?.type !== 'pixels') throw new Error('dots')
    const texts = content.boxes.filter((box) => box.type === 'text')
    expect(texts.some(({ fact }) => isNeutral(fact)) && texts.some(({ fact }) => !isNeutral(fact))).toBe(true)
    for (const { fact, x, baseline, width, size } of texts) {
      let [lit, differing] = [0, 0]
      for (let row = baseline - size; row < baseline; row += 1)
        for (let column = Math.floor(x); column < x + width; column += 1) {
          const [px, py] = [column * 6 + 2, row * 6 + 2]
          if (bare.at(px, py) !== UNLIT) lit += 1
          if (bare.at(px, py) !== taken.at(px, py)) differing += 1
          if (!isNeutral(fact)) expect(taken.at(px, py)).toBe(COVER)
        }
      expect(lit).toBeGreaterThan(0)
      if (isNeutral(fact)) expect(differing).toBe(0)
    }
  })

  it.each(['ticker-1x20', 'character-3x18'])(
    'of characters (%s) has # for the letters of the person',
    async (panel) => {
      const composition = compose(alert('missing-child'), preset(panel), library)
      put(panel, composition)
      const [taken, bare] = [await screenshot(panel), await screenshot(panel, '?unredacted')]
      expect([taken.width, taken.height]).toEqual([bare.width, bare.height])
      const neutral = composition.chosen.filter(({ fact }) => isNeutral(fact)).map(({ text }) => text)
      const { coveredLine } = await import('./screenshot-cover.ts')
      const covered = composition.pages.map((page) => {
        const content = page.content
        if (content.type !== 'characters') throw new Error('characters')
        return {
          ...page,
          content: { ...content, lines: content.lines.map((line) => coveredLine(line, neutral)) },
        }
      })
      expect(JSON.stringify(covered)).not.toMatch(/Sem|Hoekstra|jas|rugzak/)
      expect(JSON.stringify(covered)).toContain('VERMIST KIND')
      // What would be there if that were what was composed.
      put(panel, { ...composition, pages: covered })
      const drawn = await screenshot(panel, '?unredacted')
      expect(places(taken, (x, y) => taken.at(x, y) !== drawn.at(x, y))).toEqual([])
      expect(places(taken, (x, y) => taken.at(x, y) !== bare.at(x, y)).length).toBeGreaterThan(500)
    },
  )

  it('that shows nothing is dark', async () => {
    const taken = await screenshot('ticker-1x20')
    expect(new Set([taken.at(2, 2), taken.at(100, 20), taken.at(700, 40)])).toEqual(new Set([UNLIT]))
  })
})
