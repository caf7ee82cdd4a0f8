import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Fields, fieldsOf } from './devtools-pipe.ts'

/** Where Debian's Chromium reads the policies that only root writes. */
export const POLICIES = '/etc/chromium/policies/managed'

/**
 * What is wrong with the policies of this machine for a shell: one that keeps it from its page or from its browser, or none
 * at all. Chromium takes the keys of all files together.
 *
 * @param folder of the policies
 * @returns one sentence that names the fix; undefined when nothing is wrong
 */
export function policyProblem(folder: string, port: number): string | undefined {
  const files = readPolicies(folder)
  if (typeof files === 'string') return files
  const policies: Fields = Object.assign({}, ...files)
  const remote = policies['RemoteDebuggingAllowed'] === false ? 'RemoteDebuggingAllowed' : undefined
  const tools = policies['DeveloperToolsAvailability'] === 2 ? 'DeveloperToolsAvailability' : undefined
  const locks = remote ?? tools
  if (locks !== undefined) {
    return `${locks} in ${folder} keeps this shell from its browser; take it out.`
  }
  const blocked = listOf(policies['URLBlocklist'])
  if (!blocked.includes('*')) {
    return `No policy keeps Chromium to the page of the player; install kijkuit-policy.json in ${folder} (docs/shell.md).`
  }
  const allowed = listOf(policies['URLAllowlist'])
  const own = ['127.0.0.1', `127.0.0.1:${port}`, `http://127.0.0.1:${port}`]
  if (!own.some((address) => allowed.includes(address))) {
    return `URLAllowlist in ${folder} lacks 127.0.0.1:${port}, where the player is; add it.`
  }
  return allowed.includes('data:*')
    ? undefined
    : `URLAllowlist in ${folder} lacks data:*, the safe page; add it.`
}

/** @returns what each file says, or what is wrong with one */
function readPolicies(folder: string): readonly Fields[] | string {
  let names: readonly string[]
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  } catch {
    return []
  }
  const all: Fields[] = []
  for (const name of names.toSorted()) {
    try {
      all.push(fieldsOf(JSON.parse(readFileSync(join(folder, name), 'utf8'))))
    } catch {
      return `${join(folder, name)} cannot be read as JSON, and Chromium passes it over; correct it.`
    }
  }
  return all
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
