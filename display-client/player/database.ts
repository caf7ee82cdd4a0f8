import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Disposable } from '../base/disposal.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { bringUp, hasTables, OtherVersion } from './tables.ts'
import { Vault } from './vault.ts'

/** What the ledger reads before anything else; it must not be the one to find out that it cannot. */
const READ_AT_START = ['current', 'erasing', 'manifest', 'mark']

/**
 * Every commit is on disk when it returns (WAL, FULL), what is deleted is overwritten, nothing goes into temporary files;
 * a damaged cell is found when it is read.
 */
const SETTINGS = `
  PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
  PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF;
`

/**
 * How it stands with what must survive a power cut. `kept`: as it was left. `renewed`: what was there is broken and was set
 * aside; the brokers' retained messages fill it again. `memory`: nothing of this run will be there after a restart.
 */
const STORAGE_STATES = ['kept', 'renewed', 'memory'] as const
export type StorageState = (typeof STORAGE_STATES)[number]

/** The data folder of a player, in use. */
export interface PlayerDatabase extends Disposable {
  readonly database: DatabaseSync
  readonly vault: Vault
  readonly state: StorageState
  /** What a person has to know and do about it, one sentence each. */
  readonly faults: readonly string[]
  /** Room left for it, bytes; undefined when that cannot be told. */
  space(): number | undefined
  /**
   * Makes ready what the next commit will need, while nobody waits: keys, and room in the write-ahead log.
   *
   * @throws when the disk does not take it
   */
  prepare(): void
  dispose(): void
}

/**
 * Opens the data folder of a player, `player.sqlite` and `keys` in it; makes them when they are not there.
 *
 * Only mistakes of the person who starts the player are refused: a folder that was never one and cannot become one, or
 * that another player uses (two would undo each other's ends). A folder that was in use before is never refused, whatever
 * has become of it: alerts must be shown, and ends must be kept, also on a machine whose disk is dying.
 *
 * @param folder absolute
 * @param now ms since 1970; names what is set aside
 */
export function openDatabase(folder: string, now: number): Result<PlayerDatabase, string> {
  const path = join(folder, 'player.sqlite')
  // The keys are made last: where they are, the database was once whole.
  const wasWhole = existsSync(join(folder, 'keys'))
  const wasUsed = wasWhole || existsSync(path)
  const inMemory = (why: unknown): Result<PlayerDatabase, string> =>
    ok(openInMemory(folder, wasUsed, [`${folder} takes nothing (${sentence(why)}); ${MEMORY_ONLY}`]))
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    mustBeWritable(folder)
    return ok(assembled(folder, openFile(path, wasWhole), 'kept', []))
  } catch (error) {
    if (isLocked(error)) {
      return fail(`${folder} is in use by another player; stop that or choose another data folder`)
    }
    if (!wasUsed && !isFull(error)) {
      return fail(
        `${folder} cannot be used as data folder (${sentence(error)}); check its permissions and the free space`,
      )
    }
    if (isFull(error) || isForbidden(error)) return inMemory(error)
    try {
      const aside = setAside(path, now)
      const what = error instanceof OtherVersion ? 'cannot be used' : 'is broken'
      const repeats = error instanceof OtherVersion ? '' : '; if this repeats, replace the disk'
      const fault = `${path} ${what} (${sentence(error)}): it was set aside as ${basename(aside)} and started fresh, the brokers send again what is alive${repeats}`
      return ok(assembled(folder, openFile(path, false), 'renewed', [fault]))
    } catch (again) {
      return inMemory(again)
    }
  }
}

const MEMORY_ONLY =
  'the player goes on in memory, and a restart will know only what the brokers send: free space, make the folder writable or replace the disk'

/**
 * The least length of a write-ahead log, bytes: more than most alerts take. A log that has to grow keeps a commit waiting
 * until the file system has found it room, which takes longer than the commit itself. For SQLite a log ends where a frame
 * has not the salt of its header, as zeros have not (https://www.sqlite.org/fileformat2.html#walformat, §4.1).
 */
const LOG_ROOM = 64 * 1024

/**
 * @param mustHold it was in use before: an empty one has lost what was in it
 * @throws whatever is wrong with it
 */
function openFile(path: string, mustHold: boolean): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec(SETTINGS)
    bringUp(database, mustHold)
    const found = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check']
    if (found !== 'ok') throw new Error(String(found))
    // quick_check passes a file that is cut off: SQLite reads what is missing as zeros.
    const page = Number(database.prepare('PRAGMA page_size').get()?.['page_size'])
    if (path !== ':memory:' && statSync(path).size % page !== 0) throw new Error('it is cut off')
    for (const table of READ_AT_START)
      for (const row of database.prepare(`SELECT * FROM ${table}`).iterate()) void row
    if (!hasTables(database)) throw new Error('its tables are not those of Kijkuit')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function assembled(
  folder: string,
  database: DatabaseSync,
  state: StorageState,
  faults: readonly string[],
): PlayerDatabase {
  const path = join(folder, 'keys')
  try {
    const log = join(folder, 'player.sqlite-wal')
    return held(folder, database, Vault.open(path), state, faults, { prepareLog: () => makeRoom(log) })
  } catch (error) {
    const fault = `${path} cannot be used (${sentence(error)}): what is stored of live alerts cannot be read; ${MEMORY_ONLY}`
    return held(folder, database, Vault.inMemory(), 'memory', [...faults, fault])
  }
}

