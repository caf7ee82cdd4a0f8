import { afterEach, beforeEach, expect, it } from 'vitest'
import { Disposables } from '../base/disposal.ts'
import { PanelChannel } from '../player/panel-channel.ts'
import { type Server, startServer } from '../player/server.ts'
import { eventually } from '../testkit/eventually.ts'
import { temporaryFolder } from '../testkit/temporary-folder.ts'
import { TestClock } from '../testkit/test-clock.ts'
import { PlayerLink } from './player-link.ts'
import { shellClock } from './shell-clock.ts'

const TOKEN = { value: `237e8b4a.${'t'.repeat(43)}`, file: '/var/lib/kijkuit/viewer.token' }

const PNG = Buffer.from('89504e470d0a1a0a', 'hex')

const held = new Disposables()
let channel: PanelChannel
let server: Server
let warned: string[]

async function start(port: number): Promise<Server> {
  const log = { info: () => {}, warn: (line: string) => void warned.push(line) }
  const size = { width: 800, height: 600, pitch: 0.3 }
  channel = new PanelChannel(
    { type: 'panel', protocol: 1, id: 'hall', title: 'Hall', surface: 'screen', ...size },
    new TestClock(),
    log,
  )
  const folder = held.add(await temporaryFolder())
  const started = await startServer({
    ...{ port, channels: new Map([['hall', channel]]), screenDirectory: folder.path, routes: [], log },
    media: () => undefined,
    health: () => ({}),
    viewerToken: TOKEN,
  })
  if (!started.ok) throw new Error(started.failure)
  return started.value
}

beforeEach(async () => {
  warned = []
  server = await start(0)
  held.defer(async () => {
    channel.dispose()
    await server.dispose()
  })
})
afterEach(() => held.dispose())

interface Given {
  readonly panel?: string
  token?(): string
  capture?(): Promise<Buffer>
}

function link({ panel = 'hall', token = () => TOKEN.value, capture = async () => PNG }: Given = {}) {
  const heard: string[] = []
  const made = new PlayerLink({
    ...{ port: server.port, panel, token, clock: shellClock },
    listener: {
      player: (there) => heard.push(there ? 'there' : 'away'),
      window: (visible) => heard.push(`window ${visible}`),
      beat: () => heard.push('beat'),
      capture,
      taken: (reason) => heard.push(`taken: ${reason}`),
      refused: (reason) => heard.push(`refused: ${reason}`),
    },
  })
  made.open()
  held.defer(() => made.dispose())
  return { made, heard }
}

it('hears of the window, of beats and that a screenshot is wanted', async () => {
  const { heard } = link()
  await eventually(() => expect(heard).toEqual(['there', 'window true']))
  channel.shell.beat()
  channel.shell.setVisible(false)
  await eventually(() => expect(heard.slice(2)).toEqual(['beat', 'window false']))
  expect(await channel.shell.capture()).toMatchObject({ ok: true })
})

it('passes on why there is no screenshot', async () => {
  const { heard } = link({ capture: () => Promise.reject(new Error('the browser is being started')) })
  await eventually(() => expect(heard).toHaveLength(2))
  expect(await channel.shell.capture()).toEqual({
    ok: false,
    failure: 'the shell of hall made no screenshot: the browser is being started',
  })
})

it('says its last step again to a player that comes back', async () => {
  const { made, heard } = link()
  await eventually(() => expect(heard).toHaveLength(2))
  made.report({ type: 'step', step: 'reload', cause: 'gone', text: 'it was gone', at: 5 })
  await eventually(() => expect(channel.shell.step?.at).toBe(5))
  const { port } = server
  channel.dispose()
  await server.dispose()
  await eventually(() => expect(heard.at(-1)).toBe('away'))
  server = await start(port)
  await eventually(() => expect(heard.slice(2)).toEqual(['away', 'there', 'window true']))
  await eventually(() => expect(channel.shell.step?.at).toBe(5))
  expect(warned).toEqual(['hall: it was gone', 'hall: it was gone'])
})

it('hears that another shell is there, and leaves it alone', async () => {
  const first = link()
  await eventually(() => expect(first.heard).toHaveLength(2))
  const second = link()
  await eventually(() =>
    expect(second.heard).toEqual(['taken: another shell shows hall already; stop one of the two']),
  )
  expect(first.heard).toEqual(['there', 'window true'])
  await second.made.dispose()
})

it('says once why it is not let in, and is in as soon as the token is right', async () => {
  let token = 'old'
  const { heard } = link({ token: () => token })
  await eventually(() => expect(heard).toHaveLength(1))
  expect(heard[0]).toMatch(
    /^refused: this needs the viewer token, which is in \/var\/lib\/kijkuit\/viewer\.token/,
  )
  token = TOKEN.value
  await eventually(() => expect(heard.slice(1)).toEqual(['there', 'window true']))
})

it('says that there is no such panel', async () => {
  const { heard } = link({ panel: 'attic' })
  await eventually(() => expect(heard).toEqual(['refused: there is no such panel']))
})
