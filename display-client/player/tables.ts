import { DatabaseSync } from 'node:sqlite'

/** The form of the database of a data folder, and how an earlier form becomes this one. */

/** Raised with every change of the tables, and of what is stored in them: incidents, alerts, manifests; see {@link STEPS}. */
export const VERSION = 4

/**
 * What is in force or pending, sealed under a key of its own; and in clear the tombstone it leaves when its time is up.
 * With row ids, unlike the rest: an alert of 3 kB then stands in one page; by its primary key alone it overflows into others.
 */
const CURRENT = `
  CREATE TABLE current (
    id TEXT PRIMARY KEY, key TEXT NOT NULL, revision INTEGER NOT NULL, tombstone TEXT NOT NULL, sealed BLOB NOT NULL
  ) STRICT;
`

const TABLES = `
  ${CURRENT}
  -- What has ended. JSON; ms since 1970.
  CREATE TABLE tombstone (id TEXT PRIMARY KEY, body TEXT NOT NULL, forget_at REAL NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX tombstone_forget_at ON tombstone (forget_at);
  -- Keys whose data is gone and that are still to be destroyed, or whose receipt is still to be written.
  CREATE TABLE erasing (key TEXT PRIMARY KEY, id TEXT NOT NULL, revision INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  -- The newest list of what is alive, by area and key. JSON.
  CREATE TABLE manifest (place TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
  -- Single values, by name. JSON.
  CREATE TABLE mark (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  -- Receipts that no broker has acknowledged yet. JSON.
  CREATE TABLE receipt (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL) STRICT;
`

/**
 * What makes the next version of each. What somebody ended stays ended over an upgrade, and no broker sends that again: so
 * from version 3 on every version has its step. ({@link https://www.sqlite.org/lang_altertable.html}, §8)
 */
const STEPS: Readonly<Record<number, string>> = {
  3: `ALTER TABLE current RENAME TO before; ${CURRENT} INSERT INTO current SELECT * FROM before; DROP TABLE before;`,
}

/** Nothing is wrong with it, only another Kijkuit wrote it. */
export class OtherVersion extends Error {}

/**
 * Gives a database the tables of {@link VERSION}: makes them, or makes them of those of an earlier version.
 *
 * @param mustHold it was in use before: an empty one has lost what was in it
 * @throws when it has lost that; {@link OtherVersion} when there is no way from its version to this one
 */
export function bringUp(database: DatabaseSync, mustHold: boolean): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
  if (version === 0 && mustHold) throw new Error('it is empty or gone')
  if (version === VERSION) return
  // What is dropped is overwritten; then it must not stay in the write-ahead log.
  database.exec(`BEGIN IMMEDIATE; ${stepsFrom(version)} PRAGMA user_version = ${VERSION}; COMMIT;
    PRAGMA wal_checkpoint(TRUNCATE)`)
}

/** @throws when there is no way from that version to this one */
function stepsFrom(version: number): string {
  if (version === VERSION) return ''
  if (version === 0) return TABLES
  // It kept alerts in clear.
  if (version === 1) return `DROP TABLE IF EXISTS incident; DROP TABLE IF EXISTS receipt; ${TABLES}`
  const step = STEPS[version]
  if (step === undefined)
    throw new OtherVersion(`it is of version ${version}, this Kijkuit writes ${VERSION}`)
  return step + stepsFrom(version + 1)
}

/** Whether the tables are those of {@link VERSION}, whatever number it has. */
export function hasTables(database: DatabaseSync): boolean {
  return schemaOf(database) === expectedSchema()
}

function schemaOf(database: DatabaseSync): string {
  const rows = database.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all()
  return JSON.stringify(rows.filter(({ name }) => !String(name).startsWith('sqlite_')))
}

function expectedSchema(): string {
  const database = new DatabaseSync(':memory:')
  try {
    database.exec(TABLES)
    return schemaOf(database)
  } finally {
    database.close()
  }
}
