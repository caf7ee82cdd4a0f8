import { describe, expect, it } from 'vitest'
import { type Held, heldByPage, slopeOf } from './heap.ts'

const ALERTS = 240
const EVERY = 40

/** Least to most of a column after the first part, in which caches fill. */
function spread(held: readonly Held[], of: (one: Held) => number): number {
  const values = held.slice(1).map(of)
  return Math.max(...values) - Math.min(...values)
}

describe('the page of a screen', () => {
  it('holds no more after hundreds of alerts than after some', async () => {
    const held = await heldByPage(ALERTS, EVERY)
    expect(held.map(({ alerts }) => alerts)).toEqual([40, 80, 120, 160, 200, 240])
    // Fewer than one for each ten alerts, where an alert is some thirty nodes.
    expect(spread(held, ({ nodes }) => nodes)).toBeLessThan(ALERTS / 10)
    expect(spread(held, ({ listeners }) => listeners)).toBeLessThan(ALERTS / 10)
    expect(held.at(-1)?.nodes).toBeGreaterThan(20)
  }, 120_000)

  it('would be found out if it kept what it has taken down', async () => {
    const held = await heldByPage(ALERTS / 2, EVERY / 2, (page) => page.addInitScript({ content: LEAK }))
    expect(spread(held, ({ nodes }) => nodes)).toBeGreaterThan(ALERTS / 2)
    expect(spread(held, ({ listeners }) => listeners)).toBeGreaterThan(ALERTS / 4)
    const { slope, error } = slopeOf(held.slice(1).map(({ alerts, heap }) => [alerts, heap]))
    expect(slope - error).toBeGreaterThan(0)
  }, 120_000)
})

/** Keeps something for every alert that comes, and listens to it. */
const LEAK = `{
  const kept = []
  new MutationObserver(() => {
    const node = document.createElement('p')
    node.append('kept')
    node.addEventListener('click', () => kept.length)
    kept.push(node)
  }).observe(document, { attributes: true, characterData: true, childList: true, subtree: true })
}`

describe('a slope', () => {
  it('of points on a line is exact, and that of noise is not to be told from none', () => {
    expect(slopeOf([0, 1, 2, 3].map((x) => [x, 5 - 2 * x] as const))).toEqual({ slope: -2, error: 0 })
    const { slope, error } = slopeOf([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5].map((y, x) => [x, y] as const))
    expect(Math.abs(slope)).toBeLessThan(error)
    expect(() => slopeOf([[0, 0]])).toThrow('1 points')
  })
})
