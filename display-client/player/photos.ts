import { createHash } from 'node:crypto'
import type { Current } from '../alert/incident.ts'
import type { Media } from '../alert/model.ts'
import type { Disposable } from '../base/disposal.ts'
import type { PhotoFault } from '../paint/photo.ts'
import type { Log } from './log.ts'
import type { MediaFile } from './server.ts'

export interface PhotosOptions {
  readonly log: Log
  /** Asks the brokers for the bytes of a photo. @returns stops asking */
  request(sha256: string, onBytes: (bytes: Uint8Array) => void): () => void
  /** A photo joined. */
  onReady(): void
}

interface Wanted {
  readonly media: Media
  file: MediaFile | undefined
  stop: () => void
  /** The signed bytes have come. */
  isChecked: boolean
  /** What was said of it: whoever floods a player must not fill its disk. */
  readonly said: Set<PhotoFault>
}

/**
 * The photos of live alerts, in memory only: checked against the digest that was signed, cleaned, and gone with the last
 * alert that names them. An alert never waits for its photo.
 */
export class Photos implements Disposable {
  readonly #options: PhotosOptions
  readonly #wanted = new Map<string, Wanted>()
  readonly #refused = new Map<PhotoFault, number>()
  #checks: Promise<unknown> = Promise.resolve()

  constructor(options: PhotosOptions) {
    this.#options = options
  }

  /** How many photos were refused since the start, by reason. */
  get refused(): Readonly<Partial<Record<PhotoFault, number>>> {
    return Object.fromEntries(this.#refused)
  }

  /** The photo of that digest, when it is there and a live alert names it. */
  get(sha256: string): MediaFile | undefined {
    return this.#wanted.get(sha256)?.file
  }

  /** Gets the photos of `live`, and lets go of all others. */
  follow(live: readonly Current[]): void {
    const named = new Map(live.flatMap(({ alert }) => alert.media).map((media) => [media.sha256, media]))
    for (const [sha256, { stop, file }] of this.#wanted) {
      if (named.has(sha256)) continue
      stop()
      // The memory may be used for something else much later, and may meanwhile end in a swap file or a dump.
      file?.bytes.fill(0)
      this.#wanted.delete(sha256)
    }
    for (const [sha256, media] of named) if (!this.#wanted.has(sha256)) this.#want(media)
  }

  async dispose(): Promise<void> {
    this.follow([])
    await this.#checks
  }

  #want(media: Media): void {
    const wanted: Wanted = { media, file: undefined, stop: () => {}, isChecked: false, said: new Set() }
    this.#wanted.set(media.sha256, wanted)
    if (media.data !== undefined) this.#check(wanted, Buffer.from(media.data, 'base64'))
    else wanted.stop = this.#options.request(media.sha256, (bytes) => this.#check(wanted, bytes))
  }

  /**
   * Nothing is kept of bytes with another digest, however many there come; and the same bytes need be looked at only once.
   * The rest goes one after the other: decoding is the most memory that a stranger's bytes can cost.
   */
  #check(wanted: Wanted, bytes: Uint8Array): void {
    const isSigned = createHash('sha256').update(bytes).digest('hex') === wanted.media.sha256
    if (isSigned && wanted.isChecked) return
    wanted.isChecked ||= isSigned
    const copy = isSigned ? Uint8Array.from(bytes) : undefined
    const size = bytes.length
    this.#checks = this.#checks
      .then(() => (copy === undefined ? this.#refuseUnsigned(wanted, size) : this.#checkNow(wanted, copy)))
      .catch((error: unknown) => this.#options.log.warn(`a fault in Kijkuit: a photo was lost: ${error}`))
  }

  async #refuseUnsigned(wanted: Wanted, size: number): Promise<void> {
    const { PHOTO_FAULTS, PHOTO_LIMITS } = await import('../paint/photo.ts')
    // The link cuts what is too long, so its digest says nothing.
    this.#refuse(wanted, size > PHOTO_LIMITS.bytes ? 'too-many-bytes' : 'digest-wrong', PHOTO_FAULTS)
  }

  #refuse({ media, said }: Wanted, fault: PhotoFault, words: Readonly<Record<PhotoFault, string>>): void {
    this.#refused.set(fault, (this.#refused.get(fault) ?? 0) + 1)
    if (said.has(fault)) return
    said.add(fault)
    this.#options.log.warn(
      `photo ${media.sha256.slice(0, 12)} ${words[fault]}; its alert is shown without it`,
    )
  }

  async #checkNow(wanted: Wanted, bytes: Uint8Array): Promise<void> {
    const { media } = wanted
    const isWanted = (): boolean => this.#wanted.get(media.sha256) === wanted && wanted.file === undefined
    if (!isWanted()) return
    // Only here: the decoder takes 20 MB, and a player of text signs never has a photo.
    const { checkPhoto, PHOTO_FAULTS } = await import('../paint/photo.ts')
    const checked = await checkPhoto(bytes, media)
    if (!isWanted()) return
    if (!checked.ok) {
      this.#refuse(wanted, checked.failure, PHOTO_FAULTS)
      return
    }
    wanted.stop()
    wanted.file = checked.value
    this.#options.onReady()
  }
}
