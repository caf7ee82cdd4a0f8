// What `npm start`, `npm run bench` and `npm run soak` share: they need no system package, and say in a line what is missing.

import { join } from 'node:path'
import { buildCanvas, installPackages } from './packages.mjs'
import { becomePinned, ROOT } from './run.mjs'
import { buildScreen } from './screen.mjs'
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
    if (!(await buildScreen())) {
      throw new SetupError('The screen pages could not be built; what is wrong with them is above.')
    }
    await becomePinned(join(ROOT, file), args)
  })
}
