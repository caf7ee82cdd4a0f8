import { describe, expect, it } from 'vitest'
import { type Alert, type AlertInput, AlertSchema } from '../alert/model.ts'
import { byPriority, mayShow, PRIORITY } from './policy.ts'
import { type PanelProfile, PanelProfileSchema } from './profile.ts'

const alert = (change: Partial<AlertInput> = {}): Alert =>
  AlertSchema.parse({
    schema: 'kijkuit-alert/1',
    identifier: 'a-1',
    sender: 'politie.nl',
    sent: '2026-03-01T12:00:00+01:00',
    status: 'Actual',
    msgType: 'Alert',
    scope: 'Public',
    incident: 'zaak-1',
    revision: 1,
    kind: 'amber',
    expires: '2026-03-01T18:00:00+01:00',
    info: [
      {
        category: ['Safety'],
        event: 'AMBER Alert',
        urgency: 'Immediate',
        severity: 'Severe',
        certainty: 'Observed',
      },
    ],
    ...change,
  })

const panel = (change: object = {}): PanelProfile =>
  PanelProfileSchema.parse({
    schema: 'kijkuit-panel/1',
    title: 'Proef',
    characters: { lines: 3, columns: 16 },
    viewingDistance: 10,
    ...change,
  })

const reason = (...args: Parameters<typeof mayShow>): string => {
  const admission = mayShow(...args)
  return admission.show ? 'shown' : admission.reason
}

const fixed = { place: { position: [52.09, 5.11], regions: ['nl', 'nl-gm0344'] } }

describe('what a panel may show', () => {
  it('shows a real public alert of an allowed kind inside its area', () => {
    expect(reason(panel(fixed), alert(), 'inside')).toBe('shown')
    const update = alert({
      msgType: 'Update',
      references: [{ sender: 'politie.nl', identifier: 'a-0', sent: '2026-03-01T11:00:00+01:00' }],
    })
    expect(reason(panel(fixed), update, 'inside')).toBe('shown')
  })

  it('never shows System, Draft, Ack, Error, Cancel or what is not Public, also not on a panel for tests', () => {
    const open = panel({ tests: true })
    expect(reason(open, alert({ status: 'System' }), 'inside')).toBe('not-for-display')
    expect(reason(open, alert({ status: 'Draft' }), 'inside')).toBe('not-for-display')
    expect(reason(open, alert({ msgType: 'Ack' }), 'inside')).toBe('not-for-display')
    expect(reason(open, alert({ msgType: 'Error' }), 'inside')).toBe('not-for-display')
    expect(reason(open, alert({ scope: 'Restricted' }), 'inside')).toBe('not-for-display')
    expect(reason(open, alert({ scope: 'Private' }), 'inside')).toBe('not-for-display')
  })

  it('shows Exercise, Test and drills only where the owner opted in', () => {
    const test = alert({ status: 'Test' })
    const exercise = alert({ status: 'Exercise' })
    const drill = alert({ status: 'Exercise', kind: 'drill' })
    for (const one of [test, exercise, drill]) {
      expect(reason(panel(), one, 'inside')).toBe('test-not-allowed')
      expect(reason(panel({ tests: true }), one, 'inside')).toBe('shown')
    }
    expect(reason(panel({ kinds: ['drill'] }), drill, 'inside')).toBe('test-not-allowed')
  })

  it('does not let a test of a kind through that the owner does not allow', () => {
    const test = alert({ status: 'Test', kind: 'community' })
    expect(reason(panel({ tests: true }), test, 'inside')).toBe('kind-not-allowed')
  })

  it('does not show community messages unless the owner lists them', () => {
    expect(reason(panel(), alert({ kind: 'community' }), 'inside')).toBe('kind-not-allowed')
    expect(reason(panel({ kinds: ['community'] }), alert({ kind: 'community' }), 'inside')).toBe('shown')
  })

  it('shows nothing outside the area, not even an emergency', () => {
    expect(reason(panel(fixed), alert({ kind: 'public-warning' }), 'outside')).toBe('outside-area')
  })

  it('counts a fixed panel without any place as everywhere', () => {
    expect(reason(panel(), alert({ kind: 'missing-person' }), 'unknown')).toBe('shown')
    expect(reason(panel(), alert({ kind: 'missing-person' }), 'outside')).toBe('shown')
  })

  it('shows an emergency and nothing else on a vehicle that does not know where it is', () => {
    const bus = panel({ place: { moving: true }, kinds: ['amber', 'missing-person'] })
    expect(reason(bus, alert(), 'unknown')).toBe('shown')
    expect(reason(bus, alert({ kind: 'missing-person' }), 'unknown')).toBe('place-unknown')
    expect(reason(bus, alert(), 'outside')).toBe('outside-area')
  })
})

describe('the order of alerts', () => {
  it('is that of the kinds, every kind in it', () => {
    const shuffled = [...PRIORITY].reverse().map((kind) => ({ kind, status: 'Actual' as const }))
    expect(shuffled.sort(byPriority).map(({ kind }) => kind)).toEqual([
      'public-warning',
      'amber',
      'missing-child',
      'missing-person',
      'community',
      'drill',
    ])
  })

  it('puts every real alert before any test', () => {
    const test = { kind: 'public-warning', status: 'Test' } as const
    const real = { kind: 'community', status: 'Actual' } as const
    expect([test, real].sort(byPriority)).toEqual([real, test])
  })

  it('leaves equals equal, so that they rotate', () => {
    const one = { kind: 'amber', status: 'Actual' } as const
    expect(byPriority(one, { ...one })).toBe(0)
  })
})
