import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fail, ok, type Result } from '../base/result.ts'

/** Raised with every change of the tables; a database of another version is not guessed at. */
const VERSION = 1

const TABLES = `
  -- One row for each incident: what is in force, or its tombstone. JSON.
  CREATE TABLE IF NOT EXISTS incident (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
  -- Receipts that no broker has acknowledged yet. JSON.
  CREATE TABLE IF NOT EXISTS receipt (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL) STRICT;
`

/**
 * Opens the one database of a player, `player.sqlite` in its data folder; makes both when they are not there.
 *
 * Every commit is on disk when it returns (WAL, synchronous FULL), and what is deleted is overwritten (secure_delete).
 * A second player on the same folder is refused: two would undo each other's ends.
 *
 * @param folder absolute
 * @returns the database, or a sentence that says why not and what to do
 */
export function openDatabase(folder: string): Result<DatabaseSync, string> {
  let database: DatabaseSync | undefined
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    database = new DatabaseSync(join(folder, 'player.sqlite'), { timeout: 0 })
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    database.exec('PRAGMA secure_delete = ON')
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
    if (version !== 0 && version !== VERSION) {
      database.close()
      return fail(
        `${folder} is of another version of Kijkuit (${version}); give this player a data folder of its own`,
      )
    }
    database.exec(`BEGIN IMMEDIATE; ${TABLES} PRAGMA user_version = ${VERSION}; COMMIT`)
    return ok(database)
  } catch (error) {
    database?.close()
    const message = error instanceof Error ? error.message : String(error)
    if (/locked/.test(message))
      return fail(`${folder} is in use by another player; stop that or choose another data folder`)
    return fail(
      `${folder} cannot be used as data folder (${message}); check its permissions and the free space`,
    )
  }
}
