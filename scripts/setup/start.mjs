// `npm start`: set up what is missing, then `kijkuit demo`. Flags go to the demo: `npm start -- --port 8080`.

import { prepareAndRun } from './prepare.mjs'

await prepareAndRun('scripts/kijkuit.ts', ['demo', ...process.argv.slice(2)])
