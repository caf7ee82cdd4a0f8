import { readFileSync, statSync } from 'node:fs'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Disposables } from '../../display-client/base/disposal.ts'
import type { Player } from '../../display-client/player/player.ts'
import { systemClock } from '../../display-client/player/system-clock.ts'
import { PlayerLink } from '../../display-client/shell/player-link.ts'
import { shellClock } from '../../display-client/shell/shell-clock.ts'
import { startAedes } from '../../display-client/testkit/brokers.ts'
import { startChromium } from '../../display-client/testkit/chromium.ts'
import { eventually } from '../../display-client/testkit/eventually.ts'
import { freePort } from '../../display-client/testkit/free-port.ts'
import { type RunningPlayer, runPlayer } from '../../display-client/testkit/running-player.ts'
import { filesOf, foundIn, secretBytes } from '../../display-client/testkit/search.ts'
import { builtScreen } from '../../display-client/testkit/stage-server.ts'
import { type TemporaryFolder, temporaryFolder } from '../../display-client/testkit/temporary-folder.ts'
import { type TestTerminal, testTerminal } from '../../display-client/testkit/terminal.ts'
import { run } from './program.ts'

const held = new Disposables()
let folder: TemporaryFolder
let running: RunningPlayer
let player: Player
let tab: Page
let terminal: TestTerminal

beforeAll(async () => {
  folder = held.add(await temporaryFolder())
  const screen = held.add(await builtScreen())
  const broker = held.add(await startAedes())
  const key = ['--out', folder.join('key.json'), '--keyring', folder.join('keyring.json')]
  const sender = 'politie@demo.kijkuit.example'
  await run(['keys', 'new', ...key, '--kid', 'one', '--role', 'issuer', '--sender', sender], testTerminal())
  running = held.add(
    await runPlayer({
      ...{ folder, brokers: [broker.url], clock: systemClock(), screen: screen.folder },
      keyring: readFileSync(folder.join('keyring.json'), 'utf8'),
      port: await freePort(),
      panels: [{ id: 'hall', preset: 'atm', onlyIdle: false }],
    }),
  )
  player = running.player
  await running.armed()
  const chromium = held.add(await startChromium())
  tab = await chromium.page({ width: 800, height: 600 })
  await tab.goto(`${player.address}/panels/hall/?token=${player.viewerToken.value}`)
  const words = ['scripts/demo/alert.yaml', '--photo', 'scripts/demo/portrait.svg', '--for', '1h']
  const issuer = ['--broker', broker.url, '--key', folder.join('key.json'), '--area', 'nl']
  expect(await run(['publish', ...words, ...issuer], testTerminal())).toBe(0)
  await eventually(async () => {
    expect(await tab.locator('.front img').count()).toBe(1)
    expect(player.health()).toMatchObject({ panels: [{ painted: true }] })
  }, 15_000)
}, 60_000)
afterAll(() => held.dispose())
beforeEach(() => {
  terminal = testTerminal()
})

const take = (...words: string[]): Promise<number> => run(['screenshot', ...words], terminal)
const byFile = () => ['--player', folder.join('player.yaml')]

describe('kijkuit screenshot', () => {
  it('says what is missing where no shell is', async () => {
    expect(await take('hall', ...byFile(), '--out', folder.join('none.png'))).toBe(1)
    expect(terminal.errors).toEqual(['no shell shows hall; start kijkuit-chromium or kijkuit-shell for it'])
  })

  it('writes what stands there, without the person, and leaves nothing of it with the player', async () => {
    const ignore = (): void => {}
    const link = new PlayerLink({
      ...{ port: Number(new URL(player.address).port), panel: 'hall', clock: shellClock },
      token: () => player.viewerToken.value,
      listener: {
        ...{ player: ignore, window: ignore, beat: ignore, taken: ignore, refused: ignore },
        capture: () => tab.screenshot(),
      },
    })
    held.defer(() => link.dispose())
    link.open()
    await eventually(() => expect(player.health()).toMatchObject({ panels: [{ shell: { attached: true } }] }))
    const before = filesOf(folder.join('data'))

    const file = folder.join('hall.png')
    expect(await take('hall', ...byFile(), '--out', file, '--json')).toBe(0)
    const bytes = readFileSync(file)
    expect(terminal.output.map((line): unknown => JSON.parse(line))).toEqual([
      { panel: 'hall', file, bytes: bytes.length, redacted: true },
    ])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    expect([info.width, info.height]).toEqual([800, 600])
    const photo = await tab.locator('.front .photo').boundingBox()
    const at = ((photo?.y ?? 0) + (photo?.height ?? 0) / 2) * 800 + (photo?.x ?? 0) + (photo?.width ?? 0) / 2
    expect([...data.subarray(Math.floor(at) * 3, Math.floor(at) * 3 + 3)]).toEqual([128, 128, 128])

    const bare = folder.join('bare.png')
    const url = ['--url', player.address, '--token', folder.join('data', 'viewer.token')]
    expect(await take('hall', ...url, '--out', bare, '--unredacted')).toBe(0)
    expect(terminal.output.at(-1)).toBe(`${bare}: hall, with the person on it: delete it when you are done`)
    expect(running.said.filter((line) => line.includes('unredacted'))).toEqual([
      'hall: somebody took a screenshot with the person on it (unredacted)',
    ])
    const secrets = [secretBytes('covered', bytes), secretBytes('bare', readFileSync(bare))]
    expect(foundIn(folder.join('data'), secrets)).toEqual([])
    expect(filesOf(folder.join('data'))).toEqual(before)
    expect(before.length).toBeGreaterThanOrEqual(2)

    // Not over a file that others may read already.
    expect(await take('hall', ...url, '--out', bare, '--unredacted')).toBe(1)
    expect(terminal.errors).toEqual([`--out ${bare}: exists already; name a new file`])
  }, 60_000)

  it.each([
    [['hall'], 'say which player: either --player player.yaml, or --url and --token'],
    [['hall', '--url', 'ftp://x'], '--url ftp://x: must be http://host:port'],
    [
      ['hall', '--url', 'http://127.0.0.1:1'],
      '--url needs --token: viewer.token in the data folder of that player',
    ],
    [
      ['hall', '--url', 'http://127.0.0.1:1', '--token', 'TOKEN'],
      'http://127.0.0.1:1: no player answers there; start it with kijkuit play',
    ],
    [
      ['hall', '--url', 'http://player.example', '--token', 'TOKEN', '--unredacted'],
      '--unredacted: http://player.example is another machine; take it on the machine of the player itself',
    ],
    [['nowhere', '--player', 'PLAYER'], 'there is no panel nowhere'],
  ])('of %j says what to do', async (words, error) => {
    const given = words.map((word) => {
      if (word === 'TOKEN') return folder.join('data', 'viewer.token')
      return word === 'PLAYER' ? folder.join('player.yaml') : word
    })
    expect(await take(...given, '--out', folder.join('never.png'))).toBe(1)
    expect(terminal.errors).toEqual([error])
  })
})
