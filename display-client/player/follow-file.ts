import { closeSync, constants, type FSWatcher, fstatSync, openSync, readSync, watch } from 'node:fs'
import { dirname } from 'node:path'
import type { CancelTimer, Clock } from '../base/clock.ts'
import type { Disposable } from '../base/disposal.ts'

/** ms: a folder on the network, or one that is not there yet, tells nobody that something in it has changed. */
const LOOK = 2_000

export interface FollowedFile {
  readonly path: string
  /** Bytes; of a longer file only so much is read, and one more. */
  readonly largest: number
  readonly clock: Clock
  /**
   * Called with the text at once, and each time that the file is written anew, also with the same; undefined = it is not there,
   * or cannot be read. @param age how long ago it was written, ms
   */
  onText(text: string | undefined, age: number): void
}

/** Follows what another program writes to a small file, in place or by renaming a new one to its name. */
export function followFile({ path, largest, clock, onText }: FollowedFile): Disposable {
  let stamp: string | undefined
  let cancel: CancelTimer = () => {}
  let watcher: FSWatcher | undefined

  const look = (): void => {
    const found = readStamped(path, largest)
    if (found?.stamp === stamp && stamp !== undefined) return
    const wasThere = stamp !== undefined
    stamp = found?.stamp
    if (found !== undefined || wasThere)
      onText(found?.text, found === undefined ? 0 : Math.max(0, clock.now() - found.writtenAt))
  }
  const again = (): void => {
    cancel = clock.after(LOOK, () => {
      watcher ??= watched(dirname(path), look, () => {
        watcher = undefined
      })
      look()
      again()
    })
  }

  watcher = watched(dirname(path), look, () => {
    watcher = undefined
  })
  look()
  again()
  return {
    dispose() {
      cancel()
      watcher?.close()
    },
  }
}

function watched(folder: string, onChange: () => void, onGone: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, onChange)
    watcher.on('error', () => {
      watcher.close()
      onGone()
    })
    return watcher
  } catch {
    return undefined
  }
}

/** @returns undefined when it is not there, or is no plain file */
function readStamped(
  path: string,
  largest: number,
): { stamp: string; writtenAt: number; text: string } | undefined {
  try {
    // Not waiting: opening a pipe would, for as long as nobody writes to it.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const status = fstatSync(file, { bigint: true })
      if (!status.isFile()) return undefined
      const bytes = Buffer.alloc(largest + 1)
      const length = readSync(file, bytes, 0, bytes.length, 0)
      return {
        writtenAt: Number(status.mtimeMs),
        stamp: `${status.ino} ${status.mtimeNs} ${status.size}`,
        text: bytes.subarray(0, length).toString(),
      }
    } finally {
      closeSync(file)
    }
  } catch {
    return undefined
  }
}
