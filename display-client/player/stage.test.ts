import { describe, expect, test } from 'vitest'
import { toCapTime } from '../alert/cap-time.ts'
import { currentOf, DEFAULT_LIMITS } from '../alert/incident.ts'
import type { Alert } from '../alert/model.ts'
import { type Panel, PanelProfileSchema } from '../panel/profile.ts'
import { amberAlert } from '../testkit/alerts.ts'
import { TEST_TIME } from '../testkit/test-clock.ts'
import { stage } from './stage.ts'

const HOUR = 3_600_000

function panel(id: string, changes: object = {}): Panel {
  const profile = PanelProfileSchema.parse({
    schema: 'kijkuit-panel/1',
    title: id,
    pixels: { width: 1920, height: 360, pitch: 0.3 },
    viewingDistance: 8,
    ...changes,
  })
  return { ...profile, id }
}

const alert = (incident: string, changes: object = {}): Alert =>
  amberAlert({ incident, identifier: incident, ...changes })

function on(panels: readonly Panel[], alerts: readonly Alert[], now = TEST_TIME + 1) {
  const live = alerts.map((one) => currentOf(one, one.sender, now, DEFAULT_LIMITS, undefined))
  const { panels: shown, next } = stage(panels, live, now)
  return {
    next,
    shown: Object.fromEntries([...shown].map(([id, all]) => [id, all.map((one) => one.alert.incident)])),
  }
}

describe('the stage', () => {
  test('puts an alert on every panel that may show it and on no other', () => {
    const panels = [
      panel('here', { place: { regions: ['nl', 'nl-vr09'] } }),
      panel('elsewhere', { place: { regions: ['nl', 'nl-vr13'] } }),
      panel('not-this-kind', { kinds: ['public-warning'] }),
    ]
    const area = [{ areaDesc: 'Utrecht', geocode: [{ valueName: 'kijkuit', value: 'nl-vr09' }] }]
    expect(on(panels, [alert('case-1', { area })]).shown).toEqual({
      here: ['case-1'],
      elsewhere: [],
      'not-this-kind': [],
    })
  })

  test('shows only the highest priority; equals take turns, newest first', () => {
    const earlier = { sent: toCapTime(TEST_TIME - HOUR) }
    const alerts = [alert('old', earlier), alert('new'), alert('person', { kind: 'missing-person' })]
    expect(on([panel('bar')], alerts).shown).toEqual({ bar: ['new', 'old'] })
    expect(on([panel('bar')], [...alerts, alert('warning', { kind: 'public-warning' })]).shown).toEqual({
      bar: ['warning'],
    })
  })

  test('is the same whatever the order in which alerts came', () => {
    const alerts = [alert('a'), alert('b'), alert('c')]
    expect(on([panel('bar')], alerts)).toEqual(on([panel('bar')], alerts.toReversed()))
  })

  test('takes an alert off a panel at the ceiling of its owner, and says when that will be', () => {
    const panels = [panel('patient'), panel('hasty', { ceiling: 0.5 })]
    expect(on(panels, [alert('case-1')])).toEqual({
      shown: { patient: ['case-1'], hasty: ['case-1'] },
      next: TEST_TIME + HOUR / 2,
    })
    expect(on(panels, [alert('case-1')], TEST_TIME + HOUR / 2)).toEqual({
      shown: { patient: ['case-1'], hasty: [] },
      next: undefined,
    })
  })
})
