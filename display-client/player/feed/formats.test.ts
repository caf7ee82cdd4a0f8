import { describe, expect, test } from 'vitest'
import { amberAlert } from '../../testkit/alerts.ts'
import { datexFaults } from '../../testkit/datex-schema.ts'
import { feedOf, PERIOD } from '../../testkit/feeds.ts'
import { allPresets, preset } from '../../testkit/panels.ts'
import { TEST_TIME } from '../../testkit/test-clock.ts'
import { readLibrary } from '../library-files.ts'
import { isOffered } from '../outputs/outputs.ts'
import { datexStatus } from './datex.ts'
import { irisTsv, plainText } from './formats.ts'
import type { HeldRecord } from './sign-offer.ts'

const read = await readLibrary()
if (!read.ok) throw new Error('no library')
const library = read.value
const SIGNS = allPresets().filter(isOffered)

function shown() {
  const one = feedOf(SIGNS, library)
  for (const { id } of SIGNS) one.show(id, amberAlert())
  return one
}

describe('the lines for IRIS', () => {
  /** As `FeedMsg` takes a line apart: name, MULTI, expiry. */
  const parsed = (tsv: string) =>
    tsv
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split('\t'))

  test('are one for each sign: its name, its MULTI, and when to drop it at the latest', () => {
    const { feed } = feedOf([preset('drip-192x128'), preset('text-car-112x80')], library)
    expect(irisTsv(feed.records, { 'drip-192x128': 'V66E37' }, feed.validUntil)).toBe(
      'V66E37\t\t\ntext-car-112x80\t\t\n',
    )
    const one = shown()
    const { sequence: _, validUntil } = one.feed.issue
    const lines = parsed(irisTsv(one.feed.records, {}, one.feed.validUntil))
    expect(lines.map(([name]) => name)).toEqual(SIGNS.map(({ id }) => id))
    for (const [index, [, multi = '', expiry = '']] of lines.entries()) {
      const { record } = one.feed.records[index] as HeldRecord
      expect(multi).toBe(record.multi ?? '')
      if (multi === '') expect(expiry).toBe('')
      else {
        expect(expiry).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d\d:\d\d$/)
        expect(Date.parse(expiry.replace(' ', 'T'))).toBe(Date.parse(validUntil))
      }
    }
    expect(lines.filter(([, multi]) => multi !== '').length).toBeGreaterThan(SIGNS.length / 2)
  })

  test('end with the alert where that comes first, and take back what is withdrawn', () => {
    const one = feedOf([preset('drip-192x128')], library)
    one.show('drip-192x128', amberAlert({ expires: '2026-11-22T16:00:30+00:00' }))
    const until = one.feed.records[0]?.until ?? 0
    expect(until).toBeLessThan(one.feed.validUntil)
    expect(irisTsv(one.feed.records, {}, one.feed.validUntil)).toContain('\t2026-11-22 16:00:30+00:00\n')
    one.show('drip-192x128')
    expect(irisTsv(one.feed.records, {}, one.feed.validUntil)).toBe('drip-192x128\t\t\n')
  })

  test('are never more than IRIS reads', () => {
    const [{ record, ...held }] = shown().feed.records as [HeldRecord]
    const long = { ...held, record: { ...record, state: 'offer' as const, multi: 'x'.repeat(1_010) } }
    expect(irisTsv([long], {}, TEST_TIME)).toBe(`${record.panel}\t\t\n`)
  })
})

test('plain text is the lines, with a form feed between pages', () => {
  const [held] = shown().feed.records as [HeldRecord]
  const pages = [
    { dwell: 1, lines: ['a', 'b'] },
    { dwell: 1, lines: ['c'] },
  ]
  expect(plainText({ ...held, record: { ...held.record, pages } })).toBe('a\nb\n\fc\n')
  expect(plainText({ ...held, record: { ...held.record, pages: [] } })).toBe('')
})

describe('the status in DATEX II', () => {
  test('is valid, and says of no sign what its controller has not said', () => {
    const one = shown()
    const before = datexStatus(one.feed, {}, one.clock.now())
    expect(datexFaults(before)).toEqual([])
    expect(before).not.toContain('vmsMessage')
    for (const { record } of one.feed.records) {
      const { panel: sign, epoch, sequence } = record
      one.feed.acknowledge({ sign, epoch, sequence, state: 'shown' })
    }
    one.clock.advance(PERIOD)
    const after = datexStatus(one.feed, {}, one.clock.now())
    expect(datexFaults(after)).toEqual([])
    expect(after.match(/<v:vmsMessage messageIndex/g)).toHaveLength(SIGNS.length)
    expect(after).toContain(`<v:timeLastSet>${new Date(TEST_TIME).toISOString()}</v:timeLastSet>`)
    expect(after).toContain('xsi:type="v:MultiPageDisplay"')
    for (const { record } of one.feed.records) one.show(record.panel)
    const over = datexStatus(one.feed, {}, one.clock.now())
    expect(datexFaults(over)).toEqual([])
    expect(over).not.toContain('textLine')
  })

  test('keeps hostile words words', () => {
    const one = feedOf([preset('stop-display-3x26')], library)
    const { subject } = amberAlert()
    one.show('stop-display-3x26', amberAlert({ subject: { ...subject, name: 'Z<c:v>&' } as never }))
    const { record } = one.feed.records[0] as HeldRecord
    one.feed.acknowledge({
      sign: record.panel,
      epoch: record.epoch,
      sequence: record.sequence,
      state: 'shown',
    })
    const xml = datexStatus(one.feed, { 'stop-display-3x26': 'A<B>&"' }, TEST_TIME)
    expect(datexFaults(xml)).toEqual([])
    expect(xml).toContain('A&lt;B&gt;&amp;&quot;')
    expect(xml).toContain('Z&lt;c:v&gt;&amp;')
  })

  test.each([
    ['without a time', /<c:publicationTime>[^<]*<\/c:publicationTime>/, ''],
    ['in another order', /(<v:headerInformation>.*<\/v:headerInformation>)(.*)(<\/d:payload>)/, '$2$1$3'],
    ['with a status of its own', /<v:workingStatus>\w+/, '<v:workingStatus>fine'],
    ['without an index', / vmsIndex="1"/, ''],
    ['with an element of its own', /<v:isBlank>/, '<v:beacon>true</v:beacon><v:isBlank>'],
    ['with a type that may not stand there', /xsi:type="v:TextDisplay"/, 'xsi:type="v:VmsStatus"'],
    ['of another namespace', 'schema/3/vms', 'schema/2/vms'],
  ])('is found out %s', (_, what, instead) => {
    const one = shown()
    for (const { record } of one.feed.records)
      one.feed.acknowledge({
        sign: record.panel,
        epoch: record.epoch,
        sequence: record.sequence,
        state: 'shown',
      })
    const valid = datexStatus(one.feed, {}, one.clock.now())
    const wrong = valid.replace(what, instead)
    expect(wrong).not.toBe(valid)
    expect(datexFaults(wrong)).not.toEqual([])
  })
})
