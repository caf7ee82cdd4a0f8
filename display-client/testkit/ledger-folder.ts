import { cpSync } from 'node:fs'
import { afterEach, beforeEach } from 'vitest'
import type { KeyPurpose, KeyringEntry } from '../alert/keyring.ts'
import { Disposables } from '../base/disposal.ts'
import { testKey } from './keys.ts'
import { openLedger, type TestLedger } from './ledger.ts'
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts'
import { TestClock } from './test-clock.ts'

/** A ledger of a test, and its time. */
export interface OpenLedger extends TestLedger {
  readonly clock: TestClock
  /** The power fails: nothing is closed, and who opens next finds the disk as it is now. */
  cutPower(): void
}

/** A data folder of each test, and the ledgers on it, one after another. */
export class LedgerFolder {
  readonly #held = new Disposables()
  readonly #purpose: Partial<KeyPurpose>
  #folder: TemporaryFolder | undefined
  #key: KeyringEntry | undefined
  /** How often the power has failed. */
  #cuts = 0

  /** For the top of a test file: from then on each of its tests has an empty one. @param purpose what differs of its key */
  constructor(purpose: Partial<KeyPurpose> = {}) {
    this.#purpose = purpose
    beforeEach(async () => {
      this.#cuts = 0
      this.#folder = this.#held.add(await temporaryFolder())
      this.#key = testKey(this.#purpose).entry
    })
    afterEach(() => this.#held.dispose())
  }

  /** Of the issuer. */
  get key(): KeyringEntry {
    if (this.#key === undefined) throw new Error('there is a key only while a test runs')
    return this.#key
  }

  /** Absolute. */
  get path(): string {
    if (this.#folder === undefined) throw new Error('there is a folder only while a test runs')
    return this.#folder.join(`data-${this.#cuts}`)
  }

  open(clock = new TestClock()): OpenLedger {
    const opened = openLedger(this.path, clock, this.key)
    const cutPower = (): void => {
      const before = this.path
      this.#cuts += 1
      cpSync(before, this.path, { recursive: true })
      opened.dispose()
    }
    return this.#held.add({ ...opened, clock, cutPower })
  }
}
