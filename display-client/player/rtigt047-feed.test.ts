import { describe, expect, test } from 'vitest'
import { type Panel, PanelProfileSchema } from '../panel/profile.ts'
import { TEST_TIME, TestClock } from '../testkit/test-clock.ts'
import type { Programme } from './outputs/output.ts'
import { RtigFeed } from './rtigt047-feed.ts'

const HOUR = 3_600_000
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

interface Message {
  readonly topic: string
  readonly payload: unknown
  readonly options: unknown
}

function feed(output: object = {}) {
  const profile = PanelProfileSchema.parse({
    ...{ schema: 'kijkuit-panel/1', title: 'Stop', viewingDistance: 5 },
    characters: { lines: 3, columns: 26, repertoire: 'unicode' },
    output: { protocol: 'rtigt047', stop: '49001', vendor: 'ACME', device: 'D1', ...output },
  })
  const panel: Panel = { ...profile, id: 'stop' }
  const published: Message[] = []
  const lines: string[] = []
  const made = new RtigFeed({
    ...{ player: 'test', panels: [panel], clock: new TestClock() },
    log: { info: () => {}, warn: (line) => void lines.push(line) },
    publish: (topic, payload, options) =>
      void published.push({ topic, payload: JSON.parse(payload), options }),
  })
  return { made, published, lines }
}

const CONTENT = { type: 'characters', lines: ['AMBER ALERT', 'Zoë <b>', '{12-ABC-3}'] }
const FACTS = ['AMBER ALERT', 'Zoë <b> {12-ABC-3}'].map((text) => ({ text }))
const COMPOSITION = { languages: ['nl'], pages: [{ dwell: 5_000, content: CONTENT }], chosen: FACTS }
/** Of a programme only what the feed looks at. */
const PROGRAMME = [
  { about: { kind: 'amber' }, live: true, until: TEST_TIME + HOUR, composition: COMPOSITION },
] as unknown as Programme

describe('displays of RTIGT047', () => {
  test('get an information message that ends by itself, and is retained until then', () => {
    const { made, published } = feed()
    made.set('stop', PROGRAMME)
    expect(published).toHaveLength(1)
    const [{ topic, payload, options } = { topic: '', payload: {}, options: {} }] = published
    const id = topic.split('/').at(-1)
    expect(id).toMatch(ID)
    expect(topic).toBe(`CMS/informationMessage/content/null/null/49001/ACME/D1/${id}`)
    expect(options).toEqual({ retain: true, lifetime: 3_600 })
    expect(payload).toEqual({
      informationMessage: {
        messageText: [{ lang: 'NL', text: 'AMBER ALERT - Zoë <b> {12-ABC-3}' }],
        earliestDisplayTime: '2026-11-22T16:00:00+00:00',
        latestDisplayTime: '2026-11-22T17:00:00+00:00',
        messagePriority: 'EMERGENCY',
        messageActionPriority: 1,
        messageTargetArea: 'FULL_SCREEN',
        messageBehaviour: 'STATIC',
        messageId: id,
        messageAction: 'REPLACE',
      },
    })
  })

  test('are told to delete it at the end, and at the start when nothing is alive, by the same name', () => {
    const first = feed()
    first.made.set('stop', PROGRAMME)
    first.made.set('stop', [])
    const restarted = feed()
    restarted.made.set('stop', [])
    const [shown, deleted] = first.published
    expect(deleted?.topic).toBe(shown?.topic)
    expect(restarted.published).toEqual([deleted])
    const messageId = shown?.topic.split('/').at(-1)
    expect(deleted?.payload).toEqual({ informationMessage: { messageId, messageAction: 'DELETE' } })
  })

  test('are asked what they are capable of when a broker is there, and get what they should have anew', () => {
    const { made, published } = feed()
    made.set('stop', PROGRAMME)
    made.publishAll()
    expect(published.map(({ topic }) => topic.split('/', 3).join('/'))).toEqual([
      'CMS/informationMessage/content',
      'CMS/informationMessage/content',
      'PID-LED/displayCapability/request',
    ])
  })

  test('that are smaller than their profile are told of once, whatever else they say', () => {
    const { made, published, lines } = feed()
    made.publishAll()
    const request = published[0]?.payload as { displayCapabilityRequest: { requestId: string } }
    const { requestId } = request.displayCapabilityRequest
    const topic = 'PID-LED/displayCapability/response'
    expect(made.filters).toEqual([topic])
    const say = (payload: unknown, to = topic): boolean =>
      made.take({
        topic: to,
        bytes: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
      })
    const answer = (textDisplayConfig: object, deviceId = 'D1') => ({
      displayCapabilityResponse: { vendorId: 'ACME', deviceId, requestId, textDisplayConfig },
    })
    expect(say(answer({ charEncdings: ['UTF-8'], lines: 3, charsPerLine: 26 }))).toBe(true)
    for (const garbage of ['', '{', 'null', '[]', answer({}), answer({ lines: 'x' }), 'x'.repeat(30_000)])
      say(garbage)
    say(answer({ lines: 1 }, 'another'))
    expect(lines).toEqual([])
    say(answer({ lines: 2, charsPerLine: 20 }))
    say(answer({ lines: 2, charsPerLine: 20 }))
    expect(lines).toEqual([
      'stop: its display says that it is smaller than its profile: characters.lines must be 2, characters.columns must be 20',
    ])
    expect(say(answer({}), 'kijkuit/v1/alerts/nl/x')).toBe(false)
  })
})
