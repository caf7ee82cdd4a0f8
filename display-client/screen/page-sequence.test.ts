import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { StagePage } from '../player/protocol.ts'
import { frontOf, PageSequence, type Shown } from './page-sequence.ts'

const page = (name: string, dwell: number): StagePage => ({
  dwell,
  content: { type: 'frame', width: 1, height: 1, palette: [name], pixels: 'AA==' },
})
const shown = (pages: readonly StagePage[], front = 0): Shown => ({
  pages,
  keys: pages.map((one) => JSON.stringify(one)),
  front,
})

describe('the dwell of pages', () => {
  const turned: string[] = []
  let now: Shown
  const sequence = new PageSequence(() => {
    now = { ...now, front: (now.front + 1) % now.pages.length }
    const content = now.pages[now.front]?.content
    turned.push(content?.type === 'frame' ? (content.palette[0] ?? '') : '')
    sequence.show(now)
  })
  const show = (...pages: readonly StagePage[]): void => {
    now = shown(pages)
    sequence.show(now)
  }

  beforeEach(() => {
    vi.useFakeTimers()
    turned.length = 0
  })

  afterEach(() => {
    sequence.stop()
    vi.useRealTimers()
  })

  it('shows every page for its own dwell and then begins again', () => {
    show(page('a', 5_000), page('b', 7_000))
    vi.advanceTimersByTime(4_999)
    expect(turned).toEqual([])
    vi.advanceTimersByTime(1)
    expect(turned).toEqual(['b'])
    vi.advanceTimersByTime(7_000)
    expect(turned).toEqual(['b', 'a'])
    vi.advanceTimersByTime(5_000)
    expect(turned).toEqual(['b', 'a', 'b'])
  })

  it('leaves a single page alone', () => {
    show(page('a', 4_000))
    expect(vi.getTimerCount()).toBe(0)
  })

  it('begins anew with what is put there', () => {
    show(page('a', 4_000), page('b', 4_000))
    vi.advanceTimersByTime(3_000)
    show(page('c', 4_000), page('d', 4_000))
    vi.advanceTimersByTime(3_999)
    expect(turned).toEqual([])
    vi.advanceTimersByTime(1)
    expect(turned).toEqual(['d'])
  })

  it('runs on for a page that stays in front while others change', () => {
    show(page('a', 4_000), page('b', 4_000))
    vi.advanceTimersByTime(3_000)
    now = shown([page('a', 4_000), page('c', 4_000)])
    sequence.goOn(now)
    vi.advanceTimersByTime(1_000)
    expect(turned).toEqual(['c'])
    now = shown([page('c', 4_000)])
    sequence.goOn(now)
    expect(vi.getTimerCount()).toBe(0)
    now = shown([page('c', 4_000), page('d', 4_000)])
    sequence.goOn(now)
    vi.advanceTimersByTime(4_000)
    expect(turned).toEqual(['c', 'd'])
  })
})

describe('which page is in front after a change', () => {
  it.each<[string, string[], number, string[], number]>([
    ['the same again', ['a', 'b'], 1, ['a', 'b'], 1],
    ['another page is updated', ['a', 'b', 'c'], 1, ['a', 'b', 'd'], 1],
    ['the page in front is updated', ['a', 'b', 'c'], 1, ['a', 'd', 'c'], 1],
    ['the first is updated, and not in front', ['a', 'b'], 1, ['c', 'b'], 1],
    ['an alert of less weight joins', ['a', 'b'], 1, ['a', 'b', 'c'], 1],
    ['one behind it ends', ['a', 'b', 'c'], 1, ['a', 'b'], 1],
    ['one between ends, and the page in front moves up', ['a', 'b', 'c'], 2, ['a', 'c'], 1],
    ['the one in front ends', ['a', 'b', 'c'], 2, ['a', 'b'], 0],
    ['an alert of more weight joins', ['a', 'b'], 1, ['c', 'a', 'b'], 0],
    ['all is new', ['a', 'b'], 1, ['c', 'd'], 0],
    ['one new page', ['a', 'b'], 1, ['c'], 0],
    ['all has ended', ['a', 'b'], 1, [], 0],
    ['something comes where nothing was', [], 0, ['a', 'b'], 0],
    ['two pages are the same', ['a', 'b', 'b'], 2, ['a', 'b', 'b'], 2],
  ])('%s: %j with %i becomes %j with %i', (_, keys, front, next, expected) => {
    expect(frontOf(next, { keys, front })).toBe(expected)
  })
})
