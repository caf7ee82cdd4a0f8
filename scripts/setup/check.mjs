// `npm run check`: lint, format, types and import direction, in a few seconds.

import { runStaticChecks } from './checks.mjs'
import { installPackages } from './packages.mjs'
import { entry } from './steps.mjs'

await entry(async () => {
  await installPackages()
  const failed = await runStaticChecks()
  if (failed.length > 0) {
    process.stdout.write(`\nfailed: ${failed.join('; ')}\n`)
    process.exitCode = 1
  }
})
