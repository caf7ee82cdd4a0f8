import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { formatFault, readDocument } from '../../display-client/base/document.ts'
import { diskFiles } from '../../display-client/player/files.ts'
import type { Log } from '../../display-client/player/log.ts'
import { writeSafely } from '../../display-client/player/safe-file.ts'
import { placeOf, type Roll } from './roll.ts'

const whole = z.int().min(0)

const RollSchema = z.strictObject({
  schema: z.literal('kijkuit-roll/2'),
  /** No list with a higher number has been published. */
  reserved: whole,
  entries: z.array(
    z.strictObject({
      area: z.string(),
      sender: z.string(),
      incident: z.string(),
      revision: whole,
      sha256: z.string(),
      kid: z.string(),
      isHearsay: z.boolean(),
      expires: z.number(),
      until: z.number(),
      photos: z.array(z.string()),
      ended: z.boolean(),
    }),
  ),
})

/** How many numbers are reserved at once: that is how many ms pass between two writes, when nothing else happens. */
const BLOCK = 300_000

/**
 * The roll and the numbers of lists on disk: `roll.json` of the data folder, written whole or not at all. Every change
 * is there before anything that follows from it is published.
 */
export class RollStore {
  readonly #path: string
  #roll: Roll = new Map()
  #reserved = 0
  #last = 0

  /** Reads what is there; what cannot be read is set aside. @param now ms since 1970; names what is set aside */
  constructor(folder: string, now: number, log: Log) {
    this.#path = join(folder, 'roll.json')
    const text = diskFiles.read(this.#path)
    if (text === undefined) return
    const read = readDocument(this.#path, text, RollSchema)
    if (read.ok) {
      this.#reserved = read.value.reserved
      this.#last = this.#reserved
      this.#roll = new Map(read.value.entries.map((one) => [placeOf(one), one]))
      return
    }
    const aside = `${this.#path}.broken-${new Date(now).toISOString().replaceAll(':', '-')}`
    renameSync(this.#path, aside)
    const [fault] = read.failure
    log.warn(
      `${fault ? formatFault(fault) : this.#path}; it was set aside as ${aside}, and the list is made anew from what the brokers have`,
    )
  }

  get roll(): Roll {
    return this.#roll
  }

  /** The number that was given out last; 0 at first. */
  get last(): number {
    return this.#last
  }

  /** @throws when the disk does not take it; it is the roll all the same */
  put(roll: Roll): void {
    this.#roll = roll
    this.#write(this.#reserved)
  }

  /** Gives out no number up to `seq`. */
  skip(seq: number): void {
    this.#last = Math.max(this.#last, seq)
  }

  /**
   * The number of the next list: the time in ms, so that it rises also when all state was lost; and always more than any
   * before, so that it rises also when the clock was set back.
   *
   * @param now ms since 1970
   * @throws when the disk does not take it; then nothing may be published under it
   */
  next(now: number): number {
    const seq = Math.max(this.#last + 1, Math.floor(now))
    if (seq > this.#reserved) this.#write(seq + BLOCK)
    this.#last = seq
    return seq
  }

  #write(reserved: number): void {
    const entries = [...this.#roll.values()]
    writeSafely(this.#path, `${JSON.stringify({ schema: 'kijkuit-roll/2', reserved, entries })}\n`)
    this.#reserved = reserved
  }
}
