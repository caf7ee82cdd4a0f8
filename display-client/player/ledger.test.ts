import { describe, expect, test } from 'vitest'
import { toCapTime } from '../alert/cap-time.ts'
import type { KeyringEntry } from '../alert/keyring.ts'
import type { Manifest } from '../alert/manifest.ts'
import { amberAlert, cancelOf, updateOf } from '../testkit/alerts.ts'
import { testKey } from '../testkit/keys.ts'
import { LedgerFolder, type OpenLedger } from '../testkit/ledger-folder.ts'
import { TEST_TIME, TestClock } from '../testkit/test-clock.ts'

const HOUR = 3_600_000

const folder = new LedgerFolder()
const open = (clock?: TestClock): OpenLedger => folder.open(clock)

describe('the ledger', () => {
  test('knows what is alive: begun, updated, cancelled', () => {
    const { live, take } = open()
    const alert = amberAlert()
    expect(take(alert)).toBe('began')
    expect(live()).toEqual(['amber-2026-0001 1'])
    expect(take(updateOf(alert))).toBe('updated')
    expect(live()).toEqual(['amber-2026-0001 2'])
    expect(take(alert)).toBe('refused')
    expect(take(cancelOf(updateOf(alert)))).toBe('ended')
    expect(live()).toEqual([])
  })

  test('tells of what begins before the disk has it, and of what ends only after', () => {
    const { take, begun } = open()
    const alert = amberAlert()
    take(alert)
    expect(begun).toEqual([[['amber-2026-0001 1'], 0]])
    take(updateOf(alert))
    expect(begun[1]).toEqual([['amber-2026-0001 2'], 1])
    expect(take(alert)).toBe('refused')
    take(cancelOf(updateOf(alert)))
    expect(begun).toHaveLength(2)
  })

  test('has a live alert again after a restart', () => {
    const first = open()
    first.take(amberAlert())
    first.dispose()
    expect(open().live()).toEqual(['amber-2026-0001 1'])
  })

  test('shows nothing after a restart of what expired meanwhile', () => {
    const first = open()
    first.take(amberAlert())
    first.dispose()
    const second = open(new TestClock(TEST_TIME + 2 * HOUR))
    expect(second.live()).toEqual([])
    second.take(amberAlert())
    expect(second.live()).toEqual([])
  })

  test('keeps what was cancelled cancelled, also after a restart and a replay', () => {
    const first = open()
    const alert = amberAlert()
    first.take(alert)
    first.take(cancelOf(alert))
    first.dispose()
    const second = open()
    expect(second.take(alert)).toBe('refused')
    expect(second.live()).toEqual([])
  })

  test('keeps apart what two senders say under one key, also over restarts', () => {
    const their = testKey({ kid: 'other', senders: ['brandweer@example.org'] }).entry
    const [ours, theirs] = [amberAlert(), amberAlert({ sender: 'brandweer@example.org' })]
    const first = open()
    expect(first.take(cancelOf(theirs), their)).toBe('ended')
    expect(first.take(ours)).toBe('began')
    first.dispose()
    const second = open()
    expect(second.live()).toEqual(['amber-2026-0001 1'])
    expect(second.take(theirs, their)).toBe('refused')
    expect(second.take(updateOf(ours))).toBe('updated')
    second.dispose()
    expect(open().live()).toEqual(['amber-2026-0001 2'])
  })

  test('keeps over a restart that a supervisor has ended a key for everybody, heard of or not', () => {
    const sender = 'lms@example.org'
    const watch = testKey({ kid: 'lms', roles: ['supervisor'], senders: [sender] }).entry
    const their = testKey({ kid: 'other', senders: ['brandweer@example.org'] }).entry
    const references = [{ sender, identifier: 'earlier', sent: toCapTime(TEST_TIME) }]
    const first = open()
    first.take(amberAlert())
    expect(first.take(cancelOf(amberAlert(), { sender, references }), watch)).toBe('ended')
    expect([first.live(), first.erased]).toEqual([[], ['amber-2026-0001 1']])
    first.dispose()
    const second = open()
    expect(second.take(updateOf(amberAlert()))).toBe('refused')
    expect(second.take(amberAlert({ sender: 'brandweer@example.org' }), their)).toBe('refused')
    expect(second.live()).toEqual([])
  })

  test('lets in again what a list names, of that sender alone, also over restarts', () => {
    const their = testKey({ kid: 'other', senders: ['brandweer@example.org'] }).entry
    const [ours, theirs] = [amberAlert(), amberAlert({ sender: 'brandweer@example.org' })]
    const { sender, incident, revision, expires } = ours
    const active = { sender, incident, revision, expires, sha256: `digest of ${ours.identifier}` }
    const list = ({ ledger, clock }: OpenLedger, seq: number, by: KeyringEntry, isListed = false): number => {
      clock.advance(10 * 60_000)
      const manifest: Manifest = {
        ...{ schema: 'kijkuit-manifest/2', area: 'nl', seq, ttl: 30 },
        ...{ issuedAt: toCapTime(clock.now()), active: isListed ? [active] : [] },
      }
      const { ok } = ledger.receiveManifest({ manifest, key: by, digest: `list ${seq}` })
      expect(ok).toBe(true)
      return clock.now()
    }
    const first = open()
    first.take(ours)
    first.take(theirs, their)
    list(first, 1, folder.key)
    expect(first.live()).toEqual(['amber-2026-0001 1'])
    const ended = list(first, 1, their)
    expect(first.live()).toEqual([])
    first.dispose()
    const second = open(new TestClock(ended))
    expect(second.take(ours)).toBe('repeated')
    const listed = list(second, 2, folder.key, true)
    second.dispose()
    const third = open(new TestClock(listed))
    expect(third.take(theirs, their)).toBe('repeated')
    expect(third.take(ours)).toBe('began')
    expect(third.live()).toEqual(['amber-2026-0001 1'])
  })

  test('keeps tombstones on disk, and looks up the one that a message is about', () => {
    const first = open()
    const alerts = Array.from({ length: 50 }, (_, index) =>
      amberAlert({ incident: `case-${index}`, identifier: `alert-${index}` }),
    )
    for (const alert of alerts) first.take(cancelOf(alert))
    first.dispose()
    const second = open()
    for (const alert of alerts) expect(second.take(alert)).toBe('refused')
    expect(second.take(amberAlert())).toBe('began')
  })

  test('forgets a tombstone only when something was signed that proves its time is up', () => {
    const { storage, take, clock } = open()
    const count = (): unknown => storage.database.prepare('SELECT count(*) AS n FROM tombstone').get()?.['n']
    take(cancelOf(amberAlert()))
    clock.set(TEST_TIME + 100 * 24 * HOUR)
    take(amberAlert({ incident: 'soon', sent: toCapTime(TEST_TIME + 60_000) }))
    expect(count()).toBe(2)
    const late = { sent: toCapTime(clock.now()), expires: toCapTime(clock.now() + HOUR) }
    const key = { ...folder.key, notAfter: toCapTime(clock.now() + HOUR) }
    take(amberAlert({ incident: 'late', ...late }), key)
    expect(count()).toBe(0)
  })

  test('remembers manifests and the newest signed time over a restart', () => {
    const first = open()
    const issuedAt = toCapTime(TEST_TIME + 10 * 60_000)
    first.clock.advance(10 * 60_000)
    const manifest = {
      schema: 'kijkuit-manifest/2',
      area: 'nl',
      seq: 7,
      issuedAt,
      ttl: 30,
      active: [],
    } as const
    expect(
      first.ledger.receiveManifest({ manifest: { ...manifest, active: [] }, key: folder.key, digest: 'm' })
        .ok,
    ).toBe(true)
    first.dispose()
    const second = open(new TestClock(TEST_TIME))
    expect(second.ledger.clock).toBe('behind')
    const older = { ...manifest, seq: 6, active: [] }
    expect(second.ledger.receiveManifest({ manifest: older, key: folder.key, digest: 'n' })).toEqual({
      ok: false,
      failure: expect.objectContaining({ code: 'manifest-old' }),
    })
    // What a manifest did not list a device does not show, whoever replays it.
    expect(second.take(amberAlert())).toBe('refused')
  })
})
