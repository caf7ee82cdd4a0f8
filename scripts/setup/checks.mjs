// The checks that need no running program: `npm run check` runs these alone, `npm test` before the tests.

import { PINNED_NODE, run } from './run.mjs'
import { buildScreen } from './screen.mjs'
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

/** @returns {Promise<string[]>} the name of the check, if it failed */
export async function runBuildCheck() {
  return (await check('screen build', buildScreen)) ? [] : ['screen build']
}

/**
 * @param {string} name
 * @param {() => Promise<boolean>} passes
 */
async function check(name, passes) {
  process.stdout.write(`\n--- ${name}\n`)
  return passes()
}
