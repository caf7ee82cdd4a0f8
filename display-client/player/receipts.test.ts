import type { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Disposables } from '../base/disposal.ts'
import { eventually } from '../testkit/eventually.ts'
import { type TemporaryFolder, temporaryFolder } from '../testkit/temporary-folder.ts'
import { TestClock } from '../testkit/test-clock.ts'
import { openDatabase } from './database.ts'
import { Outbox } from './outbox.ts'
import { type Receipt, Receipts } from './receipts.ts'

const held = new Disposables()
let folder: TemporaryFolder
let clock: TestClock
let events: Receipt[]
/** What the broker has acknowledged. */
let sent: Receipt[][]
let isBrokerThere: boolean
let lines: string[]

beforeEach(async () => {
  folder = held.add(await temporaryFolder())
  clock = new TestClock()
  events = []
  sent = []
  lines = []
  isBrokerThere = true
})
afterEach(() => held.dispose())

function start(): { receipts: Receipts; database: DatabaseSync; stop(): Promise<void> } {
  const database = openDatabase(folder.path, clock.now())
  if (!database.ok) throw new Error(database.failure)
  const receipts = new Receipts({
    outbox: new Outbox(database.value.database),
    player: 'utrecht-cs',
    session: 'run-1',
    clock,
    random: () => 0.5,
    log: { info: () => {}, warn: (line) => lines.push(line) },
    publish: async (topic, payload) => {
      expect(topic).toBe('kijkuit/v1/players/utrecht-cs/receipts')
      if (isBrokerThere) sent.push(JSON.parse(payload).receipts)
      return isBrokerThere
    },
    onReceipt: (receipt) => events.push(receipt),
  })
  let stopped = false
  const stop = async (): Promise<void> => {
    if (stopped) return
    stopped = true
    await receipts.dispose()
    database.value.dispose()
  }
  held.defer(stop)
  return { receipts, database: database.value.database, stop }
}

const shown = (panel: string, revision = 1): Receipt => ({
  kind: 'shown',
  panel,
  sender: 'politie@example.org',
  incident: 'case-1',
  revision,
  at: 12.5,
})
describe('receipts', () => {
  test('are told at once, and sent in one batch after a short random pause', async () => {
    const { receipts } = start()
    receipts.add([shown('bar-1')])
    receipts.add([shown('bar-2')])
    expect(events).toEqual([shown('bar-1'), shown('bar-2')])
    clock.advance(999)
    expect(sent).toEqual([])
    clock.advance(1)
    await eventually(() => expect(sent).toEqual([[shown('bar-1'), shown('bar-2')]]))
    expect(receipts.recent).toEqual(events)
  })

  test('are said once for each panel, incident, revision and step', () => {
    const { receipts } = start()
    receipts.add([shown('bar-1'), shown('bar-1'), shown('bar-1', 2)])
    receipts.add([shown('bar-1')])
    const another = { ...shown('bar-1'), sender: 'brandweer@example.org' }
    receipts.add([another, another])
    expect(events).toEqual([shown('bar-1'), shown('bar-1', 2), another])
  })

  test('wait on disk for a broker, also over a restart, and go once', async () => {
    isBrokerThere = false
    const first = start()
    first.receipts.add([shown('bar-1')])
    clock.advance(2_000)
    await first.stop()
    isBrokerThere = true
    const second = start()
    second.receipts.sendSoon()
    clock.advance(2_000)
    await eventually(() => expect(sent).toEqual([[shown('bar-1')]]))
    second.receipts.sendSoon()
    clock.advance(2_000)
    await second.stop()
    expect(sent).toHaveLength(1)
  })

  test('go a hundred at a time', async () => {
    const { receipts } = start()
    receipts.add(Array.from({ length: 250 }, (_, index) => shown(`panel-${index}`)))
    clock.advance(2_000)
    await eventually(() => expect(sent.map((batch) => batch.length)).toEqual([100, 100, 50]))
  })

  test('go from memory while the disk takes nothing, each once, and say so once', async () => {
    const { receipts, database } = start()
    database.exec('PRAGMA max_page_count = 1')
    const many = Array.from({ length: 300 }, (_, index) => shown(`panel-${index}`))
    receipts.add(many.slice(0, 200))
    receipts.add(many.slice(200))
    clock.advance(2_000)
    await eventually(() => expect(sent.flat()).toEqual(many))
    receipts.sendSoon()
    clock.advance(2_000)
    receipts.add([shown('last')])
    clock.advance(2_000)
    await eventually(() => expect(sent.flat()).toEqual([...many, shown('last')]))
    expect(lines).toEqual([expect.stringContaining('free space in the data folder')])
  })

  test('leave no timer behind', async () => {
    const { receipts, stop } = start()
    receipts.add([shown('bar-1')])
    await stop()
    expect(clock.waiting).toBe(0)
  })
})
