import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ManifestSchema } from '../alert/manifest.ts'
import { AlertSchema } from '../alert/model.ts'
import { Disposables } from '../base/disposal.ts'
import { type TemporaryFolder, temporaryFolder } from '../testkit/temporary-folder.ts'
import { TEST_TIME } from '../testkit/test-clock.ts'
import { openDatabase, type PlayerDatabase } from './database.ts'
import { VERSION } from './tables.ts'

const held = new Disposables()
let folder: TemporaryFolder

beforeEach(async () => {
  folder = held.add(await temporaryFolder())
})
afterEach(() => held.dispose())

function open(path = folder.path): PlayerDatabase {
  const opened = openDatabase(path, TEST_TIME)
  if (!opened.ok) throw new Error(opened.failure)
  return held.add(opened.value)
}

/** A data folder with a mark, a key and many receipts in it, closed. */
function used(): { readonly key: string } {
  const { database, vault, dispose } = open()
  database.exec("INSERT INTO mark VALUES ('here', '1')")
  const insert = database.prepare('INSERT INTO receipt (body) VALUES (?)')
  for (let index = 0; index < 2_000; index += 1)
    insert.run(`receipt ${index} of some length, so that it fills pages`)
  const key = vault.create().name
  dispose()
  return { key }
}

test('has room in its log for the next commit, which a restart takes for nothing', () => {
  const log = folder.join('player.sqlite-wal')
  const { database, prepare, dispose } = open()
  database.exec("INSERT INTO mark VALUES ('before', '1'); PRAGMA wal_checkpoint(TRUNCATE)")
  database.exec("INSERT INTO mark VALUES ('after', '1')")
  prepare()
  const length = statSync(log).size
  database.exec("INSERT INTO mark VALUES ('in the room', '1')")
  expect(statSync(log).size).toBe(length)
  // As the power leaves it: nothing is carried over.
  const copy = folder.join('copy')
  mkdirSync(copy)
  for (const name of ['player.sqlite', 'player.sqlite-wal', 'keys'])
    copyFileSync(folder.join(name), join(copy, name))
  dispose()
  expect(marks(open(copy))).toEqual([{ name: 'after' }, { name: 'before' }, { name: 'in the room' }])
})

/** As version 3 made them. */
const VERSION_3 = `
  CREATE TABLE current (
    id TEXT PRIMARY KEY, key TEXT NOT NULL, revision INTEGER NOT NULL, tombstone TEXT NOT NULL, sealed BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE tombstone (id TEXT PRIMARY KEY, body TEXT NOT NULL, forget_at REAL NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX tombstone_forget_at ON tombstone (forget_at);
  CREATE TABLE erasing (key TEXT PRIMARY KEY, id TEXT NOT NULL, revision INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE manifest (place TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE mark (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE receipt (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL) STRICT;
`

const marks = ({ database }: PlayerDatabase): unknown[] => database.prepare('SELECT name FROM mark').all()
const brokenFiles = (): string[] => readdirSync(folder.path).filter((name) => name.includes('.broken-'))

function change(path: string, statement: string): void {
  const database = new DatabaseSync(path)
  database.exec(statement)
  database.close()
}

/** Runs `check` while nothing in the folder can be written. */
function readOnly(check: () => void): void {
  const names = readdirSync(folder.path)
  const chmod = (files: number, folders: number): void => {
    for (const name of names) chmodSync(folder.join(name), files)
    chmodSync(folder.path, folders)
  }
  // Root may write everywhere; nobody may not.
  const isRoot = process.geteuid?.() === 0
  chmod(0o555, 0o555)
  if (isRoot) process.seteuid?.(65_534)
  try {
    check()
  } finally {
    if (isRoot) process.seteuid?.(0)
    chmod(0o700, 0o700)
  }
}

