import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Writes a file so that after a power cut it is either the old one or the new one, and never half of one.
 *
 * @param mode permissions of the file, unless told otherwise for its owner only
 * @throws when the disk does not take it; the old one is still there then
 */
export function writeSafely(path: string, text: string, mode = 0o600): void {
  const half = `${path}.new`
  try {
    const file = openSync(half, 'w', mode)
    try {
      writeSync(file, text)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(half, path)
  } catch (error) {
    rmSync(half, { force: true })
    throw error
  }
  // The name is in the folder, and the folder is a file of its own.
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
