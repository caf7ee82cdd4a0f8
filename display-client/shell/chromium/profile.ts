import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { chromiumPreferences } from './command-line.ts'

/** `kijkuit-chromium-<process id of the shell>-<when that began>-<random>` */
const NAME = /^kijkuit-chromium-(\d+)-(\d+)-/

/**
 * Makes the profile of one run: nothing of an earlier run is in it, and nothing personal is left after this one.
 *
 * @param folder for temporary files, at best in memory
 */
export function makeProfile(folder: string): string {
  const profile = mkdtempSync(join(folder, `kijkuit-chromium-${process.pid}-${startOf(process.pid)}-`))
  mkdirSync(join(profile, 'Default'))
  writeFileSync(join(profile, 'Default', 'Preferences'), chromiumPreferences(), { mode: 0o600 })
  return profile
}

export async function removeProfile(profile: string): Promise<void> {
  // A last process may still be writing into it while it dies.
  await rm(profile, { recursive: true, force: true, maxRetries: 10 }).catch(() => undefined)
}

/** Removes the profiles of shells that were killed before they could. Those of shells that run stay. */
export async function removeLeftProfiles(folder: string): Promise<void> {
  const left = namesIn(folder).filter((name) => {
    const [, pid, start] = NAME.exec(name) ?? []
    return pid !== undefined && startOf(Number(pid)) !== start
  })
  await Promise.all(left.map((name) => removeProfile(join(folder, name))))
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** When a process began, in ticks since the machine did: proc(5), stat, field 22. undefined when there is none. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command stands in brackets and may itself hold brackets and spaces; field 3 follows it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}
