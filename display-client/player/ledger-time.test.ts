import { describe, expect, test } from 'vitest'
import { toCapTime } from '../alert/cap-time.ts'
import { amberAlert } from '../testkit/alerts.ts'
import { LedgerFolder, type OpenLedger } from '../testkit/ledger-folder.ts'
import { TEST_TIME, TestClock } from '../testkit/test-clock.ts'

const SECOND = 1_000
const HOUR = 3_600_000

const folder = new LedgerFolder({ notAfter: TEST_TIME + 400 * 24 * HOUR })
const open = (clock?: TestClock): OpenLedger => folder.open(clock)

describe('time', () => {
  test('ends an alert at its own moment, by one timer and without a message', () => {
    const { clock, times, take } = open()
    take(amberAlert())
    expect(clock.waiting).toBe(1)
    clock.advance(2 * HOUR - 1)
    expect(times).toEqual([])
    clock.advance(1)
    expect(times).toEqual([[]])
  })

  test('begins an alert at its own moment', () => {
    const { live, clock, times, take } = open()
    take(amberAlert({ effective: toCapTime(TEST_TIME + HOUR) }))
    clock.advance(HOUR - 1)
    expect(live()).toEqual([])
    clock.advance(1)
    expect(times).toEqual([['amber-2026-0001 1']])
  })

  test('ends at the moment itself, whatever time zone it is written in and whether summer time begins or ends meanwhile', () => {
    const autumn = Date.UTC(2027, 9, 31, 0, 30)
    const { clock, live, take } = open(new TestClock(autumn))
    // In Amsterdam it is 02:30 twice that night: in summer time, and an hour later in winter time.
    take(
      amberAlert({
        incident: 'summer',
        identifier: 's',
        sent: '2027-10-31T02:30:00+02:00',
        expires: '2027-10-31T02:45:00+02:00',
      }),
    )
    take(
      amberAlert({
        incident: 'winter',
        identifier: 'w',
        sent: '2027-10-31T00:30:00-00:00',
        expires: '2027-10-31T02:45:00+01:00',
      }),
    )
    clock.advance(15 * 60 * SECOND - 1)
    expect(live().sort()).toEqual(['summer 1', 'winter 1'])
    clock.advance(1)
    expect(live()).toEqual(['winter 1'])
    clock.advance(HOUR)
    expect(live()).toEqual([])
  })

  test('ends at once what a leap forward or a sleep has made late, and says so', () => {
    const { clock, lines, times, take } = open()
    take(amberAlert())
    clock.set(TEST_TIME + 3 * HOUR)
    expect(times).toEqual([[]])
    expect(lines).toEqual([
      'the clock leapt by 10800 s (it was set, or the machine slept); 1 alerts ended by it',
    ])
  })

  test('finds a leap that nobody has noticed within five seconds', () => {
    const { clock, live, take } = open()
    take(amberAlert())
    clock.set(TEST_TIME + 3 * HOUR, { unnoticed: true })
    clock.advance(5 * SECOND)
    expect(live()).toEqual([])
  })

  test('wakes nobody while nothing is alive', () => {
    const { clock, take } = open()
    expect(clock.waiting).toBe(0)
    take(amberAlert())
    clock.advance(3 * HOUR)
    expect(clock.waiting).toBe(0)
  })

  test('ends at the promised moment also when the wall clock is set back', () => {
    const { clock, live, take } = open()
    take(amberAlert())
    clock.advance(HOUR)
    clock.set(TEST_TIME)
    clock.advance(HOUR - 1)
    expect(live()).toEqual(['amber-2026-0001 1'])
    clock.advance(1)
    expect(live()).toEqual([])
  })

  test('brings nothing back when the clock goes back over an end, also with a restart', () => {
    const first = open()
    first.take(amberAlert())
    first.clock.advance(2 * HOUR)
    expect(first.live()).toEqual([])
    first.clock.set(TEST_TIME + HOUR)
    expect(first.live()).toEqual([])
    first.dispose()
    const second = open(new TestClock(TEST_TIME + HOUR))
    expect(second.live()).toEqual([])
    expect(second.take(amberAlert())).not.toBe('began')
  })

  test('shows nothing restored while the clock cannot be right, says so, and shows it when the clock is', () => {
    const first = open()
    first.take(amberAlert())
    first.dispose()
    const { ledger, lines, live, clock, times } = open(new TestClock(0))
    expect([live(), ledger.clock]).toEqual([[], 'behind'])
    expect(lines).toEqual([expect.stringContaining('the clock says 1970-01-01T00:00:00.000Z')])
    clock.set(TEST_TIME + HOUR)
    expect([times, ledger.clock]).toEqual([[['amber-2026-0001 1']], 'plausible'])
  })

  test('counts on from the newest signed time while the clock cannot be right', () => {
    const first = open()
    first.take(amberAlert())
    first.dispose()
    const second = open(new TestClock(0))
    expect(second.ledger.now).toBe(TEST_TIME)
    second.clock.advance(2 * HOUR)
    expect(second.ledger.now).toBe(TEST_TIME + 2 * HOUR)
    second.clock.set(TEST_TIME + HOUR)
    // By then it had ended.
    expect(second.live()).toEqual([])
  })
})
