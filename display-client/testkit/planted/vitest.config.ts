import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Only `leaks.test.ts` runs these files, to see the leak check fail. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('.', import.meta.url)),
    include: ['*.planted.ts'],
    pool: 'forks',
    setupFiles: [fileURLToPath(new URL('../setup.ts', import.meta.url))],
  },
})
