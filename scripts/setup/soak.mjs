// `npm run soak`: set up what is missing, then scripts/soak.ts. Flags go to the soak.

import { prepareAndRun } from './prepare.mjs'

await prepareAndRun('scripts/soak.ts', process.argv.slice(2))
