import { describe, expect, it } from 'vitest'
import type { Target } from '../targets.ts'
import { describeMonitors, type Monitor, placementFaults, placeTargets } from './displays.ts'

const monitor = (id: number, label: string, x: number, y = 0): Monitor => ({
  id,
  label,
  bounds: { x, y, width: 1920, height: 1080 },
})
const left = monitor(7, 'HDMI-1', 0)
const middle = monitor(3, 'DP-1', 1920)
const right = monitor(5, 'DP-2', 3840)
const free = (panel: string): Target => ({ panel, monitor: undefined, geometry: undefined })
const on = (panel: string, monitor: string): Target => ({ ...free(panel), monitor })
const placed = (targets: Target[], monitors: Monitor[]) =>
  Object.fromEntries(
    placeTargets(targets, monitors).map(({ target, monitor: { label } }) => [target.panel, label]),
  )

it('fills monitors from left to right, whatever the order in which the system lists them', () => {
  expect(placed([free('a'), free('b')], [right, left, middle])).toEqual({ a: 'HDMI-1', b: 'DP-1' })
})

it('keeps a named monitor for its panel', () => {
  expect(placed([free('a'), on('b', 'HDMI-1')], [left, middle])).toEqual({ b: 'HDMI-1', a: 'DP-1' })
  expect(placed([on('b', '5')], [left, right])).toEqual({ b: 'DP-2' })
})

it('puts several panels on the monitor that they name', () => {
  expect(placed([on('a', 'DP-1'), on('b', 'DP-1'), free('c')], [left, middle])).toEqual({
    a: 'DP-1',
    b: 'DP-1',
    c: 'HDMI-1',
  })
})

it('gives a panel no other monitor while the one it is for is away', () => {
  expect(placed([on('b', 'DP-2')], [left, middle])).toEqual({})
})

it('leaves out the panels for which there are too few monitors', () => {
  expect(placed([free('a'), free('b')], [left])).toEqual({ a: 'HDMI-1' })
})

describe('what an operator is told', () => {
  it('is nothing while every panel has its monitor', () => {
    expect(placementFaults([free('a'), on('b', 'DP-1')], [left, middle])).toEqual([])
  })

  it('is which monitors there are, when the one of a panel is not', () => {
    expect(placementFaults([on('b', 'DP-2')], [middle, left])).toEqual([
      'b: its monitor DP-2 is not there; there are 7 (HDMI-1 at 0,0), 3 (DP-1 at 1920,0). It appears when that is plugged in.',
    ])
    expect(placementFaults([free('a'), free('b')], [left])).toEqual([
      'b: no monitor is left for it; there are 7 (HDMI-1 at 0,0). It appears when one more is plugged in.',
    ])
    expect(placementFaults([free('a')], [])).toEqual([
      'a: no monitor is left for it; there is none. It appears when one more is plugged in.',
    ])
  })

  it('is the ids of two monitors of one kind, which have one name', () => {
    const twin = { ...left, id: 9, bounds: { ...left.bounds, x: 1920 } }
    expect(placementFaults([on('a', 'HDMI-1')], [twin, left])).toEqual([
      'a: 2 monitors are called HDMI-1; name one by its id: 7 (HDMI-1 at 0,0), 9 (HDMI-1 at 1920,0).',
    ])
    expect(placementFaults([on('a', '9')], [twin, left])).toEqual([])
  })
})

it('lists monitors with what a panel can be put on them by', () => {
  const odd = { id: 4, label: '', bounds: { x: -1080, y: 0, width: 1080, height: 1920 } }
  expect(describeMonitors([left, odd])).toEqual(['4  1080x1920-1080+0', '7  1920x1080+0+0  HDMI-1'])
})
