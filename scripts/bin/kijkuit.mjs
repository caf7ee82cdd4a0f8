#!/usr/bin/env node
// The `kijkuit` command: as it was built, when that is of these sources, else the sources themselves, which the pinned Node
// runs as they are. The Node that found this file may be too old for either.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { COMMAND, isCurrent } from '../setup/builds.mjs'
import { becomePinned, PINNED_NODE, ROOT, SMALL } from '../setup/run.mjs'

if (existsSync(PINNED_NODE)) {
  const words = process.argv.slice(2)
  const entry = isCurrent(COMMAND) ? `${COMMAND.made}/kijkuit.js` : 'scripts/kijkuit.ts'
  await becomePinned(join(ROOT, entry), words, words[0] === 'play' ? SMALL : {})
} else {
  process.stderr.write(`kijkuit is not set up yet. Run \`npm start\` once in ${ROOT}\n`)
  process.exitCode = 1
}
