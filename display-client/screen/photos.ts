import { mediaPath, type PhotoMessage } from '../player/protocol.ts'

/**
 * How long an alert waits for its faces, ms. A photo of 2 MP from loopback is decoded in some 50 ms; after this the
 * words go first and the face follows when it comes.
 */
const PATIENCE = 300

/** How long a photo may take before the player is told to do without it, ms. It is still welcome when it comes later. */
const TOO_LONG = 1_500

/** How long one that came too late is kept for the player to ask for it, and one that does not come is waited for, ms. */
const KEPT = 5_000
const LONGEST = 60_000

/** What {@link Photos} tells. */
export interface PhotosListener {
  /** A photo has come that {@link Photos.prepare} did not wait for. */
  late(): void
  /** As in {@link PhotoMessage}. */
  fault(sha256: string, fault: PhotoMessage['fault']): void
}

/**
 * The photos of what is shown now, decoded beforehand so that words and face appear in one frame; nothing else is kept.
 */
export class Photos {
  /** By digest; another object for each fetch, so that what an earlier one comes to is known for that. */
  readonly #held = new Map<string, { readonly photo: HTMLImageElement }>()
  /** Used anew: Chromium's document holds every image that there ever was (the listener of its viewport is never taken off). */
  readonly #spare: HTMLImageElement[] = []
  /** Those that the player does without, because they took too long. */
  readonly #overdue = new Set<string>()
  /** Of the pages that are shown, or will be. */
  #wanted: ReadonlySet<string> = new Set()
  readonly #listener: PhotosListener

  constructor(listener: PhotosListener) {
    this.#listener = listener
  }

  /**
   * Fetches and decodes these photos, where they are not here already; resolves when they are, or patience is at its end. When
   * one cannot be drawn, there is that much time for the player to send pages without it: then nobody sees its empty place.
   */
  async prepare(wanted: ReadonlySet<string>): Promise<void> {
    this.#wanted = wanted
    const coming = [...wanted].filter((name) => !this.has(name)).map((name) => this.#fetch(name))
    if (coming.length === 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        resolve()
        void all.then(() => this.#listener.late())
      }, PATIENCE)
      const all = Promise.all(coming).then(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  /** Lets go of all others. */
  keepOnly(wanted: ReadonlySet<string>): void {
    for (const name of this.#held.keys()) if (!wanted.has(name) && !this.#overdue.has(name)) this.#drop(name)
  }

  /** Whether a photo is here in full. */
  has(name: string): boolean {
    const photo = this.#held.get(name)?.photo
    return photo?.complete === true && photo.naturalWidth > 0
  }

  /** Settles when it is here, and never when it cannot be drawn: nothing more is to be waited for then. */
  #fetch(name: string): Promise<void> {
    const photo = this.#held.get(name)?.photo ?? this.#spare.pop() ?? new Image()
    const held = { photo }
    this.#held.set(name, held)
    photo.src = mediaPath(name)
    const isHeld = (): boolean => this.#held.get(name) === held
    const timer = setTimeout(() => {
      if (!isHeld()) return
      this.#overdue.add(name)
      this.#listener.fault(name, 'slow')
      setTimeout(() => this.#forget(name), LONGEST)
    }, TOO_LONG)
    return new Promise((resolve) => {
      photo.decode().then(
        () => {
          clearTimeout(timer)
          if (isHeld() && this.#overdue.has(name)) {
            this.#listener.fault(name, null)
            setTimeout(() => this.#forget(name), KEPT)
          }
          resolve()
        },
        () => {
          clearTimeout(timer)
          if (!isHeld()) return
          this.#drop(name)
          this.#listener.fault(name, 'undrawable')
        },
      )
    })
  }

  /** Of one that was overdue: from now on it is held only as long as pages name it. */
  #forget(name: string): void {
    if (!this.#overdue.delete(name)) return
    if (!this.#wanted.has(name)) this.#drop(name)
  }

  /** Frees its pixels now: a face is not kept for the garbage collector's convenience. */
  #drop(name: string): void {
    const held = this.#held.get(name)
    this.#held.delete(name)
    this.#overdue.delete(name)
    if (held === undefined) return
    held.photo.removeAttribute('src')
    this.#spare.push(held.photo)
  }
}
