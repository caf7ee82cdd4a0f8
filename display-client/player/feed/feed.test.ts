import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { crc16 } from '../../paint/crc16.ts'
import { amberAlert, updateOf } from '../../testkit/alerts.ts'
import { feedOf, PERIOD } from '../../testkit/feeds.ts'
import { preset } from '../../testkit/panels.ts'
import { TEST_TIME } from '../../testkit/test-clock.ts'
import { readLibrary } from '../library-files.ts'
import { readAcknowledgements } from './acknowledgement.ts'
import { FeedCounter } from './counter.ts'

const read = await readLibrary()
if (!read.ok) throw new Error('no library')
const library = read.value

const SIGN = preset('drip-192x128').id
const signs = () => feedOf([preset('drip-192x128'), preset('character-3x18')], library)
const recordOf = ({ feed }: ReturnType<typeof signs>, panel = SIGN) => {
  const held = feed.record(panel)
  if (held === undefined) throw new Error('no record')
  return held.record
}

describe('the feed', () => {
  test('says of every sign that it is blank before there is anything', () => {
    const { feed, published } = signs()
    expect(feed.records.map(({ record: { state, pages, multi } }) => ({ state, pages, multi }))).toEqual(
      Array(2).fill({ state: 'blank', pages: [], multi: '' }),
    )
    expect([...published.keys()].filter((topic) => topic.includes('/signs/'))).toHaveLength(2)
  })

  test('offers an alert below any traffic message, with its dots and their check sum', () => {
    const one = signs()
    one.show(SIGN, amberAlert())
    const { state, priority, incidents, raster, multi, pages } = recordOf(one)
    expect({ state, priority, incidents }).toEqual({
      state: 'offer',
      priority: { class: 'below-traffic', ntcip: 5 },
      incidents: [
        { sender: amberAlert().sender, incident: amberAlert().incident, revision: 1, kind: 'amber' },
      ],
    })
    expect(multi).toContain('AMBER ALERT')
    expect(raster).toMatchObject({ width: 192, height: 128 })
    expect(raster?.pages).toHaveLength(pages.length)
    for (const { bits, crc } of raster?.pages ?? []) {
      const bytes = Buffer.from(bits, 'base64')
      expect(bytes).toHaveLength((192 / 8) * 128)
      expect(crc16(bytes)).toBe(crc)
      expect(bytes.some((byte) => byte !== 0)).toBe(true)
    }
  })

  test('is renewed by many changes at once, by every heartbeat, and always upwards', () => {
    const one = signs()
    const numbers = [one.feed.issue.sequence]
    one.show(SIGN, amberAlert())
    one.show('character-3x18', amberAlert())
    numbers.push(one.feed.issue.sequence, one.feed.issue.sequence)
    one.clock.advance(PERIOD)
    numbers.push(one.feed.issue.sequence)
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
    expect(new Set(numbers).size).toBe(3)
    expect(Date.parse(one.feed.issue.validUntil) - Date.parse(one.feed.issue.generatedAt)).toBe(3 * PERIOD)
    expect(Date.parse(one.feed.issue.generatedAt)).toBe(TEST_TIME + PERIOD)
  })

  test('is renewed when the clock has leapt, with the times of the new one', () => {
    const one = signs()
    const { sequence } = one.feed.issue
    one.clock.set(TEST_TIME + 3_600_000)
    expect(one.feed.issue.sequence).toBeGreaterThan(sequence)
    expect(Date.parse(one.feed.issue.generatedAt)).toBe(TEST_TIME + 3_600_000)
  })

  test('repeats what is withdrawn until that is acknowledged', () => {
    const one = signs()
    one.show(SIGN, amberAlert())
    one.show(SIGN)
    const { sender, incident } = amberAlert()
    for (let beat = 0; beat < 5; beat += 1) {
      one.clock.advance(PERIOD)
      expect(recordOf(one)).toMatchObject({
        state: 'withdraw',
        multi: '',
        withdrawn: [{ sender, incident, revision: 1 }],
      })
    }
    const { epoch, sequence } = recordOf(one)
    expect(one.feed.acknowledge({ sign: SIGN, epoch, sequence, state: 'cleared' })).toBeUndefined()
    expect(recordOf(one)).toMatchObject({ state: 'blank', withdrawn: [] })
    expect(one.receipts).toMatchObject([{ kind: 'removed', panel: SIGN, sender, incident, revision: 1 }])
  })

  test('withdraws the alert of one sender while another’s of the same key stays', () => {
    const one = signs()
    const other = amberAlert({ sender: 'brandweer@example.org' })
    one.show(SIGN, amberAlert(), other)
    one.show(SIGN, other)
    const { incident, sender } = amberAlert()
    expect(recordOf(one)).toMatchObject({
      incidents: [{ sender: other.sender, incident }],
      withdrawn: [{ sender, incident, revision: 1 }],
    })
    const { epoch, sequence } = recordOf(one)
    one.feed.acknowledge({ sign: SIGN, epoch, sequence, state: 'shown' })
    expect(recordOf(one).withdrawn).toEqual([])
    expect(one.receipts.map(({ kind, ...about }) => `${kind} ${about.sender}`)).toEqual([
      `shown ${other.sender}`,
      `removed ${sender}`,
    ])
  })

  test('stops repeating it when it would have ended by itself', () => {
    const one = signs()
    one.show(SIGN, amberAlert())
    one.show(SIGN)
    one.clock.advance(2 * 3_600_000 + 4 * PERIOD)
    expect(recordOf(one)).toMatchObject({ state: 'blank', withdrawn: [] })
  })

  test('an update replaces without a withdrawal; what comes back is no longer withdrawn', () => {
    const one = signs()
    one.show(SIGN, amberAlert())
    one.show(SIGN, updateOf(amberAlert()))
    expect(recordOf(one)).toMatchObject({ state: 'offer', withdrawn: [], incidents: [{ revision: 2 }] })
    one.show(SIGN)
    one.show(SIGN, updateOf(amberAlert()))
    expect(recordOf(one)).toMatchObject({ state: 'offer', withdrawn: [] })
  })

  test.each([
    [{ sign: 'nobody' }, 'there is no sign nobody'],
    [{ epoch: 6 }, 'of epoch 6 is not known'],
    [{ sequence: 999_999 }, 'record 999999'],
  ])('refuses an acknowledgement of %j', (changes, message) => {
    const one = signs()
    one.show(SIGN, amberAlert())
    const { epoch, sequence } = recordOf(one)
    const fault = one.feed.acknowledge({
      ...{ sign: SIGN, epoch, sequence, state: 'shown' as const },
      ...changes,
    })
    expect(fault).toContain(message)
    expect(one.receipts).toEqual([])
  })

  test('keeps nothing of an alert that is over', () => {
    const one = signs()
    one.show(SIGN, amberAlert())
    one.show(SIGN)
    const kept = JSON.stringify(one.feed.records) + one.published.get(`kijkuit/v1/players/road/signs/${SIGN}`)
    for (const word of ['Zoë', '12-ABC-3', '0800', 'BMW']) expect(kept).not.toContain(word)
  })
})

