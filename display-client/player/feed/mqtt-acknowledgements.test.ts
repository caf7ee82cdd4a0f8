import { beforeEach, describe, expect, test } from 'vitest'
import { TestClock } from '../../testkit/test-clock.ts'
import { type Acknowledgement, LARGEST_ACKNOWLEDGEMENTS } from './acknowledgement.ts'
import { MqttAcknowledgements } from './mqtt-acknowledgements.ts'

const TOPIC = 'kijkuit/v1/players/road/acknowledgements'
const SHOWN = { sign: 'V66E37', epoch: 7, sequence: 4, state: 'shown' } as const
const messageOf = (...acknowledgements: object[]): string =>
  JSON.stringify({ schema: 'kijkuit-acknowledgements/1', acknowledgements })

let clock: TestClock
let lines: string[]
let taken: Acknowledgement[]
let made: MqttAcknowledgements
let fault: string | undefined

beforeEach(() => {
  clock = new TestClock()
  lines = []
  taken = []
  fault = undefined
  made = new MqttAcknowledgements({
    ...{ player: 'road', names: { drip: 'V66E37' }, clock },
    log: { info: () => {}, warn: (line) => void lines.push(line) },
  })
})

const feed = {
  acknowledge(one: Acknowledgement): string | undefined {
    taken.push(one)
    return fault
  },
}
const say = (payload: string | Uint8Array, topic = TOPIC): boolean =>
  made.take({ topic, bytes: Buffer.from(payload) }, feed)

describe('acknowledgements over MQTT', () => {
  test('are those of HTTP, by the names of the traffic system or the ids of panels', () => {
    expect(made.filters).toEqual([TOPIC])
    expect(say(messageOf(SHOWN, { ...SHOWN, sign: 'text', state: 'refused', reason: 'priority' }))).toBe(true)
    expect(taken).toEqual([
      { ...SHOWN, sign: 'drip' },
      { ...SHOWN, sign: 'text', state: 'refused', reason: 'priority' },
    ])
    expect(lines).toEqual([])
  })

  test('are none on another topic', () => {
    for (const topic of [`${TOPIC}/x`, 'kijkuit/v1/players/other/acknowledgements', 'kijkuit/v1/keys'])
      expect(say(messageOf(SHOWN), topic)).toBe(false)
    expect(taken).toEqual([])
  })

  test.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['another form', '{"schema":"kijkuit-acknowledgements/2","acknowledgements":[]}'],
    ['a word that is none', messageOf({ ...SHOWN, state: 'exploded' })],
    ['a refusal without a reason', messageOf({ ...SHOWN, state: 'refused' })],
    ['too much', 'x'.repeat(LARGEST_ACKNOWLEDGEMENTS + 1)],
  ])('are not taken when they are %s, which is said', (_what, payload) => {
    expect(say(payload)).toBe(true)
    expect(taken).toEqual([])
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^an acknowledgement over MQTT is not taken: .+; look at the controller/)
  })

  test('that are wrong fill no log: one line in a minute', () => {
    for (let round = 0; round < 50; round += 1) say('garbage')
    clock.advance(59_000)
    say('garbage')
    expect(lines).toHaveLength(1)
    clock.advance(1_000)
    fault = 'there is no sign elsewhere'
    say(messageOf({ ...SHOWN, sign: 'elsewhere' }))
    expect(lines[1]).toContain('there is no sign elsewhere')
  })

  test('of a controller gone wild are passed over, until it has calmed down', () => {
    for (let round = 0; round < 10_000; round += 1) say(messageOf(SHOWN))
    expect(taken.length).toBeLessThan(3_000)
    expect(lines).toEqual([expect.stringContaining('they are too many')])
    const before = taken.length
    clock.advance(1_000)
    say(messageOf(SHOWN))
    expect(taken).toHaveLength(before + 1)
  })
})
