import { describe, expect, test } from 'vitest'
import { formatFault } from '../base/document.ts'
import { unitsOf } from '../panel/legibility.ts'
import { PanelProfileSchema } from '../panel/profile.ts'
import { readLibrary } from '../player/library-files.ts'
import { amberAlert } from '../testkit/alerts.ts'
import { allPresets } from '../testkit/panels.ts'
import { compose } from './compose.ts'
import type { Composition } from './composition.ts'

const read = await readLibrary()
if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
const library = read.value

const road = allPresets().filter((panel) => panel.trafficSpeed > 0)

const drip = road.find((panel) => panel.id === 'drip-192x128')
if (drip === undefined) throw new Error('no drip-192x128')

const alert = amberAlert({ call: ['0800-0000'] })

const facts = ({ chosen }: Composition): readonly string[] => chosen.map((one) => one.fact)
const at = (speed: number): Composition => compose(alert, { ...drip, trafficSpeed: speed }, library)

describe('an AMBER Alert for drivers', () => {
  test.each(road.map((panel) => [panel.id, panel] as const))(
    'on %s says the car, in the time there is',
    (_, panel) => {
      const composition = compose(alert, panel, library)
      expect(facts(composition)).toEqual(expect.arrayContaining(['kind', 'vehicle']))
      expect(composition.cannotFit).toEqual([])
      expect(composition.reading.needed).toBeLessThanOrEqual(composition.reading.available ?? 0)
      expect(composition.pages.length).toBeLessThanOrEqual(2)
    },
  )

  test('on a motorway says no plate and no long number: each is more than a phase holds', () => {
    for (const panel of road.filter((one) => one.trafficSpeed >= 56)) {
      const { chosen } = compose(alert, panel, library)
      for (const { fact, text } of chosen) expect(unitsOf(text, fact === 'plate'), text).toBe(1)
    }
  })

  test('says 112 where that is the number', () => {
    const texts = compose(amberAlert({ call: ['112'] }), { ...drip, trafficSpeed: 50 }, library).chosen
    expect(texts.map((one) => one.text)).toContain('Bel 112')
  })

  test('says no name, neither of the child nor of whoever is missing', () => {
    for (const panel of road) {
      for (const kind of ['amber', 'missing-child', 'missing-person'] as const) {
        for (const trafficSpeed of [panel.trafficSpeed, 20]) {
          const { chosen } = compose(amberAlert({ kind }), { ...panel, trafficSpeed }, library)
          expect(chosen.map((one) => one.text).join(' ')).not.toMatch(/Zo[ëe]/i)
        }
      }
    }
    const named = amberAlert({ subject: { name: 'Zoë' }, vehicle: undefined })
    expect(facts(compose(named, { ...drip, trafficSpeed: 20 }, library))).toContain('child')
  })

  test('names the car before the child', () => {
    const narrow = compose(alert, { ...drip, viewingDistance: 120 }, library)
    expect(facts(narrow)).toEqual(['kind', 'vehicle'])
  })

  test('says more the slower traffic is, up to the plate in a queue', () => {
    const speeds = [130, 100, 70, 50, 30, 15]
    const utilities = speeds.map((speed) => at(speed).utility)
    expect(utilities).toEqual(utilities.toSorted((a, b) => a - b))
    expect(facts(at(100))).not.toContain('plate')
    expect(facts(at(50))).not.toContain('plate')
    expect(facts(at(30))).toEqual(expect.arrayContaining(['kind', 'vehicle', 'plate']))
  })

  test('a panel too fast to be read says nothing, and names what it cannot say', () => {
    const composition = compose(alert, { ...drip, trafficSpeed: 200, viewingDistance: 50 }, library)
    expect(composition.chosen).toEqual([])
    expect(composition.cannotFit).toEqual(['kind'])
    expect(composition.pages).toHaveLength(1)
    expect(composition.pages[0]?.content).toMatchObject({ boxes: [] })
  })
})

test('a screen of running text is refused as a panel for drivers', () => {
  const profile = PanelProfileSchema.safeParse({
    schema: 'kijkuit-panel/1',
    title: 'Screen beside a road',
    pixels: { width: 800, height: 600, pitch: 10 },
    viewingDistance: 100,
    trafficSpeed: 50,
  })
  expect(profile.error?.issues).toEqual([
    expect.objectContaining({ path: ['pixels', 'font'], message: expect.stringContaining('must be led') }),
  ])
})
