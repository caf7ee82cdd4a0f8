import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { toCapTime } from '../alert/cap-time.ts'
import { amberAlert, cancelOf, updateOf } from '../testkit/alerts.ts'
import { LedgerFolder, type OpenLedger } from '../testkit/ledger-folder.ts'
import { TEST_TIME, type TestClock } from '../testkit/test-clock.ts'

const HOUR = 3_600_000

const folder = new LedgerFolder()
const open = (clock?: TestClock): OpenLedger => folder.open(clock)

const files = (): Buffer[] => readdirSync(folder.path).map((name) => readFileSync(join(folder.path, name)))
const isAnywhere = (bytes: Buffer | string): boolean => files().some((file) => file.includes(bytes))
/** What is sealed now, and its key, as they stand in the data folder. */
function sealed({ storage }: OpenLedger): { readonly key: Buffer; readonly body: Buffer } {
  const row = storage.database.prepare('SELECT key, sealed FROM current').get()
  const bytes = storage.vault.get(String(row?.['key']))
  if (bytes === undefined || !(row?.['sealed'] instanceof Uint8Array)) throw new Error('nothing is sealed')
  return { key: Buffer.from(bytes), body: Buffer.from(row['sealed']) }
}
/** Every way in which an incident ends, and how to end it so. */
const ENDS: readonly [string, (opened: OpenLedger) => void][] = [
  ['is cancelled', ({ take }) => void take(cancelOf(amberAlert()))],
  ['expires', ({ clock }) => clock.advance(2 * HOUR)],
  ['may be kept no longer (purgeAt)', ({ clock }) => clock.advance(HOUR)],
  ['ends while the clock leaps', ({ clock }) => clock.set(TEST_TIME + 3 * HOUR)],
]

describe('what is stored of an alert', () => {
  test('can be read by nobody who has only the database', () => {
    open().take(amberAlert())
    for (const word of ['Zoë', 'XX-123-X', 'Utrecht']) {
      expect(isAnywhere(word)).toBe(false)
      expect(isAnywhere(Buffer.from(word, 'utf16le'))).toBe(false)
    }
  })

  test.each(ENDS)('is gone when it %s: key, sealed row and log, before the receipt says so', (name, end) => {
    const opened = open()
    const purgeAt = name.includes('purgeAt') ? { purgeAt: toCapTime(TEST_TIME + HOUR) } : {}
    opened.take(amberAlert(purgeAt))
    const { key: secret, body } = sealed(opened)
    expect([isAnywhere(secret), isAnywhere(body.subarray(0, 64))]).toEqual([true, true])
    end(opened)
    expect([isAnywhere(secret), isAnywhere(body.subarray(0, 64)), isAnywhere(body.subarray(-64))]).toEqual([
      false,
      false,
      false,
    ])
    expect(opened.erased).toEqual(['amber-2026-0001 1'])
  })

  test('is gone when an update takes its place, which then has a key of its own', () => {
    const opened = open()
    opened.take(amberAlert())
    const before = sealed(opened)
    opened.take(updateOf(amberAlert(), { subject: { name: 'Noor' } }))
    expect([isAnywhere(before.key), isAnywhere(before.body.subarray(0, 64))]).toEqual([false, false])
    expect(opened.erased).toEqual(['amber-2026-0001 1'])
    expect(sealed(opened).key.equals(before.key)).toBe(false)
    expect(opened.live()).toEqual(['amber-2026-0001 2'])
  })

  test('is gone after a restart that came between the end and the erasure, and the receipt is written then', () => {
    const first = open()
    first.take(amberAlert())
    const { key: secret } = sealed(first)
    // Without erase(): the power failed just there.
    first.ledger.receive({ alert: cancelOf(amberAlert()), key: folder.key, digest: 'c', area: 'nl' })
    expect(isAnywhere(secret)).toBe(true)
    first.cutPower()
    const second = open()
    second.ledger.erase()
    expect(isAnywhere(secret)).toBe(false)
    expect(second.erased).toEqual(['amber-2026-0001 1'])
    second.ledger.erase()
    expect(second.erased).toHaveLength(1)
  })

  test('cannot be brought back with a copy of the database: its key is another file', () => {
    const first = open()
    first.take(amberAlert())
    first.storage.database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    const copy = readFileSync(join(folder.path, 'player.sqlite'))
    first.take(cancelOf(amberAlert()))
    first.dispose()
    writeBack(copy)
    const second = open()
    expect(second.live()).toEqual([])
    expect(second.take(amberAlert())).not.toBe('began')
  })
})

