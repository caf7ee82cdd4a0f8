// `npm test`: set up what is missing, the static checks, the screen build, then the tests. Arguments go to vitest:
// `npm test -- display-client/alert` runs the tests of one folder.
//
// The last line is always `N passed, N failed, N skipped`. Whatever fails outside a test (a check, a file that
// does not load, the set-up itself) counts as one failed, so that the line never says 0 failed of a failed run.

import { runBuildChecks, runStaticChecks } from './checks.mjs'
import { buildCanvas, installPackages } from './packages.mjs'
import { PINNED_NODE, run } from './run.mjs'
import { entry, SetupError, say, succeeded } from './steps.mjs'
import { installSystemPackages } from './system.mjs'

/** @typedef {import('../checks/reporter.ts').TestResults} TestResults */

/** @type {string[]} */
const failures = []
/** @type {TestResults} */
let results = { passed: 0, failed: 0, skipped: [] }

await entry(async () => {
  try {
    await setUp()
    failures.push(...(await runStaticChecks()), ...(await runBuildChecks()))
    await runTests()
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    say(error.message)
    failures.push('set-up')
  }
  report()
})

async function setUp() {
  await installSystemPackages()
  await installPackages()
  const missing = await buildCanvas()
  if (missing) say(missing)
}

async function runTests() {
  process.stdout.write('\n--- tests\n')
  /** @type {TestResults | undefined} */
  let reported
  const ended = await run(PINNED_NODE, ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    sweep: true,
    onMessage: (message) => {
      reported = /** @type {TestResults} */ (message)
    },
  })
  failures.push(...ended.swept.map((program) => `a test left this running: ${program}`))
  const passed = succeeded(ended)
  if (reported) results = reported
  if (!passed && results.failed === 0)
    failures.push(`vitest itself (it ended with ${ended.signal ?? ended.code})`)
}

function report() {
  const { passed, failed, skipped } = results
  const lines = [
    ...skipped.map(({ name, reason }) => `skipped: ${name}: ${reason}`),
    ...failures.map((name) => `failed: ${name}`),
    `${passed} passed, ${failed + failures.length} failed, ${skipped.length} skipped`,
  ]
  process.stdout.write(`\n${lines.join('\n')}\n`)
  if (failed + failures.length > 0) process.exitCode = 1
}
