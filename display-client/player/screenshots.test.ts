import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Disposables } from '../base/disposal.ts'
import { compose, composeEnd } from '../compose/compose.ts'
import type { Panel } from '../panel/profile.ts'
import { PlayerLink } from '../shell/player-link.ts'
import { shellClock } from '../shell/shell-clock.ts'
import { startChromium, type TestBrowser } from '../testkit/chromium.ts'
import { eventually } from '../testkit/eventually.ts'
import { VIEWER_TOKEN } from '../testkit/panel-server.ts'
import { preset } from '../testkit/panels.ts'
import {
  COVER,
  library,
  openScreenshots,
  picture,
  pictured,
  places,
  SCREENSHOT_PANELS,
  type ScreenshotRig,
} from '../testkit/screenshot-rig.ts'
import { builtScreen, type ScreenFiles } from '../testkit/stage-server.ts'
import { isNeutral } from './screenshot-cover.ts'

const browserHeld = new Disposables()
const held = new Disposables()
let files: ScreenFiles & { readonly folder: string }
let chromium: TestBrowser
let rig: ScreenshotRig

beforeAll(async () => {
  files = browserHeld.add(await builtScreen())
  chromium = browserHeld.add(await startChromium())
}, 60_000)
afterAll(() => browserHeld.dispose())

beforeEach(async () => {
  rig = held.add(await openScreenshots(files.folder))
})
afterEach(() => held.dispose())

