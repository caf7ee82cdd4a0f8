// What `npm start`, `npm run bench` and `npm run soak` share: they need no system package, and say in a line what is missing.

import { join } from 'node:path'
import { COMMAND, make, SCREEN } from './builds.mjs'
import { buildCanvas, installPackages } from './packages.mjs'
import { becomePinned, ROOT } from './run.mjs'
import { entry, SetupError, say } from './steps.mjs'

/**
 * @param {string} file a script, from the root
 * @param {readonly string[]} args
 */
export function prepareAndRun(file, args) {
  return entry(async () => {
    await installPackages()
    const missing = await buildCanvas()
    if (missing) say(missing)
    for (const build of [SCREEN, COMMAND]) {
      if (await make(build)) continue
      throw new SetupError(`It was not possible to build ${build.name}; what is wrong is above.`)
    }
    await becomePinned(join(ROOT, file), args)
  })
}
