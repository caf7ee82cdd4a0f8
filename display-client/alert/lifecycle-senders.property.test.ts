import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { amberAlert } from '../testkit/alerts.ts'
import { testKey } from '../testkit/keys.ts'
import { MINUTE } from '../testkit/lifecycle-device.ts'
import { TEST_TIME } from '../testkit/test-clock.ts'
import { toCapTime } from './cap-time.ts'
import type { KeyringEntry } from './keyring.ts'
import { type Incidents, NO_INCIDENTS, receive } from './lifecycle.ts'
import type { Alert } from './model.ts'

/** After every message was sent. */
const NOW = TEST_TIME + 30 * MINUTE
const SAMPLE = amberAlert()

const issuer = (sender: string): KeyringEntry => testKey({ kid: sender, senders: [sender] }).entry
const [POLICE, FIRE, COAST] = [issuer('police'), issuer('fire'), issuer('coast')]
const { entry: WATCH } = testKey({ kid: 'watch', roles: ['supervisor'], senders: ['watch'] })
const { entry: BOTH } = testKey({ kid: 'both', roles: ['supervisor', 'issuer'], senders: ['both'] })

interface Sent {
  readonly alert: Alert
  readonly key: KeyringEntry
}

/** A message of somebody about one of two keys that all of them use; ends are as frequent as anything else. */
const sent: fc.Arbitrary<Sent> = fc
  .record({
    incident: fc.constantFrom('one', 'one', 'two'),
    key: fc.constantFrom(POLICE, POLICE, FIRE, FIRE, COAST, WATCH, BOTH),
    revision: fc.integer({ min: 1, max: 6 }),
    msgType: fc.constantFrom('Alert', 'Alert', 'Update', 'Update', 'Cancel'),
    urgency: fc.constantFrom('Immediate', 'Immediate', 'Immediate', 'Past'),
    minutes: fc.constantFrom(5, 60, 600),
    about: fc.array(
      fc.tuple(fc.constantFrom('police', 'fire', 'coast', 'both', 'watch'), fc.integer({ min: 0, max: 2 })),
      { maxLength: 3 },
    ),
  })
  .map(({ incident, key, revision: number, msgType, urgency, minutes, about }) => {
    // Two messages of one revision are a fault that no order can mend: nobody takes the number of another.
    const revision = number * 10 + (key === WATCH ? 1 : key === BOTH ? 2 : 0)
    // In tenths of a minute, so that a higher revision was sent later.
    const at = (tenths: number): string => toCapTime(TEST_TIME + (tenths * MINUTE) / 10)
    const [sender = ''] = key.senders
    const alert = {
      ...SAMPLE,
      ...{ incident, revision, msgType, sender, sent: at(revision), expires: at(revision + minutes * 10) },
      identifier: `${incident}-${revision}-${msgType}-${urgency}-${minutes}`,
      info: SAMPLE.info.map((info) => ({ ...info, urgency })),
      references: about.map(([by, when]) => ({ sender: by, identifier: 'earlier', sent: at(when) })),
    } as Alert
    return { alert, key }
  })

/** Nor does anybody take his own twice. */
function distinct(all: readonly Sent[]): readonly Sent[] {
  const seen = new Set<string>()
  return all.filter(({ alert: { sender, incident, revision } }) => {
    const name = `${sender} ${incident} ${revision}`
    return !seen.has(name) && seen.add(name)
  })
}

function live(all: readonly Sent[]): readonly string[] {
  let state: Incidents = NO_INCIDENTS
  for (const { alert, key } of all)
    state = receive(state, { alert, key, digest: alert.identifier }, NOW).state
  return [...state]
    .flatMap(([id, one]) =>
      one.phase === 'ended' ? [] : [`${id}: ${one.alert.sender} ${one.alert.identifier}`],
    )
    .sort()
}

function ordersOf<Value>(all: readonly Value[]): readonly (readonly Value[])[] {
  if (all.length < 2) return [all]
  return all.flatMap((one, index) => ordersOf(all.toSpliced(index, 1)).map((rest) => [one, ...rest]))
}

describe('senders that share incident keys', () => {
  it('every order of the same messages leaves the same alerts in force', () => {
    let [shown, shared] = [0, 0]
    fc.assert(
      fc.property(fc.array(sent, { minLength: 2, maxLength: 7, size: 'max' }), (all) => {
        const messages = distinct(all).slice(0, 5)
        const expected = live(messages)
        shown += expected.length
        if (new Set(expected.map((one) => one.split(' ')[0])).size < expected.length) shared += 1
        for (const order of ordersOf(messages)) expect(live(order)).toEqual(expected)
      }),
      { numRuns: 600 },
    )
    expect([shown > 300, shared > 30]).toEqual([true, true])
  })

  it('so does a broker that repeats any of them', () => {
    const repeated = fc
      .array(sent, { maxLength: 8 })
      .map(distinct)
      .chain((messages) => {
        const again = fc.array(fc.nat(Math.max(0, messages.length - 1)), { maxLength: 12 })
        return fc.tuple(fc.constant(messages), again)
      })
    fc.assert(
      fc.property(repeated, ([messages, again]) => {
        const more = again.flatMap((index) => messages[index] ?? [])
        expect(live([...more, ...messages, ...more.toReversed()])).toEqual(live(messages))
      }),
      { numRuns: 1000 },
    )
  })

  it('what other issuers send changes nothing of an issuer’s own', () => {
    const issued = sent.filter(({ key }) => key === POLICE || key === FIRE || key === COAST)
    fc.assert(
      fc.property(fc.array(issued, { maxLength: 10 }), (all) => {
        const own = (id: string): boolean => id.split(':')[0]?.endsWith(' police') === true
        const alone = all.filter(({ key }) => key === POLICE)
        expect(live(all).filter(own)).toEqual(live(alone))
      }),
      { numRuns: 1000 },
    )
  })
})
