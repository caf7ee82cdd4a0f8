import { expect, it } from 'vitest'
import { type Monitor, placeTargets } from './displays.ts'

const monitor = (id: number, label: string, x: number, y = 0): Monitor => ({
  id,
  label,
  bounds: { x, y, width: 1920, height: 1080 },
})
const left = monitor(7, 'HDMI-1', 0)
const middle = monitor(3, 'DP-1', 1920)
const right = monitor(5, 'DP-2', 3840)
const placed = (targets: Parameters<typeof placeTargets>[0], monitors: Monitor[]) =>
  Object.fromEntries(placeTargets(targets, monitors).map(({ panel, monitor: { label } }) => [panel, label]))
const free = (panel: string) => ({ panel, display: undefined })

it('fills monitors from left to right, whatever the order in which the system lists them', () => {
  expect(placed([free('a'), free('b')], [right, left, middle])).toEqual({ a: 'HDMI-1', b: 'DP-1' })
})

it('keeps a named monitor for its panel', () => {
  expect(placed([free('a'), { panel: 'b', display: 'HDMI-1' }], [left, middle])).toEqual({
    b: 'HDMI-1',
    a: 'DP-1',
  })
  expect(placed([{ panel: 'b', display: '5' }], [left, right])).toEqual({ b: 'DP-2' })
})

it('gives a panel no other monitor while the one it is for is away', () => {
  expect(placed([{ panel: 'b', display: 'DP-2' }], [left, middle])).toEqual({})
})

it('leaves out the panels for which there are too few monitors', () => {
  expect(placed([free('a'), free('b')], [left])).toEqual({ a: 'HDMI-1' })
})
