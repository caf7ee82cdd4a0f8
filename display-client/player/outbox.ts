import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** More than a day of one panel without a broker. Beyond it the oldest go: a full disk helps nobody. */
const MOST = 20_000
/** As long as the disk takes nothing they are in memory. */
const MOST_IN_MEMORY = 2_000

/** What waits, from the oldest on. */
export interface Batch {
  readonly bodies: readonly string[]
  /** What {@link Outbox.remove} needs to know. */
  readonly last: { readonly id: number } | { readonly inMemory: number }
}

/** What a broker has not acknowledged yet: on disk, or in memory while the disk takes nothing. */
export class Outbox {
  readonly #database: DatabaseSync
  readonly #insert: StatementSync
  readonly #trim: StatementSync
  readonly #first: StatementSync
  readonly #delete: StatementSync
  readonly #inMemory: string[] = []
  /** The last one that was acknowledged; the disk may not have taken that either. */
  #removed = 0

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#insert = database.prepare('INSERT INTO receipt (body) VALUES (?)')
    this.#trim = database.prepare('DELETE FROM receipt WHERE id <= (SELECT max(id) FROM receipt) - ?')
    this.#first = database.prepare('SELECT id, body FROM receipt WHERE id > ? ORDER BY id LIMIT ?')
    this.#delete = database.prepare('DELETE FROM receipt WHERE id <= ?')
  }

  /** Adds all. @returns why they are in memory only, where the disk did not take them */
  add(bodies: readonly string[]): string | undefined {
    try {
      this.#database.exec('BEGIN IMMEDIATE')
      for (const body of bodies) this.#insert.run(body)
      this.#trim.run(MOST)
      this.#database.exec('COMMIT')
      return undefined
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      this.#inMemory.push(...bodies)
      this.#inMemory.splice(0, this.#inMemory.length - MOST_IN_MEMORY)
      return error instanceof Error ? error.message : String(error)
    }
  }

  /** The oldest, at most `most`; undefined when it is empty. @throws when the disk cannot be read */
  oldest(most: number): Batch | undefined {
    const rows = this.#first.all(this.#removed, most)
    const last = rows.at(-1)?.['id']
    if (last !== undefined) {
      // A damaged one must not spoil the batch that it is in.
      return { bodies: rows.map(({ body }) => String(body)).filter(isJson), last: { id: Number(last) } }
    }
    const bodies = this.#inMemory.slice(0, most)
    return bodies.length === 0 ? undefined : { bodies, last: { inMemory: bodies.length } }
  }

  /** Forgets a batch. @throws when the disk does not take it; it is not given again in this run all the same */
  remove({ last }: Batch): void {
    if ('inMemory' in last) {
      this.#inMemory.splice(0, last.inMemory)
      return
    }
    this.#removed = last.id
    this.#delete.run(last.id)
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
