import { readdirSync, readFileSync } from 'node:fs'
import { formatFault, readDocument } from '../base/document.ts'
import type { Library } from '../compose/library.ts'
import { type Panel, PanelProfileSchema } from '../panel/profile.ts'
import { readLibrary } from '../player/library-files.ts'

/** The templates, words, theme and type that Kijkuit comes with. @throws when there is a fault in them */
export async function shippedLibrary(): Promise<Library> {
  const read = await readLibrary()
  if (!read.ok) throw new Error(read.failure.map(formatFault).join('\n'))
  return read.value
}

const PRESETS = new URL('../../templates/panels/', import.meta.url)

/** Every preset as a panel under its own name, in the order of their names. @throws when there is a fault in one */
export function presetPanels(): readonly Panel[] {
  const names = readdirSync(PRESETS).filter((name) => name.endsWith('.yaml'))
  return names.sort().map((file): Panel => {
    const profile = readDocument(file, readFileSync(new URL(file, PRESETS), 'utf8'), PanelProfileSchema)
    if (!profile.ok) throw new Error(profile.failure.map(formatFault).join('\n'))
    return { ...profile.value, id: file.slice(0, -'.yaml'.length) }
  })
}
