import { createHash } from 'node:crypto'
import type { Alert, Kind } from '../alert/model.ts'
import { mostPages, pageReadingTime, readingTime, viewingTime } from '../panel/legibility.ts'
import type { Ending } from '../panel/policy.ts'
import { formatKey, type Panel, type PanelFormat } from '../panel/profile.ts'
import { composeCharacters } from './characters.ts'
import type { Composition, CompositionPage, DroppedFact } from './composition.ts'
import { type FactList, type FactOptions, factsOf } from './facts.ts'
import { composeLed } from './layout/led.ts'
import { composeScreen } from './layout/screen.ts'
import { type Library, themeOf } from './library.ts'
import type { Request } from './request.ts'
import { type Speech, speechesOf } from './speech.ts'
import type { Spoken, SpokenPage } from './spoken.ts'
import { surfaceOf } from './surface.ts'
import type { Template } from './template.ts'
import type { Look, Theme } from './theme.ts'
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
  return addressed(panel, messageFor(sayingOf(alert, library), panel, library))
}

/**
 * The same for many panels: what an alert looks like in one format of panel is worked out once. Remembers it for as long
 * as the alert is held.
 */
export function composer(library: Library): (alert: Alert, panel: Panel) => Composition {
  const known = new WeakMap<Alert, { readonly saying: Saying; readonly byFormat: Map<string, Message> }>()
  return (alert, panel) => {
    const one = known.get(alert) ?? { saying: sayingOf(alert, library), byFormat: new Map<string, Message>() }
    known.set(alert, one)
    const format = formatKey(panel)
    const message = one.byFormat.get(format) ?? messageFor(one.saying, panel, library)
    one.byFormat.set(format, message)
    return addressed(panel, message)
  }
}

/** What a panel shows for a minute when an alert has ended: its kind and that it is over. As {@link compose} else. */
export function composeEnd(ending: Ending, panel: Panel, library: Library): Composition {
  const { end } = templateFor(ending.kind, library)
  const alert = nothingOf(ending)
  const lookIn = (theme: Theme): Look => theme.end
  const saying = { alert, lookIn, facts: factsOnce(alert, { facts: end }) }
  return addressed(panel, messageFor(saying, panel, library))
}

/** What every fact of an alert says in full, by its name: for telling people what was left out. */
export function sayingsOf(alert: Alert, panel: Panel, library: Library): ReadonlyMap<string, string> {
  // The first language last: where two have a fact, that one counts.
  const said = requestsOf(alert, panel, library)
    .toReversed()
    .flatMap((request) => request.facts({ abbreviations: false }).facts)
  return new Map(said.map((fact) => [fact.id, fact.wordings[0]?.atoms.join(' ') ?? '']))
}

/** What is to be said. */
interface Saying {
  readonly alert: Alert
  lookIn(theme: Theme): Look
  facts(speech: Speech, words: Words, options: FactOptions): FactList
}

function sayingOf(alert: Alert, library: Library): Saying {
  const { facts } = templateFor(alert.kind, library)
  return { alert, lookIn: (theme) => theme.kinds[alert.kind], facts: factsOnce(alert, { facts }) }
}

/** Every type of a panel, and every format of panel, asks for the same facts. */
function factsOnce(alert: Alert, template: Pick<Template, 'facts'>): Saying['facts'] {
  const known = new Map<Speech['info'], Map<string, FactList>>()
  return (speech, words, options) => {
    const lists = known.get(speech.info) ?? new Map<string, FactList>()
    known.set(speech.info, lists)
    const key = JSON.stringify([speech.language, words.language, options])
    const list = lists.get(key) ?? factsOf(alert, speech, template, words, options)
    lists.set(key, list)
    return list
  }
}

/** An alert that says nothing but its kind. */
function nothingOf({ incident, revision, kind, status }: Ending): Alert {
  return {
    ...{ schema: 'kijkuit-alert/1', identifier: incident, incident, revision, kind, status },
    ...{ sender: '', sent: '', expires: '', msgType: 'Cancel', scope: 'Public' },
    ...{ references: [], info: [], area: [], call: [], media: [], short: {} },
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

function messageFor(saying: Saying, panel: PanelFormat, library: Library): Message {
  const { alert } = saying
  const tried = requestsFor(saying, panel, library).map(speak)
  // A language in which nothing fits would only blank the panel in turn with another.
  const fitting = tried.filter((one) => one.chosen.length > 0)
  const spoken = fitting.length > 0 ? fitting : tried.slice(0, 1)
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
  const keys = Object.keys(content).sort()
  const [before, after] = [keys.filter((key) => key < 'panel'), keys.filter((key) => key > 'panel')]
  return { content, canonical: [canonicalFields(content, before), canonicalFields(content, after)] }
}

/** What is asked of the composer for an alert: see {@link requestsFor}. */
export function requestsOf(alert: Alert, panel: PanelFormat, library: Library): readonly Request[] {
  return requestsFor(sayingOf(alert, library), panel, library)
}

/** One request for each language shown: as many as there are pages, drivers get one. */
function requestsFor(
  { alert, lookIn, facts }: Saying,
  panel: PanelFormat,
  library: Library,
): readonly Request[] {
  const pages = mostPages(panel)
  const most = panel.trafficSpeed > 0 ? 1 : pages
  const found = alert.info.length > 0 ? speechesOf(alert, panel.languages) : mute(panel, library)
  const speeches = found.slice(0, most)
  const shared = sharedBytes(panel, speeches.length)
  const theme = themeOf(library, panel)
  return speeches.map((speech, index) => {
    const words = wordsFor(speech.language, panel, library)
    return {
      alert,
      panel: shared,
      library,
      speech,
      theme,
      look: lookIn(theme),
      words,
      facts: (options) => facts(speech, words, options),
      // What is left over by dividing goes to the language that comes first.
      pages: Math.floor(pages / speeches.length) + (index < pages % speeches.length ? 1 : 0),
    }
  })
}

/** The languages of a panel, for what has no words of its own. */
function mute(panel: PanelFormat, library: Library): readonly Speech[] {
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

/** The panel as each of so many languages has it: a limit in bytes is for all of them, with a page break between them. */
function sharedBytes(panel: PanelFormat, languages: number): PanelFormat {
  const { characters } = panel
  if (characters?.bytes === undefined) return panel
  const bytes = Math.floor((characters.bytes - (languages - 1)) / languages)
  return { ...panel, characters: { ...characters, bytes } }
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
  return pixels.font === 'outline'
    ? composeScreen(request, surface)
    : composeLed(request, surface, pixels.colours)
}

/** Time for one pass over all pages, ms. */
function timeOf(pages: readonly SpokenPage[], panel: PanelFormat): number {
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
  // Most of a page are the places of its boxes, and JSON.stringify takes ten times as long for a number.
  if (typeof value === 'number' && Number.isFinite(value)) return `${value}`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  return `{${canonicalFields(value, Object.keys(value).sort())}}`
}

function canonicalFields(value: object, keys: readonly string[]): string {
  let text = ''
  for (const key of keys) {
    text += `${text === '' ? '' : ','}"${key}":${canonical(value[key as keyof typeof value])}`
  }
  return text
}
