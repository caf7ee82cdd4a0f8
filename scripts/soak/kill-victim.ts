import { readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DEFAULT_LIMITS } from '../../display-client/alert/incident.ts'
import type { KeyringEntry } from '../../display-client/alert/keyring.ts'
import type { Alert } from '../../display-client/alert/model.ts'
import { openDatabase } from '../../display-client/player/database.ts'
import { Ledger } from '../../display-client/player/ledger.ts'
import { systemClock } from '../../display-client/player/system-clock.ts'
import { nameOf } from './kill-model.ts'

/**
 * The process that is killed: a ledger on a data folder, without network and panels. What it is told comes line by line on
 * standard input; each line that it writes is true by then and stays true, whatever becomes of it.
 */

/** The first line that it is told. */
export interface Opening {
  readonly folder: string
  readonly key: KeyringEntry
}

/** What it says: what it found, then one answer to each alert, and in between what it has erased. */
export type Said =
  | {
      readonly type: 'open'
      /** `nameOf` of each. */
      readonly live: readonly string[]
      readonly tombstones: readonly string[]
      /** `ok`, or what SQLite says is wrong. */
      readonly integrity: string
      readonly state: string
      readonly warnings: readonly string[]
      /** Alerts that are stored, keys that nobody has used yet, and keys that are not destroyed: as many as both together. */
      readonly rows: number
      readonly spare: number
      readonly keys: number
    }
  | { readonly type: 'done'; readonly effect: string; readonly stored: boolean }
  | { readonly type: 'erased'; readonly messages: readonly string[] }

const say = (said: Said): void => void writeSync(1, `${JSON.stringify(said)}\n`)
let take: ((alert: Alert) => void) | undefined

for await (const line of createInterface({ input: process.stdin })) {
  if (take === undefined) take = open(JSON.parse(line))
  else take(JSON.parse(line))
}

function open({ folder, key }: Opening): (alert: Alert) => void {
  const clock = systemClock()
  const opened = openDatabase(folder, clock.now())
  if (!opened.ok) throw new Error(opened.failure)
  const storage = opened.value
  const warnings = [...storage.faults]
  const ledger = new Ledger({
    ...{ storage, clock, limits: DEFAULT_LIMITS },
    log: { info: () => {}, warn: (line) => void warnings.push(line) },
    keyring: { schema: 'kijkuit-keyring/1', keys: [key] },
    keepKeyring: () => {},
    onLeap: () => {},
    onTime: () => ledger.erase(),
    onErased: (all) => say({ type: 'erased', messages: all.map(nameOf) }),
  })
  ledger.erase()
  const { database } = storage
  const column = (query: string): string[] =>
    database
      .prepare(query)
      .all()
      .map((row) => String(Object.values(row)[0]))
  say({
    type: 'open',
    live: ledger.live.map(({ alert }) => nameOf(alert)),
    tombstones: column('SELECT id FROM tombstone'),
    integrity: column('PRAGMA integrity_check').join('; '),
    state: storage.state,
    warnings,
    rows: column('SELECT id FROM current').length,
    spare: storage.vault.spare,
    keys: readFileSync(join(folder, 'keys')).filter((byte, index) => index % 64 === 0 && byte === 1).length,
  })
  return (alert) => {
    const { effect } = ledger.receive({
      alert,
      key,
      digest: nameOf(alert),
      area: 'nl',
    })
    say({ type: 'done', effect: effect.type, stored: ledger.stored })
    ledger.erase()
  }
}
