import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { toCapTime } from '../../display-client/alert/cap-time.ts'
import { openEnvelope } from '../../display-client/alert/envelope.ts'
import { currentOf, DEFAULT_LIMITS, type Incident, settle } from '../../display-client/alert/incident.ts'
import { type IncidentId, incidentId } from '../../display-client/alert/incident-id.ts'
import {
  type KeyringEntry,
  type KeyringFile,
  keyringOf,
  type NewKey,
} from '../../display-client/alert/keyring.ts'
import type { Alert } from '../../display-client/alert/model.ts'
import type { Clock } from '../../display-client/base/clock.ts'
import { openDatabase } from '../../display-client/player/database.ts'
import { Ledger } from '../../display-client/player/ledger.ts'
import { LedgerStore } from '../../display-client/player/ledger-store.ts'
import { systemClock } from '../../display-client/player/system-clock.ts'
import { amberAlert, updateOf } from '../../display-client/testkit/alerts.ts'
import { sealed, testKey } from '../../display-client/testkit/keys.ts'
import { collectYoung } from '../commands/memory.ts'
import type { LedgerCost, LedgerTimes } from './ledger.ts'

/**
 * What the ledger costs, measured in a process of its own that runs as a player does: with little memory, and the garbage of
 * a message collected after it. Prints a {@link LedgerCost}.
 *
 * `ledger-process.ts <messages>`
 */

/** A signed AMBER Alert with its photo by reference. Bytes. */
const ENVELOPE = 4_000
const LIVE = 1_000
const TOMBSTONES = 100_000
const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Incidents that the measured messages are about. */
const CASES = 20

process.stdout.write(`${JSON.stringify(ledgerCost(Number(process.argv[2])))}\n`)

/** @param rounds how many messages */
function ledgerCost(rounds: number): LedgerCost {
  const clock = systemClock()
  const now = clock.now()
  const key = testKey({ notBefore: now - DAY, notAfter: now + DAY })
  const folders = ['small', 'large'].map(() => mkdtempSync(join(tmpdir(), 'kijkuit-bench-'))) as [
    string,
    string,
  ]
  const held: Taker[] = []
  try {
    fill(folders[1], key, now)
    const restart: number[] = []
    for (let round = 0; round < 5; round += 1) {
      const started = performance.now()
      const restarted = openLedger(folders[1], clock, key.entry)
      if (restarted.live !== LIVE) throw new Error('the ledger did not come back as it was')
      restart.push(performance.now() - started)
      restarted.dispose()
    }
    const floor = bareVerifyAndCommit(join(folders[0], 'floor.sqlite'))
    held.push(floor)
    const small = openLedger(folders[0], clock, key.entry)
    held.push(small)
    const large = openLedger(folders[1], clock, key.entry)
    held.push(large)
    // Signed beforehand: no player signs alerts, and it would be charged with the garbage.
    for (const bytes of [...messages(rounds, key, now)]) {
      for (const one of held) {
        one.take(bytes)
        collectYoung()
      }
    }
    return { floor: warm(floor), small: warm(small), large: warm(large), restart }
  } finally {
    for (const one of held) one.dispose()
    for (const folder of folders) rmSync(folder, { recursive: true })
  }
}

/** What takes one message after the other. */
interface Taker extends LedgerTimes {
  take(bytes: Uint8Array): void
  dispose(): void
}

/** Nobody measures how long the first messages take until the code is warm. */
function warm({ decided, stored }: LedgerTimes): LedgerTimes {
  return { decided: decided.slice(CASES * 2), stored: stored.slice(CASES * 2) }
}

/** The least that anybody pays who verifies a message and has it on disk before he believes it. */
function bareVerifyAndCommit(path: string): Taker {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const database = new DatabaseSync(path)
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  database.exec('CREATE TABLE message (id INTEGER PRIMARY KEY, body BLOB)')
  const put = database.prepare(
    'INSERT INTO message VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
  )
  const [decided, stored]: [number[], number[]] = [[], []]
  return {
    ...{ decided, stored },
    take(bytes) {
      const signature = sign(null, bytes, privateKey)
      const started = performance.now()
      if (!verify(null, bytes, publicKey, signature)) throw new Error('a signature is not its own')
      decided.push(performance.now() - started)
      put.run(bytes)
      stored.push(performance.now() - started)
    },
    dispose: () => database.close(),
  }
}

