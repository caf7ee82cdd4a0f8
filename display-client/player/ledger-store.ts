import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { type Current, type Ended, type EndReason, type Incident, moment, settle } from '../alert/incident.ts'
import { type IncidentId, incidentId, partsOf } from '../alert/incident-id.ts'
import type { Manifests, OpenedManifest } from '../alert/manifest.ts'
import type { PlayerDatabase } from './database.ts'
import { stamped, unstamped } from './ledger-stamp.ts'
import type { Vault } from './vault.ts'
import { seal, unseal } from './vault-seal.ts'

/** A message whose text and photo are no longer on this device. */
export interface Erased {
  /** Whose incident it was. */
  readonly sender: string
  readonly incident: string
  readonly revision: number
}

export function erasedOf(id: IncidentId, revision: number): Erased {
  return { ...partsOf(id), revision }
}

/** What a restart found. */
export interface Restored {
  readonly currents: ReadonlyMap<IncidentId, Current>
  /** What the disk still holds otherwise: ended when its key was destroyed, nothing (`undefined`) when it cannot be read. */
  readonly corrections: ReadonlyMap<IncidentId, Ended | undefined>
  readonly manifests: Manifests
  /** `TimeTrust.newest`, ms since 1970; 0 when nothing is stored. */
  readonly newest: number
}

/** What is stored beside incidents. */
export type Rest = Pick<Restored, 'manifests' | 'newest'>

/** What a row stands at on disk. */
interface Kept {
  readonly key: string
  readonly revision: number
}

/**
 * Incidents on disk. What is in force or pending is sealed under a key of its own ({@link Vault}); each later message and
 * each end leaves that key to be destroyed by {@link erase}. Tombstones stay on disk and are looked up when needed: there
 * may be a hundred thousand of them.
 *
 * Everything throws when the disk does not take it; nothing has changed then.
 */
export class LedgerStore {
  readonly #database: DatabaseSync
  readonly #vault: Vault
  /** Makes what the next alert will need, while nobody waits. */
  readonly prepare: () => void
  readonly #statements: Record<keyof typeof STATEMENTS, StatementSync>
  readonly #kept = new Map<IncidentId, Kept>()
  /** As they are on disk. */
  #manifests: Manifests = new Map()
  #newest = 0
  /** When the first tombstone may go, ms since 1970. */
  #forgetFrom = Number.POSITIVE_INFINITY
  /** Keys to destroy, with what the receipt will say. Also on disk. */
  readonly #erasing = new Map<string, Erased>()

  constructor({ database, vault, prepare }: Pick<PlayerDatabase, 'database' | 'vault' | 'prepare'>) {
    this.#database = database
    this.#vault = vault
    this.prepare = prepare
    this.#statements = prepared(database)
  }

