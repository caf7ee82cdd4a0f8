import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { formatFault } from '../display-client/base/document.ts'
import { readLibrary } from '../display-client/player/library-files.ts'
import { picture } from './specimens/picture.ts'
import { specimen } from './specimens/sheet.ts'

/** `npm run specimens`: draws every LED type in `docs/type/`, at true size and eight times as large with round dots. */

export const SPECIMENS = fileURLToPath(new URL('../docs/type/', import.meta.url))

const library = await readLibrary()
if (!library.ok) throw new Error(library.failure.map(formatFault).join('\n'))
mkdirSync(SPECIMENS, { recursive: true })
for (const font of library.value.bitmaps) {
  const sheet = specimen(font)
  writeFileSync(`${SPECIMENS}${font.name}.png`, await picture(sheet, 1))
  writeFileSync(`${SPECIMENS}${font.name}-dots.png`, await picture(sheet, 8))
}
