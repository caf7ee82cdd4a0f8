import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { retryWait } from './connection.ts'
import { type StageListener, StageSocket } from './stage-socket.ts'

class FakeSocket extends EventTarget {
  readyState = 1
  readonly sent: unknown[] = []
  send(data: string): void {
    this.sent.push(JSON.parse(data))
  }
  close(): void {
    this.readyState = 3
    this.dispatchEvent(new Event('close'))
  }
  receive(message: unknown): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data: JSON.stringify(message) }))
  }
}

const opened: FakeSocket[] = []
const heard: string[] = []
const listener: StageListener = {
  panel: (message) => void heard.push(`panel ${message.id}`),
  idle: ({ content }) => void heard.push(`idle ${content.type}`),
  stage: (message) => void heard.push(`stage ${message.revision}`),
  ping: (message) => void heard.push(`ping ${message.sequence}`),
  lost: () => void heard.push('lost'),
}
const last = (): FakeSocket => opened.at(-1) ?? expect.fail('nothing was opened')

let socket: StageSocket

beforeEach(() => {
  vi.useFakeTimers()
  opened.length = 0
  heard.length = 0
  socket = new StageSocket('ws://player/panels/atm/stage', listener, () => {
    const fake = new FakeSocket()
    opened.push(fake)
    return fake
  })
})

afterEach(() => {
  socket.dispose()
  vi.useRealTimers()
})

it('passes on the panel and every stage', () => {
  last().receive({
    type: 'panel',
    protocol: 1,
    id: 'atm',
    title: 'ATM',
    surface: 'screen',
    width: 8,
    height: 6,
    pitch: 1,
  })
  last().receive({ type: 'stage', revision: 4, pages: [] })
  expect(heard).toEqual(['panel atm', 'stage 4'])
})

it('leaves the answer to a ping to whoever knows of frames', () => {
  last().receive({ type: 'ping', sequence: 12 })
  expect(heard).toEqual(['ping 12'])
  expect(last().sent).toEqual([])
})

it('takes a connection that says nothing for 12 s for lost, and makes another', () => {
  last().receive({ type: 'ping', sequence: 1 })
  vi.advanceTimersByTime(11_999)
  last().receive({ type: 'ping', sequence: 2 })
  vi.advanceTimersByTime(11_999)
  expect(heard).toEqual(['ping 1', 'ping 2'])
  const quiet = last()
  vi.advanceTimersByTime(1)
  expect(heard).toEqual(['ping 1', 'ping 2', 'lost'])
  expect(quiet.readyState).toBe(3)
  vi.advanceTimersByTime(100)
  expect(opened.length).toBe(2)
  // What the old one still has to say is nothing to us.
  quiet.receive({ type: 'stage', revision: 9, pages: [] })
  quiet.dispatchEvent(new Event('close'))
  expect(heard).toEqual(['ping 1', 'ping 2', 'lost'])
  expect(opened.length).toBe(2)
})

it('gives up one that never comes about, as when the player hangs', () => {
  vi.advanceTimersByTime(12_000)
  expect(heard).toEqual(['lost'])
  vi.advanceTimersByTime(100)
  expect(opened.length).toBe(2)
})

it('says which revision it cannot draw, and does not pass it on', () => {
  last().receive({ type: 'stage', revision: 5, pages: [{ dwell: 0, content: { type: 'hologram' } }] })
  expect(last().sent).toEqual([{ type: 'failed', revision: 5, reason: 'page 0 has no size' }])
  expect(heard).toEqual([])
})

it('connects again after a loss, each time waiting twice as long up to 2 s', () => {
  for (const wait of [100, 200, 400, 800, 1600, 2000, 2000]) {
    const before = opened.length
    last().close()
    vi.advanceTimersByTime(wait - 1)
    expect(opened.length).toBe(before)
    vi.advanceTimersByTime(1)
    expect(opened.length).toBe(before + 1)
  }
  expect(retryWait(10_000)).toBe(2_000)
})

it('starts with the short wait again once the player has spoken', () => {
  for (let loss = 0; loss < 5; loss += 1) {
    last().close()
    vi.advanceTimersByTime(2_000)
  }
  last().receive({ type: 'stage', revision: 1, pages: [] })
  const before = opened.length
  last().close()
  vi.advanceTimersByTime(100)
  expect(opened.length).toBe(before + 1)
})

it('tells of a loss once, and sends nothing into a closed connection', () => {
  last().close()
  socket.send({ type: 'painted', revision: 1, ago: 0 })
  expect(heard).toEqual(['lost'])
  expect(last().sent).toEqual([])
})

it('stops trying when it is disposed of', () => {
  last().close()
  socket.dispose()
  vi.advanceTimersByTime(60_000)
  expect(opened.length).toBe(1)
  expect(vi.getTimerCount()).toBe(0)
})