/** A page of the panel in a real browser, and a shell that photographs it. */
async function shell(panel: string, capture?: (tab: Page) => Promise<Buffer>): Promise<Page> {
  const { width, height } = rig.channel(panel).panel
  const tab = await chromium.page({ width, height })
  held.defer(() => tab.close())
  await tab.goto(`${rig.server.address}/panels/${panel}/?token=${VIEWER_TOKEN.value}`)
  const ignore = (): void => {}
  const link = new PlayerLink({
    ...{ port: rig.server.port, panel, token: () => VIEWER_TOKEN.value, clock: shellClock },
    listener: {
      ...{ player: ignore, window: ignore, beat: ignore, taken: ignore, refused: ignore },
      capture: () => (capture === undefined ? tab.screenshot() : capture(tab)),
    },
  })
  held.defer(() => link.dispose())
  link.open()
  await eventually(() => expect(rig.channel(panel).shell.attached).toBe(true))
  return tab
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
      const profile = SCREENSHOT_PANELS.find(({ id }) => id === panel) as Panel
      const composition = compose(pictured(name), profile, library)
      // One page: which of several was in front is not to be known here.
      rig.put(panel, { ...composition, pages: composition.pages.slice(0, 1) })
      const tab = await shell(panel)
      await eventually(() => expect(rig.channel(panel).paintedByAll).toBe(true))
      const taken = await rig.screenshot(panel)
      const bare = await rig.screenshot(panel, '?unredacted')
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
      expect(rig.lines).toEqual([`${panel}: somebody took a screenshot with the person on it (unredacted)`])
    },
    60_000,
  )

  it('covers what is on any of its pages, whichever is in front', async () => {
    const [one, other] = ['amber-full', 'amber-long-names'].map((name) =>
      compose(pictured(name), preset('atm'), library),
    )
    if (one === undefined || other === undefined) throw new Error('two compositions')
    rig.put('atm', { ...one, pages: [...one.pages.slice(0, 1), ...other.pages.slice(0, 1)] })
    await shell('atm')
    await eventually(() => expect(rig.channel('atm').paintedByAll).toBe(true))
    const first = await rig.screenshot('atm')
    rig.put('atm', { ...other, pages: [...other.pages.slice(0, 1), ...one.pages.slice(0, 1)] })
    const second = await rig.screenshot('atm')
    const covered = [first, second].map((one) => places(one, (x, y) => one.at(x, y) === COVER))
    expect(covered[0]).toEqual(covered[1])
    expect(covered[0]?.length).toBeGreaterThan(10_000)
  }, 60_000)

  it('has nothing to cover on an end card or an idle screen', async () => {
    await shell('atm')
    await eventually(() => expect(rig.channel('atm').paintedByAll).toBe(true))
    expect((await rig.screenshot('atm')).at(400, 300)).toBe(0)
    const { sender, incident, revision } = pictured('amber-full')
    const ending = { sender, incident, revision, kind: 'amber', status: 'Actual' } as const
    rig.put('atm', composeEnd(ending, preset('atm'), library))
    await eventually(() => expect(rig.channel('atm').paintedByAll).toBe(true))
    const card = await rig.screenshot('atm')
    expect(places(card, (x, y) => card.at(x, y) === COVER)).toEqual([])
  }, 60_000)

  it('is made again when what is there changes meanwhile, and refused when it never stands still', async () => {
    const first = compose(pictured('amber-full'), preset('atm'), library)
    const second = compose(pictured('missing-child'), preset('atm'), library)
    rig.put('atm', first)
    let changes = 1
    await shell('atm', async (tab) => {
      const png = await tab.screenshot()
      changes -= 1
      if (changes >= 0) rig.put('atm', changes % 2 === 0 ? second : first)
      return png
    })
    await eventually(() => expect(rig.channel('atm').paintedByAll).toBe(true))
    // The white page of a missing child stands in the end; a corner of it is neither text nor photo.
    expect((await rig.screenshot('atm')).at(795, 300)).toBe(0xffffff)
    changes = 1_000
    const response = await rig.asked('atm')
    expect(response.status).toBe(409)
    expect(response.text).toMatch(
      /^nobody can say where on atm a person is to be seen: .*; ask again, or ask for it unredacted\n$/,
    )
  }, 60_000)

  it('is refused when the picture is of something else: a page that hangs, another size of pixels', async () => {
    rig.put('atm', compose(pictured('amber-full'), preset('atm'), library))
    let old: Buffer | undefined
    await shell('atm', async (tab) => {
      old ??= await tab.screenshot()
      return old
    })
    await eventually(() => expect(rig.channel('atm').paintedByAll).toBe(true))
    await rig.screenshot('atm')
    rig.put('atm', compose(pictured('missing-child'), preset('atm'), library))
    await eventually(() => expect(rig.channel('atm').paintedByAll).toBe(true))
    const stale = await rig.asked('atm')
    expect([stale.status, stale.text]).toEqual([409, expect.stringContaining('not of what must be there')])
    old = await sharp(old).resize({ width: 1_600 }).png().toBuffer()
    rig.put('atm', compose(pictured('amber-full'), preset('atm'), library))
    await eventually(() => expect(rig.channel('atm').paintedByAll).toBe(true))
    expect((await rig.asked('atm')).status).toBe(409)
    // It is still to be had by who may see everything.
    expect((await rig.asked('atm', '?unredacted')).status).toBe(200)
  }, 60_000)

  it('says what to do where no shell is, or its picture cannot be read', async () => {
    const none = await rig.asked('atm')
    expect([none.status, none.text]).toEqual([
      503,
      'no shell shows atm; start kijkuit-chromium or kijkuit-shell for it\n',
    ])
    await shell('atm', async () => Buffer.from('89504e470d0a1a0a0000', 'hex'))
    const broken = await rig.asked('atm')
    expect([broken.status, broken.text]).toEqual([
      503,
      'the shell of atm sent a picture that cannot be read\n',
    ])
    expect((await rig.asked('nowhere')).status).toBe(404)
  })

  it('is for nobody without the token, and unredacted for no page of a browser', async () => {
    expect((await rig.asked('atm', '', {})).status).toBe(401)
    const cookie = { cookie: `kijkuit-${rig.server.port}=${VIEWER_TOKEN.value}` }
    expect((await rig.asked('atm', '', cookie)).status).toBe(503)
    const bare = await rig.asked('atm', '?unredacted', cookie)
    expect([bare.status, bare.text]).toEqual([
      401,
      `an unredacted screenshot needs the token of ${VIEWER_TOKEN.file} as Authorization: Bearer <token>\n`,
    ])
    expect(rig.lines).toEqual([])
  })
})
