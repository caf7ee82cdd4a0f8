import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** More than a day of one panel without a broker. Beyond it the oldest go: a full disk helps nobody. */
const MOST = 20_000

/** What a broker has not acknowledged yet, on disk. */
export class Outbox {
  readonly #database: DatabaseSync
  readonly #insert: StatementSync
  readonly #trim: StatementSync
  readonly #first: StatementSync
  readonly #delete: StatementSync

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#insert = database.prepare('INSERT INTO receipt (body) VALUES (?)')
    this.#trim = database.prepare('DELETE FROM receipt WHERE id <= (SELECT max(id) FROM receipt) - ?')
    this.#first = database.prepare('SELECT id, body FROM receipt ORDER BY id LIMIT ?')
    this.#delete = database.prepare('DELETE FROM receipt WHERE id <= ?')
  }

  /** Adds all or, when the disk does not take them, none. @throws when the disk does not take them */
  add(bodies: readonly string[]): void {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      for (const body of bodies) this.#insert.run(body)
      this.#trim.run(MOST)
      this.#database.exec('COMMIT')
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }

  /** The oldest, at most `most`, with the number to {@link remove} them by; undefined when it is empty. */
  oldest(most: number): { readonly last: number; readonly bodies: readonly string[] } | undefined {
    const rows = this.#first.all(most)
    const last = rows.at(-1)?.['id']
    if (last === undefined) return undefined
    return { last: Number(last), bodies: rows.map(({ body }) => String(body)) }
  }

  /** Forgets everything up to and including `last`. */
  remove(last: number): void {
    this.#delete.run(last)
  }
}
