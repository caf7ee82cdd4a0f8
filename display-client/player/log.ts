/** Where a player says what it does: one line each, for the person who operates it. Ids and hashes only. */
export interface Log {
  /** It happened as it should. */
  info(line: string): void
  /** Somebody may have to do something; the line says what. */
  warn(line: string): void
}
