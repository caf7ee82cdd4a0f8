import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { StagePage } from '../player/protocol.ts'
import { PageSequence } from './page-sequence.ts'

const page = (name: string, dwell: number): StagePage => ({
  dwell,
  content: { type: 'frame', width: 1, height: 1, palette: [name], pixels: 'AA==' },
})
const turned: string[] = []
const sequence = new PageSequence(({ content }) => {
  turned.push(content.type === 'frame' ? (content.palette[0] ?? '') : '')
})

beforeEach(() => {
  vi.useFakeTimers()
  turned.length = 0
})

afterEach(() => {
  sequence.stop()
  vi.useRealTimers()
})

it('shows every page for its own dwell and then begins again', () => {
  sequence.start([page('a', 5_000), page('b', 7_000)], 'screen')
  vi.advanceTimersByTime(4_999)
  expect(turned).toEqual([])
  vi.advanceTimersByTime(1)
  expect(turned).toEqual(['b'])
  vi.advanceTimersByTime(7_000)
  expect(turned).toEqual(['b', 'a'])
  vi.advanceTimersByTime(5_000)
  expect(turned).toEqual(['b', 'a', 'b'])
})

it('never turns a screen more often than once in 4 s, whatever the dwell', () => {
  sequence.start([page('a', 1), page('b', 1), page('c', 1)], 'screen')
  vi.advanceTimersByTime(60_000)
  expect(turned.length).toBe(15)
})

it('leaves a single page alone', () => {
  sequence.start([page('a', 4_000)], 'screen')
  expect(vi.getTimerCount()).toBe(0)
})

it('starts from the first page when something new is shown', () => {
  sequence.start([page('a', 4_000), page('b', 4_000)], 'screen')
  vi.advanceTimersByTime(3_000)
  sequence.start([page('c', 4_000), page('d', 4_000)], 'screen')
  vi.advanceTimersByTime(3_999)
  expect(turned).toEqual([])
  vi.advanceTimersByTime(1)
  expect(turned).toEqual(['d'])
})
