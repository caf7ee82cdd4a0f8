import { createHash, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { closeSync, constants, fdatasyncSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * The keys under which personal data is kept, apart from that data: one file of slots of a fixed size.
 *
 * A key is destroyed by overwriting its own slot where it stands. That takes no room, so it works on a full disk; and a
 * destroyed key leaves its name behind, so that whoever finds data under it knows that it has ended. What a file system
 * and a disk make of "where it stands" is in docs/erasure.md.
 */

/** Bytes; a divisor of every sector size, so that a slot is written as a whole or not at all. */
const SLOT = 64
/** How much the file grows by, bytes. From the first block on it is too large to be kept in an inode (and so in a journal). */
const BLOCK = 4096

/** Keys that are made at once; and how few there may be before more are made. A burst uses more, and waits for each. */
const MOST_SPARE = 16
const FEWEST_SPARE = 8

const FREE = 0
const KEPT = 1
const DESTROYED = 2

/** Where what is in a slot; the byte after the state is the note. Bytes. */
const AT = { state: 0, note: 1, checksum: 4, name: 16, key: 32 } as const

export interface VaultKey {
  /** What the data under this key refers to it by: 32 hex digits. */
  readonly name: string
  /** 256 bits. */
  readonly bytes: Uint8Array
  /** The same, as a cipher takes it: made with the key, because an alert waits for what is made later. */
  readonly secret: KeyObject
}

interface Slot {
  readonly index: number
  /** undefined: destroyed. */
  bytes: Uint8Array | undefined
  /** What whoever destroyed the key left to be known, 0 to 255. */
  note: number
}

export class Vault {
  /** undefined: the keys are in memory only. */
  #file: number | undefined
  readonly #slots = new Map<string, Slot>()
  readonly #free: number[] = []
  readonly #spare: VaultKey[] = []
  #count = 0

  /**
   * @param file descriptor of the key file, which the vault closes; none = keys in memory only
   * @param content what is in it
   */
  private constructor(file: number | undefined, content: Uint8Array) {
    this.#file = file
    this.#count = Math.floor(content.length / SLOT)
    for (let index = this.#count - 1; index >= 0; index -= 1) {
      const slot = content.subarray(index * SLOT, (index + 1) * SLOT)
      const name = Buffer.from(slot.subarray(AT.name, AT.key)).toString('hex')
      if (isWhole(slot) && slot[AT.state] !== FREE && !this.#slots.has(name)) {
        const bytes = slot[AT.state] === KEPT ? Uint8Array.from(slot.subarray(AT.key)) : undefined
        this.#slots.set(name, { index, bytes, note: slot[AT.note] ?? 0 })
      } else {
        this.#free.push(index)
        // Half a key, or what a fault of the disk has left of one.
        if (file !== undefined && slot.some((byte) => byte !== 0)) this.#write(index, new Uint8Array(SLOT))
      }
    }
    content.fill(0)
  }

  /**
   * Opens the key file, made when it is not there.
   *
   * @throws when it can neither be opened nor made
   */
  static open(path: string): Vault {
    const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600)
    // The name of a new file is in the folder, not in the file.
    syncFolder(dirname(path))
    return new Vault(file, readFileSync(path))
  }

  /** The keys of a file that cannot be written to: what changes is changed in memory only. @throws when it cannot be read */
  static read(path: string): Vault {
    return new Vault(undefined, readFileSync(path))
  }

  static inMemory(): Vault {
    return new Vault(undefined, new Uint8Array())
  }

  /**
   * Makes keys for later, so that an alert need not wait for the disk twice.
   *
   * @throws when the disk does not take them
   */
  prepare(): void {
    if (this.#spare.length >= FEWEST_SPARE) return
    while (this.#spare.length < MOST_SPARE) this.#spare.push(this.#make())
    this.#sync()
  }

  /** How many keys are there for later. */
  get spare(): number {
    return this.#spare.length
  }

  /** A random key that nobody has used, on disk when this returns. @throws when the disk does not take it */
  create(): VaultKey {
    const prepared = this.#spare.pop()
    if (prepared !== undefined) return prepared
    const key = this.#make()
    this.#sync()
    return key
  }

  /** The key of that name; undefined when it was destroyed or never there. */
  get(name: string): Uint8Array | undefined {
    return this.#slots.get(name)?.bytes
  }

  /** The note that the destroyed key of that name has left; undefined when it was not destroyed. */
  noteOf(name: string): number | undefined {
    const slot = this.#slots.get(name)
    return slot === undefined || slot.bytes !== undefined ? undefined : slot.note
  }

  /**
   * Destroys keys, in memory and on disk, and leaves `note` in the place of each. Of a key that is destroyed already the
   * first note stands.
   *
   * @throws when the disk does not take it; then they are still to be destroyed
   */
  destroy(names: Iterable<string>, note = 0): void {
    const slots: Slot[] = []
    for (const name of names) {
      const slot = this.#slots.get(name)
      if (slot?.bytes === undefined) continue
      this.#write(
        slot.index,
        slotOf(DESTROYED, note, Buffer.from(name, 'hex'), new Uint8Array(SLOT - AT.key)),
      )
      slots.push(slot)
    }
    if (slots.length > 0) this.#sync()
    for (const slot of slots) {
      slot.bytes?.fill(0)
      slot.bytes = undefined
      slot.note = note
    }
  }

  /** Forgets destroyed keys to which no data refers any more: their slots may be used again. */
  release(names: Iterable<string>): void {
    for (const name of names) {
      const slot = this.#slots.get(name)
      if (slot === undefined || slot.bytes !== undefined) continue
      this.#slots.delete(name)
      this.#free.push(slot.index)
    }
  }

  /** Destroys and releases every key that no data refers to: made just before the power went. @throws as {@link destroy} */
  keepOnly(names: ReadonlySet<string>): void {
    const spare = new Set(this.#spare.map(({ name }) => name))
    const others = [...this.#slots.keys()].filter((name) => !names.has(name) && !spare.has(name))
    this.destroy(others)
    this.release(others)
  }

  /** Forgets all keys, in memory only. */
  close(): void {
    for (const { bytes } of this.#slots.values()) bytes?.fill(0)
    this.#slots.clear()
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  /** A key that may not be on disk yet. */
  #make(): VaultKey {
    const [name, bytes] = [randomBytes(AT.key - AT.name), randomBytes(SLOT - AT.key)]
    const index = this.#free.pop() ?? this.#grow()
    try {
      this.#write(index, slotOf(KEPT, 0, name, bytes))
    } catch (error) {
      this.#free.push(index)
      throw error
    }
    const key = { name: name.toString('hex'), bytes, secret: createSecretKey(bytes) }
    this.#slots.set(key.name, { index, bytes, note: 0 })
    return key
  }

  /** @returns a slot that is free now */
  #grow(): number {
    const first = this.#count
    if (this.#file !== undefined) writeWhole(this.#file, new Uint8Array(BLOCK), first * SLOT)
    this.#count += BLOCK / SLOT
    for (let index = this.#count - 1; index > first; index -= 1) this.#free.push(index)
    return first
  }

  #write(index: number, slot: Uint8Array): void {
    if (this.#file !== undefined) writeWhole(this.#file, slot, index * SLOT)
  }

  #sync(): void {
    if (this.#file !== undefined) fdatasyncSync(this.#file)
  }
}

function slotOf(state: number, note: number, name: Uint8Array, key: Uint8Array): Uint8Array {
  const slot = new Uint8Array(SLOT)
  slot[AT.state] = state
  slot[AT.note] = note
  slot.set(name, AT.name)
  slot.set(key, AT.key)
  slot.set(checksumOf(slot), AT.checksum)
  return slot
}

function isWhole(slot: Uint8Array): boolean {
  const expected = checksumOf(slot)
  return expected.every((byte, index) => slot[AT.checksum + index] === byte)
}

function checksumOf(slot: Uint8Array): Uint8Array {
  const hash = createHash('sha256')
  hash.update(slot.subarray(0, AT.checksum)).update(slot.subarray(AT.name))
  return hash.digest().subarray(0, AT.name - AT.checksum)
}

function writeWhole(file: number, bytes: Uint8Array, position: number): void {
  const written = writeSync(file, bytes, 0, bytes.length, position)
  if (written < bytes.length) throw new Error(`only ${written} of ${bytes.length} bytes were written`)
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
