import { createHash } from 'node:crypto'
import type { Alert, Kind } from '../alert/model.ts'
import { mostPages, pageReadingTime, readingTime, viewingTime } from '../panel/legibility.ts'
import type { Ending } from '../panel/policy.ts'
import type { Panel } from '../panel/profile.ts'
import { composeCharacters } from './characters.ts'
import type { Composition, CompositionPage, DroppedFact } from './composition.ts'
import { factsOf } from './facts.ts'
import { composeLed } from './layout/led.ts'
import { composeScreen } from './layout/screen.ts'
import type { Library } from './library.ts'
import type { Request } from './request.ts'
import { type Speech, speechesOf } from './speech.ts'
import type { Spoken, SpokenPage } from './spoken.ts'
import { surfaceOf } from './surface.ts'
import type { Template } from './template.ts'
import type { Look } from './theme.ts'
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
  const { facts } = templateFor(alert.kind, library)
  return composeSaying({ alert, facts, look: library.theme.kinds[alert.kind] }, panel, library)
}

/** What a panel shows for a minute when an alert has ended: its kind and that it is over. As {@link compose} else. */
export function composeEnd(ending: Ending, panel: Panel, library: Library): Composition {
  const { end } = templateFor(ending.kind, library)
  return composeSaying({ alert: nothingOf(ending), facts: end, look: library.theme.end }, panel, library)
}

/** What every fact of an alert says in full, by its name: for telling people what was left out. */
export function sayingsOf(alert: Alert, panel: Panel, library: Library): ReadonlyMap<string, string> {
  const { facts } = templateFor(alert.kind, library)
  const saying = { alert, facts, look: library.theme.kinds[alert.kind] }
  // The first language last: where two have a fact, that one counts.
  const said = requestsOf(saying, panel, library)
    .toReversed()
    .flatMap(
      ({ speech, template, words }) =>
        factsOf(alert, speech, template, words, { abbreviations: false }).facts,
    )
  return new Map(said.map((fact) => [fact.id, fact.wordings[0]?.atoms.join(' ') ?? '']))
}

/** What is to be said. */
interface Saying {
  readonly alert: Alert
  readonly facts: Template['facts']
  readonly look: Look
}

/** An alert that says nothing but its kind. */
function nothingOf({ incident, revision, kind, status }: Ending): Alert {
  return {
    ...{ schema: 'kijkuit-alert/1', identifier: incident, incident, revision, kind, status },
    ...{ sender: '', sent: '', expires: '', msgType: 'Cancel', scope: 'Public' },
    ...{ references: [], info: [], area: [], call: [], media: [], short: {} },
  }
}

function composeSaying(saying: Saying, panel: Panel, library: Library): Composition {
  const { alert } = saying
  const requests = requestsOf(saying, panel, library)
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
      (page): CompositionPage => ({
        dwell: dwellOf(page.pass ?? pageReadingTime(panel, page)),
        content: page.content,
      }),
    ),
    chosen: spoken.flatMap((one, index) =>
      one.chosen.map((fact) => ({ ...fact, page: fact.page + (offsets[index] ?? 0) })),
    ),
    dropped: distinctFacts(spoken.flatMap((one) => one.dropped)),
    cannotFit: [...new Set(spoken.flatMap((one) => one.cannotFit))],
    substitutions: distinct(spoken.flatMap((one) => one.substitutions)),
    reading: {
      needed: Math.ceil(timeOf(pages, panel)),
      available: viewingTime(panel, Math.min(...spoken.map((one) => one.capHeight))),
    },
    optimal: spoken.every((one) => one.optimal),
    utility: spoken.reduce((sum, one) => sum + one.utility, 0),
  }
  return { ...composition, hash: createHash('sha256').update(canonical(composition)).digest('hex') }
}

/** One request for each language shown: as many as there are pages, drivers get one. */
function requestsOf({ alert, facts, look }: Saying, panel: Panel, library: Library): readonly Request[] {
  const pages = mostPages(panel)
  const most = panel.trafficSpeed > 0 ? 1 : pages
  const found = alert.info.length > 0 ? speechesOf(alert, panel.languages) : mute(panel, library)
  const speeches = found.slice(0, most)
  return speeches.map((speech, index) => ({
    alert,
    panel,
    library,
    speech,
    look,
    template: { facts },
    words: wordsFor(speech.language, panel, library),
    // What is left over by dividing goes to the language that comes first.
    pages: Math.floor(pages / speeches.length) + (index < pages % speeches.length ? 1 : 0),
  }))
}

/** The languages of a panel, for what has no words of its own. */
function mute(panel: Panel, library: Library): readonly Speech[] {
  const spoken = [...new Set(panel.languages)].filter((one) => library.words.has(one))
  const languages = spoken.length > 0 ? spoken : [panel.languages[0] ?? 'nl']
  return languages.map((language) => ({ language, info: undefined }))
}

function templateFor(kind: Kind, library: Library): Template {
  const template = library.templates.get(kind)
  if (template === undefined)
    throw new Error(`a library without a template for ${kind}: buildLibrary must refuse it`)
  return template
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
  return pixels.font === 'outline'
    ? composeScreen(request, surface)
    : composeLed(request, surface, pixels.colours)
}

/** Time for one pass over all pages, ms. */
function timeOf(pages: readonly SpokenPage[], panel: Panel): number {
  const standing = pages.filter((page) => page.pass === undefined)
  return pages.reduce((sum, page) => sum + (page.pass ?? 0), readingTime(panel, standing))
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
