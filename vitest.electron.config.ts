import { defineConfig } from 'vitest/config'

/** The tests that need Electron's own binary: `npm run test:electron`. */
export default defineConfig({
  test: {
    include: ['display-client/**/*.electron.test.ts'],
    pool: 'forks',
    // One shell at a time: each is the only one of its machine.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