describe('the data folder', () => {
  test('is as it was left', () => {
    const { key } = used()
    const again = open()
    expect([again.state, again.faults]).toEqual(['kept', []])
    expect(marks(again)).toEqual([{ name: 'here' }])
    expect(again.vault.get(key)).toHaveLength(32)
    expect(again.space()).toBeGreaterThan(0)
  })

  test('belongs to one player at a time', () => {
    open()
    expect(openDatabase(folder.path, TEST_TIME)).toEqual({
      ok: false,
      failure: expect.stringContaining('is in use by another player'),
    })
  })

  test('is refused in one sentence when it cannot become one', () => {
    expect(openDatabase('/dev/null/data', TEST_TIME)).toEqual({
      ok: false,
      failure: expect.stringMatching(/^\/dev\/null\/data cannot be used as data folder/),
    })
  })

  test.each([
    ['is cut off', (path: string) => truncateSync(path, 9_000)],
    ['is empty', (path: string) => truncateSync(path, 0)],
    ['is something else', (path: string) => writeFileSync(path, 'hello '.repeat(5_000))],
    [
      'has a damaged page',
      (path: string) => writeFileSync(path, readFileSync(path).fill(0xa5, 4096 * 9, 4096 * 12)),
    ],
    ['lacks a table', (path: string) => change(path, 'DROP TABLE manifest')],
    ['is of a version to come', (path: string) => change(path, 'PRAGMA user_version = 99')],
    ['is of a version that there is no way from', (path: string) => change(path, 'PRAGMA user_version = 2')],
  ])('is set aside and started fresh when the database %s, and says so', (_, damage) => {
    const { key } = used()
    damage(folder.join('player.sqlite'))
    const again = open()
    expect([again.state, marks(again)]).toEqual(['renewed', []])
    expect(again.faults).toEqual([
      expect.stringContaining('it was set aside as player.sqlite.broken-2026-11-22T16-00-00'),
    ])
    expect(brokenFiles()).toHaveLength(1)
    // What was set aside can be opened as long as the ledger has not looked what is still referred to.
    again.vault.keepOnly(new Set())
    expect(again.vault.get(key)).toBeUndefined()
  })

  test('keeps one broken database and no more: a dying disk must not fill up', () => {
    for (let round = 0; round < 3; round += 1) {
      open().dispose()
      writeFileSync(folder.join('player.sqlite'), 'hello')
      open().dispose()
    }
    expect(brokenFiles()).toHaveLength(1)
  })

  test('goes on without the last commits when the write-ahead log is garbage', () => {
    used()
    writeFileSync(folder.join('player.sqlite-wal'), Buffer.alloc(100_000, 0x5a))
    const again = open()
    expect([again.state, marks(again)]).toEqual(['kept', [{ name: 'here' }]])
  })

  test('has another version when an alert or a manifest is stored in another form', () => {
    const forms = [AlertSchema, ManifestSchema].map((schema) =>
      z.toJSONSchema(schema, { unrepresentable: 'any', io: 'output' }),
    )
    const digest = createHash('sha256').update(JSON.stringify(forms)).digest('hex').slice(0, 16)
    // It changed? Then raise VERSION and write the step from the version before: what is restored is not checked again. After
    // that write the new digest here.
    expect({ version: VERSION, digest }).toEqual({ version: 4, digest: '38d35db78045fd14' })
  })

  test('takes along what an earlier version kept', () => {
    const old = new DatabaseSync(folder.join('player.sqlite'))
    old.exec(VERSION_3)
    old.exec(`INSERT INTO current VALUES ('case-1 a@example.org', '00', 1, 'tombstone', x'5a5a');
      INSERT INTO tombstone VALUES ('case-2 a@example.org', 'ended', 5);
      INSERT INTO mark VALUES ('here', '1'); PRAGMA user_version = 3`)
    old.close()
    const { database, state, faults } = open()
    expect([state, faults]).toEqual(['kept', []])
    expect(database.prepare('SELECT * FROM current').all()).toEqual([
      {
        id: 'case-1 a@example.org',
        key: '00',
        revision: 1,
        tombstone: 'tombstone',
        sealed: Uint8Array.of(0x5a, 0x5a),
      },
    ])
    expect(database.prepare('SELECT * FROM tombstone').all()).toEqual([
      { id: 'case-2 a@example.org', body: 'ended', forget_at: 5 },
    ])
    expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: VERSION })
  })

  test('overwrites what version 1 kept in clear', () => {
    const old = new DatabaseSync(folder.join('player.sqlite'))
    old.exec(`CREATE TABLE incident (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE receipt (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL) STRICT;
      INSERT INTO incident VALUES ('case-1', '${'Zoë '.repeat(3_000)}'); INSERT INTO receipt (body) VALUES ('one');
      PRAGMA user_version = 1`)
    old.close()
    const { database, state } = open()
    expect(state).toBe('kept')
    expect(database.prepare('SELECT body FROM receipt').all()).toEqual([])
    for (const name of readdirSync(folder.path))
      expect(readFileSync(folder.join(name)).includes('Zoë')).toBe(false)
  })

  test('reads what is there and goes on in memory when it has become read-only', () => {
    const { key } = used()
    readOnly(() => {
      const again = open()
      expect([again.state, marks(again)]).toEqual(['memory', [{ name: 'here' }]])
      expect(again.vault.get(key)).toHaveLength(32)
      expect(again.faults).toEqual([expect.stringContaining('the player goes on in memory')])
      again.database.exec("INSERT INTO mark VALUES ('there', '1')")
      again.vault.create()
      again.dispose()
    })
    expect(marks(open())).toEqual([{ name: 'here' }])
  })

  test('is refused when it is read-only and was never used', () => {
    mkdirSync(folder.join('new'))
    readOnly(() => {
      expect(openDatabase(folder.join('new'), TEST_TIME)).toEqual({
        ok: false,
        failure: expect.stringContaining('check its permissions'),
      })
    })
  })

  test('is used all the same when its keys cannot be', () => {
    used()
    rmSync(folder.join('keys'))
    mkdirSync(folder.join('keys'))
    const again = open()
    expect(again.state).toBe('memory')
    expect(again.faults).toEqual([expect.stringContaining('what is stored of live alerts cannot be read')])
    expect(again.vault.create().bytes).toHaveLength(32)
  })
})
