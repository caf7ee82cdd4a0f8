import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Disposables } from '../base/disposal.ts'
import { eventually } from '../testkit/eventually.ts'
import { type PanelServer, screenPanel, servePanels } from '../testkit/panel-server.ts'
import { TestClock } from '../testkit/test-clock.ts'
import type { PanelChannel } from './panel-channel.ts'
import type { StagePage } from './protocol.ts'

const PANEL = screenPanel('bar-1')
const PAGE: StagePage = {
  dwell: 5_000,
  content: { type: 'pixels', width: 800, height: 600, background: '#000000', boxes: [] },
}

const held = new Disposables()
let clock: TestClock
let served: PanelServer
let channel: PanelChannel

beforeEach(async () => {
  clock = new TestClock()
  served = held.add(await servePanels({ panels: [PANEL], clock }))
  channel = served.channel()
})
afterEach(() => held.dispose())

const look = (options?: Parameters<PanelServer['look']>[1]) => served.look('/panels/bar-1/stage', options)

describe('a viewer', () => {
  test('gets the panel and the whole state first, then every change', async () => {
    channel.show([PAGE])
    const viewer = await look()
    expect(viewer.heard).toEqual([PANEL, { type: 'stage', revision: 1, pages: [PAGE] }])
    channel.show([])
    await eventually(() => expect(viewer.heard[2]).toEqual({ type: 'stage', revision: 2, pages: [] }))
  })

  test('is let in from our own pages only, and to panels that exist', async () => {
    await expect(look({ origin: 'http://evil.example' })).rejects.toThrow('403')
    await expect(served.look('/panels/bar-2/stage')).rejects.toThrow('404')
    await expect(look({ origin: undefined })).rejects.toThrow('403')
    await expect(look({ origin: `http://localhost:${served.server.port}` })).resolves.toBeDefined()
  })

  test('proves a paint once for each revision, dated by when it was painted', async () => {
    const painted: unknown[] = []
    channel.onPainted = (revision, at) => painted.push([revision, at - clock.now()])
    const viewer = await look()
    const other = await look()
    channel.show([PAGE])
    await eventually(() => expect(viewer.heard).toHaveLength(3))
    viewer.say({ type: 'painted', revision: 0, ago: 1 })
    viewer.say({ type: 'painted', revision: 1, ago: 12.5 })
    other.say({ type: 'painted', revision: 1, ago: 3 })
    viewer.say({ type: 'failed', revision: 1, reason: 'last' })
    await eventually(() => expect(served.lines).toEqual(['bar-1: a viewer could not draw revision 1: last']))
    expect(painted).toHaveLength(1)
    expect([[[1, -12.5]], [[1, -3]]]).toContainEqual(painted)
  })

  test('dates its paint itself, where that can be true', async () => {
    const painted: number[] = []
    channel.onPainted = (_, at) => painted.push(at - clock.now())
    const viewer = await look()
    for (const [ago, at] of [
      [5, -3],
      [5, 1],
      [5, -60_000],
    ] as const) {
      clock.advance(20)
      const revision = channel.show([PAGE])
      clock.advance(10)
      viewer.say({ type: 'painted', revision, ago, at: clock.now() + at })
      await eventually(() => expect(channel.painted).toBe(true))
    }
    expect(painted).toEqual([-3, -5, -5])
  })

  test('counts as painting once it has painted, and not while it is hidden', async () => {
    const viewer = await look()
    expect([channel.viewers, channel.painting]).toEqual([1, 0])
    viewer.say({ type: 'painted', revision: 0, ago: 1 })
    await eventually(() => expect(channel.painting).toBe(1))
    clock.advance(5_000)
    viewer.say({ type: 'pong', sequence: 1, hidden: true })
    await eventually(() => expect(channel.painting).toBe(0))
    clock.advance(5_000)
    expect(channel.viewers).toBe(1)
    viewer.say({ type: 'pong', sequence: 1 })
    viewer.say({ type: 'pong', sequence: 2 })
    await eventually(() => expect(channel.painting).toBe(1))
  })

  test('says which photos it cannot draw, of those that it was given, for as long as it looks', async () => {
    const [sha256, unknown] = ['a'.repeat(64), 'b'.repeat(64)]
    const face = { width: 10, height: 10 }
    const box = {
      type: 'photo',
      x: 0,
      y: 0,
      ...face,
      sha256,
      photo: face,
      crop: { x: 0, y: 0, ...face },
    } as const
    const content = { type: 'pixels', ...face, background: '#000000', boxes: [box] } as const
    const told: unknown[] = []
    channel.onPhotoFault = () => told.push(channel.photoFault(sha256))
    channel.show([{ dwell: 0, content }])
    const viewer = await look()
    const other = await look()
    viewer.say({ type: 'photo', sha256: unknown, fault: 'slow' })
    viewer.say({ type: 'photo', sha256, fault: 'slow' })
    viewer.say({ type: 'photo', sha256, fault: 'slow' })
    await eventually(() => expect(told).toEqual(['slow']))
    channel.show([])
    viewer.say({ type: 'photo', sha256, fault: null })
    await eventually(() => expect(told).toEqual(['slow', undefined]))
    channel.show([{ dwell: 0, content }])
    other.say({ type: 'photo', sha256, fault: 'undrawable' })
    await eventually(() => expect(told).toEqual(['slow', undefined, 'undrawable']))
    other.say('not a message')
    await eventually(() => expect(channel.viewers).toBe(1))
    clock.advance(1)
    expect(told).toEqual(['slow', undefined, 'undrawable', undefined])
    expect(channel.photoFault(unknown)).toBeUndefined()
    expect(served.lines).toEqual([
      'bar-1: a viewer has waited too long for photo aaaaaaaaaaaa; its alert is shown without it',
      'bar-1: a viewer cannot load or draw photo aaaaaaaaaaaa; its alert is shown without it',
    ])
  })

  test.each([
    ['is not JSON', 'painted!'],
    ['names no photo', '{"type":"photo","sha256":"../x","fault":"slow"}'],
    ['is of another type', '{"type":"reload"}'],
    ['has a field too many', '{"type":"pong","sequence":1,"x":1}'],
    ['has a wild number', '{"type":"painted","revision":1,"ago":1e12}'],
  ])('that sends what %s is closed', async (_, text) => {
    const viewer = await look()
    viewer.say(text)
    await eventually(() => expect(viewer.closed).toMatchObject([{ code: 1008 }]))
    expect(channel.viewers).toBe(0)
  })

  test('that sends too much is closed', async () => {
    const viewer = await look()
    viewer.say(JSON.stringify({ type: 'failed', revision: 1, reason: 'x'.repeat(5_000) }))
    await eventually(() => expect(viewer.closed).toMatchObject([{ code: 1009 }]))
  })

  test('is pinged each 5 s, kept while it answers and dropped when it does not', async () => {
    const alive = await look()
    const dead = await look()
    clock.advance(5_000)
    await eventually(() => expect(alive.heard.at(-1)).toEqual({ type: 'ping', sequence: 1 }))
    alive.say({ type: 'pong', sequence: 1 })
    alive.say({ type: 'failed', revision: 0, reason: 'after the pong' })
    await eventually(() => expect(served.lines).toHaveLength(1))
    clock.advance(5_000)
    await eventually(() => expect(dead.closed).toHaveLength(1))
    expect(channel.viewers).toBe(1)
    expect(alive.closed).toEqual([])
  })
})