describe('acknowledgements', () => {
  const one = { sign: 'a', epoch: 1, sequence: 1, state: 'shown' }
  const said = (...all: readonly unknown[]) =>
    Buffer.from(JSON.stringify({ schema: 'kijkuit-acknowledgements/1', acknowledgements: all }))

  test('are read', () => {
    expect(readAcknowledgements(said(one, { ...one, state: 'refused', reason: 'textTooBig' })).ok).toBe(true)
  })

  test.each([
    ['no JSON', Buffer.from('{')],
    ['no UTF-8', Buffer.from([0xff, 0xfe])],
    ['nothing', said()],
    ['a refusal without reason', said({ ...one, state: 'refused' })],
    ['a reason of its own', said({ ...one, state: 'refused', reason: 'do not like it' })],
    ['more than it knows', said({ ...one, photo: 'x' })],
    ['too many', said(...Array(4_001).fill(one))],
  ])('of %s are refused in one sentence', (_, bytes) => {
    const wrong = readAcknowledgements(bytes)
    expect(wrong.ok ? '' : wrong.failure).toMatch(/\S/)
  })
})

describe('the number of the feed', () => {
  const database = (): DatabaseSync => {
    const made = new DatabaseSync(':memory:')
    made.exec('CREATE TABLE mark (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID')
    return made
  }
  const log = { info: () => {}, warn: () => {} }

  test('never goes back, over restarts and with a clock that was set back', () => {
    const stored = database()
    const first = new FeedCounter(stored, TEST_TIME, log)
    const last = Math.max(...Array.from({ length: 2_500 }, () => first.next()))
    expect(last).toBe(2_500)
    const second = new FeedCounter(stored, 0, log)
    expect(second.epoch).toBe(first.epoch + 1)
    expect(second.next()).toBeGreaterThan(last)
  })

  test('goes on without a disk, by the clock', () => {
    const broken = database()
    broken.exec('DROP TABLE mark')
    const warnings: string[] = []
    const one = new FeedCounter(broken, TEST_TIME, { info: () => {}, warn: (line) => warnings.push(line) })
    expect([one.epoch, one.next(), one.next()]).toEqual([Math.floor(TEST_TIME / 1000), 1, 2])
    expect(warnings).toHaveLength(1)
  })
})

test('the check sum is CRC-16/IBM-SDLC', () => {
  expect(crc16(Buffer.from('123456789'))).toBe(0x906e)
})
