import { createHash } from 'node:crypto'
import { type FSWatcher, watch } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { CancelTimer, Clock } from '../base/clock.ts'
import type { Disposable } from '../base/disposal.ts'
import type { Log } from './log.ts'
import type { MediaFile } from './server.ts'

/** In one folder; of more the rest is left out, and said. */
export const MOST_IMAGES = 200
/** Bytes; paint/idle-image.ts says so in words. Here, so that a larger file is not even read. */
const LARGEST_FILE = 20_000_000
const RASTER = /\.(jpe?g|png|webp|avif|gif)$/i
/** ms of quiet before a folder is read: a picture is copied into it in many steps. */
const QUIET = 500
/** ms: a folder on the network tells nobody that something in it has changed. */
const LOOK = 30_000

export interface IdleImagesOptions {
  /** Absolute path. */
  readonly folder: string
  /** px of the screen. */
  readonly room: { readonly width: number; readonly height: number }
  readonly clock: Clock
  readonly log: Log
  /** Other images, or another order. */
  onChange(): void
}

/** The images in a folder, in the order of their names; follows what is put in and taken out. */
export class IdleImages implements Disposable {
  readonly #options: IdleImagesOptions
  /** Path by the name under which it is served: another after each change of the file, so that browsers may keep it. */
  #images: ReadonlyMap<string, string> = new Map()
  readonly #faults = new Map<string, string>()
  #folderFault: string | undefined
  #watcher: FSWatcher | undefined
  #cancelTimer: CancelTimer = () => {}
  #reading: Promise<void> = Promise.resolve()
  /** One decoding at a time: a wall of screens that starts asks for all at once. */
  #decoding: Promise<unknown> = Promise.resolve()
  #disposed = false

  constructor(options: IdleImagesOptions) {
    this.#options = options
    this.#readSoon(0)
  }

  /** Names, in order. */
  get names(): readonly string[] {
    return [...this.#images.keys()]
  }

  /** What is wrong with the folder and what is in it, one line each. */
  get faults(): readonly string[] {
    return [...(this.#folderFault === undefined ? [] : [this.#folderFault]), ...this.#faults.values()]
  }

  /** The picture as a screen gets it; undefined when there is none of that name, or it cannot be shown. */
  get(name: string): Promise<MediaFile | undefined> {
    const next = this.#decoding.then(() => this.#decode(name))
    this.#decoding = next.catch(() => undefined)
    return next
  }

  async dispose(): Promise<void> {
    this.#disposed = true
    this.#cancelTimer()
    this.#watcher?.close()
    await Promise.all([this.#reading, this.#decoding])
  }

  async #decode(name: string): Promise<MediaFile | undefined> {
    const path = this.#images.get(name)
    if (path === undefined || this.#disposed) return undefined
    const bytes = await readFile(path).catch(() => undefined)
    if (bytes === undefined) return undefined
    // Only here: libvips, which a screen without images never needs.
    const { IDLE_IMAGE_FAULTS, idleImage } = await import('../paint/idle-image.ts')
    const image = await idleImage(bytes, this.#options.room)
    if (image.ok) {
      this.#faults.delete(path)
      return { mimeType: 'image/jpeg', bytes: image.value }
    }
    this.#fault(path, `${path} is left out: it ${IDLE_IMAGE_FAULTS[image.failure]}`)
    return undefined
  }

  #readSoon(wait: number): void {
    const { clock } = this.#options
    this.#cancelTimer()
    this.#cancelTimer = clock.after(wait, () => {
      this.#reading = this.#read().finally(() => {
        if (!this.#disposed) this.#readSoon(LOOK)
      })
    })
  }

  async #read(): Promise<void> {
    const { folder, log, onChange } = this.#options
    this.#watcher ??= this.#watch(folder)
    const names = await readdir(folder).catch(() => undefined)
    const raster = (names ?? [])
      .filter((name) => RASTER.test(name) && !name.startsWith('.'))
      .toSorted((a, b) => a.localeCompare(b, 'nl', { numeric: true }))
    const found: [string, string][] = []
    for (const name of raster.slice(0, MOST_IMAGES)) {
      const path = join(folder, name)
      const status = await stat(path).catch(() => undefined)
      if (status === undefined || !status.isFile() || status.size === 0) continue
      if (status.size > LARGEST_FILE)
        this.#fault(
          path,
          `${path} is left out: it is larger than ${LARGEST_FILE / 1_000_000} MB; export a smaller one`,
        )
      else found.push([digest(`${path} ${status.mtimeMs} ${status.size}`), path])
    }
    if (this.#disposed) return
    const paths = new Set(raster.map((name) => join(folder, name)))
    for (const path of this.#faults.keys()) if (!paths.has(path)) this.#faults.delete(path)
    const fault =
      names === undefined
        ? `${folder} cannot be read; the screen is black between alerts`
        : raster.length === 0
          ? `${folder} holds no JPEG, PNG, WebP, AVIF or GIF; the screen is black between alerts`
          : raster.length > MOST_IMAGES
            ? `${folder} holds ${raster.length} images, and the first ${MOST_IMAGES} are shown; take some out`
            : undefined
    if (fault !== undefined && fault !== this.#folderFault) log.warn(fault)
    this.#folderFault = fault
    const before = this.names.join()
    this.#images = new Map(found)
    if (this.names.join() !== before) onChange()
  }

  #watch(folder: string): FSWatcher | undefined {
    try {
      const watcher = watch(folder, () => this.#readSoon(QUIET))
      watcher.on('error', () => {
        watcher.close()
        this.#watcher = undefined
      })
      return watcher
    } catch {
      return undefined
    }
  }

  #fault(path: string, fault: string): void {
    if (this.#faults.get(path) !== fault) this.#options.log.warn(fault)
    this.#faults.set(path, fault)
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
