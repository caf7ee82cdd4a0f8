import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Disposables } from '../base/disposal.ts'
import { eventually } from '../testkit/eventually.ts'
import { type Connection, type PanelServer, servePanels } from '../testkit/panel-server.ts'
import { TestClock } from '../testkit/test-clock.ts'
import type { PanelChannel } from './panel-channel.ts'
import { SHELL_TAKEN, type ToShell } from './protocol.ts'
import { readShellMessage } from './shell-messages.ts'

const PNG = Buffer.from('89504e470d0a1a0a', 'hex')

const held = new Disposables()
let clock: TestClock
let served: PanelServer
let channel: PanelChannel

beforeEach(async () => {
  clock = new TestClock()
  served = held.add(await servePanels({ clock }))
  channel = served.channel('hall')
})
afterEach(() => held.dispose())

const attach = (options?: Parameters<PanelServer['connect']>[1]): Connection<ToShell> =>
  served.connect('/panels/hall/shell', options)

async function attached(): Promise<Connection<ToShell>> {
  const shell = attach()
  await eventually(() => expect(shell.heard).toEqual([{ type: 'window', visible: true }]))
  return shell
}

describe('the channel of a shell', () => {
  test('says at once, and each time it changes, whether the window is to be seen', async () => {
    channel.shell.setVisible(false)
    const shell = attach()
    await eventually(() => expect(shell.heard).toEqual([{ type: 'window', visible: false }]))
    channel.shell.setVisible(false)
    channel.shell.setVisible(true)
    await eventually(() => expect(shell.heard).toHaveLength(2))
    expect(shell.heard[1]).toEqual({ type: 'window', visible: true })
  })

  test('passes on that a viewer of the panel has answered', async () => {
    const shell = await attached()
    const viewer = await served.look('/panels/hall/stage')
    expect(viewer.heard).toHaveLength(2)
    clock.advance(5_000)
    await eventually(() => expect(viewer.heard).toHaveLength(3))
    viewer.say({ type: 'pong', sequence: 7 })
    viewer.say({ type: 'pong', sequence: 1 })
    await eventually(() => expect(shell.heard.slice(1)).toEqual([{ type: 'beat', sequence: 1 }]))
  })

  test('is for one shell: a second one is told so, and the first goes on', async () => {
    const first = await attached()
    const second = attach()
    await eventually(() =>
      expect(second.closed).toEqual([
        { code: SHELL_TAKEN, reason: 'another shell shows hall already; stop one of the two' },
      ]),
    )
    expect(served.lines).toEqual([
      'hall: a second shell wanted to show this panel and was refused; stop one of the two',
    ])
    channel.shell.setVisible(false)
    await eventually(() => expect(first.heard).toHaveLength(2))
    first.socket.terminate()
    await eventually(() => expect(channel.shell.attached).toBe(false))
    const third = attach()
    await eventually(() => expect(third.heard).toHaveLength(1))
  })

  test('frees the place of a shell that hangs', async () => {
    const shell = attach({ autoPong: false })
    await eventually(() => expect(shell.heard).toHaveLength(1))
    clock.advance(10_000)
    expect(channel.shell.attached).toBe(false)
    expect(served.lines).toEqual(['hall: its shell no longer answers; another may take its place'])
    await eventually(() => expect(shell.closed).toHaveLength(1))
  })

  test('keeps the last step of its ladder, and logs each once', async () => {
    const step = {
      type: 'step',
      step: 'reload',
      cause: 'gone',
      text: 'the page is\u202e gone',
      at: 5,
    } as const
    const shell = await attached()
    shell.say(step)
    shell.say(step)
    shell.say({ ...step, step: 'well', cause: 'drawn', text: 'it draws again', at: 6 })
    await eventually(() => expect(served.told).toEqual(['hall: it draws again']))
    expect(served.lines).toEqual(['hall: the page is gone'])
    expect(channel.shell.step).toMatchObject({ step: 'well', at: 6 })
    shell.socket.terminate()
    await eventually(() => expect(channel.shell.attached).toBe(false))
    expect(channel.shell.step).toMatchObject({ step: 'well', at: 6 })
  })

  test.each([
    'x',
    '{"type":"step","step":"explode","cause":"gone","text":"","at":1}',
    `{"type":"refused","sequence":1,"reason":"${'x'.repeat(401)}"}`,
    '{"type":"captured","sequence":1,"png":"<svg>"}',
    '{"type":"pong","sequence":1}',
  ])('closes on %j', async (text) => {
    const shell = await attached()
    shell.say(text)
    await eventually(() => expect(shell.closed[0]?.code).toBe(1008))
    expect(channel.shell.attached).toBe(false)
  })

  test('closes on more than a screenshot can be', async () => {
    const shell = await attached()
    shell.say(`{"type":"captured","sequence":1,"png":"${'A'.repeat(17 * 1024 * 1024)}"}`)
    // By the limit, or by the reset that comes when the rest is no longer read.
    await eventually(() => expect(shell.closed).toHaveLength(1))
    await eventually(() => expect(channel.shell.attached).toBe(false))
  })
})

