import { createHash } from 'node:crypto'
import type { Alert } from '../alert/model.ts'
import { mostPages, pageReadingTime, readingTime, viewingTime } from '../panel/legibility.ts'
import { formatKey, type Panel, type PanelFormat } from '../panel/profile.ts'
import { composeCharacters } from './characters.ts'
import type { Composition, CompositionPage, DroppedFact } from './composition.ts'
import { composeLed } from './layout/led.ts'
import { composeScreen } from './layout/screen.ts'
import type { Library } from './library.ts'
import type { Request } from './request.ts'
import { type Speech, speechesOf } from './speech.ts'
import type { Spoken } from './spoken.ts'
import { surfaceOf } from './surface.ts'
import type { Words } from './words.ts'
import { distinct } from './writing.ts'

export { surfaceOf } from './surface.ts'

/**
 * What a panel shows of an alert: the best message that fits it, with the proof.
 *
 * Pure and deterministic: the same three things give the same bytes on every machine. Always answers: what cannot be
 * shown is named in `cannotFit`, and a panel on which nothing fits gets one blank page.
 *
 * Says nothing about whether the panel should show this alert: that is policy and stage.
 */
export function compose(alert: Alert, panel: Panel, library: Library): Composition {
  return addressed(panel, messageFor(alert, panel, library))
}

/**
 * The same for many panels: what an alert looks like in one format of panel is worked out once. Remembers it for as long
 * as the alert is held.
 */
export function composer(library: Library): (alert: Alert, panel: Panel) => Composition {
  const known = new WeakMap<Alert, Map<string, Message>>()
  return (alert, panel) => {
    const byFormat = known.get(alert) ?? new Map<string, Message>()
    known.set(alert, byFormat)
    const format = formatKey(panel)
    const message = byFormat.get(format) ?? messageFor(alert, panel, library)
    byFormat.set(format, message)
    return addressed(panel, message)
  }
}

/** What every panel of one format shows. */
interface Message {
  readonly content: Omit<Composition, 'panel' | 'hash'>
  /** Its canonical JSON, in two parts: between them stands the panel. */
  readonly canonical: readonly [string, string]
}

function addressed({ id }: Panel, { content, canonical: [before, after] }: Message): Composition {
  const hash = createHash('sha256')
    .update(`{${before},"panel":${JSON.stringify(id)},${after}}`)
    .digest('hex')
  return { panel: id, ...content, hash }
}

function messageFor(alert: Alert, panel: PanelFormat, library: Library): Message {
  const spoken = requestsOf(alert, panel, library).map(speak)
  const pages = spoken.flatMap((one) => one.pages)
  const offsets = spoken.map((_, index) =>
    spoken.slice(0, index).reduce((sum, one) => sum + one.pages.length, 0),
  )
  const content = {
    alert: alert.identifier,
    incident: alert.incident,
    revision: alert.revision,
    languages: spoken.map((one) => one.language),
    pages: pages.map(
      (page): CompositionPage => ({ dwell: dwellOf(pageReadingTime(panel, page)), content: page.content }),
    ),
    chosen: spoken.flatMap((one, index) =>
      one.chosen.map((fact) => ({ ...fact, page: fact.page + (offsets[index] ?? 0) })),
    ),
    dropped: distinctFacts(spoken.flatMap((one) => one.dropped)),
    cannotFit: [...new Set(spoken.flatMap((one) => one.cannotFit))],
    substitutions: distinct(spoken.flatMap((one) => one.substitutions)),
    reading: {
      needed: Math.ceil(readingTime(panel, pages)),
      available: viewingTime(panel, Math.min(...spoken.map((one) => one.capHeight))),
    },
    optimal: spoken.every((one) => one.optimal),
    utility: spoken.reduce((sum, one) => sum + one.utility, 0),
  }
  const fields = Object.entries(content)
  const before = canonicalFields(fields.filter(([key]) => key < 'panel'))
  const after = canonicalFields(fields.filter(([key]) => key > 'panel'))
  return { content, canonical: [before, after] }
}

/** One request for each language shown: as many as there are pages, drivers get one. */
export function requestsOf(alert: Alert, panel: PanelFormat, library: Library): readonly Request[] {
  const template = library.templates.get(alert.kind)
  if (template === undefined)
    throw new Error(`a library without a template for ${alert.kind}: buildLibrary must refuse it`)
  const pages = mostPages(panel)
  const most = panel.trafficSpeed > 0 ? 1 : pages
  const found = speechesOf(alert, panel.languages)
  const speeches: readonly Speech[] =
    found.length > 0 ? found.slice(0, most) : [{ language: panel.languages[0] ?? 'nl', info: undefined }]
  return speeches.map((speech, index) => ({
    alert,
    panel,
    library,
    speech,
    template,
    words: wordsFor(speech.language, panel, library),
    // What is left over by dividing goes to the language that comes first.
    pages: Math.floor(pages / speeches.length) + (index < pages % speeches.length ? 1 : 0),
  }))
}

/** The words of a language, or of the nearest that Kijkuit speaks. */
function wordsFor(language: string, panel: PanelFormat, library: Library): Words {
  const wanted = [language, ...panel.languages, 'en', ...library.words.keys()]
  const words = wanted.map((one) => library.words.get(one)).find((one) => one !== undefined)
  if (words === undefined) throw new Error('a library without words: buildLibrary must refuse it')
  return words
}

function speak(request: Request): Spoken {
  const { characters, pixels } = request.panel
  const surface = surfaceOf(request.panel)
  if (characters) return composeCharacters(request, characters)
  if (pixels === undefined || surface === undefined)
    throw new Error('a panel with neither pixels nor characters: its schema must refuse it')
  return pixels.font === 'led'
    ? composeLed(request, surface, pixels.colours)
    : composeScreen(request, surface)
}

/** A dwell time in whole tenths of a second, as signs count (NTCIP 1203), ms. */
function dwellOf(time: number): number {
  return Math.max(100, Math.ceil(time / 100) * 100)
}

function distinctFacts(dropped: readonly DroppedFact[]): readonly DroppedFact[] {
  return [...new Map(dropped.map((one) => [`${one.fact}\n${one.reason}`, one])).values()]
}

/** JSON with the keys of every object in order, so that equal values give equal text. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  return `{${canonicalFields(Object.entries(value))}}`
}

function canonicalFields(fields: readonly (readonly [string, unknown])[]): string {
  return fields
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `"${key}":${canonical(field)}`)
    .join(',')
}