/** The ledger of a player, with nothing around it. */
function openLedger(folder: string, clock: Clock, key: KeyringEntry): Taker & { readonly live: number } {
  const opened = openDatabase(folder, clock.now())
  if (!opened.ok) throw new Error(opened.failure)
  const storage = opened.value
  const file: KeyringFile = { schema: 'kijkuit-keyring/1', keys: [key] }
  const keyring = keyringOf(file)
  const [decided, stored]: [number[], number[]] = [[], []]
  let started = 0
  const none = (): void => {}
  const ledger = new Ledger({
    ...{ storage, clock, limits: DEFAULT_LIMITS, keyring: file },
    log: {
      info: none,
      warn: (line) => {
        throw new Error(line)
      },
    },
    ...{ keepKeyring: none, onTime: none, onLeap: none, onErased: none },
    onBegun: () => decided.push(performance.now() - started),
  })
  return {
    ...{ decided, stored, live: ledger.live.length },
    take(bytes) {
      started = performance.now()
      const opened = openEnvelope(bytes, keyring, clock.now())
      if (!opened.ok) throw new Error(opened.failure.code)
      const { effect } = ledger.receive({ ...opened.value, area: 'nl' })
      stored.push(performance.now() - started)
      if (effect.type === 'refused') throw new Error(effect.rejection.code)
      // After the panels have changed, so nobody waits for it.
      ledger.erase()
    },
    dispose() {
      ledger.dispose()
      storage.dispose()
    },
  }
}

/** Updates of a few incidents in turn, each of about {@link ENVELOPE} bytes. */
function* messages(rounds: number, key: NewKey, now: number): Generator<Uint8Array> {
  let alerts = Array.from({ length: CASES }, (_, index) => fresh(index, now))
  for (let round = 0; round < rounds; round += CASES) {
    for (const alert of alerts) yield sealed(alert, key)
    alerts = alerts.map((alert) => {
      const { identifier, references, ...rest } = updateOf(alert, { sent: toCapTime(now) })
      return { ...rest, identifier: `${alert.incident}.${rest.revision}`, references: references.slice(-1) }
    })
  }
}

function fresh(index: number, now: number, prefix = 'bench'): Alert {
  const name = `${prefix}-${index}`
  const alert = amberAlert({
    incident: name,
    identifier: name,
    sent: toCapTime(now - 1_000),
    expires: toCapTime(now + HOUR),
  })
  const [first, ...rest] = alert.info
  if (first === undefined) throw new RangeError('an alert has texts')
  // In base64 four characters are three bytes; 200 are header and signature.
  const room = Math.max(0, Math.floor(((ENVELOPE - 200) * 3) / 4) - JSON.stringify(alert).length)
  return {
    ...alert,
    info: [{ ...first, description: `${first.description} ${'en '.repeat(room / 3)}`.trim() }, ...rest],
  }
}

/** A data folder as after a very bad month. */
function fill(folder: string, { entry }: NewKey, now: number): void {
  const opened = openDatabase(folder, now)
  if (!opened.ok) throw new Error(opened.failure)
  const store = new LedgerStore(opened.value)
  const live = Array.from({ length: LIVE }, (_, index): [IncidentId, Incident] => {
    const alert = fresh(index, now, 'live')
    return [
      incidentId(alert.sender, alert.incident),
      currentOf(alert, alert.sender, now, DEFAULT_LIMITS, undefined, { kid: entry.kid, area: 'nl' }),
    ]
  })
  const alert = fresh(0, now - 2 * HOUR)
  const ended = settle(currentOf(alert, alert.sender, now - HOUR, DEFAULT_LIMITS, undefined), now)
  const tombstones = Array.from({ length: TOMBSTONES }, (_, index): [IncidentId, Incident] => [
    incidentId(alert.sender, `ended-${index}`),
    ended,
  ])
  store.write(new Map([...live, ...tombstones]), { manifests: new Map(), newest: now - HOUR })
  opened.value.dispose()
}
