import { afterEach, beforeEach, expect, it } from 'vitest'
import { Disposables } from '../base/disposal.ts'
import type { PanelChannel } from '../player/panel-channel.ts'
import { eventually } from '../testkit/eventually.ts'
import { type PanelServer, servePanels, VIEWER_TOKEN } from '../testkit/panel-server.ts'
import { PlayerLink } from './player-link.ts'
import { shellClock } from './shell-clock.ts'

const PNG = Buffer.from('89504e470d0a1a0a', 'hex')

const held = new Disposables()
let served: PanelServer
let channel: PanelChannel

async function start(port = 0): Promise<void> {
  served = held.add(await servePanels({ port }))
  channel = served.channel('hall')
}

beforeEach(() => start())
afterEach(() => held.dispose())

interface Given {
  readonly panel?: string
  token?(): string
  capture?(): Promise<Buffer>
}

function link({ panel = 'hall', token = () => VIEWER_TOKEN.value, capture = async () => PNG }: Given = {}) {
  const heard: string[] = []
  const made = new PlayerLink({
    ...{ port: served.server.port, panel, token, clock: shellClock },
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
  const first = served
  await first.dispose()
  await eventually(() => expect(heard.at(-1)).toBe('away'))
  await start(first.server.port)
  await eventually(() => expect(heard.slice(2)).toEqual(['away', 'there', 'window true']))
  await eventually(() => expect(channel.shell.step?.at).toBe(5))
  expect([first.lines, served.lines]).toEqual([['hall: it was gone'], ['hall: it was gone']])
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
  token = VIEWER_TOKEN.value
  await eventually(() => expect(heard.slice(1)).toEqual(['there', 'window true']))
})

it('says that there is no such panel', async () => {
  const { heard } = link({ panel: 'attic' })
  await eventually(() => expect(heard).toEqual(['refused: there is no such panel']))
})
