import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { amberAlert } from '../testkit/alerts.ts'
import { HOUR, issuer as key, MINUTE } from '../testkit/lifecycle-device.ts'
import { TEST_TIME } from '../testkit/test-clock.ts'
import { toCapTime } from './cap-time.ts'
import { incidentId } from './incident-id.ts'
import { advance, type Incidents, NO_INCIDENTS, nextDeadline, receive } from './lifecycle.ts'
import type { Alert } from './model.ts'

const SAMPLE = amberAlert()

/** A message about one of two incidents, sent a minute after the revision before it. */
const message: fc.Arbitrary<Alert> = fc
  .record({
    incident: fc.constantFrom('one', 'two'),
    revision: fc.integer({ min: 1, max: 8 }),
    msgType: fc.constantFrom('Alert', 'Update', 'Cancel'),
    status: fc.constantFrom('Actual', 'Actual', 'Actual', 'Test', 'Draft'),
    minutes: fc.integer({ min: 10, max: 4 * 24 * 60 }),
    effective: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
    purge: fc.option(fc.integer({ min: 0, max: 24 * 60 }), { nil: undefined }),
    urgency: fc.constantFrom('Immediate', 'Immediate', 'Immediate', 'Past'),
  })
  .map(({ incident, revision, msgType, status, minutes, effective, purge, urgency }) => {
    const sent = TEST_TIME + revision * MINUTE
    const at = (offset: number): string => toCapTime(sent + offset * MINUTE)
    return {
      ...SAMPLE,
      ...{ incident, revision, msgType, status },
      identifier: `${incident}-${revision}-${msgType}-${status}`,
      sent: at(0),
      expires: at(minutes),
      info: SAMPLE.info.map((info) => ({ ...info, urgency })),
      ...(effective === undefined ? {} : { effective: at(effective) }),
      ...(purge === undefined ? {} : { purgeAt: at(purge) }),
    }
  })

type Step = { readonly take: Alert } | { readonly pass: number }

/** Messages in any order and number, with any time passing between them. */
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: message.map((take) => ({ take })) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 12 * HOUR }).map((pass) => ({ pass })) },
  ),
  { maxLength: 25 },
)

/** Runs `steps` and shows `look` the state after each. */
function run(
  all: readonly Step[],
  look: (state: Incidents, now: number, step: Step, before: Incidents) => void = () => {},
): { state: Incidents; now: number } {
  let state = NO_INCIDENTS
  let now = TEST_TIME + 10 * MINUTE
  for (const step of all) {
    const before = state
    if ('take' in step) {
      state = receive(state, { alert: step.take, key, digest: '' }, now).state
    } else {
      now += step.pass
      state = advance(state, now).state
    }
    look(state, now, step, before)
  }
  return { state, now }
}

const isEnd = (alert: Alert): boolean =>
  alert.msgType === 'Cancel' || alert.info.every((info) => info.urgency === 'Past')

describe('for any messages, in any order, any number of times, with any time between', () => {
  it('an Actual incident is never in force again once its end was received (DESIGN §6.3)', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const over = new Set<string>()
        run(all, (state, _, step) => {
          if ('take' in step && step.take.status === 'Actual' && isEnd(step.take))
            over.add(step.take.incident)
          for (const incident of over) {
            const one = state.get(incidentId(SAMPLE.sender, incident))
            // A test of the same name may live; the incident may not.
            if (one && one.phase !== 'ended') expect(one.alert.status).not.toBe('Actual')
          }
        })
      }),
      { numRuns: 1000 },
    )
  })

  it('a message that is received again changes nothing', () => {
    fc.assert(
      fc.property(steps, message, (all, again) => {
        const { state, now } = run(all)
        const first = receive(state, { alert: again, key, digest: '' }, now)
        const second = receive(first.state, { alert: again, key, digest: '' }, now)
        expect(second.state).toEqual(first.state)
        expect(['repeated', 'refused']).toContain(second.effect.type)
      }),
      { numRuns: 1000 },
    )
  })

  it('passing time never brings anything back, forwards or backwards', () => {
    fc.assert(
      fc.property(
        steps,
        fc.array(fc.integer({ min: -30 * 24 * HOUR, max: 30 * 24 * HOUR })),
        (all, leaps) => {
          let { state, now } = run(all)
          for (const leap of leaps) {
            now += leap
            const { state: next } = advance(state, now)
            for (const [incident, one] of next) {
              const before = state.get(incident)
              expect(before).toBeDefined()
              if (before?.phase === 'ended') expect(one.phase).toBe('ended')
            }
            state = next
          }
        },
      ),
    )
  })

  it('nothing is live at or after its end, and nextDeadline is the next moment at which anything changes', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { state: last, now } = run(all)
        const { state } = advance(last, now)
        for (const one of state.values()) {
          if (one.phase !== 'live') continue
          expect(one.until).toBeGreaterThan(now)
          expect(one.until).toBeLessThanOrEqual(Date.parse(one.alert.expires))
        }
        const due = nextDeadline(state)
        if (due === undefined) return
        expect(due).toBeGreaterThan(now)
        expect(advance(state, due - 1).state).toBe(state)
        expect(advance(state, due).state).not.toBe(state)
      }),
    )
  })

  it('the revision of what is in force never goes back', () => {
    fc.assert(
      fc.property(steps, (all) => {
        run(all, (state, _, __, before) => {
          for (const [incident, one] of state) {
            const was = before.get(incident)
            if (one.phase === 'ended' || !was || was.phase === 'ended') continue
            // Only the real thing that takes the place of its test may begin lower.
            if (was.alert.status === one.alert.status) {
              expect(one.alert.revision).toBeGreaterThanOrEqual(was.alert.revision)
            }
          }
        })
      }),
    )
  })

  it('devices that received the same messages at one moment show the same', () => {
    fc.assert(
      fc.property(
        fc
          .array(message, { maxLength: 8 })
          .chain((messages) =>
            fc.tuple(
              fc.constant(messages),
              fc.shuffledSubarray(messages, { minLength: messages.length, maxLength: messages.length }),
            ),
          ),
        ([messages, shuffled]) => {
          // Two different messages of one revision are an issuer's fault that no order can mend.
          const seen = new Set<string>()
          const distinct = messages.filter(({ incident, revision, status }) => {
            const name = `${incident} ${revision} ${status}`
            return !seen.has(name) && seen.add(name)
          })
          const shown = (all: readonly Alert[]): unknown =>
            [...run(all.map((take) => ({ take }))).state]
              .filter(([, one]) => one.phase !== 'ended' && one.alert.status === 'Actual')
              .map(([incident, one]) => [incident, one.phase !== 'ended' && one.alert.identifier])
              .sort()
          expect(shown(shuffled.filter((one) => distinct.includes(one)))).toEqual(shown(distinct))
        },
      ),
      { numRuns: 1000 },
    )
  })
})
