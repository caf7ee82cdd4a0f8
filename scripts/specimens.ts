import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { dotsOf, pngOf } from './specimens/picture.ts'
import { drawnTypes, specimen } from './specimens/sheet.ts'

/**
 * Makes docs/type/: every LED type with all its characters and sample lines, at true size (`led-9.png`) and eight times
 * as large with round dots (`led-9-dots.png`).
 *
 * Run it with `node_modules/.bin/node scripts/specimens.ts` after a type has changed.
 */

const FOLDER = fileURLToPath(new URL('../docs/type/', import.meta.url))

mkdirSync(FOLDER, { recursive: true })
for (const font of await drawnTypes()) {
  const sheet = specimen(font)
  writeFileSync(`${FOLDER}${font.name}.png`, await pngOf(dotsOf(sheet, 1)))
  writeFileSync(`${FOLDER}${font.name}-dots.png`, await pngOf(dotsOf(sheet, 8)))
}
