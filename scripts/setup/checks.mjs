// The checks that need no running program: `npm run check` runs these alone, `npm test` before the tests.

import { COMMAND, make, SCREEN } from './builds.mjs'
import { PINNED_NODE, run } from './run.mjs'
import { succeeded } from './steps.mjs'

/** @type {readonly { name: string, fix?: string, command: readonly string[] }[]} */
const STATIC = [
  {
    name: 'lint and format',
    fix: 'npm run format mends what can be mended',
    command: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  },
  { name: 'types', command: ['node_modules/typescript/bin/tsc', '--build'] },
  { name: 'import direction', command: ['scripts/checks/imports.ts'] },
]

/**
 * Runs every static check, also after one has failed: a person wants to see all that is wrong at once.
 *
 * @returns {Promise<string[]>} the names of those that failed
 */
export async function runStaticChecks() {
  const failed = []
  for (const { name, fix, command } of STATIC) {
    if (!(await check(name, async () => succeeded(await run(PINNED_NODE, command))))) {
      failed.push(fix ? `${name} (${fix})` : name)
    }
  }
  return failed
}

/** @returns {Promise<string[]>} the names of what could not be built */
export async function runBuildChecks() {
  const failed = []
  for (const build of [SCREEN, COMMAND]) {
    if (!(await check(`build of ${build.name}`, () => make(build)))) failed.push(`build of ${build.name}`)
  }
  return failed
}

/**
 * @param {string} name
 * @param {() => Promise<boolean>} passes
 */
async function check(name, passes) {
  process.stdout.write(`\n--- ${name}\n`)
  return passes()
}