  /** Reads what is there. Once, first. */
  restore(): Restored {
    const currents = new Map<IncidentId, Current>()
    const corrections = new Map<IncidentId, Ended | undefined>()
    for (const { key, id, revision } of this.#statements.allErasing.all()) {
      this.#erasing.set(String(key), erasedOf(idOf(id), Number(revision)))
    }
    for (const row of this.#statements.allCurrent.all()) {
      const id = idOf(row['id'])
      const key = String(row['key'])
      this.#kept.set(id, { key, revision: Number(row['revision']) })
      const note = this.#vault.noteOf(key)
      const bytes = this.#vault.get(key)
      const sealed = row['sealed']
      // What opens is what this version of Kijkuit has sealed on this device, after it had verified it.
      const text = bytes && sealed instanceof Uint8Array ? unseal(sealed, bytes, id) : undefined
      const current: Current | undefined = text === undefined ? undefined : JSON.parse(text)
      if (current !== undefined) currents.set(id, current)
      else corrections.set(id, note === undefined ? undefined : endedBy(note, id, row['tombstone']))
    }
    for (const row of this.#statements.allManifests.all()) {
      const place = String(row['place'])
      const manifest = readManifest(place, row['body'])
      if (manifest !== undefined) this.#manifests = new Map(this.#manifests).set(place, manifest)
    }
    const newest = unstamped(NEWEST, this.#statements.mark.get(NEWEST)?.['value'])
    this.#newest = typeof newest === 'number' ? newest : 0
    this.#forgetFrom = this.#nextForget()
    return { currents, corrections, manifests: this.#manifests, newest: this.#newest }
  }

  /** Destroys keys that nothing refers to: their data is gone, or never came. */
  destroyStrayKeys(): void {
    const named = [...[...this.#kept.values()].map(({ key }) => key), ...this.#erasing.keys()]
    this.#vault.keepOnly(new Set(named))
  }

  /** The tombstone of an incident. */
  tombstone(id: IncidentId): Ended | undefined {
    const row = this.#statements.tombstone.get(id)
    return row === undefined ? undefined : (readEnded(id, row['body']) ?? damaged(Number(row['forget_at'])))
  }

  /** Whether the disk has this very message. */
  holds(id: IncidentId, { alert }: Current): boolean {
    return this.#kept.get(id)?.revision === alert.revision
  }

  /** Stores all of `changes` or nothing; undefined = forget the incident. */
  write(changes: ReadonlyMap<IncidentId, Incident | undefined>, { manifests, newest }: Rest): void {
    const areManifestsOther = isOther(this.#manifests, manifests)
    const isLater = newest > this.#newest && newest - this.#newest > (changes.size > 0 ? 0 : REST)
    const mayForget = newest >= this.#forgetFrom
    if (changes.size === 0 && !areManifestsOther && !isLater && !mayForget) return
    const made = new Map<IncidentId, Kept>()
    const left = new Map<string, Erased>()
    this.#statements.begin.run()
    try {
      for (const [id, incident] of changes) {
        const kept = this.#kept.get(id)
        if (kept !== undefined) {
          this.#statements.putErasing.run(kept.key, id, kept.revision)
          left.set(kept.key, erasedOf(id, kept.revision))
        }
        const isCurrent = incident !== undefined && incident.phase !== 'ended'
        if (isCurrent) made.set(id, this.#putCurrent(id, incident))
        else this.#statements.deleteCurrent.run(id)
        if (incident?.phase === 'ended')
          this.#statements.putTombstone.run(id, stamped(id, incident), incident.forgetAt)
        // What was current has left none.
        else if (kept === undefined) this.#statements.deleteTombstone.run(id)
      }
      if (areManifestsOther) {
        this.#statements.deleteManifests.run()
        for (const [place, one] of manifests) this.#statements.putManifest.run(place, stamped(place, one))
      }
      if (isLater) this.#statements.putMark.run(NEWEST, stamped(NEWEST, newest))
      if (mayForget) this.#statements.forget.run(newest)
      this.#statements.commit.run()
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      this.#discard(made)
      throw error
    }
    for (const id of changes.keys()) this.#kept.delete(id)
    for (const [id, kept] of made) this.#kept.set(id, kept)
    for (const [key, erased] of left) this.#erasing.set(key, erased)
    if (areManifestsOther) this.#manifests = manifests
    if (isLater) this.#newest = newest
    if (mayForget) this.#forgetFrom = this.#nextForget()
    for (const incident of changes.values()) {
      if (incident?.phase === 'ended') this.#forgetFrom = Math.min(this.#forgetFrom, incident.forgetAt)
    }
  }

  /**
   * Makes an end hold that could not be written: destroys the key where it stands, which needs no room. A restart then
   * finds an end and not an alert.
   */
  endWithoutRoom(id: IncidentId, reason: EndReason): void {
    const kept = this.#kept.get(id)
    if (kept !== undefined) this.#vault.destroy([kept.key], NOTES[reason])
  }

  /** Whether {@link erase} has anything to do. */
  get hasErasures(): boolean {
    return this.#erasing.size > 0
  }

  /**
   * Destroys the keys of everything that was replaced or has ended; when it returns, no file of the data folder holds
   * anything of it, in whatever form.
   *
   * @param onErased writes the receipts; what it was told is not told again, unless the power goes just then
   */
  erase(onErased: (erased: readonly Erased[]) => void): void {
    if (!this.hasErasures) return
    const erased = new Map(this.#erasing)
    this.#vault.destroy(erased.keys())
    // The sealed rows themselves: into the database file, where they are overwritten, and out of the write-ahead log.
    this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    onErased([...erased.values()])
    this.#statements.deleteErasing.run()
    this.#erasing.clear()
    this.#vault.release(erased.keys())
  }

  #nextForget(): number {
    const next = this.#statements.nextForget.get()?.['next']
    return typeof next === 'number' ? next : Number.POSITIVE_INFINITY
  }

  #putCurrent(id: IncidentId, current: Current): Kept {
    const key = this.#vault.create()
    const kept = { key: key.name, revision: current.alert.revision }
    const tombstone = settle(current, Number.POSITIVE_INFINITY)
    try {
      const sealed = seal(JSON.stringify(current), key.secret, id)
      this.#statements.putCurrent.run(id, kept.key, kept.revision, stamped(id, tombstone), sealed)
      return kept
    } catch (error) {
      this.#discard(new Map([[id, kept]]))
      throw error
    }
  }

  /** Keys that no row came to refer to. */
  #discard(made: ReadonlyMap<string, Kept>): void {
    const names = [...made.values()].map(({ key }) => key)
    try {
      this.#vault.destroy(names)
      this.#vault.release(names)
    } catch {
      // No data was ever under them; the next start destroys them.
    }
  }
}

/** As a row has it. */
function idOf(stored: unknown): IncidentId {
  const { sender, incident } = partsOf(String(stored))
  return incidentId(sender, incident)
}

/** Name of the mark that holds `TimeTrust.newest`. */
const NEWEST = 'newest-signed'

/**
 * How old what is stored of manifests and of the time may become while they say nothing new, ms: a manifest comes every 10 s,
 * and flash wears out.
 */
const REST = 300_000

const STATEMENTS = {
  begin: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',
  allCurrent: 'SELECT id, key, revision, tombstone, sealed FROM current',
  putCurrent: `INSERT INTO current VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
    key = excluded.key, revision = excluded.revision, tombstone = excluded.tombstone, sealed = excluded.sealed`,
  deleteCurrent: 'DELETE FROM current WHERE id = ?',
  tombstone: 'SELECT body, forget_at FROM tombstone WHERE id = ?',
  putTombstone: `INSERT INTO tombstone VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET
    body = excluded.body, forget_at = excluded.forget_at`,
  deleteTombstone: 'DELETE FROM tombstone WHERE id = ?',
  nextForget: 'SELECT min(forget_at) AS next FROM tombstone',
  forget: 'DELETE FROM tombstone WHERE forget_at <= ?',
  allErasing: 'SELECT key, id, revision FROM erasing',
  putErasing: 'INSERT INTO erasing VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  deleteErasing: 'DELETE FROM erasing',
  allManifests: 'SELECT place, body FROM manifest',
  putManifest: 'INSERT INTO manifest VALUES (?, ?)',
  deleteManifests: 'DELETE FROM manifest',
  mark: 'SELECT value FROM mark WHERE name = ?',
  putMark: 'INSERT INTO mark VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
} as const

function prepared(database: DatabaseSync): Record<keyof typeof STATEMENTS, StatementSync> {
  const entries = Object.entries(STATEMENTS).map(([name, text]) => [name, database.prepare(text)])
  return Object.fromEntries(entries)
}

/** What the place of a destroyed key says about why. Stored: a number never changes its meaning. */
const NOTES: Readonly<Record<EndReason, number>> = {
  expired: 1,
  ceiling: 2,
  purged: 3,
  cancelled: 4,
  'all-clear': 5,
  past: 6,
  'key-revoked': 7,
  'not-in-manifest': 8,
}

/** The tombstone of an alert that ended before its time, when only its key could be destroyed. */
function endedBy(note: number, id: string, body: unknown): Ended {
  const tombstone = readEnded(id, body)
  const reason = Object.entries(NOTES).find(([, one]) => one === note)?.[0]
  if (tombstone === undefined) return damaged(Number.MAX_SAFE_INTEGER)
  return isReason(reason) ? { ...tombstone, reason } : tombstone
}

/** A tombstone of which only the place is left: it ended, so it stays ended. */
function damaged(forgetAt: number): Ended {
  return {
    ...{ phase: 'ended', status: 'Actual', sender: '', last: { sender: '', identifier: '', revision: 0 } },
    ...{ revision: Number.MAX_SAFE_INTEGER, sent: 0, endedAt: 0, reason: 'cancelled', forgetAt },
  }
}

function isReason(text: string | undefined): text is EndReason {
  return text !== undefined && Object.hasOwn(NOTES, text)
}

/** Whether `next` lists anything else than `before`, or the same for so long that it has to be stored again. */
function isOther(before: Manifests, next: Manifests): boolean {
  if (before === next) return false
  if (before.size !== next.size) return true
  return [...next].some(([place, { manifest }]) => {
    const known = before.get(place)?.manifest
    if (known === manifest) return false
    if (known === undefined || moment(manifest.issuedAt) - moment(known.issuedAt) > REST) return true
    return JSON.stringify(known.active) !== JSON.stringify(manifest.active)
  })
}

function readManifest(place: string, body: unknown): OpenedManifest | undefined {
  return unstamped(place, body) as OpenedManifest | undefined
}

function readEnded(id: string, body: unknown): Ended | undefined {
  return unstamped(id, body) as Ended | undefined
}
