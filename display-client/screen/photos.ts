import { mediaPath } from '../player/protocol.ts'

/**
 * How long an alert waits for its faces, ms. A photo of 2 MP from loopback is decoded in some 50 ms; after this the
 * words go first and the face follows when it comes.
 */
const PATIENCE = 300

/**
 * The photos of what is shown now, decoded beforehand so that words and face appear in one frame; nothing else is kept.
 */
export class Photos {
  readonly #held = new Map<string, HTMLImageElement>()
  /** Used anew: Chromium's document holds every image that there ever was (the listener of its viewport is never taken off). */
  readonly #spare: HTMLImageElement[] = []
  readonly #late: () => void

  /** @param late called when a photo has come that {@link prepare} did not wait for */
  constructor(late: () => void) {
    this.#late = late
  }

  /** Fetches and decodes these photos, where they are not here already; resolves when they are, or patience is at its end. */
  async prepare(wanted: ReadonlySet<string>): Promise<void> {
    const coming = [...wanted].filter((name) => !this.has(name)).map((name) => this.#fetch(name))
    if (coming.length === 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        resolve()
        void all.then(this.#late)
      }, PATIENCE)
      const all = Promise.all(coming).then(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  /** Lets go of all others: a face is not kept for the garbage collector's convenience. */
  keepOnly(wanted: ReadonlySet<string>): void {
    for (const [name, photo] of this.#held) {
      if (wanted.has(name)) continue
      // Frees the pixels now.
      photo.removeAttribute('src')
      this.#held.delete(name)
      this.#spare.push(photo)
    }
  }

  /** Whether a photo is here in full. */
  has(name: string): boolean {
    const photo = this.#held.get(name)
    return photo?.complete === true && photo.naturalWidth > 0
  }

  async #fetch(name: string): Promise<void> {
    const photo = this.#held.get(name) ?? this.#spare.pop() ?? new Image()
    this.#held.set(name, photo)
    photo.src = mediaPath(name)
    // A photo that does not come leaves its box empty: the words matter more, and the public is shown no error.
    await photo.decode().catch(() => undefined)
  }
}
