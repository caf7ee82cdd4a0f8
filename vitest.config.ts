import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['display-client/**/*.test.ts', 'broker-config/**/*.test.ts', 'scripts/**/*.test.ts'],
    // Those need Electron's binary: npm run test:electron.
    exclude: ['**/*.electron.test.ts'],
    setupFiles: ['display-client/testkit/setup.ts'],
    // A process for each file: what one leaves open (see testkit/leaks.ts) is its own.
    pool: 'forks',
    reporters: ['default', './scripts/checks/reporter.ts'],
    // A browser or a broker starts within a second or two on an idle machine; a busy one may take a few times that.
    testTimeout: 15_000,
    hookTimeout: 30_000,
  },
})
