import { join } from 'node:path'
import { defineConfig } from 'vite'

/**
 * The `kijkuit` command as few files: the same sources, without the parts of libraries that nothing uses and without types to
 * remove (docs/decisions/0009). What is loaded for one command only, or is no JavaScript, stays a package.
 */
export default defineConfig({
  build: {
    ssr: join(import.meta.dirname, 'scripts/kijkuit.ts'),
    // As deep as the sources: what is looked for beside them is found from here too.
    outDir: join(import.meta.dirname, 'dist/kijkuit'),
    target: 'node24',
    rolldownOptions: {
      external: ['@serialport/bindings-cpp', 'aedes', 'canvas', 'sharp', 'vite'],
      // Names stay, for the stack of a fault in the field.
      output: {
        chunkFileNames: '[name].js',
        minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
      },
    },
  },
  ssr: { noExternal: true },
  publicDir: false,
})
