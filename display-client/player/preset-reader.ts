import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { type Fault, readDocument } from '../base/document.ts'
import { fail, type Result } from '../base/result.ts'
import { PanelProfileSchema } from '../panel/profile.ts'
import type { FileReader } from './files.ts'
import { nearNames } from './near-names.ts'

/** Stands for faults of a preset that were reported under the preset's own name. */
export const REPORTED = 'reported'

/** Reads each preset once, as its author wrote it: defaults come in only after the player's own values. */
export class PresetReader {
  readonly #file: string
  readonly #files: FileReader
  readonly #folder: string
  readonly #faults: Fault[]
  readonly #known = new Map<string, Result<unknown, string>>()

  /**
   * @param file that names the presets
   * @param folder of those that have a name only
   * @param faults takes what is wrong within a preset
   */
  constructor(file: string, files: FileReader, folder: string, faults: Fault[]) {
    this.#file = file
    this.#files = files
    this.#folder = folder
    this.#faults = faults
  }

  /** The preset as written; or what is wrong with its name, {@link REPORTED} when its content is at fault. */
  read(preset: string): Result<unknown, string> {
    const known = this.#known.get(preset) ?? this.#load(preset)
    this.#known.set(preset, known)
    return known
  }

  /** Where its relative paths start. */
  folderOf(preset: string): string {
    return dirname(this.#pathOf(preset))
  }

  #pathOf(preset: string): string {
    return isPath(preset) ? resolve(dirname(this.#file), preset) : join(this.#folder, `${preset}.yaml`)
  }

  #load(preset: string): Result<unknown, string> {
    const path = this.#pathOf(preset)
    const text = this.#files.read(path)
    if (text === undefined) {
      if (isPath(preset)) return fail(`names ${path}, which cannot be read`)
      const names = this.#files
        .list(this.#folder)
        .flatMap((name) => (name.endsWith('.yaml') ? [name.slice(0, -'.yaml'.length)] : []))
      return fail(`there is no preset ${preset}; did you mean ${nearNames(preset, names).join(' or ')}?`)
    }
    const checked = readDocument(path, text, PanelProfileSchema)
    const raw = readDocument(path, text, z.record(z.string(), z.unknown()))
    if (checked.ok && raw.ok) return raw
    if (!checked.ok) this.#faults.push(...checked.failure)
    return fail(REPORTED)
  }
}

function isPath(preset: string): boolean {
  return preset.includes('/') || preset.endsWith('.yaml')
}
