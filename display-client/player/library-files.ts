import { type FSWatcher, watch } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CancelTimer, Clock } from '../base/clock.ts'
import type { Disposable } from '../base/disposal.ts'
import { type Fault, formatFault } from '../base/document.ts'
import { ok, type Result } from '../base/result.ts'
import {
  buildLibrary,
  type Library,
  type LibraryFile,
  type Needs,
  wantsLedTypes,
} from '../compose/library.ts'
import { isFontFile, LARGEST_FONT_FILE, type OwnFontFile } from '../compose/own-font.ts'
import type { PanelProfile } from '../panel/profile.ts'
import { TEMPLATES } from './config.ts'
import type { Log } from './log.ts'

/** What a person may change while the player runs. */
const FOLDERS = ['alerts', 'words', 'themes'] as const

const FONTS = fileURLToPath(new URL('../../display-client/compose/fonts', import.meta.url))
const PICTOGRAMS = fileURLToPath(new URL('../../display-client/compose/pictograms', import.meta.url))
const OUTLINE = /-(latin|latin-ext)-(400|700)-normal\.woff$/

/** An editor writes a file in several steps; ms of quiet before it is read. */
const QUIET = 200

/**
 * Reads everything that composing needs from disk.
 *
 * @param templates a folder like `templates/`
 * @param needs of the panels to compose for: what is a path of a font file is read, and LED types only when one
 *   of them wants any (3 MB); absent = everything that ships with Kijkuit
 */
export async function readLibrary(
  templates: string = TEMPLATES,
  needs?: Needs,
): Promise<Result<Library, readonly Fault[]>> {
  const outline = dirname(
    createRequire(import.meta.url).resolve(
      '@fontsource/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-400-normal.woff',
    ),
  )
  const files = await Promise.all([
    ...FOLDERS.map((folder) => filesIn(join(templates, folder), /\.yaml$/, readText)),
    wantsLedTypes(needs?.fonts) ? filesIn(FONTS, /\.font\.txt$/, readText) : [],
    filesIn(outline, OUTLINE, readBytes),
    filesIn(PICTOGRAMS, /\.pictogram\.txt$/, readText),
  ])
  const own = await Promise.all([...new Set(needs?.fonts ?? [])].filter(isFontFile).map(readOwn))
  return buildLibrary(files.flat(), needs, own)
}

async function readOwn(path: string): Promise<OwnFontFile> {
  const status = await stat(path).catch(() => undefined)
  if (status === undefined || status.size > LARGEST_FONT_FILE) return { path, text: undefined }
  return { path, text: await readFile(path, 'utf8').catch(() => undefined) }
}

/** What panels name as their fonts and themes. */
export function needsOf(panels: readonly Pick<PanelProfile, 'pixels' | 'theme'>[]): Needs {
  return {
    fonts: panels.flatMap(({ pixels }) => (pixels ? [pixels.font] : [])),
    themes: panels.flatMap(({ theme }) => theme ?? []),
  }
}

const readText = async (path: string): Promise<LibraryFile> => ({ path, text: await readFile(path, 'utf8') })
const readBytes = async (path: string): Promise<LibraryFile> => ({ path, bytes: await readFile(path) })

/** A folder that is not there has no files: what is missing is for the library to say. */
async function filesIn(
  folder: string,
  pattern: RegExp,
  read: (path: string) => Promise<LibraryFile>,
): Promise<readonly LibraryFile[]> {
  const names = await readdir(folder).catch(() => [])
  const files = names.filter((name) => pattern.test(name)).sort()
  return Promise.all(files.map((name) => read(join(folder, name))))
}

export interface LibraryFilesOptions {
  readonly templates: string
  /** Of every panel. */
  readonly needs?: Needs
  readonly clock: Clock
  readonly log: Log
  /** Another library took the place of the last one. */
  onChange(): void
}

/** The library of a running player: follows what is changed on disk, and keeps the last good one when that is wrong. */
export class LibraryFiles implements Disposable {
  readonly #options: LibraryFilesOptions
  readonly #watchers: readonly FSWatcher[]
  #library: Library
  #faults: readonly Fault[] = []
  #cancelTimer: CancelTimer | undefined
  #reading: Promise<void> = Promise.resolve()
  #disposed = false

  private constructor(library: Library, options: LibraryFilesOptions) {
    this.#library = library
    this.#options = options
    this.#watchers = FOLDERS.flatMap((folder) => this.#watch(join(options.templates, folder)))
  }

  /** @returns the faults when there is no good library to begin with */
  static async open(options: LibraryFilesOptions): Promise<Result<LibraryFiles, readonly Fault[]>> {
    const library = await readLibrary(options.templates, options.needs)
    return library.ok ? ok(new LibraryFiles(library.value, options)) : library
  }

  get library(): Library {
    return this.#library
  }

  /** What is wrong with the files as they are now; empty when the library is made of them. */
  get faults(): readonly Fault[] {
    return this.#faults
  }

  async dispose(): Promise<void> {
    this.#disposed = true
    this.#cancelTimer?.()
    for (const watcher of this.#watchers) watcher.close()
    await this.#reading
  }

  #watch(folder: string): readonly FSWatcher[] {
    try {
      const watcher = watch(folder, () => this.#readSoon())
      watcher.on('error', (error) => {
        this.#options.log.warn(
          `changes in ${folder} are no longer seen (${error.message}); restart the player to read them`,
        )
      })
      return [watcher]
    } catch (error) {
      this.#options.log.warn(`changes in ${folder} are not seen (${error}); restart the player to read them`)
      return []
    }
  }

  #readSoon(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = this.#options.clock.after(QUIET, () => {
      this.#reading = this.#reading
        .then(() => this.#read())
        .catch((error: unknown) =>
          this.#options.log.warn(`the last good templates stay: reading them failed (${error})`),
        )
    })
  }

  async #read(): Promise<void> {
    const { templates, needs, log, onChange } = this.#options
    const read = await readLibrary(templates, needs)
    if (this.#disposed) return
    this.#faults = read.ok ? [] : read.failure
    for (const fault of this.#faults) log.warn(`the last good template stays: ${formatFault(fault)}`)
    if (!read.ok) return
    this.#library = read.value
    log.info(`read the templates in ${basename(templates)} anew`)
    onChange()
  }
}