describe('a screenshot', () => {
  test('is asked for and given', async () => {
    const shell = await attached()
    const captured = channel.shell.capture()
    await eventually(() => expect(shell.heard[1]).toEqual({ type: 'capture', sequence: 1 }))
    shell.say({ type: 'captured', sequence: 7, png: 'AAAA' })
    shell.say({ type: 'captured', sequence: 1, png: PNG.toString('base64') })
    expect(await captured).toEqual({ ok: true, value: PNG })
  })

  test('fails with the reason of the shell, and when what came is no PNG', async () => {
    const shell = await attached()
    const captured = [channel.shell.capture(), channel.shell.capture()]
    shell.say({ type: 'refused', sequence: 1, reason: 'the safe page stands' })
    shell.say({ type: 'captured', sequence: 2, png: 'AAAA' })
    expect(await Promise.all(captured)).toEqual([
      { ok: false, failure: 'the shell of hall made no screenshot: the safe page stands' },
      { ok: false, failure: 'the shell of hall sent something that is no PNG' },
    ])
  })

  test('fails without a shell, with one that says nothing, and with one that ends', async () => {
    expect(await channel.shell.capture()).toEqual({
      ok: false,
      failure: 'no shell shows hall; start kijkuit-chromium or kijkuit-shell for it',
    })
    const shell = await attached()
    const late = channel.shell.capture()
    clock.advance(4_000)
    // It answers pings, so it keeps its place.
    await eventually(() => expect(shell.heard).toHaveLength(2))
    clock.advance(6_000)
    expect(await late).toEqual({ ok: false, failure: 'the shell of hall made no screenshot within 10 s' })
  })

  test('fails when the shell ends before it has made one', async () => {
    const shell = await attached()
    const lost = channel.shell.capture()
    shell.socket.terminate()
    expect(await lost).toEqual({
      ok: false,
      failure: 'the shell of hall ended before it had made a screenshot',
    })
    expect(clock.waiting).toBe(0)
  })

  test('is not made more than four at a time', async () => {
    await attached()
    const all = Array.from({ length: 5 }, () => channel.shell.capture())
    expect(await all[4]).toEqual({
      ok: false,
      failure: '4 screenshots of hall are being made; ask again later',
    })
    channel.shell.dispose()
    await Promise.all(all)
  })
})

test('what a shell says is read to the letter', () => {
  expect(readShellMessage('{"type":"refused","sequence":1,"reason":"x"}')).toEqual({
    type: 'refused',
    sequence: 1,
    reason: 'x',
  })
  expect(readShellMessage('{"type":"refused","sequence":1,"reason":"x","more":1}')).toBeUndefined()
})
