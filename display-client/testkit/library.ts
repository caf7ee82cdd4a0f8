import { formatFault } from '../base/document.ts'
import type { Library } from '../compose/library.ts'
import { readLibrary } from '../player/library-files.ts'

/** The templates, words, theme and type that Kijkuit comes with. @throws when there is a fault in them */
export async function shippedLibrary(): Promise<Library> {
  const read = await readLibrary()
  if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
  return read.value
}