function held(
  folder: string,
  database: DatabaseSync,
  vault: Vault,
  state: StorageState,
  faults: readonly string[],
  { prepareLog, release }: { readonly prepareLog?: () => void; readonly release?: () => void } = {},
): PlayerDatabase {
  const space = (): number | undefined => {
    try {
      const { bavail, bsize } = statfsSync(folder)
      return bavail * bsize
    } catch {
      return undefined
    }
  }
  const dispose = (): void => {
    if (database.isOpen) database.close()
    vault.close()
    release?.()
  }
  const prepare = (): void => {
    vault.prepare()
    prepareLog?.()
  }
  return { database, vault, state, faults, space, prepare, dispose }
}

/** Lengthens the write-ahead log at `path` by zeros, up to {@link LOG_ROOM}. @throws when the disk does not take it */
function makeRoom(path: string): void {
  const file = openSync(path, 'r+')
  try {
    const length = fstatSync(file).size
    if (length >= LOG_ROOM) return
    const room = new Uint8Array(LOG_ROOM - length)
    const written = writeSync(file, room, 0, room.length, length)
    if (written < room.length) throw new Error(`only ${written} of ${room.length} bytes were written`)
    fdatasyncSync(file)
  } finally {
    closeSync(file)
  }
}

/**
 * Nothing can be written, but what was written may be read: tombstones and live alerts count as ever. SQLite needs to
 * write where its write-ahead log is, so it works on a copy; the keys are never copied.
 */
function openInMemory(folder: string, wasUsed: boolean, faults: readonly string[]): PlayerDatabase {
  if (wasUsed) {
    try {
      const copy = mkdtempSync(join(tmpdir(), 'kijkuit-'))
      const remove = (): void => rmSync(copy, { recursive: true, force: true })
      try {
        for (const name of ['player.sqlite', 'player.sqlite-wal']) {
          if (!existsSync(join(folder, name))) continue
          copyFileSync(join(folder, name), join(copy, name))
          chmodSync(join(copy, name), 0o600)
        }
        const vault = Vault.read(join(folder, 'keys'))
        return held(folder, openFile(join(copy, 'player.sqlite'), true), vault, 'memory', faults, {
          release: remove,
        })
      } catch {
        remove()
      }
    } catch {
      // Not even a temporary folder.
    }
  }
  return held(folder, openFile(':memory:', false), Vault.inMemory(), 'memory', faults)
}

/** Renames the database and what belongs to it; one that was set aside earlier goes. @returns the new path */
function setAside(path: string, now: number): string {
  const folder = dirname(path)
  const prefix = `${basename(path)}.broken-`
  for (const name of readdirSync(folder))
    if (name.startsWith(prefix)) rmSync(join(folder, name), { force: true })
  const aside = join(folder, `${prefix}${new Date(now).toISOString().replaceAll(':', '-')}`)
  if (existsSync(path)) renameSync(path, aside)
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${aside}-wal`)
  rmSync(`${path}-shm`, { force: true })
  return aside
}

/** SQLite would open a file that cannot be written to, and say so with the first alert. @throws when there is one */
function mustBeWritable(folder: string): void {
  for (const name of ['player.sqlite', 'player.sqlite-wal', 'keys']) {
    try {
      closeSync(openSync(join(folder, name), 'r+'))
    } catch (error) {
      // Whatever else is wrong with it, opening it for use will say.
      if (isForbidden(error)) throw error
    }
  }
}

/** https://www.sqlite.org/rescode.html */
const CODES = { perm: 3, busy: 5, locked: 6, readOnly: 8, full: 13, cannotOpen: 14 } as const

function codeOf(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined
  // The lower byte of an extended result code is the primary one.
  if ('errcode' in error && typeof error.errcode === 'number') return error.errcode & 0xff
  return 'code' in error ? error.code : undefined
}

function isLocked(error: unknown): boolean {
  const code = codeOf(error)
  return code === CODES.busy || code === CODES.locked
}

function isFull(error: unknown): boolean {
  const code = codeOf(error)
  return code === CODES.full || code === 'ENOSPC' || code === 'EDQUOT'
}

function isForbidden(error: unknown): boolean {
  const code = codeOf(error)
  return [CODES.perm, CODES.readOnly, CODES.cannotOpen, 'EACCES', 'EPERM', 'EROFS'].some(
    (one) => one === code,
  )
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
