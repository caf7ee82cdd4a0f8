import { randomBytes } from 'node:crypto'
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from './log.ts'
import { writeSafely } from './safe-file.ts'

/** What lets somebody look at the panels of this player. */
export interface ViewerToken {
  /** Nobody guesses it: 256 bits. */
  readonly value: string
  /** Where shells read it: for the user of the player only. */
  readonly file: string
}

/** In the data folder of the player. */
export const TOKEN_FILE = 'viewer.token'

export interface ViewerTokenOptions {
  /** The data folder of the player, which exists. */
  readonly folder: string
  /** What is another after each boot of this machine; undefined = that cannot be told, and each start counts as one. */
  readonly boot: string | undefined
  readonly log: Log
}

/** `<part of the boot id>.<random>` */
const FORM = /^[0-9a-f-]*\.[\w-]{43}$/

/**
 * The token of this boot, in `viewer.token` of the data folder.
 *
 * A player that is started again while the machine stays up keeps its token: the pages that are open know it, and are let
 * in again within seconds without anybody's help. A disk that takes nothing does not lock them out either: the token that
 * is there goes on.
 */
export function openViewerToken({ folder, boot, log }: ViewerTokenOptions): ViewerToken {
  const file = join(folder, TOKEN_FILE)
  const known = readOwnToken(file)
  const prefix = boot === undefined ? undefined : `${boot.slice(0, 8)}.`
  if (known !== undefined && prefix !== undefined && known.startsWith(prefix)) return { value: known, file }
  const value = `${prefix ?? '.'}${randomBytes(32).toString('base64url')}`
  try {
    writeSafely(file, `${value}\n`)
    return { value, file }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const what =
      known === undefined ? 'no screen can be let in' : 'the token of an earlier start stays in force'
    log.warn(`${file} cannot be written (${why}): ${what}; free space or make the folder writable`)
    return { value: known ?? value, file }
  }
}

/** @returns undefined when there is none, or somebody else could have read it */
function readOwnToken(path: string): string | undefined {
  try {
    const file = openSync(path, 'r')
    try {
      if ((fstatSync(file).mode & 0o077) !== 0) return undefined
      const text = readFileSync(file, 'utf8').trim()
      return FORM.test(text) ? text : undefined
    } finally {
      closeSync(file)
    }
  } catch {
    return undefined
  }
}
