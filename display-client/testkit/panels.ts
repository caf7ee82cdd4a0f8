import { readdirSync, readFileSync } from 'node:fs'
import { formatFault, readDocument } from '../base/document.ts'
import type { Composition, CompositionPage } from '../compose/composition.ts'
import { type Panel, PanelProfileSchema } from '../panel/profile.ts'

const PRESETS = new URL('../../templates/panels/', import.meta.url)

/** A preset of templates/panels. */
export function preset(name: string): Panel {
  const text = readFileSync(new URL(`${name}.yaml`, PRESETS), 'utf8')
  const profile = readDocument(name, text, PanelProfileSchema)
  if (!profile.ok) throw new Error(profile.failure.map(formatFault).join('\n'))
  return { ...profile.value, id: name }
}

/** Every preset that there is. */
export function allPresets(): readonly Panel[] {
  return readdirSync(PRESETS)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => preset(name.slice(0, -5)))
}

/** A sign of ASCII characters. */
export function sign(lines: number, columns: number): Panel {
  const profile = { schema: 'kijkuit-panel/1', title: 'Sign', viewingDistance: 10 }
  return { ...PanelProfileSchema.parse({ ...profile, characters: { lines, columns } }), id: 'sign' }
}

/** The texts of a page. */
export function textsOf({ content }: CompositionPage): readonly string[] {
  return content.type === 'characters'
    ? content.lines
    : content.boxes.flatMap((box) => (box.type === 'text' ? [box.text] : []))
}

/** Everything on all pages in one line, as a reader meets it. */
export function runningText({ pages }: Composition): string {
  return pages.flatMap(textsOf).join(' ')
}
