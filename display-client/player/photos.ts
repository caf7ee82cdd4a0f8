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
    const wanted: Wanted = { media, file: undefined, stop: () => {} }
    this.#wanted.set(media.sha256, wanted)
    if (media.data !== undefined) this.#check(wanted, Buffer.from(media.data, 'base64'))
    else wanted.stop = this.#options.request(media.sha256, (bytes) => this.#check(wanted, bytes))
  }

  /** One after the other: decoding is the most memory that a stranger's bytes can cost. */
  #check(wanted: Wanted, bytes: Uint8Array): void {
    const copy = Uint8Array.from(bytes)
    this.#checks = this.#checks
      .then(() => this.#checkNow(wanted, copy))
      .catch((error: unknown) => this.#options.log.warn(`a fault in Kijkuit: a photo was lost: ${error}`))
  }

  async #checkNow(wanted: Wanted, bytes: Uint8Array): Promise<void> {
    const { media } = wanted
    const isWanted = (): boolean => this.#wanted.get(media.sha256) === wanted && wanted.file === undefined
    if (!isWanted()) return
    // Only here: the decoder takes 20 MB, and a player of text signs never has a photo.
    const { checkPhoto, PHOTO_FAULTS } = await import('../paint/photo.ts')
    const checked = await checkPhoto(bytes, media)
    if (!isWanted()) return
    const { log, onReady } = this.#options
    if (!checked.ok) {
      const fault = checked.failure
      this.#refused.set(fault, (this.#refused.get(fault) ?? 0) + 1)
      log.warn(`photo ${media.sha256.slice(0, 12)} ${PHOTO_FAULTS[fault]}; its alert is shown without it`)
      return
    }
    wanted.stop()
    wanted.file = checked.value
    onReady()
  }
}
