import { createHash } from 'node:crypto'
import type { Alert } from '../alert/model.ts'
import { mostPages, pageReadingTime, readingTime, viewingTime } from '../panel/legibility.ts'
import type { Panel } from '../panel/profile.ts'
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
  const requests = requestsOf(alert, panel, library)
  const spoken = requests.map(speak)
  const pages = spoken.flatMap((one) => one.pages)
  const offsets = spoken.map((_, index) =>
    spoken.slice(0, index).reduce((sum, one) => sum + one.pages.length, 0),
  )
  const composition = {
    panel: panel.id,
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
  return { ...composition, hash: createHash('sha256').update(canonical(composition)).digest('hex') }
}

/** One request for each language shown: as many as there are pages, drivers get one. */
export function requestsOf(alert: Alert, panel: Panel, library: Library): readonly Request[] {
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
function wordsFor(language: string, panel: Panel, library: Library): Words {
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
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([key, field]) => `"${key}":${canonical(field)}`).join(',')}}`
}
