import { readdirSync, readFileSync } from 'node:fs'

/** The little that reading a configuration needs of a file system. */
export interface FileReader {
  /** The text of a file; undefined when it cannot be read. */
  read(path: string): string | undefined
  /** The names in a folder, sorted; empty when it cannot be read. */
  list(folder: string): readonly string[]
}

/** The disk of this machine. */
export const diskFiles: FileReader = {
  read(path) {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      return undefined
    }
  },
  list(folder) {
    try {
      return readdirSync(folder).sort()
    } catch {
      return []
    }
  },
}
