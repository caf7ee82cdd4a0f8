// What the steps of the set-up share: how they speak, and how they end.

import { endLike } from './run.mjs'

/**
 * One line about what the set-up does. On stderr: stdout belongs to the program that is being set up.
 *
 * @param {string} text
 */
export function say(text) {
  process.stderr.write(`${text}\n`)
}

/** A step that cannot go on. The message is all that a person gets to read: what failed, and the fix. */
export class SetupError extends Error {}

/** A step that was stopped by a signal. */
class Stopped extends Error {
  /** @param {import('./run.mjs').Ended} ended */
  constructor(ended) {
    super('stopped')
    this.ended = ended
  }
}

/**
 * @param {import('./run.mjs').Ended} ended
 * @returns {boolean} whether it did what it should; throws when it was stopped, for then nothing may follow
 */
export function succeeded(ended) {
  if (ended.told) throw new Stopped({ ...ended, signal: ended.told })
  return ended.code === 0
}

/**
 * Runs an entry script: a step that fails or is stopped ends it without a stack trace.
 *
 * @param {() => Promise<void>} main
 */
export async function entry(main) {
  try {
    await main()
  } catch (error) {
    if (error instanceof Stopped) return endLike(error.ended)
    if (!(error instanceof SetupError)) throw error
    say(error.message)
    process.exitCode = 1
  }
}
