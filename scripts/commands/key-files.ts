import { writeFileSync } from 'node:fs'
import type { KeyFile, KeyringFile } from '../../display-client/alert/keyring.ts'
import { writeSafely } from '../../display-client/player/safe-file.ts'
import { reasonOf } from './input.ts'
import { Mistake } from './terminal.ts'

/** A keyring as it stands in its file. */
export function keyringText(keyring: KeyringFile): string {
  return `${JSON.stringify(keyring, undefined, 2)}\n`
}

/** Writes a private key where there is none yet, for its owner's eyes only. @throws Mistake */
export function writeKey(path: string, key: KeyFile): void {
  orMistake(path, () =>
    writeFileSync(path, `${JSON.stringify(key, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' }),
  )
}

/** Writes a file that others rely on: the old one or the new one, never half of one. @throws Mistake */
export function writeText(path: string, text: string): void {
  orMistake(path, () => writeSafely(path, text, 0o644))
}

function orMistake(path: string, write: () => void): void {
  try {
    write()
  } catch (error) {
    throw new Mistake(`${path}: cannot be written: ${reasonOf(error)}`, { cause: error })
  }
}
