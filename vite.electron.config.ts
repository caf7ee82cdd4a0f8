import { join } from 'node:path'
import { defineConfig } from 'vite'

/** The main process of the Electron shell as one file: Electron's Node strips no types, and packs no node_modules. */
export default defineConfig({
  build: {
    ssr: join(import.meta.dirname, 'display-client/shell/electron/main.ts'),
    outDir: join(import.meta.dirname, 'dist/electron'),
    rolldownOptions: {
      external: /^electron(\/|$)/,
      output: { entryFileNames: 'main.js' },
    },
  },
  ssr: { noExternal: true },
  publicDir: false,
})
