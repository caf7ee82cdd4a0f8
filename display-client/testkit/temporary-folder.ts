import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Disposable } from '../base/disposal.ts'

/** A folder that is gone, with everything in it, when it is disposed of. */
export interface TemporaryFolder extends Disposable {
  /** Absolute. */
  readonly path: string
  /** The absolute path of something in it. */
  join(...names: string[]): string
  dispose(): Promise<void>
}

/** Makes an empty folder of its own under the system's temporary folder. */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), 'kijkuit-test-'))
  return {
    path,
    join: (...names) => join(path, ...names),
    dispose: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  }
}
