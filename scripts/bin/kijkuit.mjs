#!/usr/bin/env node
// The `kijkuit` command. The sources are TypeScript that the pinned Node runs as it is; the Node that found this
// file may be too old for that.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { becomePinned, PINNED_NODE, ROOT, SMALL } from '../setup/run.mjs'

if (existsSync(PINNED_NODE)) {
  const words = process.argv.slice(2)
  await becomePinned(join(ROOT, 'scripts/kijkuit.ts'), words, words[0] === 'play' ? SMALL : {})
} else {
  process.stderr.write(`kijkuit is not set up yet. Run \`npm start\` once in ${ROOT}\n`)
  process.exitCode = 1
}
