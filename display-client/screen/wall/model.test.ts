import { describe, expect, it } from 'vitest'
import type { Receipt, WallAlert, WallState } from './demo.ts'
import { after, allowed, EMPTY, milliseconds, sentence, statusOf, timeLeft, type WallModel } from './model.ts'

const panel = (id: string) => ({
  id,
  title: id,
  surface: 'screen' as const,
  width: 800,
  height: 600,
  pitch: 1,
})
const alert: WallAlert = {
  incident: 'a1',
  revision: 1,
  headline: 'AMBER',
  expires: '2026-11-22T12:00:00+01:00',
}
const state = (current: WallAlert | null): { type: 'state' } & WallState => ({
  type: 'state',
  panels: [panel('atm'), panel('bar')],
  alert: current,
})
const receipt = (change: Partial<Receipt>): { type: 'receipt' } & Receipt => ({
  type: 'receipt',
  panel: 'atm',
  incident: 'a1',
  revision: 1,
  kind: 'shown',
  sincePublish: 41.6,
  ...change,
})
const play = (...events: Parameters<typeof after>[1][]): WallModel => events.reduce(after, EMPTY)

describe('a panel', () => {
  it('is idle before anything happened', () => {
    expect(statusOf(play(state(null)), 'atm')).toEqual({ phase: 'idle' })
  })

  it('waits until its own receipt says that it painted', () => {
    const model = play(state(alert), receipt({ panel: 'bar' }))
    expect(statusOf(model, 'atm')).toEqual({ phase: 'waiting' })
    expect(statusOf(model, 'bar')).toEqual({ phase: 'shown', since: 41.6 })
  })

  it('waits again for an update, and for another alert', () => {
    expect(statusOf(play(state(alert), receipt({}), state({ ...alert, revision: 2 })), 'atm').phase).toBe(
      'waiting',
    )
    expect(statusOf(play(state(alert), receipt({}), state({ ...alert, incident: 'b2' })), 'atm').phase).toBe(
      'waiting',
    )
  })

  it('is shown also when its receipt came before the news of the alert', () => {
    expect(statusOf(play(state(null), receipt({}), state(alert)), 'atm').phase).toBe('shown')
  })

  it('waits again when its sign has lost what it was told', () => {
    const glass = { type: 'sign' as const, panel: 'atm', pages: [] }
    const shown = [state(alert), receipt({}), { ...glass, isTold: true }]
    expect(statusOf(play(...shown), 'atm').phase).toBe('shown')
    const cut = [...shown, { ...glass, isTold: false }]
    expect(statusOf(play(...cut), 'atm')).toEqual({ phase: 'waiting' })
    expect(statusOf(play(...cut, { ...glass, isTold: true }), 'atm').phase).toBe('shown')
  })

  it('is leaving until its receipt says that it is clear', () => {
    const ended = [state(alert), receipt({}), state(null)]
    expect(statusOf(play(...ended), 'atm')).toEqual({ phase: 'leaving' })
    expect(statusOf(play(...ended, receipt({ kind: 'removed', sincePublish: 30 })), 'atm')).toEqual({
      phase: 'gone',
      since: 30,
    })
  })
})

describe('the buttons', () => {
  it('offer sending without an alert, updating and ending with one', () => {
    expect(allowed(play(state(null)))).toEqual({ send: true, update: false, end: false, power: false })
    expect(allowed(play(state(alert)))).toEqual({ send: false, update: true, end: true, power: false })
  })

  it('offer to cut the power where there are signs', () => {
    const { panels } = state(null)
    const signs = panels.map((one) => ({ ...one, wire: 'Alpha over TCP' }))
    expect(allowed(play({ ...state(null), panels: signs })).power).toBe(true)
  })

  it('offer nothing while something is asked, or while the player is away', () => {
    const none = { send: false, update: false, end: false, power: false }
    expect(allowed({ ...play(state(alert)), pending: 'end' })).toEqual(none)
    expect(allowed({ ...play(state(alert)), connected: false })).toEqual(none)
    expect(allowed(EMPTY)).toEqual(none)
  })
})

describe('the sentence', () => {
  const both = [receipt({}), receipt({ panel: 'bar', sincePublish: 84.4 })]

  it.each([
    ['before the player is there', EMPTY, 'Waiting for the player.'],
    ['without an alert', play(state(null)), 'No alert. Send one, and it appears on every panel.'],
    [
      'while it is published',
      { ...play(state(null)), pending: 'send' as const },
      'Signing and publishing the alert.',
    ],
    ['while panels are missing', play(state(alert), receipt({})), 'Sent. On 1 of 2 panels so far.'],
    ['when all have it', play(state(alert), ...both), 'Sent. On all 2 panels; the last after 84 ms.'],
    [
      'after an update',
      play(state({ ...alert, revision: 2 }), ...both),
      'Updated to revision 2. On 0 of 2 panels so far.',
    ],
    [
      'when it has ended',
      play(state(alert), ...both, state(null), ...both.map((one) => ({ ...one, kind: 'removed' as const }))),
      'Ended. Off all 2 panels; the last after 84 ms.',
    ],
    [
      'when the player refuses',
      { ...play(state(null)), refused: true },
      'The player refused that. Its own output says why.',
    ],
    [
      'when the player is away',
      { ...play(state(alert)), connected: false },
      'The player does not answer. The panels keep what they show.',
    ],
  ])('says what happened %s', (_when, model, said) => {
    expect(sentence(model)).toBe(said)
  })
})

it('writes durations short', () => {
  expect([0.4, 41.6, 999.4, 1_254].map(milliseconds)).toEqual(['0 ms', '42 ms', '999 ms', '1.25 s'])
})

it('counts down to the end and no further', () => {
  const now = Date.parse(alert.expires)
  expect(
    [now - 9_000, now - 845_000, now - 11_645_000, now, now + 1].map((at) => timeLeft(alert.expires, at)),
  ).toEqual(['0:09', '14:05', '3:14:05', '0:00', '0:00'])
})
