import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vite'

const SOURCES = join(import.meta.dirname, 'display-client/screen')

/** The screen: every HTML file in display-client/screen becomes a page in dist/screen, which the player serves. */
export default defineConfig({
  root: SOURCES,
  build: {
    outDir: join(import.meta.dirname, 'dist/screen'),
    emptyOutDir: true,
    // The player's Content-Security-Policy allows only files of its own origin, so nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: readdirSync(SOURCES)
        .filter((name) => name.endsWith('.html'))
        .map((name) => join(SOURCES, name)),
    },
  },
})
