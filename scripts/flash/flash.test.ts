import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { measure } from '../../display-client/testkit/flash/film.ts'
import { openStudio, regionOf, type Studio, viewOfReader } from './studio.ts'
import { filmed, ONSLAUGHTS, TRANSITIONS } from './transitions.ts'

/** WCAG 2.2, general flash and red flash thresholds: what may flash fast in any 10 degrees of a reader's view, steradians. */
const SMALL = 0.006

let studio: Studio

beforeAll(async () => {
  studio = await openStudio()
}, 60_000)

afterAll(() => studio?.dispose())

describe('in captured frames of the screen page', () => {
  it.each(TRANSITIONS)(
    '$name does not flash',
    async (transition) => {
      const { panel, runs } = transition
      const { general, red } = await measure(await filmed(transition, studio), regionOf(panel))
      // That nothing changed would be no merit.
      expect(general.perSecond).toBeGreaterThanOrEqual(0.5)
      if (runs) expect(general.area * viewOfReader(panel)).toBeLessThan(SMALL)
      else expect(general.perSecond).toBeLessThanOrEqual(1)
      expect(red.perSecond).toBeLessThanOrEqual(0.5)
    },
    90_000,
  )

  it.each(ONSLAUGHTS)(
    '$name do not flash',
    async (transition) => {
      const { general, red } = await measure(await filmed(transition, studio), regionOf(transition.panel))
      // That nothing came at all would be no merit.
      expect(general.perSecond).toBeGreaterThanOrEqual(0.5)
      expect(general.perSecond).toBeLessThanOrEqual(1)
      expect(red.perSecond).toBeLessThanOrEqual(1)
    },
    90_000,
  )

  it('finds what does flash: red and black, eight times a second', async () => {
    const { general, red } = await measure(await studio.flashing(), 10)
    expect(general.perSecond).toBeGreaterThan(3)
    expect(general.area).toBe(1)
    expect(red.perSecond).toBeGreaterThan(3)
  }, 60_000)
})