describe('on a disk that takes nothing more', () => {
  /** From here on the database cannot grow, and its log neither. */
  function fill({ storage: { database } }: OpenLedger): void {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    database.exec(`PRAGMA max_page_count = ${database.prepare('PRAGMA page_count').get()?.['page_count']}`)
  }
  const long = { nl: 'x'.repeat(400) }
  const more = Array.from({ length: 20 }, (_, index) =>
    amberAlert({
      ...{ incident: `more-${index}`, identifier: `more-${index}` },
      subject: { looks: long, clothes: long },
    }),
  )

  test('alerts are shown from memory, ends count, and both are stored when there is room', () => {
    const { storage, ledger, take, dispose, live, lines, erased, clock } = open()
    const alert = amberAlert()
    take(alert)
    fill({ storage } as OpenLedger)
    for (const one of more) expect(take(one)).toBe('began')
    expect(live()).toHaveLength(21)
    expect(take(cancelOf(alert))).toBe('ended')
    expect(live()).toHaveLength(20)
    expect(ledger.stored).toBe(false)
    expect(lines).toEqual([expect.stringContaining('free space in the data folder')])
    take(cancelOf(more[0] ?? alert))
    expect(erased).toContain('more-0 1')
    storage.database.exec('PRAGMA max_page_count = 1000000')
    clock.advance(30_000)
    expect(ledger.stored).toBe(true)
    dispose()
    expect(open().live()).toHaveLength(19)
  })

  test('an end is an end after a restart, although no row could be written: its key is destroyed in its place', () => {
    const first = open()
    const alert = amberAlert()
    first.take(alert)
    const { key: secret } = sealed(first)
    first.storage.database.exec('PRAGMA query_only = ON')
    expect(first.take(cancelOf(alert))).toBe('ended')
    expect([first.ledger.stored, isAnywhere(secret), first.erased]).toEqual([false, false, []])
    first.cutPower()
    const second = open()
    expect(second.live()).toEqual([])
    expect(second.take(updateOf(alert, { identifier: 'later' }))).toBe('refused')
    expect(second.erased).toEqual(['amber-2026-0001 1'])
    expect(second.ledger.stored).toBe(true)
  })

  test('an update that could not be written does not cost what was stored before it', () => {
    const first = open()
    first.take(amberAlert())
    first.storage.database.exec('PRAGMA query_only = ON')
    expect(first.take(updateOf(amberAlert()))).toBe('updated')
    first.cutPower()
    const second = open()
    expect(second.live()).toEqual(['amber-2026-0001 1'])
    expect(second.take(updateOf(amberAlert()))).toBe('updated')
  })
})

describe('a data folder that is damaged', () => {
  test('leaves out what cannot be read, says so, and takes it anew from the broker', () => {
    const first = open()
    first.take(amberAlert())
    first.take(amberAlert({ incident: 'other', identifier: 'other' }))
    first.storage.database.exec("UPDATE current SET sealed = zeroblob(500) WHERE id LIKE 'other %'")
    first.dispose()
    const second = open()
    expect(second.live()).toEqual(['amber-2026-0001 1'])
    expect(second.lines).toEqual([expect.stringContaining('1 stored alert cannot be read and was left out')])
    expect(second.take(amberAlert({ incident: 'other', identifier: 'other' }))).toBe('began')
  })

  test('starts fresh when the database is broken; what its keys opened stays closed', () => {
    const first = open()
    first.take(amberAlert())
    const { key: secret } = sealed(first)
    first.dispose()
    writeBack(Buffer.from('not a database'))
    const second = open()
    expect([second.live(), second.storage.state]).toEqual([[], 'renewed'])
    expect(isAnywhere(secret)).toBe(false)
    expect(second.take(amberAlert())).toBe('began')
  })
})

function writeBack(content: Buffer): void {
  writeFileSync(join(folder.path, 'player.sqlite'), content)
}
