import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { type KeyringFile, KeyringSchema } from '../alert/keyring.ts'
import { newerKeyring } from '../alert/keyring-update.ts'
import type { CancelTimer, Clock } from '../base/clock.ts'
import type { Disposable } from '../base/disposal.ts'
import { type Fault, formatFault, readDocument } from '../base/document.ts'
import { fail, type Result } from '../base/result.ts'
import { diskFiles } from './files.ts'
import type { Log } from './log.ts'
import { writeSafely } from './safe-file.ts'

/** ms until a disk that took nothing is tried again. */
const RETRY = 30_000

/** Reads the keyring that the owner of a device has put there; or says what is wrong with it, a line for each fault. */
export function readInstalledKeyring(path: string): Result<KeyringFile, string> {
  const text = diskFiles.read(path)
  if (text === undefined) return fail(`${path}: cannot be read; make one with: kijkuit keys new`)
  const file = readDocument(path, text, KeyringSchema)
  return file.ok ? file : fail(lines(file.failure))
}

export interface KeyringStoreOptions {
  /** What the owner has put on the device. */
  readonly installed: KeyringFile
  /** The data folder of the player. */
  readonly folder: string
  readonly clock: Clock
  readonly log: Log
}

/**
 * What signed updates have made of the installed keyring, in `keyring.json` of the data folder. The installed file
 * itself is the owner's, and is never written.
 */
export class KeyringStore implements Disposable {
  readonly #options: KeyringStoreOptions
  readonly #path: string
  /** As a restart should find it. */
  readonly keyring: KeyringFile
  #unstored: KeyringFile | undefined
  #cancelRetry: CancelTimer | undefined

  /** Reads what is stored: the newer of that and what is installed counts. What cannot be read is set aside. */
  constructor(options: KeyringStoreOptions) {
    this.#options = options
    this.#path = join(options.folder, 'keyring.json')
    const stored = this.#read()
    this.keyring = stored === undefined ? options.installed : newerKeyring(options.installed, stored)
  }

  /** Whether a restart would find the newest keyring. */
  get stored(): boolean {
    return this.#unstored === undefined
  }

  /** Stores `keyring`; while the disk does not take it, again and again. */
  keep(keyring: KeyringFile): void {
    this.#cancelRetry?.()
    try {
      writeSafely(this.#path, `${JSON.stringify(keyring, undefined, 2)}\n`)
      this.#unstored = undefined
    } catch (error) {
      const { clock, log } = this.#options
      if (this.stored) {
        log.warn(
          `${this.#path} cannot be written (${error instanceof Error ? error.message : error}); free space in the data folder: until then a restart forgets keyring update ${keyring.sequence}`,
        )
      }
      this.#unstored = keyring
      this.#cancelRetry = clock.after(RETRY, () => this.keep(keyring))
    }
  }

  dispose(): void {
    this.#cancelRetry?.()
  }

  #read(): KeyringFile | undefined {
    const { log, clock } = this.#options
    const text = diskFiles.read(this.#path)
    if (text === undefined) return undefined
    const file = readDocument(this.#path, text, KeyringSchema)
    if (file.ok) return file.value
    const aside = `${this.#path}.broken-${new Date(clock.now()).toISOString().replaceAll(':', '-')}`
    try {
      renameSync(this.#path, aside)
    } catch {
      // It is written over with the next update.
    }
    log.warn(
      `${lines(file.failure)}; it was set aside as ${aside}, and the installed keyring is used until the brokers bring the newest update again`,
    )
    return undefined
  }
}

function lines(faults: readonly Fault[]): string {
  return faults.map(formatFault).join('\n')
}
