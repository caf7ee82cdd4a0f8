import { readdirSync, readFileSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { toCapTime } from '../alert/cap-time.ts'
import { DEFAULT_LIMITS } from '../alert/incident.ts'
import { generateKey, type KeyringEntry } from '../alert/keyring.ts'
import type { Alert } from '../alert/model.ts'
import { Disposables } from '../base/disposal.ts'
import { amberAlert, cancelOf, updateOf } from '../testkit/alerts.ts'
import { type TemporaryFolder, temporaryFolder } from '../testkit/temporary-folder.ts'
import { TEST_TIME, TestClock } from '../testkit/test-clock.ts'
import { openDatabase } from './database.ts'
import { Ledger } from './ledger.ts'

const HOUR = 3_600_000

const held = new Disposables()
let folder: TemporaryFolder
let key: KeyringEntry
const lines: string[] = []
const log = { info: () => {}, warn: (line: string) => void lines.push(line) }

beforeEach(async () => {
  lines.length = 0
  folder = held.add(await temporaryFolder())
  const made = await generateKey({
    kid: 'test-1',
    roles: ['issuer'],
    senders: ['politie@example.org'],
    notBefore: TEST_TIME,
    notAfter: TEST_TIME + HOUR,
  })
  key = made.entry
})
afterEach(() => held.dispose())

interface Opened {
  readonly ledger: Ledger
  readonly clock: TestClock
  /** What was live after each change by time alone. */
  readonly times: string[][]
  readonly database: DatabaseSync
  take(alert: Alert): string
  stop(): void
}

function open(clock = new TestClock()): Opened {
  const database = openDatabase(folder.path)
  if (!database.ok) throw new Error(database.failure)
  const times: string[][] = []
  const onTime = (): void => void times.push(live(ledger))
  const ledger: Ledger = new Ledger({ database: database.value, clock, log, limits: DEFAULT_LIMITS, onTime })
  let stopped = false
  const stop = (): void => {
    if (stopped) return
    stopped = true
    ledger.dispose()
    database.value.close()
  }
  held.defer(stop)
  const take = (alert: Alert): string => ledger.receive({ alert, key, digest: 'x' }).type
  return { ledger, clock, times, database: database.value, stop, take }
}

const live = (ledger: Ledger): string[] =>
  ledger.live.map(({ alert }) => `${alert.incident} ${alert.revision}`)

describe('the ledger', () => {
  test('knows what is alive: begun, updated, cancelled', () => {
    const { ledger, take } = open()
    const alert = amberAlert()
    expect(take(alert)).toBe('began')
    expect(live(ledger)).toEqual(['amber-2026-0001 1'])
    expect(take(updateOf(alert))).toBe('updated')
    expect(live(ledger)).toEqual(['amber-2026-0001 2'])
    expect(take(alert)).toBe('refused')
    expect(take(cancelOf(updateOf(alert)))).toBe('ended')
    expect(live(ledger)).toEqual([])
  })

  test('ends an alert at its own time, by one timer and without a message', () => {
    const { clock, times, take } = open()
    take(amberAlert())
    expect(clock.waiting).toBe(1)
    clock.advance(2 * HOUR - 1)
    expect(times).toEqual([])
    clock.advance(1)
    expect(times).toEqual([[]])
  })

  test('begins an alert when its time has come', () => {
    const { ledger, clock, times, take } = open()
    take(amberAlert({ effective: toCapTime(TEST_TIME + HOUR) }))
    expect(live(ledger)).toEqual([])
    clock.advance(HOUR)
    expect(times).toEqual([['amber-2026-0001 1']])
  })

  test('has a live alert again after a restart', () => {
    const first = open()
    first.take(amberAlert())
    first.stop()
    expect(live(open().ledger)).toEqual(['amber-2026-0001 1'])
  })

  test('shows nothing after a restart of what expired meanwhile', () => {
    const first = open()
    first.take(amberAlert())
    first.stop()
    const second = open(new TestClock(TEST_TIME + 2 * HOUR))
    expect(live(second.ledger)).toEqual([])
    second.take(amberAlert())
    expect(live(second.ledger)).toEqual([])
  })

  test('keeps what was cancelled cancelled, also after a restart and a replay', () => {
    const first = open()
    const alert = amberAlert()
    first.take(alert)
    first.take(cancelOf(alert))
    first.stop()
    const second = open()
    expect(second.take(alert)).toBe('refused')
    expect(live(second.ledger)).toEqual([])
  })

  test('keeps nothing personal on disk of an incident that ended', () => {
    const { take, stop } = open()
    const alert = amberAlert()
    take(alert)
    take(cancelOf(alert))
    stop()
    for (const name of readdirSync(folder.path)) {
      expect(readFileSync(folder.join(name)).includes('Zoë')).toBe(false)
    }
  })

  test('ends at the promised time also when the wall clock is set back', () => {
    const { ledger, clock, take } = open()
    take(amberAlert())
    clock.advance(HOUR)
    clock.set(TEST_TIME)
    clock.advance(HOUR + 60_000)
    expect(live(ledger)).toEqual([])
  })

  test('ends within half a minute when the wall clock leaps past the end', () => {
    const { ledger, clock, take } = open()
    take(amberAlert())
    clock.set(TEST_TIME + 3 * HOUR)
    clock.advance(30_000)
    expect(live(ledger)).toEqual([])
  })

  test('shows nothing restored while the clock cannot be right, and says so', () => {
    const first = open()
    first.take(amberAlert())
    first.stop()
    const { ledger, clock, times } = open(new TestClock(0))
    expect(live(ledger)).toEqual([])
    expect(lines).toEqual([expect.stringContaining('the clock says 1970-01-01T00:00:00.000Z')])
    clock.set(TEST_TIME + HOUR)
    clock.advance(30_000)
    expect(times).toEqual([['amber-2026-0001 1']])
  })

  test('goes on in memory when the disk takes nothing more, and says so once', () => {
    const { ledger, take, stop, database } = open()
    const alert = amberAlert()
    take(alert)
    database.exec(`PRAGMA max_page_count = ${database.prepare('PRAGMA page_count').get()?.['page_count']}`)
    const long = { nl: 'x'.repeat(400) }
    const more = Array.from({ length: 20 }, (_, index) =>
      amberAlert({
        incident: `more-${index}`,
        identifier: `more-${index}`,
        subject: { looks: long, clothes: long },
      }),
    )
    for (const one of more) expect(take(one)).toBe('began')
    expect(live(ledger)).toHaveLength(21)
    expect(take(cancelOf(alert))).toBe('ended')
    expect(live(ledger)).toHaveLength(20)
    expect(ledger.stored).toBe(false)
    expect(lines).toEqual([expect.stringContaining('free space in the data folder')])
    database.exec('PRAGMA max_page_count = 1000000')
    take(updateOf(alert, { incident: 'one-more', identifier: 'one-more' }))
    expect(ledger.stored).toBe(true)
    stop()
    expect(live(open().ledger)).toHaveLength(21)
  })
})

describe('the database', () => {
  test('belongs to one player at a time', () => {
    open()
    expect(openDatabase(folder.path)).toEqual({
      ok: false,
      failure: expect.stringContaining('is in use by another player'),
    })
  })

  test('is refused in one sentence when its folder cannot be used', () => {
    expect(openDatabase('/dev/null/data')).toEqual({
      ok: false,
      failure: expect.stringMatching(/^\/dev\/null\/data cannot be used as data folder/),
    })
  })
})
