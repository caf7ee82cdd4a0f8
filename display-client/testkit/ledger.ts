import { DEFAULT_LIMITS } from '../alert/incident.ts'
import type { KeyringEntry } from '../alert/keyring.ts'
import type { Effect } from '../alert/lifecycle.ts'
import type { Alert } from '../alert/model.ts'
import type { Clock } from '../base/clock.ts'
import type { Disposable } from '../base/disposal.ts'
import { openDatabase, type PlayerDatabase } from '../player/database.ts'
import { Ledger } from '../player/ledger.ts'
import type { Erased } from '../player/ledger-store.ts'

/** A ledger on a data folder, without a player around it. */
export interface TestLedger extends Disposable {
  readonly ledger: Ledger
  readonly storage: PlayerDatabase
  /** What was live after each change by time alone. */
  readonly times: string[][]
  /** What was live each time when a message had put something in force, and how many incidents were on disk then. */
  readonly begun: (readonly [live: readonly string[], stored: number])[]
  /** `incident revision`, in the order of erasure. */
  readonly erased: string[]
  /** Warnings. */
  readonly lines: string[]
  /** What is live: `incident revision`. */
  live(): string[]
  /** As a player does with a verified message: into the ledger, onto the panels, then the rest is erased. */
  take(alert: Alert, key?: KeyringEntry): Effect['type']
  dispose(): void
}

/** Opens a ledger. @throws when the folder is refused */
export function openLedger(folder: string, clock: Clock, key: KeyringEntry): TestLedger {
  const opened = openDatabase(folder, clock.now())
  if (!opened.ok) throw new Error(opened.failure)
  const storage = opened.value
  const times: string[][] = []
  const begun: (readonly [string[], number])[] = []
  const erased: string[] = []
  const lines: string[] = [...storage.faults]
  const ledger: Ledger = new Ledger({
    ...{ storage, clock, limits: DEFAULT_LIMITS },
    log: { info: () => {}, warn: (line) => void lines.push(line) },
    keyring: { schema: 'kijkuit-keyring/1', keys: [key] },
    keepKeyring: () => {},
    onLeap: () => {},
    onBegun: () => {
      const stored = storage.database.prepare('SELECT count(*) AS count FROM current').get()
      begun.push([live(), Number(stored?.['count'])])
    },
    onTime: () => {
      times.push(live())
      ledger.erase()
    },
    onErased: (all: readonly Erased[]) => {
      for (const { incident, revision } of all) erased.push(`${incident} ${revision}`)
    },
  })
  const live = (): string[] => ledger.live.map(({ alert }) => `${alert.incident} ${alert.revision}`)
  const take = (alert: Alert, by = key): Effect['type'] => {
    const digest = `digest of ${alert.identifier}`
    const { effect } = ledger.receive({ alert, key: by, digest, area: 'nl' })
    ledger.erase()
    return effect.type
  }
  let isOpen = true
  const dispose = (): void => {
    if (!isOpen) return
    isOpen = false
    ledger.dispose()
    storage.dispose()
  }
  return { ledger, storage, times, begun, erased, lines, live, take, dispose }
}
