import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { BOTTOM, type Standing } from './ladder.ts'

/** Keeps where a ladder stands over restarts of its shell: a small file for each panel, in a folder of the shell's own. */
export interface LadderStore {
  /** Where it stood; the bottom when nothing that can be read was kept. */
  load(panel: string): Standing
  /** A disk that does not take it is said once; the ladder then begins at the bottom after a restart. */
  save(panel: string, standing: Standing): void
}

/** Restarts that are read at most; a longer list is not ours. */
const MOST = 16

/**
 * @param folder made when it is not there
 * @param say to the operator
 */
export function ladderStore(folder: string, say: (sentence: string) => void): LadderStore {
  const pathOf = (panel: string): string => join(folder, `ladder-${panel}.json`)
  let complained = false
  return {
    load(panel) {
      let text: string
      try {
        text = readFileSync(pathOf(panel), 'utf8')
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') {
          say(
            `${pathOf(panel)} cannot be read (${codeOf(error)}); the ladder of ${panel} begins at the bottom.`,
          )
        }
        return BOTTOM
      }
      const standing = read(text)
      if (standing === undefined) {
        say(
          `${pathOf(panel)} is broken and will be written anew; the ladder of ${panel} begins at the bottom.`,
        )
      }
      return standing ?? BOTTOM
    },
    save(panel, { rung, restarts }) {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 })
        write(pathOf(panel), JSON.stringify({ rung, restarts }))
      } catch (error) {
        if (complained) return
        complained = true
        say(
          `${folder} does not take the state of the ladder (${codeOf(error)}); make it writable for this user.`,
        )
      }
    },
  }
}

/** After a power cut it is the old file or the new one, never half of one. */
function write(path: string, text: string): void {
  const half = `${path}.new`
  const file = openSync(half, 'w', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(half, path)
}

function read(text: string): Standing | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || !('rung' in value) || !('restarts' in value))
    return undefined
  const { rung, restarts } = value
  if (typeof rung !== 'number' || !Number.isInteger(rung) || rung < 0) return undefined
  const isList = Array.isArray(restarts) && restarts.length <= MOST
  if (!isList || !restarts.every((at) => typeof at === 'number' && Number.isFinite(at))) return undefined
  return { rung, restarts }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
