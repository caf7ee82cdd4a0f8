// `npm run bench`: set up what is missing, then scripts/bench.ts. Flags go to the benchmark.

import { prepareAndRun } from './prepare.mjs'

await prepareAndRun('scripts/bench.ts', process.argv.slice(2))
