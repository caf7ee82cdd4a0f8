/** Memory of a program that is there for months; these do something only where it runs with `SMALL` (setup/run.mjs). */

/** What the start took and nothing needs any more: some 10 MB of a player that is small. Takes 40 ms, once. */
export function giveBackMemory(): void {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}

/** What the last alert has left behind: else that is collected in the middle of composing the next. Takes 0.3 ms. */
export function collectYoung(): void {
  globalThis.gc?.({ type: 'minor', execution: 'sync' })
}
